"""What somebody may do on a server, where an event does not say it.

Interactions and messages of a server bring their member's roles; those of a direct conversation bring none.
One member can be asked for without the privileged list of members
(https://docs.discord.com/developers/resources/guild#get-guild-member). What the roles of a server give is
asked for once and remembered until they change.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.sdk.people import Level, Person

from .names import Names
from .read import ADMINISTRATOR, level_of
from .rest import Failed, Refusal, Rest

Json = Mapping[str, Any]

_REMEMBERED = 2_000
_EVERYTHING = ~0
_NOT_FOUND = 404


class Powers:
    """Asks, and remembers what roles give."""

    def __init__(self, rest: Rest, names: Names) -> None:
        self._rest, self._names = rest, names
        self._servers: collections.OrderedDict[str, asyncio.Task[Json | None]] = collections.OrderedDict()

    def hear(self, event: str, data: Json) -> None:
        """Ask anew after the roles or the owner of a server may have changed."""
        if event.startswith("GUILD_"):
            self._servers.pop(str(data.get("guild_id") or data.get("id")), None)

    async def rights(self, guild: str, account: str, roles: Iterable[object]) -> int | None:
        """The permissions that a member's roles give on a server, as far as they make a level. None where
        Discord does not answer."""
        about = await self._server(guild)
        if about is None:
            return None
        if str(about.get("owner_id")) == account:
            return _EVERYTHING
        held, rights = {*map(str, roles), guild}, 0
        for id, permissions in about["roles"]:
            if id in held:
                rights |= permissions
        return rights

    async def of(self, person: Person, guilds: Collection[str], now: datetime.datetime) -> Person | None:
        """The same person with what they may do on these servers together; None where that is not known."""
        roles: frozenset[str] = frozenset()
        level = Level.MEMBER
        for guild in guilds:
            try:
                member = await self._rest.call(
                    "GET", f"/guilds/{guild}/members/{person.account}", bucket=f"GET /guilds/{guild}/members"
                )
            except Refusal as refusal:
                if refusal.status != _NOT_FOUND:
                    return None
                continue
            except Failed:
                return None
            held = member.get("roles") or ()
            rights = await self.rights(guild, person.account, held)
            if rights is None:
                return None
            if _timed_out(member, now) and not rights & ADMINISTRATOR:
                # Discord takes every command from them meanwhile; its administrators cannot be timed out.
                continue
            roles |= self._names.roles(guild, map(str, held))
            level = max(level, level_of(rights))
        return dataclasses.replace(person, roles=roles, level=level) if guilds else None

    async def _server(self, guild: str) -> Json | None:
        """Whose a server is, and which of its roles give a level; asked once for all who want to know."""
        asked = self._servers.get(guild)
        if asked is None:
            asked = self._servers[guild] = asyncio.create_task(self._ask(guild))
            while len(self._servers) > _REMEMBERED:
                self._servers.popitem(last=False)
        found = await asyncio.shield(asked)
        if found is None and self._servers.get(guild) is asked:
            del self._servers[guild]
        return found

    async def _ask(self, guild: str) -> Json | None:
        try:
            about = await self._rest.call("GET", f"/guilds/{guild}", people=False)
        except Failed:
            return None
        roles = [(str(one["id"]), int(one["permissions"])) for one in about.get("roles") or ()]
        return {
            "owner_id": about.get("owner_id"),
            "roles": [(id, given) for id, given in roles if level_of(given) > Level.MEMBER],
        }


def _timed_out(member: Json, now: datetime.datetime) -> bool:
    until = member.get("communication_disabled_until")
    return until is not None and datetime.datetime.fromisoformat(until) > now
