"""Changing members.

Source: https://docs.discord.com/developers/resources/guild#modify-guild-member
"""

from __future__ import annotations

from datetime import datetime

from . import limits, permissions
from .errors import Json, Violation, missing_permissions, unknown
from .rest import Call, route


@route("PATCH", "/guilds/{guild_id}/members/{user_id}")
def edit(call: Call) -> Json:
    """Time a member out, or let them write again."""
    guild, server = call.guild(), call.server
    found = guild.members.get(call.id("user_id"))
    if found is None:
        raise unknown("Member")
    mine = permissions.in_guild(guild, server.bot_user)
    if not mine & permissions.BITS["moderate_members"]:
        raise missing_permissions()
    if permissions.in_guild(guild, found.user) & permissions.BITS["administrator"]:
        raise missing_permissions()
    until = call.body.get("communication_disabled_until")
    if until is not None and datetime.fromisoformat(until) - server.now() > limits.TIME_OUT:
        problem = "Time out can be at most 28 days."
        call.refuse([Violation(("communication_disabled_until",), "TIMEOUT_TOO_LONG", problem)])
    found.timed_out = until
    server.member_changed(guild, found)
    return found.payload()
