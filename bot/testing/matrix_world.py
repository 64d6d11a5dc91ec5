"""The stage of a conversation on a real Synapse: what outlives a restart of Hearth."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.platforms.terminal import Seen

from . import matrix_person
from .scratch import in_memory
from .synapse import Login, Synapse

LEVELS = {"mod": 50, "second": 50, "facilitator": 25}
"""The power of people of these names, in every room."""
BOT = 100
"""The bot's own power: it may take messages away, and say who may write."""
GONE = "gone:"
"""Before the event that was taken away."""


@functools.lru_cache(maxsize=1)
def server() -> Synapse:
    """One server for all conversations of a process, started when the first begins."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-synapse-", dir=in_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Synapse(folder)
    atexit.register(server.stop)
    server.start()
    return server


@dataclasses.dataclass(slots=True)
class Somebody:
    """Somebody's client, and their direct room."""

    client: matrix_person.Person
    direct: str = ""


class World:
    """What outlives a restart of Hearth: people, rooms, and what everybody saw."""

    def __init__(self, server: Synapse, files: Path) -> None:
        self.server, self.files = server, files
        self.bot: Login = server.register(f"hearth{secrets.token_hex(4)}")
        self.keeper: Login = server.register(f"keeper{secrets.token_hex(4)}")
        self.people: dict[str, Somebody] = {}
        self.rooms: dict[str, str] = {}
        self.seen: list[Seen] = []
        self.events: dict[Seen, str] = {}
        self.looked = 0
        self.sent: list[tuple[str, str]] = []
        """Messages of Hearth's, by room and event; with `GONE` before it, one that it took away."""
        self.standing: dict[str, list[tuple[str, str | None]]] = {}
        """What can be read in a room, in order, and who wrote it: None for Hearth."""
        wanted = {
            "preset": "public_chat",
            "creation_content": {"type": "m.space"},
            "invite": [self.bot.user_id],
        }
        self.space = self._make(wanted, "test")

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """A request of whoever keeps the rooms."""
        return self.server.call(method, f"/_matrix/client/v3{path}", body, token=self.keeper.access_token)

    def _make(self, wanted: dict[str, Any], name: str) -> str:
        body = {"name": name, "room_version": "11", **wanted}
        return str(self.call("POST", "/createRoom", body)["room_id"])

    def invite(self, room: str, who: str) -> None:
        """Let somebody into a room."""
        self.call("POST", f"/rooms/{quoted(room)}/invite", {"user_id": who})

    def room(self, name: str) -> str:
        """The room of that name, made when first named."""
        if name not in self.rooms:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            encryption = {"type": "m.room.encryption", "state_key": "", "content": algorithm}
            users = {self.keeper.user_id: 100, self.bot.user_id: BOT}
            wanted = {
                "preset": "private_chat",
                "initial_state": [encryption],
                "power_level_content_override": {"users": users},
            }
            room = self.rooms[name] = self._make(wanted, name)
            path = f"/rooms/{quoted(self.space)}/state/m.space.child/{quoted(room)}"
            self.call("PUT", path, {"via": ["hearth.test"]})
            self.invite(room, self.bot.user_id)
        return self.rooms[name]

    def empower(self, room: str, who: str, level: int) -> None:
        """Give somebody a power level in a room."""
        path = f"/rooms/{quoted(room)}/state/m.room.power_levels"
        levels = self.call("GET", path)
        levels["users"][who] = level
        self.call("PUT", path, levels)

    def name_of(self, user_id: str) -> str | None:
        """What `chat` calls somebody."""
        return next((n for n, one in self.people.items() if one.client.user_id == user_id), None)


def quoted(part: str) -> str:
    """A part of an address."""
    return quote(part, safe="")
