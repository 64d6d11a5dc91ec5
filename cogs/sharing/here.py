"""Where a share goes: which part of the profile is meant here, which room, and how many can read there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from bot.sdk import Context, Group, Place, Refused, Space

from . import moments
from .said import Where
from .service import Sharing
from .settings import SharingSettings

COG = "sharing"


def of_group(group: Group | None) -> SharingSettings | None:
    """What a group says itself; None where it leaves it to the community."""
    found = group.settings.get(COG) if group is not None else None
    return found if isinstance(found, SharingSettings) else None


def of_space(space: Space) -> SharingSettings:
    """What the community says."""
    found = space.settings.get(COG)
    return found if isinstance(found, SharingSettings) else SharingSettings()


async def meant(ctx: Context[Sharing], named: str | None = None) -> Where:
    """Where somebody shares who says so here. Raises `Refused("sharing-off")`, `share-where` where several
    groups could be meant, `only-in-group` where only who is in the group may."""
    group = _named(ctx.space, named) if named else ctx.group
    own = of_group(group)
    if group is not None and own is not None:
        where = _where(ctx.space, group, own)
    elif of_space(ctx.space).policy != "off":
        where = _where(ctx.space, None, of_space(ctx.space))
    else:
        where = await _only_group(ctx)
    if where.settings.policy == "off":
        raise Refused("sharing-off")
    if where.settings.policy == "review-first" and ctx.space.moderators_room is None:
        raise Refused("no-desk")
    if where.settings.who == "group" and not await _belongs(ctx, where):
        raise Refused("only-in-group")
    return where


async def _belongs(ctx: Context[Sharing], where: Where) -> bool:
    """Whether somebody speaks from within the group's own room, or is in it, where the platform can tell."""
    if ctx.group is not None and where.group in ("", ctx.group.id):
        return True
    groups = [ctx.space.groups[where.group]] if where.group else list(ctx.space.groups.values())
    return any([await _is_in(ctx, group) for group in groups])


async def _is_in(ctx: Context[Sharing], group: Group) -> bool:
    for name in group.rooms:
        try:
            room = ctx.room(name)
        except Refused:
            continue  # it is not there any more
        if await ctx.reads(room, ctx.person):
            return True
    return False


def again(ctx: Context[Sharing], room: str, group: str) -> Where:
    """The same place later, with what is set up there now. Raises `Refused("sharing-off")`, and `no-desk`
    where moderators read first and have no room for that."""
    found = ctx.space.groups.get(group) if group else None
    own = of_group(found)
    settings = own if found is not None and own is not None else of_space(ctx.space)
    if settings.policy == "off":
        raise Refused("sharing-off")
    if settings.policy == "review-first" and ctx.space.moderators_room is None:
        raise Refused("no-desk")
    where = _where(ctx.space, found if own is not None else None, settings)
    return Where(room, group, where.language, where.zone, settings)


def shown_there(space: Space, group: str) -> SharingSettings:
    """What is set up for what stands already, whether or not more may be written."""
    found = of_group(space.groups.get(group)) if group else None
    return found or of_space(space)


def today(ctx: Context[Sharing], where: Where) -> datetime.date:
    """The day on the clock there."""
    return moments.wall(ctx.now, where.zone).date()


async def is_small(ctx: Context[Sharing], place: Place, where: Where) -> bool:
    """Whether so few can read there that somebody may be guessed. A number that is not known is small."""
    readers = await ctx.readers(place)
    return readers is None or readers < where.settings.small_group


def groups_that_share(space: Space) -> Mapping[str, str]:
    """The groups where something can be shared: id and name."""
    return {
        group.id: group.name
        for group in space.groups.values()
        if (own := of_group(group)) is not None and own.policy != "off"
    }


def shares(space: Space) -> bool:
    """Whether something can be shared anywhere in a community."""
    return of_space(space).policy != "off" or bool(groups_that_share(space))


def _where(space: Space, group: Group | None, settings: SharingSettings) -> Where:
    room = settings.room or (group.rooms[0] if group is not None and group.rooms else "")
    if not room and settings.policy != "off":
        raise Refused("no-sharing-room")
    if group is None:
        return Where(room, "", space.language, space.zone, settings)
    return Where(room, group.id, group.language, group.zone, settings)


def _named(space: Space, named: str) -> Group | None:
    wanted = named.strip().casefold()
    for group in space.groups.values():
        if wanted in (group.id.casefold(), group.name.casefold()) and group.id in groups_that_share(space):
            return group
    raise Refused("share-where", groups=", ".join(groups_that_share(space).values()))


async def _only_group(ctx: Context[Sharing]) -> Where:
    """The one group that shares; of several the one that somebody is in."""
    space = ctx.space
    sharing = groups_that_share(space)
    if not sharing:
        raise Refused("sharing-off")
    found = [space.groups[id] for id in sharing]
    if len(found) > 1:
        found = [group for group in found if await _is_in(ctx, group)]
    if len(found) != 1:
        raise Refused("share-where", groups=", ".join(sharing.values()))
    own = of_group(found[0])
    assert own is not None
    return _where(space, found[0], own)
