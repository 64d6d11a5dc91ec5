"""Matrix, against a real Synapse: from command to answer, what an answer costs, and sharing keys."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from bot.testing.matrix_person import Person
from bot.testing.synapse import LIFTED, Login, Synapse, running
from bot.testing.synapse_proxy import Proxy

from .processes import Child
from .table import Row, median_ratio, most_row, note_row, ratio_row

_ACTIONS = r"PUT .*/(send|state|redact)/|POST .*/(invite|createRoom|knock)$"
"""Requests that a server's limit of messages counts."""
_AT_ONCE, _EVERY = 10, 5.0
_JOINS_LIFTED = {
    "rc_joins": {"local": LIFTED, "remote": LIFTED},
    "rc_joins_per_room": LIFTED,
    "rc_invites": {"per_room": LIFTED, "per_user": LIFTED, "per_issuer": LIFTED},
    "rc_room_creation": LIFTED,
}
"""For bringing people and rooms together beforehand; messages keep a public server's limit."""


async def run(quick: bool) -> list[Row]:
    """The rows of this file."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        with running(where / "lifted") as server:
            rows = await _latency(server, where, quick)
            rows += await _keys(server, where, quick)
        with running(where / "default", limits="default", extra=_JOINS_LIFTED) as server:
            rows += await _limited(server, where, quick)
    return rows


@contextlib.asynccontextmanager
async def _bot(which: str, url: str, login: Login, home: Path, *more: str) -> AsyncIterator[Child]:
    arguments = ("--url", url, "--user", login.user_id, "--password", login.password, "--home", str(home))
    async with Child.running("benchmarks.matrix_bots", which, *arguments, *more) as child:
        await child.told()
        yield child


async def _meet(person: Person, login: Login, bot: Child, *, encrypted: bool) -> str:
    """A room of a person and a bot, both in it."""
    room = await person.create(login.user_id, encrypted=encrypted, direct=encrypted)
    await bot.ask("join", room=room, inviter=person.user_id)
    await person.until(lambda: not person.client.rooms[room].users[login.user_id].invited)
    return room


async def _asked(person: Person, room: str, bot: str, command: str = "echo") -> float:
    """Seconds from saying a command to seeing its answer."""
    words = secrets.token_hex(6)
    began = time.monotonic()
    await person.say(room, f"!{command} {words}")
    await person.wait(lambda event: event.sender == bot and event.body == words, patience=60)
    return time.monotonic() - began


async def _helped(person: Person, room: str, bot: str) -> float:
    """Seconds from asking for helplines to seeing them."""
    before = len(person.heard(room, by=bot))
    began = time.monotonic()
    await person.say(room, "!crisis ireland")
    await person.until(lambda: len(person.heard(room, by=bot)) > before, patience=60)
    return time.monotonic() - began


async def _joined(server: Synapse, person: Person, login: Login, *, encrypted: bool) -> str:
    """The same without the bot's doing."""
    room = await person.create(login.user_id, encrypted=encrypted, direct=encrypted)
    await asyncio.to_thread(
        server.call, "POST", f"/_matrix/client/v3/join/{room}", {}, token=login.access_token
    )
    await person.until(lambda: not person.client.rooms[room].users[login.user_id].invited)
    return room


@contextlib.contextmanager
def _lifted(server: Synapse, login: Login) -> Iterator[None]:
    """Meanwhile the account has no limit: joining rooms counts like messages."""
    admin = server.register(f"admin-{secrets.token_hex(4)}", admin=True).access_token
    path = f"/_synapse/admin/v1/users/{login.user_id}/override_ratelimit"
    server.call("POST", path, {"messages_per_second": 0, "burst_count": 0}, token=admin)
    try:
        yield
    finally:
        server.call("DELETE", path, token=admin)


# --- how soon -----------------------------------------------------------------------------------------


async def _latency(server: Synapse, where: Path, quick: bool) -> list[Row]:
    logins = {which: server.register(f"{which}-bot") for which in ("hearth", "nio", "house")}
    rows = []
    async with (
        await Person.arrive(server) as person,
        _bot("line", server.url, logins["hearth"], where / "hearth") as hearth,
        _bot("nio", server.url, logins["nio"], where / "nio") as nio,
        _bot("house", server.url, logins["house"], where / "house") as house,
    ):
        for encrypted in (False, True):
            rooms = {
                "hearth": await _meet(person, logins["hearth"], hearth, encrypted=encrypted),
                "nio": await _meet(person, logins["nio"], nio, encrypted=encrypted),
            }
            found: dict[str, list[float]] = {"hearth": [], "nio": []}
            for round_ in range(8 if quick else 70):
                for which in ("hearth", "nio"):
                    seconds = await _asked(person, rooms[which], logins[which].user_id)
                    if round_ >= 3:  # the first ones share keys
                        found[which].append(seconds * 1000)
            pairs = list(zip(found["hearth"], found["nio"], strict=True))
            kind = "encrypted" if encrypted else "plain"
            rows.append(
                ratio_row(f"Matrix, {kind}: command to answer seen", statistics.median(found["hearth"]),
                          statistics.median(found["nio"]), 1.3, "ms", median_ratio(pairs))
            )  # fmt: skip
        at_home = await _meet(person, logins["house"], house, encrypted=True)
        both: list[tuple[float, float]] = []
        for round_ in range(8 if quick else 50):
            ours = await _helped(person, at_home, logins["house"].user_id)
            theirs = await _asked(person, rooms["nio"], logins["nio"].user_id)
            if round_ >= 3:
                both.append((ours * 1000, theirs * 1000))
        rows.append(
            ratio_row("… the same of the whole house, /crisis", statistics.median(one for one, _ in both),
                      statistics.median(one for _, one in both), 1.3, "ms", median_ratio(both))
        )  # fmt: skip
    return rows


# --- what it costs on a public server -----------------------------------------------------------------


async def _limited(server: Synapse, where: Path, quick: bool) -> list[Row]:
    count = 12 if quick else 30
    logins = [server.register("prompting"), server.register("answering")]
    async with await Person.arrive(server) as person, Proxy(server.url) as proxy:
        server.lift(person.user_id)
        with _lifted(server, logins[0]), _lifted(server, logins[1]):
            direct = await _joined(server, person, logins[0], encrypted=True)
            rooms = [await _joined(server, person, logins[0], encrypted=False) for _ in range(count)]
            hall = await _joined(server, person, logins[1], encrypted=False)
        async with _bot("line", proxy.url, logins[0], where / "prompting", "--limited") as bot:
            posting = asyncio.create_task(bot.ask("post", patience=400, rooms=rooms, urgency="SCHEDULED"))
            await asyncio.sleep(5)
            asked = await _asked(person, direct, logins[0].user_id)
            took = (await posting)["seconds"]
            refused = sum(one.status == 429 for one in proxy.requests)
        async with _bot("house", proxy.url, logins[1], where / "answering", "--limited"):
            before = proxy.count(_ACTIONS)
            await person.say(hall, "!crisis ireland")
            await person.until(lambda: bool(person.invites), patience=60)
            (room,) = person.invites
            await person.join(room)
            await person.until(lambda: bool(person.heard(room, by=logins[1].user_id)), patience=60)
            first = proxy.count(_ACTIONS) - before
            before, answers = proxy.count(_ACTIONS), 2
            for _ in range(answers):
                await _helped(person, room, logins[1].user_id)
            each = (proxy.count(_ACTIONS) - before) / answers
    limit = (count + 1 - _AT_ONCE) * _EVERY
    return [
        most_row("Matrix, default limits: actions for an answer in a direct room", each, 1, ""),
        most_row("… actions for first contact", first, 3, ""),
        most_row(f"… a prompt to {count} rooms (limit {limit:g} s, + 15 s and 5 %)", took,
                 limit * 1.05 + 15, "s"),
        most_row("… a person answered in the middle of it", asked, 2, "s"),
        most_row("… 429s drawn by it", refused, 0, ""),
    ]  # fmt: skip


# --- sharing keys -------------------------------------------------------------------------------------


async def _keys(server: Synapse, where: Path, quick: bool) -> list[Row]:
    """A room of five people with a hundred devices each gets a new key; meanwhile somebody needs help."""
    each = 8 if quick else 100
    login = server.register("sharing")
    async with await Person.arrive(server) as person:
        crowd = [server.register(f"crowd-{number}") for number in range(5)]
        for one in crowd:
            await asyncio.to_thread(_devices, server, one, each)
        async with _bot("line", server.url, login, where / "sharing") as bot:
            room = await person.create(login.user_id, *(one.user_id for one in crowd))
            for one in crowd:
                server.call("POST", f"/_matrix/client/v3/join/{room}", {}, token=one.access_token)
            await bot.ask("join", room=room, inviter=person.user_id)
            direct = await _meet(person, login, bot, encrypted=True)
            for _ in range(3):
                await _asked(person, direct, login.user_id, "crisis")
            await bot.ask("watch")
            idle = [await _asked(person, direct, login.user_id, "crisis") for _ in range(4 if quick else 15)]
            quiet = await bot.ask("lateness")
            lateness, busy, seconds = [], [], []
            for _ in range(1 if quick else 3):
                posting = asyncio.create_task(_posting(bot, room))
                while not posting.done():
                    busy.append(await _asked(person, direct, login.user_id, "crisis"))
                late, took = await posting
                lateness.append(late)
                seconds.append(took)
    devices = each * len(crowd)
    return [
        most_row(f"Matrix: nio shares a key with {devices} devices: longest block, the first time",
                 lateness[0]["longest"], 50, "ms"),
        most_row("… longest block, with sessions there already", lateness[-1]["longest"], 50, "ms"),
        note_row("… sharing takes", f"{seconds[0]:.2f} s, then {seconds[-1]:.2f} s",
                 f"longest block with no sharing {quiet['longest']:.3g} ms"),
        ratio_row("… !crisis meanwhile, against idle", statistics.median(busy) * 1000,
                  statistics.median(idle) * 1000, 1.5, "ms"),
    ]  # fmt: skip


async def _posting(bot: Child, room: str) -> tuple[dict[str, Any], float]:
    await bot.ask("end_session", room=room)
    await bot.ask("watch")
    took = (await bot.ask("post", rooms=[room], urgency="PERSON"))["seconds"]
    return await bot.ask("lateness"), took


def _devices(server: Synapse, login: Login, count: int) -> None:
    """More devices for an account, each with its keys and a one-time key."""
    import nio
    import vodozemac

    for number in range(count):
        device = f"D{number}"
        wanted = {
            "type": "m.login.password", "identifier": {"type": "m.id.user", "user": login.user_id},
            "password": login.password, "device_id": device,
        }  # fmt: skip
        token = server.call("POST", "/_matrix/client/v3/login", wanted)["access_token"]
        account = vodozemac.Account()
        account.generate_one_time_keys(4)
        keys: dict[str, Any] = {
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "device_id": device,
            "user_id": login.user_id,
            "keys": {
                f"curve25519:{device}": account.curve25519_key.to_base64(),
                f"ed25519:{device}": account.ed25519_key.to_base64(),
            },
        }

        def signed(thing: dict[str, Any], account: Any = account, device: str = device) -> dict[str, Any]:
            signature = account.sign(nio.Api.to_canonical_json(thing).encode()).to_base64()
            return thing | {"signatures": {login.user_id: {f"ed25519:{device}": signature}}}

        once = {
            f"signed_curve25519:{name}": signed({"key": key.to_base64()})
            for name, key in account.one_time_keys.items()
        }
        body = {"device_keys": signed(keys), "one_time_keys": once}
        server.call("POST", "/_matrix/client/v3/keys/upload", body, token=token)
