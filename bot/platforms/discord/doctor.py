"""What Hearth needs on Discord, by feature; the link that invites it with just that; and what is missing.

https://docs.discord.com/developers/topics/permissions#permission-overwrites says how rights come about.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .names import Names
from .pace import Pace
from .rest import Failed, Refusal, Rest

Json = Mapping[str, Any]

_VIEW, _SEND, _MANAGE, _ATTACH, _HISTORY = 1 << 10, 1 << 11, 1 << 13, 1 << 15, 1 << 16
_OPEN_THREADS, _IN_THREADS, _TIME_OUT = 1 << 35, 1 << 38, 1 << 40
_ADMINISTRATOR = 1 << 3
_THREADS = frozenset({10, 11, 12})

PERMISSIONS: Mapping[str, int] = {
    "View Channel": _VIEW,
    "Send Messages": _SEND,
    "Create Public Threads": _OPEN_THREADS,
    "Send Messages in Threads": _IN_THREADS,
    "Attach Files": _ATTACH,
    "Read Message History": _HISTORY,
    "Manage Messages": _MANAGE,
    "Timeout Members": _TIME_OUT,
}
"""The permissions that are ever asked for, as Discord's settings call them in English."""


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """Something Hearth does that Discord's permissions allow or not."""

    name: str
    needs: tuple[str, ...]
    in_threads: bool = True
    in_rooms: bool = True


FEATURES: Sequence[Feature] = (
    Feature("posting prompts and shared words", ("View Channel", "Send Messages"), in_threads=False),
    Feature("posting in threads", ("View Channel", "Send Messages in Threads"), in_rooms=False),
    Feature(
        "opening threads for replies", ("Create Public Threads", "Send Messages in Threads"), in_threads=False
    ),
    Feature("posting pictures and files", ("Attach Files",)),
    Feature(
        "telling after a crash whether a prompt was posted, editing and removing long posts",
        ("Read Message History",),
    ),
)
"""By feature. Commands, buttons, forms, all answers to them, and direct messages need no permission."""
MODERATION: Sequence[Feature] = (
    Feature("taking away what breaks a rule", ("Manage Messages",)),
    Feature("letting somebody rest from writing", ("Timeout Members",)),
)
"""What is asked for besides where a space's rules look at what people write."""


_NO_ROOM = ("posting there", ("a room of that name or id",))
_NOT_THERE = ("being there at all", ("an invitation by the link",))


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a feature from working: where, which feature, and what to grant or to mend."""

    server: str
    room: str
    feature: str
    needs: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For the operator, on one line."""
        where = f"{self.server} {self.room}".strip()
        return f"Discord server {where}: {self.feature} needs {', '.join(self.needs)}"


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What was found out. `invite` is empty where Discord could not be asked."""

    invite: str
    gaps: tuple[Missing, ...] = ()
    trouble: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything to mend, a sentence each."""
        return (*((self.trouble,) if self.trouble else ()), *(gap.sentence for gap in self.gaps))


def invite_link(application: str | int, *, moderates: bool = False) -> str:
    """The link that adds Hearth to a server with the least permissions all its features need; `moderates`
    where rules are on."""
    wanted = 0
    for feature in _features(moderates):
        for name in feature.needs:
            wanted |= PERMISSIONS[name]
    return (
        "https://discord.com/oauth2/authorize"
        f"?client_id={application}&scope=bot+applications.commands&permissions={wanted}"
    )


def _features(moderates: bool) -> Sequence[Feature]:
    return (*FEATURES, *MODERATION) if moderates else FEATURES


async def application_of(rest: Rest) -> str:
    """The id of the application that a token belongs to. Raises a kind of `rest.Failed`."""
    return str((await rest.call("GET", "/applications/@me"))["id"])


async def examine(token: str, rooms: Mapping[str, Iterable[str]], moderated: Collection[str] = ()) -> Report:
    """The invite link, and what is missing in the rooms in use: by the id of each server, the names or ids
    that its profile gives them. `moderated` are the servers whose rules are on. Raises nothing: that Discord
    cannot be asked is a finding, too."""
    rest = Rest(token, Pace())
    await rest.open()
    link = ""
    found: list[Missing] = []
    try:
        link = invite_link(await application_of(rest), moderates=bool(moderated))
        me = str((await rest.call("GET", "/users/@me"))["id"])
        for guild, wanted in rooms.items():
            features = _features(guild in moderated)
            found += await _server(rest, guild, me, list(dict.fromkeys(wanted)), features)
    except Refusal as refusal:
        why = "does not take the token" if refusal.status == 401 else "refuses to say more"
        return Report(link, tuple(found), f"Discord {why}: {refusal}")
    except Failed as failed:
        return Report(link, tuple(found), f"Discord could not be asked: {failed}")
    finally:
        await rest.close()
    return Report(link, tuple(found))


async def _server(
    rest: Rest, guild: str, me: str, wanted: Sequence[str], features: Sequence[Feature]
) -> list[Missing]:
    try:
        about = await rest.call("GET", f"/guilds/{guild}")
        member = await rest.call("GET", f"/guilds/{guild}/members/{me}")
        channels = await rest.call("GET", f"/guilds/{guild}/channels")
    except Refusal:
        return [Missing(guild, "", *_NOT_THERE)]
    names = Names()
    names.hear("GUILD_CREATE", {"id": guild, "channels": channels, "roles": []})
    by_id: dict[str, Json] = {str(one["id"]): one for one in channels}
    found: list[Missing] = []
    for room in wanted:
        known = names.room(guild, room)
        channel = by_id.get(known[0]) if known is not None else await _thread(rest, guild, room)
        if channel is None:
            found.append(Missing(str(about["name"]), room, *_NO_ROOM))
            continue
        thread = channel.get("type") in _THREADS
        place = by_id.get(str(channel.get("parent_id")), channel) if thread else channel
        rights = permissions_in(about, member, place, me)
        for feature in features:
            if not (feature.in_threads if thread else feature.in_rooms):
                continue
            lacking = tuple(name for name in feature.needs if not rights & PERMISSIONS[name])
            if lacking:
                found.append(Missing(str(about["name"]), room, feature.name, lacking))
    return found


async def _thread(rest: Rest, guild: str, room: str) -> Json | None:
    """A thread by its id: threads are in no list of rooms."""
    if not room.isdecimal():
        return None
    try:
        channel: Json = await rest.call("GET", f"/channels/{room}")
    except Failed:
        return None
    return channel if str(channel.get("guild_id")) == guild else None


def permissions_in(guild: Json, member: Json, channel: Json, me: str) -> int:
    """What a member may do in a channel: roles, then the channel's overwrites for everyone, for the
    member's roles together, and for the member."""
    everyone = str(guild["id"])
    held = {*map(str, member.get("roles") or ()), everyone}
    rights = 0
    for role in guild.get("roles") or ():
        if str(role["id"]) in held:
            rights |= int(role["permissions"])
    if rights & _ADMINISTRATOR or str(guild.get("owner_id")) == me:
        return ~0
    overwrites = {str(one["id"]): one for one in channel.get("permission_overwrites") or ()}

    def apply(rights: int, ids: Iterable[str]) -> int:
        allow = deny = 0
        for id in ids:
            if id in overwrites:
                allow |= int(overwrites[id]["allow"])
                deny |= int(overwrites[id]["deny"])
        return rights & ~deny | allow

    rights = apply(rights, [everyone])
    rights = apply(rights, held - {everyone})
    rights = apply(rights, [me])
    # Who cannot see a channel can do nothing in it.
    return rights if rights & _VIEW else 0
