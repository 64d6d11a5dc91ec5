"""The rules of check-ins: who may change what, what is remembered, and what a group may be shown."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Fate, Person, Place, Refused, Store, Supplies, account_parts, account_text, aside

from . import showing
from .group_picture import FOUR_WEEKS, WEEK, Shares, Window, shares, window
from .questions import DEFAULT_SET, Question, read_sets, turn
from .showing import Missed, Showing
from .tables import Asked, Checkin, GroupPicture, Mood, PromptPause, Reminder, Shown

LONGEST_KEPT = datetime.timedelta(days=730)
"""Check-ins older than this go by themselves; an operator may choose less (`keep_days`), never more."""
_ONE_DAY = datetime.timedelta(days=1)
_MOST_SHOWN = 1000
_ROUND = 300
_ALWAYS = "always"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A check-in as its person sees it. `at` is in UTC; `changed`: an earlier tap on the same prompt
    was changed by this one."""

    id: str
    at: datetime.datetime
    mood: Mood = dataclasses.field(repr=False)
    note: str | None = dataclasses.field(repr=False)
    group: str | None
    shared: bool = dataclasses.field(repr=False)
    changed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """The reminder that somebody asked for: wall time, ISO days, zone. `until`: silent till then (UTC);
    `silent`: till it is resumed."""

    id: str
    person: Person
    at: datetime.time = dataclasses.field(repr=False)
    days: frozenset[int] = dataclasses.field(repr=False)
    zone: str = dataclasses.field(repr=False)
    until: datetime.datetime | None = None
    silent: bool = False

    def speaks(self, now: datetime.datetime) -> bool:
        """Whether it is not paused."""
        return not self.silent and (self.until is None or self.until <= now)


@dataclasses.dataclass(frozen=True, slots=True)
class Answering:
    """What a check-in answers: a prompt, by a short mark that holds no name, and when it was due (UTC)."""

    asked: str
    due: datetime.datetime

    @classmethod
    def read(cls, mark: str) -> Answering:
        """From what `mark_of` wrote into a button. Raises `Refused("stale-button")`."""
        asked, _, minutes = mark.partition("-")
        try:
            return cls(asked, datetime.datetime.fromtimestamp(int(minutes, 16) * 60, datetime.UTC))
        except (ValueError, OverflowError, OSError):
            raise Refused("stale-button") from None

    def key(self, at: datetime.datetime) -> str:
        """What there may be one answer to: the prompt, on each day that it still stands there."""
        return f"{self.asked} {self.due.isoformat()} {max(0, (at - self.due) // _ONE_DAY)}"


def asked_mark(space: str, group: str, prompt: str) -> str:
    """Stands for a prompt in a button."""
    return hashlib.blake2s("|".join((space, group, prompt)).encode(), digest_size=4).hexdigest()


def mark_of(space: str, group: str, prompt: str, due: datetime.datetime) -> str:
    """Stands for one posting of a prompt in a button."""
    return f"{asked_mark(space, group, prompt)}-{int(due.timestamp()) // 60:x}"


class Checkins:
    """What people say about how they are. Each method is whole or leaves nothing."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies
        self.sets: Mapping[str, Sequence[Question]] = read_sets(supplies.data / "prompts")
        days = int(supplies.options.get("keep_days", LONGEST_KEPT.days))
        self._kept_for = min(LONGEST_KEPT, datetime.timedelta(days=max(1, days)))

    # --- one's own ------------------------------------------------------------------------------------

    async def keep(
        self,
        person: Person,
        mood: Mood,
        note: str = "",
        *,
        at: datetime.datetime,
        group: str | None = None,
        answering: Answering | None = None,
        cause: Cause | None = None,
    ) -> Entry:
        """Keep a check-in. One prompt has one answer a day: another changes it and leaves its words."""
        named = {} if answering is None else {"id": await self._id_of(person, answering.key(at))}
        row = Checkin(
            space=person.space, who=await self._store.who(person), account=account_text(person),
            at=at.replace(second=0, microsecond=0),
            mood=mood, note=note.strip() or None, group=group, shared=False, **named,
        )  # fmt: skip
        if await self._store.add(row, cause):
            return _entry(row)
        async with self._store.write(cause) as session:
            before = await session.get(Checkin, row.id)
            if before is None:  # taken back in this very moment
                session.add(row)
                before = row
            before.mood = mood
            if note.strip():
                before.note = note.strip()
        return _entry(before, before is not row)

    async def add_words(self, person: Person, entry: str, note: str, *, cause: Cause | None = None) -> Entry:
        """Put words to a check-in of one's own. Raises `Refused("no-such-entry")`."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            row = await self._own(session, who, entry)
            row.note = note.strip() or None
        return _entry(row, True)

    async def share(
        self, person: Person, entry: str, place: Place, *, at: datetime.datetime, cause: Cause | None = None
    ) -> tuple[Entry, Showing]:
        """Note that a check-in of one's own is to be shown in a place, under their name. Raises
        `Refused("no-such-entry")`, and `already-done` where it is there already or on its way."""
        who, apart = await self._store.who(person), await self._store.who(showing.apart(person))
        async with self._store.write(cause) as session:
            row = await self._own(session, who, entry)
            if row.shared:
                raise Refused("already-done")
            row.shared = True
            begun = showing.begin(session, apart, row, person, place, at)
        return _entry(row, True), begun

    async def showings(self, space: str, now: datetime.datetime) -> list[Showing]:
        """What is on its way in a space, to plan it. What was left too long is told its person instead."""
        return [
            await showing.missed(self._store, one, Missed.NOT_DELIVERED, now)
            if one.missed is None and now - one.at > showing.FRESH
            else one
            for one in await showing.pending(self._store, space)
        ]

    async def on_its_way(self, space: str, token: str) -> tuple[Showing, Entry] | None:
        """What this token names, with its check-in; None where it was taken back or is through."""
        found = next((one for one in await showing.pending(self._store, space) if one.token == token), None)
        if found is None:
            return None
        async with self._store.read() as session:
            row = await session.get(Checkin, found.entry)
        return (found, _entry(row)) if row is not None else None

    async def shown(
        self, one: Showing, fate: Fate, ref: str, due: datetime.datetime, now: datetime.datetime
    ) -> Showing | None:
        """Hear what became of a showing that was due then; what its person has to hear of, if anything."""
        if fate is Fate.POSTED and (one.missed is None or due < one.at):
            await showing.posted(self._store, one, ref)
            return None
        if due < one.at:
            return None  # an earlier try; what is to be said about it is on its way
        if one.missed is not None:
            await showing.end(self._store, one)  # its person heard, or cannot be reached
            return None
        why = Missed.UNKNOWN if fate is Fate.UNKNOWN else Missed.NOT_DELIVERED
        return await showing.missed(self._store, one, why, max(now, due + datetime.timedelta(seconds=1)))

    async def entry(self, person: Person, entry: str) -> Entry:
        """A check-in of one's own. Raises `Refused("no-such-entry")`."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            return _entry(await self._own(session, who, entry))

    async def take_back(
        self, person: Person, entry: str, *, cause: Cause | None = None
    ) -> tuple[Entry, list[Showing]]:
        """Forget a check-in of one's own; what it was, and how it was shown. Raises
        `Refused("no-such-entry")`."""
        who, apart = await self._store.who(person), await self._store.who(showing.apart(person))
        async with self._store.write(cause) as session:
            row = await self._own(session, who, entry)
            gone = _entry(row, True)
            await session.delete(row)
            ways = await showing.take_back(session, apart, entry)
        return gone, ways

    async def history(
        self, person: Person, since: datetime.datetime, until: datetime.datetime
    ) -> list[Entry]:
        """One's own check-ins from `since` up to `until`, the oldest first, the newest 1,000 of them."""
        who = await self._store.who(person)
        asked = (
            select(Checkin)
            .where(Checkin.who == who, Checkin.at >= since, Checkin.at < until)
            .order_by(Checkin.at.desc(), Checkin.id)
            .limit(_MOST_SHOWN)
        )
        async with self._store.read() as session:
            rows = (await session.scalars(asked)).all()
        return await aside(lambda: [_entry(row) for row in reversed(rows)])

    # --- one's own reminder ---------------------------------------------------------------------------

    async def remind(
        self,
        person: Person,
        at: datetime.time,
        days: frozenset[int],
        zone: str,
        *,
        cause: Cause | None = None,
    ) -> Wish:
        """Set one's reminder here, in place of an earlier one; a pause ends with that."""
        who = await self._store.who(person)
        plan: dict[str, object] = {
            "at": f"{at:%H:%M}", "days": sorted(days), "zone": zone, "language": person.language,
        }  # fmt: skip
        async with self._store.write(cause) as session:
            row = await session.scalar(select(Reminder).where(Reminder.who == who))
            if row is None:
                row = Reminder(
                    space=person.space, who=who, account=account_text(person), plan=plan, paused=None
                )
                session.add(row)
            row.plan, row.paused = plan, None
        return _wish(row)

    async def reminder_of(self, person: Person) -> Wish | None:
        """One's reminder here, if there is one."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            row = await session.scalar(select(Reminder).where(Reminder.who == who))
        return None if row is None else _wish(row)

    async def stop_reminder(self, person: Person, *, cause: Cause | None = None) -> str | None:
        """Forget one's reminder here; its id, or None if there was none."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            row = await session.scalar(select(Reminder).where(Reminder.who == who))
            if row is None:
                return None
            await session.delete(row)
        return row.id

    async def pause_reminder(
        self, person: Person, until: datetime.datetime | None, *, cause: Cause | None = None
    ) -> bool:
        """Silence one's reminder until then (None: until it is resumed); False if there is none."""
        return await self._set_paused(person, _ALWAYS if until is None else until.isoformat(), cause)

    async def resume_reminder(self, person: Person, *, cause: Cause | None = None) -> bool:
        """Let one's reminder speak again; False if there is none."""
        return await self._set_paused(person, None, cause)

    async def reminders(self, space: str) -> list[Wish]:
        """Every reminder in a space, to plan them."""
        async with self._store.read() as session:
            rows = (await session.scalars(select(Reminder).where(Reminder.space == space))).all()
        return await aside(lambda: [_wish(row) for row in rows])

    async def reminder(self, id: str) -> Wish | None:
        """The reminder with this id, unless it was stopped."""
        async with self._store.read() as session:
            row = await session.get(Reminder, id)
        return None if row is None else _wish(row)

    # --- a group's prompts ----------------------------------------------------------------------------

    async def pause_prompts(
        self, space: str, group: str, until: datetime.datetime | None, *, cause: Cause | None = None
    ) -> None:
        """Silence a group's prompts until then (None: until they are resumed)."""
        async with self._store.write(cause) as session:
            row = await session.scalar(_pause_of(space, group))
            if row is None:
                session.add(PromptPause(space=space, group=group, until=until))
            else:
                row.until = until

    async def resume_prompts(self, space: str, group: str, *, cause: Cause | None = None) -> bool:
        """Let a group's prompts speak again; False if they were not paused."""
        async with self._store.write(cause) as session:
            row = await session.scalar(_pause_of(space, group))
            if row is not None:
                await session.delete(row)
        return row is not None

    async def prompts_paused(self, space: str, group: str, now: datetime.datetime) -> bool:
        """Whether a group's prompts are silent now."""
        async with self._store.read() as session:
            row = await session.scalar(_pause_of(space, group))
        return row is not None and (row.until is None or row.until > now)

    def questions(self, name: str) -> Sequence[Question]:
        """The set of this name; where there is none, the operator is told and the gentle one is taken."""
        if name not in self.sets:
            self._supplies.tell_operator(f"check-ins: there is no set of questions called {name!r}")
        return self.sets.get(name) or self.sets.get(DEFAULT_SET, ())

    async def question(
        self, space: str, prompt: str, due: datetime.datetime, questions: Sequence[Question]
    ) -> Question:
        """What `prompt` (a group's id, a slash, its own id) asks at this due time: always the same for the
        same one, and nothing twice in its group, whichever prompt asked it, before everything was asked
        once. Raises `Refused("no-questions")` for an empty list."""
        if not questions:
            raise Refused("no-questions")
        by_id = {one.id: one for one in questions}
        group = prompt.rpartition("/")[0]
        mine = (Asked.space == space, Asked.prompt == prompt)
        ours = (Asked.space == space, Asked.prompt.startswith(f"{group}/", autoescape=True))
        async with self._store.write() as session:
            row = await session.scalar(select(Asked).where(*mine, Asked.due == due))
            if row is not None and row.text in by_id:
                return by_id[row.text]
            asked = select(Asked.round, Asked.text).where(*ours, Asked.text.in_(by_id))
            found = await session.execute(asked.order_by(Asked.due.desc()).limit(_ROUND))
            past = [(number, words) for number, words in found]
            round_, chosen = turn(list(by_id), past, f"{space}|{group}")
            if row is None:
                row = Asked(space=space, prompt=prompt, due=due)
                session.add(row)
            row.round, row.text = round_, chosen
        return by_id[chosen]

    # --- what a group may be shown --------------------------------------------------------------------

    async def picture(
        self, space: str, group: str, zone: str, period: str, people: int, now: datetime.datetime
    ) -> tuple[Window, Shares | None]:
        """How a group was, in the last complete period (`week`, or the last fixed four weeks), roughly.

        None for fewer than `people` people, and where it would tell about fewer than that by comparison
        with the weeks in it. What was shown once is kept and shown again, whatever changed since.
        """
        asked = window(period, zone, now)
        names = [asked.name, *(week.name for week in asked.weeks)] if period == FOUR_WEEKS else [asked.name]
        found = select(GroupPicture).where(
            GroupPicture.space == space, GroupPicture.group == group, GroupPicture.period.in_(names)
        )
        said = select(Checkin).where(
            Checkin.space == space, Checkin.at >= asked.start, Checkin.at < asked.end
        )
        async with self._store.read() as session:
            shown = {row.period: row for row in (await session.scalars(found)).all()}
            if asked.name in shown:
                return asked, _shares_of(shown[asked.name])
            rows = (await session.scalars(said)).all()

        def counted() -> Shares | None:
            heard = [(row.who, row.at, row.mood) for row in rows if row.group == group]
            return shares(asked, heard, people, frozenset(shown))

        result = await aside(counted)
        if result is None:
            return asked, None
        async with self._store.write() as session:
            again = (await session.scalars(found)).all()
            for row in again:
                if row.period == asked.name:
                    return asked, _shares_of(row)
            kept = {mood.value: share for mood, share in result.items()}
            session.add(GroupPicture(space=space, group=group, period=asked.name, shares=kept, made=now))
        return asked, result

    # --- for everybody's account ----------------------------------------------------------------------

    async def export(self, person: Person) -> list[dict[str, Any]]:
        """All that is kept of a person, by space."""
        told = []
        apart = dict(await self._store.who_everywhere(showing.apart(person)))
        async with self._store.read() as session:
            for space, who in await self._store.who_everywhere(person):
                entries = (
                    await session.scalars(select(Checkin).where(Checkin.who == who).order_by(Checkin.at))
                ).all()
                reminder = await session.scalar(select(Reminder).where(Reminder.who == who))
                if not entries and reminder is None:
                    continue
                ways = (await session.scalars(select(Shown).where(Shown.who == apart[space]))).all()
                told.append({
                    "space": space,
                    "check_ins": [
                        {
                            "at": row.at.isoformat(), "mood": row.mood.value, "note": row.note,
                            "group": row.group, "shared": row.shared,
                        }
                        for row in entries
                    ],
                    "shown": [showing.told(row) for row in ways],
                    "reminder": None if reminder is None else {**reminder.plan, "paused": reminder.paused},
                })  # fmt: skip
        return told

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """Everything of a person goes, in every space. Pictures of groups name nobody and stay."""
        hashes = [who for _, who in await self._store.who_everywhere(person)]
        apart = [who for _, who in await self._store.who_everywhere(showing.apart(person))]
        async with self._store.within(session) as own:
            reminders = (await own.scalars(select(Reminder.id).where(Reminder.who.in_(hashes)))).all()
            await own.execute(delete(Checkin).where(Checkin.who.in_(hashes)))
            ways = await showing.forget(own, apart)
        await self._supplies.wipe("show", ways)
        # The reminder's row goes last: cut short in between, the next try still knows what to wipe.
        await self._supplies.wipe("remind", reminders)
        async with self._store.within(session) as own:
            await own.execute(delete(Reminder).where(Reminder.who.in_(hashes)))

    async def age_out(self, now: datetime.datetime) -> None:
        """What is older than it may be goes. To be called about once a day."""
        before = now - self._kept_for
        async with self._store.write() as session:
            await session.execute(delete(Checkin).where(Checkin.at < before))
            await session.execute(delete(Shown).where(Shown.at < before))
            await session.execute(delete(GroupPicture).where(GroupPicture.made < now - LONGEST_KEPT))
            await session.execute(delete(Asked).where(Asked.due < now - LONGEST_KEPT))
            await session.execute(delete(PromptPause).where(PromptPause.until < now))

    # --- inside ---------------------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        return self._supplies.store

    async def _id_of(self, person: Person, key: str) -> str:
        # Named by a keyed hash of person and slot: the primary key itself refuses a second answer, and
        # without the key nobody can tell who answered what.
        mark = await self._store.who(dataclasses.replace(person, platform=f"{person.platform} {key}"))
        return base64.b32encode(mark[:10]).decode().lower()

    @staticmethod
    async def _own(session: AsyncSession, who: bytes, entry: str) -> Checkin:
        row = await session.get(Checkin, entry)
        if row is None or row.who != who:
            raise Refused("no-such-entry")  # the same for another's and for none
        return row

    async def _set_paused(self, person: Person, paused: str | None, cause: Cause | None) -> bool:
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            row = await session.scalar(select(Reminder).where(Reminder.who == who))
            if row is not None:
                row.paused = paused
        return row is not None


def _pause_of(space: str, group: str) -> Any:
    return select(PromptPause).where(PromptPause.space == space, PromptPause.group == group)


def _entry(row: Checkin, changed: bool = False) -> Entry:
    return Entry(row.id, row.at, row.mood, row.note, row.group, row.shared, changed)


def _shares_of(row: GroupPicture) -> Shares:
    return {Mood(mood): share for mood, share in row.shares.items()}


def _wish(row: Reminder) -> Wish:
    platform, account, space = account_parts(row.account)
    plan: Any = row.plan
    until = row.paused
    return Wish(
        id=row.id,
        person=Person(platform, account, space, language=plan["language"]),
        at=datetime.time.fromisoformat(plan["at"]),
        days=frozenset(plan["days"]),
        zone=plan["zone"],
        until=datetime.datetime.fromisoformat(until) if until not in (None, _ALWAYS) else None,
        silent=until == _ALWAYS,
    )


__all__ = [
    "FOUR_WEEKS", "WEEK", "Answering", "Checkins", "Entry", "Mood", "Wish", "asked_mark", "mark_of",
]  # fmt: skip
