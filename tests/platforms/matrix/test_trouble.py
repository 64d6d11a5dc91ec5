"""What goes wrong around answers: unreadable rooms, storage that is away, gaps, signed-out devices."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from bot.cli.matrix import policy_of
from bot.config.operator import Matrix
from bot.platforms.matrix import sync
from bot.platforms.matrix.doctor import examine
from bot.platforms.matrix.line import Settings
from bot.platforms.matrix.platform import APART
from bot.platforms.matrix.write import KEY
from bot.sdk.people import Person as Account
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy
from bot.vaults import SealedVault

from .hearth import alone_with, heard, hearth, raw, settle_in

pytestmark = pytest.mark.synapse


async def test_a_room_that_cannot_be_read_is_told_so_once(
    server: Synapse, bot_login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "KEY_PATIENCE", 0.2)
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            greeting = await heard(ann, room, bot, "Hello")
            assert "I can read this room" in greeting.body
            for device in ann.client.device_store.active_user_devices(bot.user_id):
                ann.client.blacklist_device(device)
            ann.strict = False
            for words in ("!help", "!help", "hello?"):
                await ann.say(room, words)
            await heard(ann, room, bot, "I cannot read what was just said here")
            for device in ann.client.device_store.active_user_devices(bot.user_id):
                ann.client.unblacklist_device(device)
            ann.client.olm.outbound_group_sessions.pop(room, None)
            await ann.say(room, "!crisis")
            await heard(ann, room, bot, "For anyone")
            assert sum("cannot read" in e.body for e in ann.heard(room)) == 1


async def test_crisis_is_answered_while_the_database_is_away(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
            await ann.say(direct, "help")
            await heard(ann, direct, bot, "history")
            for file in (tmp_path / "home").glob("hearth.db*"):
                file.unlink()
            await ann.say(direct, "crisis")
            await heard(ann, direct, bot, "999")
            await ann.say(room, "!crisis DE")
            await heard(ann, direct, bot, "112")


async def test_without_storage_crisis_is_served_in_plain_rooms_by_one_device(
    server: Synapse, bot_login: Login, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "home").mkdir(parents=True)
    (tmp_path / "home" / "hearth.db").write_bytes(b"no database at all" * 500)
    async with await Person.arrive(server) as ann:
        plain = await ann.create(name="ring", encrypted=False)
        sealed = await ann.create(name="other")
        await ann.invite(plain, bot_login.user_id)
        await ann.invite(sealed, bot_login.user_id)
        for room in (plain, sealed):
            path = f"/_matrix/client/v3/join/{room}"
            server.call("POST", path, {}, token=bot_login.access_token)
        for _ in range(2):
            with caplog.at_level(logging.CRITICAL):
                async with hearth(server.url, bot_login, tmp_path, [plain, sealed]) as bot:
                    assert bot.app.trouble is not None
                    before = len(ann.events)
                    await ann.say(sealed, "!crisis")
                    await ann.say(plain, "!history")
                    await ann.say(plain, "!crisis")
                    answer = await heard(ann, plain, bot, "999", after=before)
                    assert not answer.encrypted
                    assert len([e for e in ann.events[before:] if e.sender == bot.user_id and e.body]) == 1
        assert any("without encryption" in one.message for one in caplog.records)
        devices = server.call("GET", "/_matrix/client/v3/devices", token=bot_login.access_token)["devices"]
        assert {one["device_id"] for one in devices} == {bot_login.device_id, APART}
        assert not [e for e in await raw(server, ann, sealed) if e["sender"] == bot_login.user_id
                    and e["type"] != "m.room.member"]  # fmt: skip


async def test_what_was_missed_is_told_in_the_direct_room(
    server: Synapse, bot_login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.matrix.gap.MOST", 3)
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
        for n in range(sync.TIMELINE + 5):
            await ann.client.room_typing(direct, False)
            await ann.api("PUT", f"/rooms/{direct}/state/org.example.{n}/", {"n": n})
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await heard(ann, direct, bot, "may have missed something")
            await ann.say(direct, "crisis")
            await heard(ann, direct, bot, "999")


async def test_what_was_typed_and_shown_again_goes_when_the_form_ends(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
            await ann.say(direct, "checkin")
            first = await heard(ann, direct, bot, "1 of")
            await ann.say(direct, "nothing of the kind")
            again = await heard(ann, direct, bot, "choose one of the answers")
            line = bot.platform._line
            assert line is not None
            before = line.client.olm.outbound_group_sessions[direct].id
            await ann.react(direct, first.event_id, "1\ufe0f\u20e3")
            await ann.react(direct, again.event_id, "2\ufe0f\u20e3")
            await heard(ann, direct, bot, "2 of")
            await ann.say(direct, "stop")
            await heard(ann, direct, bot, "Stopped")
            assert direct not in line.client.olm.outbound_group_sessions, "its room key ends with the form"
            await ann.say(direct, "checkin")
            await heard(ann, direct, bot, "1 of", after=ann.events.index(again) + 3)
            assert line.client.olm.outbound_group_sessions[direct].id != before
            assert "mood" not in await bot.checkins(ann)


async def test_a_device_that_was_signed_out_is_made_anew(
    server: Synapse, bot_login: Login, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            line = bot.platform._line
            assert line is not None
            await line.client.request("POST", "/_matrix/client/v3/logout", {})
            async with asyncio.timeout(20):
                await line.sync.until(lambda: bot.platform._line is not line)
                await bot.platform.until_connected()
            direct = await alone_with(bot, ann)
            await ann.say(direct, "crisis")
            await heard(ann, direct, bot, "999")


async def test_the_doctor_says_what_is_missing_where(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server) as ann:
        room = await ann.create(name="ring", encrypted=False, levels={"events_default": 30})
        good = await ann.create(name="good", levels={"redact": 0})
        shown: list[str] = []
        async with hearth(server.url, bot_login, tmp_path, [room, good], on_recovery_key=shown.append) as bot:
            settings = Settings(server.url, bot_login.user_id, password=bot_login.password)
            assert bot.app.storage is not None
            vault = SealedVault(bot.app.storage, "matrix")
            for one in (room, good):
                await ann.invite(one, bot.user_id)
                await bot.in_room(one, ann.user_id)
            found = await examine(
                settings, vault, {"circle": [room, good, "!none:x"]}, {"circle": ["nowhere"]}
            )
            assert len([one for one in found if room in one]) == 3, found
            assert not [one for one in found if good in one], found
            assert any("!none:x" in one and "invite it" in one for one in found)
            assert any("nowhere" in one for one in found)
            assert not any("identity" in one or "signed" in one for one in found)
        assert len(shown) == 1
        assert (await examine(settings, None, {}, {}))[0].startswith("Matrix: Hearth has not logged in yet")
        async with hearth(server.url, bot_login, tmp_path, [room], on_recovery_key=shown.append):
            assert len(shown) == 1, "the recovery key is shown once"


async def test_whoever_is_forgotten_is_left_alone(server: Synapse, bot_login: Login, tmp_path: Path) -> None:
    async with await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring", encrypted=False)
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
            assert await bot.platform.forget(Account("matrix", ann.user_id))
            await bot.sees(lambda line: direct not in line.rooms)
            line = bot.platform._line
            assert line is not None
            assert not list(line.client.device_store.active_user_devices(ann.user_id))


async def test_an_answer_lost_on_the_way_back_is_not_said_twice(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with Proxy(server.url) as proxy, await Person.arrive(server, strict=True) as ann:
        room = await ann.create(name="ring")
        async with hearth(proxy.url, bot_login, tmp_path, [room]) as bot:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
            proxy.lose_answer("PUT .*/send/")
            await ann.say(direct, "checkin")
            await heard(ann, direct, bot, "1 of")
            proxy.fail("PUT .*/send/", times=2)
            await ann.say(direct, "1")
            asked = await heard(ann, direct, bot, "2 of")
            assert asked.content[KEY]["form"] == []
            assert len(ann.heard(direct, by=bot.user_id)) == 3


async def test_somebody_counts_as_joined_whatever_older_state_comes_later(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        Proxy(server.url) as proxy,
        await Person.arrive(server) as host,
        await Person.arrive(server) as ann,
    ):
        room = await host.create(ann.user_id, name="ring", encrypted=False)
        invitation = (await host.api("GET", f"/rooms/{room}/messages?dir=b&limit=1"))["chunk"][0]
        assert invitation["state_key"] == ann.user_id
        async with hearth(proxy.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            line = bot.platform._line
            assert line is not None
            position = line.client.next_batch
            stale = {
                "next_batch": position,
                "rooms": {
                    "join": {
                        room: {
                            "state": {"events": [invitation]},
                            "timeline": {"events": [], "limited": False, "prev_batch": position},
                        }
                    }
                },
            }
            proxy.fail("GET .*/v3/sync", status=200, body=json.dumps(stale).encode(),
                       headers={"Content-Type": "application/json"})  # fmt: skip
            before = proxy.count("GET .*/v3/sync")
            await ann.say(room, "hello")
            await proxy.until(lambda: proxy.count("GET .*/v3/sync") >= before + 2)
            await ann.say(room, "!crisis")
            await heard(ann, room, bot, "999")
            members = line.rooms.get(room)
            assert members is not None
            assert members.members[ann.user_id] == "join"


def test_whose_invitations_are_followed_is_what_the_configuration_says() -> None:
    def policy(**more: object) -> tuple[bool, bool]:
        made = Matrix.model_validate(
            {"homeserver": "https://x.org", "user": "@h:x.org", "password_env": "PASSWORD"} | more
        )
        found = policy_of(made)
        return found.mates, found.everybody

    assert policy() == (True, False)
    assert policy(invitations="nobody") == (False, False)
    assert policy(invitations="anyone") == (True, True)
