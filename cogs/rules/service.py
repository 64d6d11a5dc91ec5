"""The rules of moderation: what a nudge leads to, who may decide what, what is remembered, how long.

In one file because a case, its entries and its sanctions come and go together, in one transaction each.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import (
    Cause,
    Level,
    Person,
    Place,
    Refused,
    Space,
    Store,
    Supplies,
    Unfit,
    account_text,
)
from bot.sdk.profiles import Tried

from .book import Books, Heard, Nudged, RuleBook, heard_of, judged, settings_of
from .limits import Limits
from .matching.rules import Hit, Message, in_kind_order
from .native import Native
from .settings import RulesProfile
from .story import (
    ON_THE_MESSAGE,
    Again,
    CaseStory,
    Decision,
    Done,
    InForce,
    Out,
    Summary,
    doer_of,
    in_minutes,
    line_from,
    needs_a_look,
    needs_a_moderator,
    person_of,
    said_of,
)
from .tables import Agreed, Asked, Back, Case, Count, Doer, Entry, Sanction, Silenced

_FOLLOWED = datetime.timedelta(days=90)
"""So long after they last did something somebody counts as a moderator who could look at an appeal."""
_UNANSWERED = datetime.timedelta(days=7)
"""After this time an appeal may be decided by anyone, since a second moderator did not come."""
_MOST_LISTED = 200
_MOST_KNOWN = 20_000
"""People of whom it is kept in mind that they need not be asked to agree."""


class Moderation:
    """What rules and moderators do, and what comes of it. Each method is whole or leaves nothing."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies
        self._books = Books(supplies.data)
        self.limits = Limits(supplies)
        self.native = Native(supplies.filters)
        self._known: set[tuple[str, str, str, str]] = set()
        self._agreed: set[tuple[str, str, str, str]] = set()

    # --- holding messages against the rules -----------------------------------------------------------

    async def book(self, space: Space) -> RuleBook | None:
        """The rules of a community, made ready once for each version of its profile; None without rules."""
        return await self._books.of(space)

    async def met(
        self, person: Person, message: Message, space: Space, level: Level = Level.MEMBER
    ) -> list[Hit]:
        """The rules that a message meets. Nothing is written, and no database is asked."""
        return await self._books.met(person, message, space, level)

    async def privately(self, person: Person, place: Place, words: str, language: str) -> list[Heard]:
        """What the rules say about words that are to be posted there without a name, for the cog that posts
        them. Nothing is noted or kept in mind, nobody is told, and no level is an excuse."""
        profiles = self._supplies.profiles
        if profiles is None:
            return []
        space = profiles.space(place.space or person.space)
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
        return self.native.unfit(await self._books.rules(settings))

    async def keep_natively(self, space: Space) -> list[Unfit]:
        """Have the platforms that can do so keep this community's rules by themselves; which they do not.
        What it does can be done twice."""
        if not self.native.possible:
            return []
        book = await self.book(space)
        if book is None:
            return await self.native.keep(space, (), moderators_too=False)
        return await self.native.keep(space, book.rules(), moderators_too=book.settings.moderators_too)

    async def stopped(self, space: Space, rule: str) -> Hit | None:
        """The rule by which a platform stopped a message; None where it is not there any more."""
        book = await self.book(space)
        found = book.rule(rule) if book is not None else None
        return Hit(found.id, (), in_kind_order(found.then), found.say) if found is not None else None

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
        platform did not post it; where its words were not seen, `keyword` is what it met in them."""
        settings, book = settings_of(space), await self.book(space)
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            remembered = max(settings.escalation.forgets_after, datetime.timedelta(days=1))
            before = await self._nudged(session, who, at - remembered)
            found = judged(hits, before, settings.escalation, at)
            silenced = await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None
            looks = any(map(needs_a_look, found.actions))
            actions = tuple(each for each in found.actions if not (stopped and each.kind in ON_THE_MESSAGE))
            case = await self._opened(
                session,
                person,
                at,
                settings.keep,
                waits=any(needs_a_moderator(each) for each in actions),
            )
            entry = Entry(
                case=case.id, at=case.opened,
                told=said_of(
                    Done.RULE, actions=actions, room=room, ref=ref, place=place, name=person.name,
                    words=words if looks else "", keyword=keyword if not words else "", files=files,
                    stopped=stopped,
                    rules={hit.rule: book.version(hit.rule, language) if book else "" for hit in hits},
                    nudges=found.nudges, escalated=found.step is not None,
                ),
            )  # fmt: skip
            session.add(entry)
            limits, out = await self.limits.impose(session, case, actions, at, place)
        says = {hit.rule: hit.say for hit in hits if hit.say}
        return Decision(
            number=case.number,
            case=case.id,
            actions=actions,
            nudges=tuple((rule, says.get(rule, "")) for rule in found.nudges),
            told=not silenced,
            until=limits,
            escalated=found.step is not None,
            out=tuple(out),
        )

    # --- what people do about each other --------------------------------------------------------------

    async def flag(
        self,
        about: Person,
        why: str,
        space: Space,
        *,
        at: datetime.datetime,
        room: str = "",
        ref: str = "",
        words: str = "",
        cause: Cause | None = None,
    ) -> int:
        """Put somebody's message before the moderators; the case's number. Who flagged it is not kept."""
        async with self._store.write(cause) as session:
            case = await self._opened(session, about, at, settings_of(space).keep, waits=True)
            told = said_of(Done.FLAG, words=words, why=why.strip(), room=room, ref=ref)
            session.add(Entry(case=case.id, at=case.opened, told=told))
        return case.number

    async def act(
        self,
        moderator: Person,
        number: int,
        done: Done,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> tuple[CaseStory, list[Out]]:
        """Something a moderator does in a case: put back, take away, note, lift, take over, close. Comes with
        where its person may write again, if anywhere.

        Raises `Refused("no-such-case")`, `own-case` for a case about oneself, and `decided-already` for what
        was put back or taken away before.
        """
        by = await self._store.who(moderator)
        async with self._store.write(cause) as session:
            case = await self._case(session, moderator.space, number)
            if case.who == by:
                raise Refused("own-case")
            out: list[Out] = []
            if done is Done.LIFT:
                there, out = await self.limits.lift(session, case, at)
                if not there:
                    raise Refused("nothing-to-lift")
            if done in (Done.PUT_BACK, Done.TAKEN_AWAY):
                before = await self._told(session, case)
                if any(line.done in (Done.PUT_BACK, Done.TAKEN_AWAY) for line in before.lines):
                    raise Refused("decided-already")
                if done is Done.PUT_BACK:
                    self._put_back(session, case, before, at)
            await self._enter(session, case, moderator, done, why, at, space)
            if done in (Done.PUT_BACK, Done.TAKEN_AWAY, Done.CLOSED):
                case.waits = False
            if done is Done.TAKEN_OVER:
                case.waits = True
            story = await self._told(session, case)
            await self._clear(session, case, at)
        return story, out

    async def hand_over(
        self,
        moderator: Person,
        number: int,
        to: Person | None = None,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> CaseStory:
        """Leave a case to another moderator, or to whoever takes it. Raises `Refused("no-such-case")`,
        `own-case`."""
        by = await self._store.who(moderator)
        whom = await self._store.who(to) if to is not None else b""
        async with self._store.write(cause) as session:
            case = await self._case(session, moderator.space, number)
            if case.who in (by, whom):
                raise Refused("own-case")
            entry = await self._enter(session, case, moderator, Done.HANDED_OVER, why, at, space)
            if to is not None:
                session.add(doer_of(to, whom, entry, holds=True))
            case.waits = True
            await session.flush()
            return await self._told(session, case)

    # --- one's own ------------------------------------------------------------------------------------

    async def mine(self, person: Person) -> list[CaseStory]:
        """What was done about somebody here, the newest first."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            cases = await session.scalars(
                select(Case).where(Case.who == who).order_by(Case.opened.desc(), Case.number.desc()).limit(50)
            )
            return await self._stories(session, cases.all())

    async def appeal(
        self,
        person: Person,
        case: str,
        words: str,
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> CaseStory:
        """Ask for a second look at a case about oneself, once. Raises `Refused("no-such-case")`, and
        `appealed-already`."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            row = await session.get(Case, case)
            if row is None or row.who != who:
                raise Refused("no-such-case")  # the same for another's and for none
            story = await self._told(session, row)
            if story.appealed_at is not None:
                raise Refused("appealed-already")
            row.waits = True
            row.expires = max(row.expires, at + settings_of(space).keep)
            told = said_of(Done.APPEAL, words=words.strip())
            session.add(Entry(case=row.id, at=in_minutes(at), told=told))
            await session.flush()
            return await self._told(session, row)

    async def settle(
        self,
        moderator: Person,
        number: int,
        granted: bool,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> tuple[CaseStory, list[Out]]:
        """Decide an appeal. Granting it lifts what is still in force, and puts back what is held. Comes with
        where its person may write again, if anywhere.

        Whoever had a hand in the case leaves it to a second moderator where there is one: `Refused(
        "second-moderator")`. Raises also `no-such-case`, `own-case` and `no-appeal`.
        """
        by = await self._store.who(moderator)
        async with self._store.write(cause) as session:
            case = await self._case(session, moderator.space, number)
            if case.who == by:
                raise Refused("own-case")
            before = await self._told(session, case)
            if not before.appeal_waits:
                raise Refused("no-appeal")
            asked = before.appealed_at
            assert asked is not None
            if at - asked < _UNANSWERED and await self._should_leave_it(session, case, by, at):
                raise Refused("second-moderator")
            done = Done.GRANTED if granted else Done.UPHELD
            out: list[Out] = []
            if granted:
                _, out = await self.limits.lift(session, case, at)
                self._put_back(session, case, before, at)
            case.waits = False
            await self._enter(session, case, moderator, done, why, at, space)
            story = await self._told(session, case)
            await self._clear(session, case, at)
        return story, out

    async def in_force(self, person: Person, now: datetime.datetime) -> list[InForce]:
        """Sanctions in force and cases that wait, in every community: what erasing one's data leaves."""
        found = []
        async with self._store.read() as session:
            for space, who in await self._store.who_everywhere(person):
                sanctions = await session.scalars(
                    select(Sanction).where(Sanction.who == who, Sanction.until > now).order_by(Sanction.until)
                )
                found += [InForce(space, one.kind, one.until) for one in sanctions.all()]
                cases = await session.scalars(select(Case).where(Case.who == who, Case.waits.is_(True)))
                found += [InForce(space, "case", one.expires) for one in cases.all()]
        return found

    async def stays(self, person: Person) -> list[tuple[str, datetime.date]]:
        """What erasing one's data leaves in force, and until which day (UTC) at most."""
        return [
            (f"stays-{one.kind.replace('_', '-')}", one.until.date())
            for one in await self.in_force(person, self._supplies.clock())
        ]

    async def silence(self, person: Person, silent: bool, *, cause: Cause | None = None) -> None:
        """Refuse nudges by direct message, or want them again."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            there = await session.scalar(select(Silenced).where(Silenced.who == who))
            if silent and there is None:
                session.add(Silenced(space=person.space, who=who, account=account_text(person)))
            elif not silent and there is not None:
                await session.delete(there)

    async def is_silent(self, person: Person) -> bool:
        """Whether somebody refused nudges here."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            return await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None

    async def agree(
        self, person: Person, mark: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> None:
        """Note that somebody agrees to these words of the agreement."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            row = await session.scalar(select(Agreed).where(Agreed.who == who))
            if row is None:
                row = Agreed(space=person.space, who=who, account=account_text(person))
                row.mark, row.at = mark, in_minutes(at)
                session.add(row)
            elif row.mark != mark:
                row.mark, row.at = mark, in_minutes(at)

    async def agreed(self, person: Person, mark: str) -> bool:
        """Whether somebody agreed to exactly these words."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            return await session.scalar(select(Agreed.mark).where(Agreed.who == who)) == mark

    async def has_agreed(self, person: Person, mark: str) -> bool:
        """Whether somebody agreed to these words; of whoever did that is kept in mind."""
        key = (person.platform, person.account, person.space, mark)
        if key in self._agreed:
            return True
        if not await self.agreed(person, mark):
            return False
        if len(self._agreed) >= _MOST_KNOWN:
            self._agreed.clear()
        self._agreed.add(key)
        return True

    async def ask_to_agree(self, person: Person, mark: str) -> bool:
        """Whether somebody is to be asked now to agree to these words: once, until the words change."""
        key = (person.platform, person.account, person.space, mark)
        if key in self._known:
            return False
        who = await self._store.who(person)
        async with self._store.write() as session:
            agreed = await session.scalar(select(Agreed.mark).where(Agreed.who == who))
            row = await session.scalar(select(Asked).where(Asked.who == who))
            first = mark not in (agreed, row.mark if row is not None else None)
            if first and row is not None:
                row.mark = mark
            elif first:
                session.add(Asked(space=person.space, who=who, account=account_text(person), mark=mark))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        return first

    # --- what moderators see --------------------------------------------------------------------------

    async def record(
        self, space: str, *, about: Person | None = None, rule: str = "", waiting: bool = False
    ) -> list[Summary]:
        """The cases of a community, the newest first, at most 200: about one person, of one rule, waiting."""
        asked = select(Case).where(Case.space == space, Case.erased.is_(False) | Case.waits.is_(True))
        if about is not None:
            asked = asked.where(Case.who == await self._store.who(about))
        if waiting:
            asked = asked.where(Case.waits.is_(True))
        asked = asked.order_by(Case.number.desc()).limit(_MOST_LISTED)
        async with self._store.read() as session:
            stories = await self._stories(session, (await session.scalars(asked)).all())
        return [one.summary for one in stories if not rule or rule in one.rules]

    async def case(self, space: str, number: int) -> CaseStory:
        """Everything about one case. Raises `Refused("no-such-case")`."""
        async with self._store.read() as session:
            return await self._told(session, await self._case(session, space, number))

    async def again(self, case: str) -> Again | None:
        """What was held in a case and is still to be posted again."""
        async with self._store.read() as session:
            row = await session.get(Case, case)
            if row is None or row.erased:
                return None
            if await session.scalar(select(Back.id).where(Back.case == case)) is None:
                return None
            lines = (await self._told(session, row)).lines
            return next((line.again for line in lines if line.again is not None), None)

    # --- for everybody's account ----------------------------------------------------------------------

    async def export(self, person: Person) -> list[dict[str, Any]]:
        """All that is kept of a person, by space: what was done about them, and what they did as a moderator.
        Who else had a hand in it is not theirs to take along."""
        told = []
        async with self._store.read() as session:
            for space, who in await self._store.who_everywhere(person):
                cases = await session.scalars(select(Case).where(Case.who == who).order_by(Case.opened))
                stories = await self._stories(session, cases.all())
                sanctions = (await session.scalars(select(Sanction).where(Sanction.who == who))).all()
                agreed = await session.scalar(select(Agreed).where(Agreed.who == who))
                silent = await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None
                did = (await session.scalars(select(Doer).where(Doer.who == who).order_by(Doer.at))).all()
                asked = await session.scalar(select(Asked.id).where(Asked.who == who)) is not None
                if not (stories or sanctions or agreed or asked or silent or did):
                    continue
                told.append({
                    "space": space,
                    "cases": [story.exported() for story in stories],
                    "in_force": [
                        {"kind": one.kind, "until": one.until.isoformat()} for one in sanctions
                    ],
                    "agreed": None if agreed is None else agreed.at.isoformat(),
                    "asked_to_agree": asked,
                    "nudges_refused": silent,
                    "done_as_moderator": [one.at.isoformat() for one in did],
                })  # fmt: skip
        return told

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """Everything of a person goes, in every space, but what is in force: sanctions until they end and
        cases that wait for a moderator, which go when they no longer are."""
        self._books.forget(person)
        for known in (self._known, self._agreed):
            known -= {one for one in known if one[:2] == (person.platform, person.account)}
        now = self._supplies.clock()
        hashes = [who for _, who in await self._store.who_everywhere(person)]
        async with self._store.within(session) as own:
            for kind in (Agreed, Asked, Silenced, Doer):
                await own.execute(delete(kind).where(kind.who.in_(hashes)))
            await own.execute(delete(Sanction).where(Sanction.who.in_(hashes), Sanction.until <= now))
            for case in (await own.scalars(select(Case).where(Case.who.in_(hashes)))).all():
                case.erased = True
                await own.flush()
                await self._clear(own, case, now)

    async def age_out(self, now: datetime.datetime) -> None:
        """What is older than it may be goes, whole rows at a time. To be called about once an hour."""
        async with self._store.write() as session:
            await session.execute(delete(Sanction).where(Sanction.until <= now))
            held = select(Sanction.case)
            over = (Case.expires <= now) | (Case.erased.is_(True) & Case.waits.is_(False))
            gone = await session.scalars(select(Case).where(over, Case.id.not_in(held)))
            for case in gone.all():
                await self._remove(session, case)

    # --- inside ---------------------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        return self._supplies.store

    async def _opened(
        self,
        session: AsyncSession,
        about: Person,
        at: datetime.datetime,
        keep: datetime.timedelta,
        *,
        waits: bool,
    ) -> Case:
        count = await session.scalar(select(Count).where(Count.space == about.space))
        if count is None:
            count = Count(space=about.space, cases=0)
            session.add(count)
        count.cases += 1
        case = Case(
            space=about.space, number=count.cases, who=await self._store.who(about),
            account=account_text(about), name=about.name, opened=in_minutes(at),
            expires=in_minutes(at) + keep, waits=waits, erased=False,
        )  # fmt: skip
        session.add(case)
        return case

    @staticmethod
    def _put_back(session: AsyncSession, case: Case, story: CaseStory, at: datetime.datetime) -> None:
        """Have what is held posted again; the words of somebody who erased them stay away."""
        if story.again is not None and not case.erased:
            session.add(Back(space=case.space, case=case.id, at=at))

    async def _nudged(self, session: AsyncSession, who: bytes, since: datetime.datetime) -> list[Nudged]:
        cases = await session.scalars(select(Case).where(Case.who == who, Case.opened > since))
        return [
            Nudged(line.at, frozenset(line.nudges))
            for story in await self._stories(session, cases.all())
            if not story.undone
            for line in story.lines
            if line.nudges
        ]

    @staticmethod
    async def _case(session: AsyncSession, space: str, number: int) -> Case:
        case = await session.scalar(select(Case).where(Case.space == space, Case.number == number))
        if case is None:
            raise Refused("no-such-case")
        return case

    async def _enter(
        self,
        session: AsyncSession,
        case: Case,
        moderator: Person,
        done: Done,
        why: str,
        at: datetime.datetime,
        space: Space,
    ) -> Entry:
        entry = Entry(case=case.id, at=in_minutes(at), told=said_of(done, why=why.strip()))
        who = await self._store.who(moderator)
        session.add_all([entry, doer_of(moderator, who, entry, holds=done is Done.TAKEN_OVER)])
        case.expires = max(case.expires, in_minutes(at) + settings_of(space).keep)
        await session.flush()
        return entry

    async def _clear(self, session: AsyncSession, case: Case, now: datetime.datetime) -> None:
        """What was erased goes as soon as nothing is in force."""
        if not case.erased or case.waits:
            return
        limits = select(Sanction.id).where(Sanction.case == case.id, Sanction.until > now).limit(1)
        if await session.scalar(limits) is None:
            await self._remove(session, case)

    @staticmethod
    async def _remove(session: AsyncSession, case: Case) -> None:
        entries = select(Entry.id).where(Entry.case == case.id)
        await session.execute(delete(Doer).where(Doer.entry.in_(entries)))
        await session.execute(delete(Entry).where(Entry.case == case.id))
        await session.execute(delete(Sanction).where(Sanction.case == case.id))
        await session.execute(delete(Back).where(Back.case == case.id))
        await session.delete(case)

    async def _should_leave_it(
        self, session: AsyncSession, case: Case, by: bytes, at: datetime.datetime
    ) -> bool:
        """Whether this moderator had a hand in a case, and there is another to look at it."""
        mine = select(Entry).join(Doer, Doer.entry == Entry.id).where(Entry.case == case.id, Doer.who == by)
        kinds = [one.told["kind"] for one in (await session.scalars(mine)).all()]
        if all(kind == Done.NOTE.value for kind in kinds):
            return False
        others = select(Doer.id).where(
            Doer.space == case.space, Doer.who != by, Doer.who != case.who, Doer.at > at - _FOLLOWED
        )
        return await session.scalar(others.limit(1)) is not None

    async def _told(self, session: AsyncSession, case: Case) -> CaseStory:
        return (await self._stories(session, [case]))[0]

    @staticmethod
    async def _stories(session: AsyncSession, cases: Sequence[Case]) -> list[CaseStory]:
        ids = [case.id for case in cases]
        entries: dict[str, list[Entry]] = defaultdict(list)
        doers: dict[str, list[Doer]] = defaultdict(list)
        limits: dict[str, dict[str, datetime.datetime]] = defaultdict(dict)
        for entry in (
            await session.scalars(select(Entry).where(Entry.case.in_(ids)).order_by(Entry.at))
        ).all():
            entries[entry.case].append(entry)
        wanted = select(Doer).join(Entry, Entry.id == Doer.entry).where(Entry.case.in_(ids))
        for doer in (await session.scalars(wanted)).all():
            doers[doer.entry].append(doer)
        in_force = select(Sanction).where(Sanction.case.in_(ids)).order_by(Sanction.until)
        for one in (await session.scalars(in_force)).all():
            limits[one.case][one.kind] = one.until
        return [
            CaseStory(
                case.id, case.number, person_of(case), case.opened, case.expires, case.waits,
                tuple(line_from(entry, doers[entry.id]) for entry in entries[case.id]), limits[case.id],
            )
            for case in cases
        ]  # fmt: skip
