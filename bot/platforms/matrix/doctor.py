"""What Hearth lacks on Matrix, room by room: asked with the stored device, without syncing anything."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.sdk.ports import Vault

from .account import ACCOUNT
from .client import Client
from .line import Settings
from .rooms import Room, Rooms
from .signing import SEEDS, Seeds, State, state_of

_MOST_STATE = 64 * 1024 * 1024


async def examine(
    settings: Settings,
    vault: Vault | None,
    rooms: Mapping[str, Iterable[str]],
    named: Mapping[str, Iterable[str]],
) -> list[str]:
    """What is missing, a sentence each; empty where everything is in order.

    `rooms`: by community, the rooms and Matrix spaces that the configuration gives it; `named`: the rooms
    that its profile names. Raises nothing: that the server cannot be asked is a finding, too.
    """
    saved = await vault.load(ACCOUNT) if vault is not None else None
    known = json.loads(saved) if saved else {}
    if not known.get("access_token"):
        return ["Matrix: Hearth has not logged in yet; start it once with `hearth run`"]
    client = Client(settings.homeserver)
    client.access_token = str(known["access_token"])
    me, device = str(known["user_id"]), str(known["device_id"])
    try:
        return await _Examination(client, me).run(vault, device, rooms, named)
    except OSError as error:
        return [f"Matrix: the homeserver cannot be asked ({type(error).__name__})"]
    finally:
        await client.close()


class _Examination:
    def __init__(self, client: Client, me: str) -> None:
        self._client, self._me = client, me
        self._rooms = Rooms(me)
        self.found: list[str] = []

    async def run(
        self,
        vault: Vault | None,
        device: str,
        rooms: Mapping[str, Iterable[str]],
        named: Mapping[str, Iterable[str]],
    ) -> list[str]:
        answer = await self._client.request("GET", "/_matrix/client/v3/joined_rooms")
        if answer.status == 401:
            return ["Matrix: this device was signed out; the next `hearth run` logs in as a new one"]
        joined = [one for one in answer.body.get("joined_rooms") or () if isinstance(one, str)]
        for room_id in joined:
            await self._learn(room_id)
        self.found += await self._identity(vault, device)
        for space, bound in rooms.items():
            homes = {await self._room_id(name): name for name in bound}
            for home, name in homes.items():
                room = self._rooms.get(home) if home is not None else None
                if room is None:
                    self.found.append(f"Matrix room {name}: Hearth is not there; invite it")
                elif not room.space:
                    self._about(name, room)
            there = [
                room
                for room in self._rooms
                if room.room_id in homes
                or any(home.space and home.room_id in homes and room.room_id in home.children
                       for home in self._rooms)
            ]  # fmt: skip
            for name in named.get(space, ()):
                meant = next((one for one in there if name in _names(one)), None)
                if meant is None and await self._room_id(name) not in homes:
                    self.found.append(
                        f"Matrix room {name}: the profile names it, and Hearth is in no such room of {space}"
                    )
                elif meant is not None and meant.room_id not in homes:
                    self._about(name, meant)
        return self.found

    async def _learn(self, room_id: str) -> None:
        path = f"/_matrix/client/v3/rooms/{_q(room_id)}/state"
        _, raw = await self._client.transfer("GET", path, most=_MOST_STATE)
        events: Any = None
        with contextlib.suppress(ValueError):
            events = json.loads(raw)
        for event in events if isinstance(events, list) else ():
            if isinstance(event, dict):
                self._rooms.learn(room_id, event)

    async def _room_id(self, name: str) -> str | None:
        if not name.startswith("#") or ":" not in name:
            return name
        answer = await self._client.request("GET", f"/_matrix/client/v3/directory/room/{_q(name)}")
        found = answer.body.get("room_id")
        return found if isinstance(found, str) else None

    async def _identity(self, vault: Vault | None, device: str) -> list[str]:
        saved = await vault.load(SEEDS) if vault is not None else None
        asked: dict[str, Any] = {"device_keys": {self._me: []}}
        answer = await self._client.request("POST", "/_matrix/client/v3/keys/query", asked)
        state = state_of(answer.body, self._me, device, Seeds.opened(saved) if saved else None)
        return [_STATES[state]] if state in _STATES else []

    def _about(self, name: str, room: Room) -> None:
        me = self._me
        for lacking, sentence in (
            (not room.may(me, "m.room.message"), "Hearth may not write there; raise its power level"),
            (
                room.encrypted and not room.may(me, "m.room.encrypted"),
                "Hearth may not write encrypted messages there; raise its power level",
            ),
            (
                not room.may(me, "redact"),
                f"private commands typed there stay visible; to take them away Hearth needs power "
                f"{room.needed('redact'):g}",
            ),
            (not room.encrypted, "it is not encrypted, so the homeserver can read what is said there"),
            (room.replacement is not None, "it was upgraded; name the new room in the configuration"),
        ):
            if lacking:
                self.found.append(f"Matrix room {name}: {sentence}")


_STATES = {
    State.LOST: "Matrix: the account's identity is not known here, so people's clients do not trust Hearth; "
    "its recovery key brings it back",
    State.CHANGED: "Matrix: somebody replaced the account's identity: people's clients do not trust Hearth",
    State.REFUSED: "Matrix: this device is not signed, so people's clients neither hear nor show Hearth",
}


def _names(room: Room) -> Sequence[str]:
    short = f"#{room.alias[1:].partition(':')[0]}" if room.alias else ""
    return [room.room_id, room.alias, room.name, f"#{room.name}", short, short.removeprefix("#")]


def _q(part: str) -> str:
    return quote(part, safe="")
