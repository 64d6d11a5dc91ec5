"""Messages held against the rules, and what follows, written into the record."""

from __future__ import annotations

import dataclasses
import datetime
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.sdk import Cause, Level, Person, Place, Space, Unfit
from bot.sdk.profiles import Tried

from .book import Books, Heard, RuleBook, Verdict, heard_of, judged, settings_of
from .limits import Limits
from .native import Native, by_weight
from .owing import Owing, duties
from .records import Records
from .settings import RulesProfile
from .story import ON_THE_MESSAGE, Decision, Done, in_minutes, needs_a_look, needs_a_moderator, said_of
from .tables import Case, Entry, Silenced

if TYPE_CHECKING:
    from .matching.rules import Hit, Message

_AT_ONCE = datetime.timedelta(seconds=3)
"""What a platform's rules stop within this time of one person in one place is taken for one message."""
_MOST_STOPPED = 200


@dataclasses.dataclass(frozen=True, slots=True)
class _Stopped:
    """A message that a platform stopped a moment ago: its case, by which rules, and whether one nudged."""

    at: datetime.datetime
    case: str
    rules: frozenset[str]
    nudged: bool


class Judging:
    """What a community's rules say about words, and what comes of it."""

    def __init__(self, records: Records, limits: Limits) -> None:
        self._records = records
        self._limits = limits
        self._books = Books(records.supplies.data)
        self._stopped: OrderedDict[tuple[bytes, str], _Stopped] = OrderedDict()
        self.native = Native(records.supplies.filters)

    async def book(self, space: Space) -> RuleBook | None:
        """The rules of a community, made ready once for each version of its profile; None without rules."""
        return await self._books.of(space)

    async def met(
        self, person: Person, message: Message, space: Space, level: Level = Level.MEMBER
    ) -> list[Hit]:
        """The rules that a message meets. Nothing is written, and no database is asked."""
        return await self._books.met(person, message, space, level)

    async def privately(self, person: Person, place: Place, words: str) -> list[Heard]:
        """What the rules say about words that are to be posted there without a name, for the cog that posts
        them. Nothing is noted or kept in mind, nobody is told, and no level is an excuse."""
        profiles = self._records.supplies.profiles
        if profiles is None:
            return []
        space = profiles.space(place.space or person.space)
        if await self.book(space) is None:
            return []
        from .matching.rules import Message

        group = space.group_at(place)
        message = Message(
            words, roles=person.roles, room=place.room or place.name,
            group=group.id if group is not None else "", anonymous=True,
        )  # fmt: skip
        return [heard for hit in await self.met(person, message, space) if (heard := heard_of(hit))]

    async def try_lines(
        self, settings: RulesProfile | None, lines: Sequence[str]
    ) -> Sequence[Sequence[Tried]]:
        """For each line what the rules in `settings` would do about it."""
        settings = settings or RulesProfile()
        found = await self._books.tried(settings, lines)
        beyond = {one.id for one in await self.unfit(settings)}
        return [
            [
                Tried(
                    hit.rule, tuple(map(str, hit.actions)), next(iter(hit.places), None),
                    self.native.possible and hit.rule not in beyond,
                )
                for hit in hits
            ]
            for hits in found
        ]  # fmt: skip

    async def unfit(self, settings: RulesProfile | None) -> list[Unfit]:
        """Which rules no platform could keep by itself, and why; none where no platform keeps any."""
        if settings is None or not (self.native.possible and settings.has_rules):
            return []
        return self.native.unfit(by_weight(await self._books.rules(settings), settings.own))

    async def keep_natively(self, space: Space) -> list[Unfit]:
        """Have the platforms that can do so keep this community's rules by themselves; which they do not.
        What it does can be done twice."""
        if not self.native.possible:
            return []
        book = await self.book(space)
        if book is None:
            return await self.native.keep(space, (), moderators_too=False)
        rules = by_weight(book.rules(), book.settings.own)
        return await self.native.keep(space, rules, moderators_too=book.settings.moderators_too)

    async def stopped(self, space: Space, rule: str) -> Hit | None:
        """The rule by which a platform stopped a message; None where it is not there any more."""
        book = await self.book(space)
        found = book.rule(rule) if book is not None else None
        if found is None:
            return None
        from .matching.rules import Hit, in_kind_order

        return Hit(found.id, (), in_kind_order(found.then), found.say)

    async def decide(
        self,
        person: Person,
        hits: Sequence[Hit],
        space: Space,
        *,
        at: datetime.datetime,
        room: str = "",
        ref: str = "",
        words: str = "",
        place: Place | None = None,
        files: int = 0,
        language: str | None = None,
        stopped: bool = False,
        keyword: str = "",
        cause: Cause | None = None,
    ) -> Decision:
        """What follows from rules that were met, written into the record. `words` are what was written, as
        far as it was seen; they are kept only where a moderator may have to look at them. `stopped`: the
        platform did not post it; where its words were not seen, `keyword` is what it met in them. A platform
        tells of each of its rules by itself: those that met one message come into one case."""
        from .matching.rules import together

        settings, book = settings_of(space), await self.book(space)
        who = await self._records.store.who(person)
        rules = frozenset(hit.rule for hit in hits)
        spot = (who, place.id if place is not None else "")
        same = self._stopped.get(spot) if stopped else None
        if same is not None and (at - same.at > _AT_ONCE or not same.rules.isdisjoint(rules)):
            same = None
        async with self._records.store.write(cause) as session:
            case = await session.get(Case, same.case) if same is not None else None
            if same is not None and case is not None and same.nudged:
                found = Verdict(tuple(each for each in together(hits) if each.kind != "nudge"), (), None)
            else:
                remembered = max(settings.escalation.forgets_after, datetime.timedelta(days=1))
                before = await self._records.nudged(session, who, at - remembered)
                found = judged(hits, before, settings.escalation, at)
            silenced = await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None
            looks = any(map(needs_a_look, found.actions))
            actions = tuple(each for each in found.actions if not (stopped and each.kind in ON_THE_MESSAGE))
            waits, asked = any(needs_a_moderator(each) for each in actions), case is not None and case.waits
            if case is None:
                case = await self._records.opened(session, person, at, settings.keep, waits=waits)
            case.waits = case.waits or waits
            entry = Entry(
                case=case.id, at=in_minutes(at),
                told=said_of(
                    Done.RULE, actions=actions, room=room, ref=ref, place=place, name=person.name,
                    words=words if looks else "", keyword=keyword if not words else "", files=files,
                    stopped=stopped,
                    rules={hit.rule: book.version(hit.rule, language) if book else "" for hit in hits},
                    nudges=found.nudges, escalated=found.step is not None,
                ),
            )  # fmt: skip
            session.add(entry)
            limits, out = await self._limits.impose(session, case, actions, at, place)
            says = {hit.rule: hit.say for hit in hits if hit.say}
            nudges = tuple((rule, says.get(rule, "")) for rule in found.nudges)
            wanted = duties(
                person, actions, out, place=place, ref=ref, words=words, files=files,
                says=(said for _, said in nudges), hears=not silenced, stopped=stopped, asks=not asked, at=at,
            )  # fmt: skip
            owed = Owing.owe(session, case, person, wanted)
        if stopped:
            before_it = same if same is not None else _Stopped(at, "", frozenset(), nudged=False)
            self._stopped[spot] = _Stopped(
                before_it.at, case.id, rules | before_it.rules, nudged=bool(nudges) or before_it.nudged
            )
            self._stopped.move_to_end(spot)
            while len(self._stopped) > _MOST_STOPPED:
                self._stopped.popitem(last=False)
        return Decision(
            case.number,
            case.id,
            actions,
            nudges,
            not silenced,
            limits,
            found.step is not None,
            tuple(out),
            owed,
        )

    def forget(self, person: Person) -> None:
        """Forget what an account wrote lately."""
        self._books.forget(person)
        self._stopped.clear()
