"""What a test can make go wrong, as methods of the server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from . import gateway as gw
from . import permissions
from .errors import Json
from .state import Guild
from .traffic import Drop, Fault
from .world import World

if TYPE_CHECKING:
    from .people import Person
    from .state import Channel


class Controls(World):
    """Faults and changes of the surroundings: the part of `DiscordServer` that tests drive."""

    def fail_next(
        self,
        pattern: str,
        status: int | None = None,
        *,
        drop: Drop | None = None,
        times: int = 1,
        retry_after: float | None = None,
        code: int = 0,
        delay: float = 0.0,
        hold: bool = False,
        overall: bool = False,
    ) -> Fault:
        """Lay a fault in wait for the next `times` requests that match.

        `pattern` is matched by fnmatch against e.g. "POST /channels/123/messages". Either `status` answers
        (429 with `retry_after` seconds, `overall` for the global limit; otherwise Discord's error `code`), or
        `drop` cuts the connection "before" or "after" the request was processed, or the request only waits:
        `delay` seconds, or with `hold` until the returned fault's `release()`. Its `happened` event is set
        when it strikes; `hits` counts.
        """
        fault = Fault(pattern, status, drop, times, retry_after, code, delay, hold, overall)
        self.faults.waiting.append(fault)
        return fault

    def close_dms(self, person: Person, *, closed: bool = True) -> None:
        """The person takes no direct messages any more (or again)."""
        person.account.dms_closed = closed

    def remove_permission(self, place: Channel | Guild, *names: str) -> None:
        """Deny the bot permissions in a channel, or take them from everyone and the bot in a server."""
        lost = permissions.bits(names)
        if isinstance(place, Guild):
            for role in (place.everyone, *place.members[self.bot_user.id].roles):
                role.permissions &= ~lost
                self.gateway.dispatch(
                    "GUILD_ROLE_UPDATE",
                    {"guild_id": str(place.id), "role": role.payload()},
                    guild=place,
                    intent=gw.GUILDS,
                )
            return
        allow, deny = place.overwrites.get(self.bot_user.id, (0, 0))
        place.overwrites[self.bot_user.id] = (allow & ~lost, deny | lost)
        self.channel_changed(place)

    def give_permission(self, channel: Channel, *names: str) -> None:
        """Allow the bot permissions in a channel."""
        gained = permissions.bits(names)
        allow, deny = channel.overwrites.get(self.bot_user.id, (0, 0))
        channel.overwrites[self.bot_user.id] = (allow | gained, deny & ~gained)
        self.channel_changed(channel)

    def guild_outage(self, guild: Guild, *, over: bool = False) -> None:
        """A server becomes unavailable, or comes back."""
        if not over:
            body = {"id": str(guild.id), "unavailable": True}
            self.gateway.dispatch("GUILD_DELETE", body, guild=guild, intent=gw.GUILDS)
            return
        for session in self.gateway.sessions.values():
            if session.owns(guild.id):
                session.dispatch("GUILD_CREATE", self.gateway.guild_create(guild, session))

    async def drop_gateway(
        self,
        *,
        resumable: bool = True,
        how: Literal["close", "abort", "reconnect", "invalid"] = "close",
    ) -> int:
        """Break all gateway connections; returns how many there were.

        "close" closes the socket with a code that allows resuming, "abort" cuts TCP, "reconnect" sends op 7
        and "invalid" op 9. Events that happen meanwhile are replayed on resume; with `resumable=False` the
        sessions are forgotten, so that the client has to identify anew and misses them. To keep the bot away
        for a while, set `server.gateway.accepting = False` first and True later.
        """
        return await self.gateway.drop(resumable=resumable, how=how)

    def set_command_permission(self, guild: Guild, command: str, entries: list[tuple[object, bool]]) -> None:
        """Re-map a command as a server's owner can: entries of (Role, Person or Channel; allowed).

        The server itself as entry means everyone. GUILD's bots learn it by an event.
        """
        number = self.command_id(guild, command)
        kinds = {"Role": 1, "User": 2, "Person": 2, "Channel": 3, "Guild": 1}
        found = [
            {"id": str(getattr(target, "id")), "type": kinds[type(target).__name__], "permission": allowed}  # noqa: B009 - the type is one of several
            for target, allowed in entries
        ]
        guild.command_permissions[number] = found
        body: Json = {
            "id": str(number),
            "application_id": str(self.application_id),
            "guild_id": str(guild.id),
            "permissions": found,
        }
        self.gateway.dispatch("APPLICATION_COMMAND_PERMISSIONS_UPDATE", body, guild=guild)

    def command_id(self, guild: Guild, name: str) -> int:
        """The id of a registered command, the server's own before the global. Raises KeyError."""
        for store in (self.guild_commands.get(guild.id, {}), self.global_commands):
            for number, command in store.items():
                if command["name"] == name:
                    return number
        raise KeyError(f"no command {name!r} is registered")

    async def quiet(self, seconds: float) -> None:
        """Let real time pass, to show that nothing comes. Only for absence; for presence use `until`."""
        await asyncio.sleep(seconds)
