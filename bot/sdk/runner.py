"""What Hearth says by itself: plans become due rows, due slots become posts, each at most once."""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from bot.scheduling.dispatcher import Dispatcher
from bot.scheduling.due import rule_text
from bot.scheduling.needs import Absent, DueRow, Outcome, Result, Slot, Wanted
from bot.scheduling.needs import Refused as NothingToSend
from bot.storage.errors import StorageError

from .answering import log_failure
from .catalogue import Catalogue
from .commands import Schedule
from .context import Clock, Context, Planning
from .context import Slot as CogSlot
from .errors import Refused
from .people import Level, Person, Place
from .ports import Connects, Delivery, Empowers, Later, NotSent, Platform, Sent, Unknown, Why
from .saying import Act
from .schedules import Planned
from .showing import Showing
from .spaces import Space, Spaces
from .texts import spoken_on
from .words import Edit, Fate, Post, Remove, TimeOut

_SAME_POST = datetime.timedelta(minutes=2)
"""So long platforms surely know a repeated nonce or transaction id (Discord: "a few minutes")."""
_SPACE = "~space"
"""The argument that says which space a slot is for; sealed like the rest, the ledger shows a tag."""
SORTS = datetime.timedelta(seconds=30)
"""So often `Runner.sort` is to be called."""
_ROOMS_COME = datetime.timedelta(minutes=2)
"""So long after everything is connected a room may still come in that is not gone."""


class Runner:
    """Runs due slots through their cogs and posts what comes of it. Fulfils scheduling's `Sender` and
    the sdk's `Agenda`."""

    def __init__(
        self,
        catalogue: Catalogue,
        spaces: Spaces,
        showing: Showing,
        platforms: Mapping[str, Platform],
        clock: Clock,
    ) -> None:
        self._catalogue = catalogue
        self._spaces = spaces
        self._showing = showing
        self._platforms = platforms
        self._clock = clock
        self._connected_since: dict[str, datetime.datetime] = {}
        self._unsorted: dict[str, frozenset[str]] = {}
        """Spaces with something planned that is in no platform's lane, and the platforms asked for it."""
        self.dispatcher: Dispatcher | None = None

    # --- plans -----------------------------------------------------------------------------------

    async def plan(self, schedule: Schedule, space: str, planned: Planned) -> None:
        """Enter or move one. Nothing happens without storage."""
        if self.dispatcher is not None:
            await self.dispatcher.add(self._wanted(schedule, self._spaces.get(space), planned))

    async def drop(self, schedule: Schedule, space: str, name: str) -> None:
        """Take one out."""
        if self.dispatcher is not None:
            await self.dispatcher.remove(_name(schedule, self._spaces.get(space), name))

    async def replan(self, space: Space) -> None:
        """Plan everything of a space anew: at start, and when its profile changed. What did not change
        keeps its row; what a cog cannot plan is reported, and stands as it was. Raises `StorageError`."""
        assert self.dispatcher is not None
        for loaded in self._catalogue.cogs.values():
            for schedule in loaded.cog.schedules.values():
                settings = space.settings.get(schedule.cog, loaded.defaults)
                planning = Planning(space, loaded.service, settings, self._clock())
                try:
                    wanted = [self._wanted(schedule, space, one) for one in await schedule.plan(planning)]
                    await self.dispatcher.replan(_prefix(schedule, space), wanted)
                except StorageError:
                    raise
                except Exception as error:
                    log_failure(error, f"planning {schedule.cog} {schedule.name}", None)
            settings = space.settings.get(loaded.cog.name, loaded.defaults)
            for handler in loaded.cog.in_force:
                try:
                    await handler(Planning(space, loaded.service, settings, self._clock()))
                except StorageError:
                    raise
                except Exception as error:
                    log_failure(error, f"putting the profile in force for {loaded.cog.name}", None)

    async def sort(self) -> None:
        """Find out on which platform speaks what could not be told when it was planned: once more when
        another platform has been connected for as long as rooms take to come. Raises `StorageError`."""
        ready = self._ready()
        for id, asked in list(self._unsorted.items()):
            if ready - asked:
                await self.replan(self._spaces.get(id))
                if self._unsorted[id] == asked:
                    del self._unsorted[id]

    def _ready(self) -> frozenset[str]:
        """The platforms whose rooms are all in sight."""
        now = self._clock()
        since = {name: self._connected(name) for name in self._platforms}
        return frozenset(name for name, at in since.items() if at is not None and now - at >= _ROOMS_COME)

    def _connected(self, name: str) -> datetime.datetime | None:
        """Since when a platform is known to be connected; None where it is not."""
        platform = self._platforms[name]
        if isinstance(platform, Connects) and not platform.connected:
            self._connected_since.pop(name, None)
            return None
        return self._connected_since.setdefault(name, self._clock())

    def _wanted(self, schedule: Schedule, space: Space, planned: Planned) -> Wanted:
        return Wanted(
            name=_name(schedule, space, planned.name),
            space=space.tag,
            cog=schedule.cog,
            schedule=schedule.name,
            args={**planned.args, _SPACE: space.id},
            zone=planned.zone,
            rule=rule_text(planned.rule),
            grace=planned.grace,
            lane=self._lane(space, planned),
        )

    def _lane(self, space: Space, planned: Planned) -> str:
        """The platform on which this will speak; empty where that cannot be told just now."""
        if isinstance(planned.to, Person | Place):
            name = planned.to.platform
        else:
            homes = self._spaces.platforms(space.id) & self._platforms.keys()
            if len(homes) == 1:
                return homes.pop()
            place = self.room(planned.to, space) if planned.to else None
            name = place.platform if place is not None else ""
        if name in self._platforms:
            return name
        if planned.to:
            self._unsorted[space.id] = self._ready()
        return ""

    # --- slots -----------------------------------------------------------------------------------

    async def send(self, slot: Slot) -> Outcome:
        """Post what the slot's cog says, once."""
        post = await self._act_of(slot)
        if not isinstance(post, Act):
            return post
        return await self.deliver(post, slot.cog, self._space_of(slot), slot.mark)

    async def look_up(self, slot: Slot) -> Outcome | None:
        """Whether the slot was posted: by the same nonce while the platform knows it, then by its mark."""
        post = await self._act_of(slot)
        if not isinstance(post, Act):
            return None if isinstance(post, Sent) else post
        if not isinstance(post, Post):
            return None  # done twice, an edit or a removal is as good as done once
        now = self._clock()
        age = now - slot.claimed_at
        if datetime.timedelta(0) <= age < _SAME_POST and now <= slot.due + slot.grace:
            delivery = await self.deliver(post, slot.cog, self._space_of(slot), slot.mark)
            # Lost once more: it can be asked about again, and later read in the room's history.
            return Later(0.0) if isinstance(delivery, Unknown) else delivery
        platform = self._platforms.get(post.to.platform)
        if platform is None:
            return Unknown()
        return await platform.find(post.to, slot.mark, min(slot.claimed_at, now))

    def hears(self, row: DueRow) -> bool:
        """Whether its cog wants to hear what becomes of it."""
        loaded = self._catalogue.cogs.get(row.cog)
        schedule = loaded.cog.schedules.get(row.schedule) if loaded is not None else None
        return schedule is not None and schedule.settled is not None

    async def settled(self, slot: Slot, result: Result, ref: str | None) -> None:
        """Tell the slot's cog how it ended. Raises what the cog raises: it is then told again."""
        loaded = self._catalogue.cogs.get(slot.cog)
        schedule = loaded.cog.schedules.get(slot.schedule) if loaded is not None else None
        if loaded is None or schedule is None or schedule.settled is None:
            return
        context = self._context(slot, schedule, loaded.service)
        for_cog = _for_cog(slot, schedule, self._space_of(slot))
        await schedule.settled(context, for_cog, Fate(result), ref)

    async def deliver(self, post: Act, cog: str, space: Space, mark: str) -> Delivery:
        """Hand a post, an edit or a removal to its platform."""
        name = (post.to if isinstance(post, Post) else post.place).platform
        platform = self._platforms.get(name)
        if platform is None:
            return NotSent(Why.GONE)
        with spoken_on(name):
            return await self._hand_over(platform, post, cog, space, mark)

    async def _hand_over(self, platform: Platform, post: Act, cog: str, space: Space, mark: str) -> Delivery:
        if isinstance(post, Remove):
            return await platform.remove(post.place, post.ref)
        if isinstance(post, TimeOut):
            return await platform.time_out(post.person, post.place, post.until)
        if isinstance(post, Edit):
            language = self._language_at(post.place, space)
            tag = space.tag if space.id else ""
            shown = self._showing.view(cog, post.view, language, private=False, space=tag)
            return await platform.edit(post.place, post.ref, shown)
        private = isinstance(post.to, Person)
        shown = self._showing.view(
            cog, post.view, self._language(post, space), private=private, space=space.tag if space.id else ""
        )
        shown = dataclasses.replace(shown, rouse=post.rouse)
        if isinstance(post.to, Person):
            return await platform.direct(post.to, shown, mark)
        return await platform.post(post.to, shown, mark)

    async def act(self, post: Act, cog: str, space: Space, mark: str = "") -> None:
        """Carry out what a handler returned. Raises `Refused` when it does not reach its place."""
        delivery = await self.deliver(post, cog, space, mark or secrets.token_hex(8))
        if not isinstance(delivery, Sent):
            raise Refused("not-delivered")

    def room(self, name: str, space: Space) -> Place | None:
        """The room that a space's profile calls `name`, on whichever platform has it."""
        for platform in self._platforms.values():
            place = platform.place(name, space.id)
            if place is not None:
                return place
        return None

    async def readers(self, place: Place) -> int | None:
        """How many people can read there; None where that cannot be known."""
        platform = self._platforms.get(place.platform)
        return await platform.readers(place) if platform is not None else None

    async def reads(self, place: Place, person: Person) -> bool | None:
        """Whether somebody was let into a room; None where that cannot be known."""
        platform = self._platforms.get(place.platform)
        if platform is None or place.platform != person.platform:
            return None
        return await platform.reads(place, person)

    async def powers(self, person: Person) -> Person | None:
        """The same person with what they may do in their space; None where that cannot be found out."""
        platform = self._platforms.get(person.platform)
        return await platform.powers(person, self._clock()) if isinstance(platform, Empowers) else person

    async def _act_of(self, slot: Slot) -> Act | Outcome:
        loaded = self._catalogue.cogs.get(slot.cog)
        schedule = loaded.cog.schedules.get(slot.schedule) if loaded is not None else None
        if loaded is None or schedule is None:
            return NothingToSend("no-such-cog")
        space = self._space_of(slot)
        try:
            said = await schedule.handler(
                self._context(slot, schedule, loaded.service), _for_cog(slot, schedule, space)
            )
        except Refused as refused:
            if refused.key == "no-such-place" and self._may_come(slot):
                return Absent()
            return NothingToSend(refused.key)
        return said if isinstance(said, Act) else Sent("")

    def _may_come(self, slot: Slot) -> bool:
        """Whether the slot's room may still be seen: rooms come in one by one once its platform is connected.
        Where that is (or all are, if nobody knows which) and the room is not there, it is gone."""
        now = self._clock()
        began = slot.claimed_at
        for name in [slot.lane] if slot.lane in self._platforms else self._platforms:
            since = self._connected(name)
            if since is None:
                return True
            began = max(began, since)
        return now - began < _ROOMS_COME

    def _context(self, slot: Slot, schedule: Schedule, service: Any) -> Context[Any]:
        space = self._space_of(slot)
        settings = space.settings.get(slot.cog, self._catalogue.cogs[slot.cog].defaults)
        return Context(
            person=Person("", "", space.id),
            place=Place("", "", space.id),
            now=self._clock(),
            language=space.language,
            space=space,
            service=service,
            level=Level.MEMBER,
            cause=None,
            agenda=self,
            say=lambda says: self._showing.texts.say(slot.cog, says, space.language),
            readers=self.readers,
            reads=self.reads,
            _settings=settings,
            _rooms=lambda name: self.room(name, space),
        )

    def _space_of(self, slot: Slot) -> Space:
        return self._spaces.get(str(slot.args.get(_SPACE, "")))

    def _language(self, post: Post, space: Space) -> str:
        if isinstance(post.to, Place):
            return self._language_at(post.to, space)
        return post.to.language or space.language

    def _language_at(self, place: Place, space: Space) -> str:
        group = space.group_at(place)
        return group.language if group is not None else space.language


def traces_of(cog: str, schedule: str, names: Collection[str]) -> tuple[str, list[str]]:
    """How the names of these planned things begin and end, in whatever space."""
    return f"{cog}.{schedule}|", [f"|{name}|" for name in names]


def _prefix(schedule: Schedule, space: Space) -> str:
    return f"{schedule.cog}.{schedule.name}|{space.tag}|"


def _name(schedule: Schedule, space: Space, name: str) -> str:
    # Closed at the end, so that no name is the beginning of another.
    return f"{_prefix(schedule, space)}{name}|"


def _for_cog(slot: Slot, schedule: Schedule, space: Space) -> CogSlot:
    args = {name: value for name, value in slot.args.items() if name != _SPACE}
    name = slot.name.removeprefix(_prefix(schedule, space)).removesuffix("|")
    return CogSlot(name, slot.due, args)
