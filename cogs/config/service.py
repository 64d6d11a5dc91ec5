"""The rules of changing a profile: what is proposed, who confirms it, nothing overwritten unseen."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Person, Refused, Store, Supplies, account_text, aside
from bot.sdk.profiles import (
    Checked,
    Difference,
    Part,
    Profiles,
    Tried,
    Unfit,
    Version,
    added,
    cut,
    replaced,
    unstamped,
    zone_of_country,
)

from . import first
from .tables import Proposal as Row

KEPT = datetime.timedelta(hours=2)
"""So long a proposal waits for its confirm."""
MOST_TRIED = 25
"""Lines that are tried at once."""
_MOST_HISTORY = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """A change as its person is shown it. With findings it was not kept, and `id` is empty.

    `since` is what others changed since it was begun, `by` whoever did it last. `first` is the line of
    `checked.text` at which the part begins that somebody edited.
    """

    id: str
    checked: Checked
    since: Sequence[Difference] = ()
    by: str = ""
    restores: int | None = None
    first: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """A change that is in force."""

    number: int
    changes: Sequence[Difference]


class Config:
    """Changes of a community's profile, each confirmed by whoever proposed it."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies

    @property
    def profiles(self) -> Profiles:
        """The profiles themselves."""
        assert self._supplies.profiles is not None
        return self._supplies.profiles

    @property
    def _store(self) -> Store:
        return self._supplies.store

    # --- proposing ------------------------------------------------------------------------------------

    async def propose(
        self,
        person: Person,
        source: str | bytes,
        *,
        at: datetime.datetime,
        began: int | None = None,
        restores: int | None = None,
        first: int = 1,
        cause: Cause | None = None,
    ) -> Proposal:
        """Check a text and keep it until it is confirmed, in place of what was proposed before.

        `began` is the version that it was made from, if that is known. Raises `Refused("nothing-changes")`.
        """
        checked = await self.profiles.check(person.space, source)
        if checked.findings:
            return Proposal("", checked, first=first)
        current = self.profiles.current(person.space)
        if current is not None and unstamped(checked.text).rstrip() == current.text.rstrip():
            raise Refused("nothing-changes")
        since, by = await self._since(person.space, began or checked.began, checked.base)
        payload: dict[str, object] = {"text": checked.text, "restores": restores}
        id = await self._keep(person, payload, checked.base, at, cause)
        return Proposal(id, checked, since, by, restores, first)

    async def _since(self, space: str, began: int | None, base: int) -> tuple[Sequence[Difference], str]:
        """What others changed from the version that a proposal began from to the one in force, and who."""
        if began is None or began >= base:
            return (), ""
        current = self.profiles.current(space)
        return await self.profiles.changes(space, began, base), current.by if current is not None else ""

    async def _keep(
        self,
        person: Person,
        payload: dict[str, object],
        base: int,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> str:
        who = await self._store.who(person)
        row = Row(
            space=person.space, who=who, account=account_text(person), payload=payload, base=base,
            expires=at + KEPT,
        )  # fmt: skip
        async with self._store.write(cause) as session:
            await session.execute(delete(Row).where(Row.who == who))
            await session.flush()
            session.add(row)
        return row.id

    async def open_one(self, person: Person, at: datetime.datetime) -> Row | None:
        """What this person proposed here and has not confirmed, while it waits."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            row = await session.scalar(select(Row).where(Row.who == who))
            return row if row is not None and row.expires > at else None

    async def _of(self, person: Person, id: str, at: datetime.datetime) -> Row:
        row = await self.open_one(person, at)
        if row is None or row.id != id or "text" not in row.payload:
            raise Refused("proposal-gone")
        return row

    async def confirm(
        self, person: Person, id: str, base: int, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Done | Proposal:
        """Put a proposal in force. Where somebody else was first, their change is shown and nothing is done:
        then it can be confirmed anew. Raises `Refused("proposal-gone")` for another's as for none."""
        row = await self._of(person, id, at)
        text, restores = str(row.payload["text"]), row.payload["restores"]
        number = None
        if base == row.base:
            checked = await self.profiles.check(person.space, text)
            if checked.findings:  # what is loaded may be different from what was when it was proposed
                return Proposal("", checked)
            number = await self.profiles.put(
                person.space, text, after=base, by=person,
                restores=restores if isinstance(restores, int) else None,
            )  # fmt: skip
        if number is None:
            return await self.propose(
                person, text, at=at, began=base, restores=restores if isinstance(restores, int) else None
            )
        await self.drop(person, id, cause=cause)
        return Done(number, checked.changes)

    async def drop(self, person: Person, id: str, *, cause: Cause | None = None) -> None:
        """Let a proposal go; harmless where there is none."""
        who = await self._store.who(person)
        async with self._store.write(cause) as session:
            await session.execute(delete(Row).where(Row.id == id, Row.who == who))

    # --- one part at a time ---------------------------------------------------------------------------

    def named(self, space: str) -> Mapping[str, Part]:
        """The parts in force by what they are called: `groups.evening`. Memory only."""
        names: dict[tuple[str | int, ...], str] = {(): ""}
        found: dict[str, Part] = {}
        for part in self.profiles.parts(space):
            above = names.get(part.path[:-1], "")
            names[part.path] = f"{above}.{part.name}" if above else part.name
            found.setdefault(names[part.path], part)
        return found

    def part(self, space: str, wanted: str) -> tuple[str, Part] | None:
        """A part by its name or its id, with its name. Memory only."""
        plain = wanted.strip().casefold()
        for name, part in self.named(space).items():
            if plain in (name.casefold(), part.id):
                return name, part
        return None

    def below(self, space: str, part: Part | None) -> list[tuple[str, Part]]:
        """The parts right inside a part, or at the top. Memory only."""
        above = part.path if part is not None else ()
        return [(name, one) for name, one in self.named(space).items() if one.path[:-1] == above]

    def words_of(self, space: str, part: str) -> str | None:
        """The lines of a part, by its id. Memory only."""
        current, found = self.profiles.current(space), self.part(space, part)
        return cut(current.text, found[1]) if current is not None and found is not None else None

    async def change(
        self,
        person: Person,
        part: str,
        version: int,
        words: str,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Proposal:
        """Propose other lines for a part, as `version` had it. Raises `Refused("part-gone")`."""
        current, found = self.profiles.current(person.space), self.part(person.space, part)
        if current is None or found is None:
            raise Refused("part-gone")
        text = replaced(current.text, found[1], words)
        return await self.propose(person, text, at=at, began=version, first=found[1].first, cause=cause)

    async def add(
        self,
        person: Person,
        part: str,
        version: int,
        words: str,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Proposal:
        """Propose lines more in a part; with an empty id at the end. Raises `Refused("part-gone")`."""
        current = self.profiles.current(person.space)
        found = self.part(person.space, part) if part else None
        if part and found is None:
            raise Refused("part-gone")
        before = current.text if current is not None else ""
        text = await aside(added, before, found[1] if found is not None else None, words)
        end = found[1].last if found is not None else before.rstrip("\n").count("\n") + 1
        return await self.propose(person, text, at=at, began=version, first=end + 1, cause=cause)

    # --- versions -------------------------------------------------------------------------------------

    async def back(
        self, person: Person, version: int | None, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Proposal:
        """Propose to go back: to a version, or to the one before the present one. Raises
        `Refused("no-such-version")` and `Refused("nothing-to-undo")`."""
        if version is None:
            found = await self.profiles.before(person.space)
        else:
            found = await self.profiles.version(person.space, version)
            if found is None:
                raise Refused("no-such-version")
        if found is None:
            raise Refused("nothing-to-undo")
        return await self.propose(person, found.text, at=at, restores=found.number, cause=cause)

    async def history(self, space: str) -> Sequence[Version]:
        """The newest versions, the newest first."""
        return await self.profiles.history(space, _MOST_HISTORY)

    async def since_file(self, space: str, held: int) -> Sequence[Difference]:
        """What chat changed since the last file that was taken, for a file that is held."""
        current = self.profiles.current(space)
        versions = await self.history(space)
        taken = [
            one for one in versions if one.source == "file" and one.state == "applied" and one.number < held
        ]
        if not taken or current is None:
            return ()
        return await self.profiles.changes(space, taken[0].number, current.number)

    # --- trying ---------------------------------------------------------------------------------------

    def has_rules(self) -> bool:
        """Whether a cog with rules is loaded. Memory only."""
        return self.profiles.knows("rules")

    async def tries(
        self, person: Person, lines: str, at: datetime.datetime
    ) -> tuple[list[str], Sequence[Sequence[Tried]] | None, bool]:
        """The lines, what the rules would do about each (None: no rules are loaded), and whether those were
        the rules of one's own open proposal instead of those in force."""
        row = await self.open_one(person, at)
        text = row.payload.get("text") if row is not None else None
        each = [line for line in lines.splitlines() if line.strip()][:MOST_TRIED]
        proposed = text if isinstance(text, str) else None
        return each, await self.profiles.tries(person.space, proposed, each), proposed is not None

    async def beyond_platforms(self, person: Person, at: datetime.datetime) -> Sequence[Unfit]:
        """Which of those rules no platform could keep by itself, and why."""
        row = await self.open_one(person, at)
        text = row.payload.get("text") if row is not None else None
        return await self.profiles.unfit(person.space, text if isinstance(text, str) else None)

    # --- the set-up -----------------------------------------------------------------------------------

    async def begin(
        self,
        person: Person,
        answers: first.Answers,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> first.Answers:
        """Keep the first answers of a set-up. Raises `Refused` naming the field that is not understood."""
        answers = await self._understood(person.space, answers)
        current = self.profiles.current(person.space)
        payload: dict[str, object] = {"answers": dataclasses.asdict(answers)}
        await self._keep(person, payload, current.number if current is not None else 0, at, cause)
        return answers

    async def finish(
        self,
        person: Person,
        group: str,
        room: str,
        pack: str,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Proposal:
        """Propose the profile that comes of all answers. Raises `Refused("setup-gone")`."""
        row = await self.open_one(person, at)
        answers = row.payload.get("answers") if row is not None else None
        if row is None or not isinstance(answers, dict):
            raise Refused("setup-gone")
        whole = dataclasses.replace(first.Answers(**answers), group=group, room=room, pack=pack)
        current = self.profiles.current(person.space)
        text = await aside(first.written, current.text if current is not None else "", whole)
        return await self.propose(person, text, at=at, began=row.base, cause=cause)

    async def _understood(self, space: str, answers: first.Answers) -> first.Answers:
        """The answers as a profile wants them: `London` is Europe/London, `Germany` is DE, and any city is in
        its country's zone where there is only one."""
        for _ in range(3):
            alone = await self.profiles.check(space, first.written("", answers))
            wrong = {found.problem.split(" ")[0]: found for found in reversed(alone.findings)}
            guesses = {
                key: found.nearest
                for key, found in wrong.items()
                if key in ("zone", "country") and found.nearest
            }
            if "zone" in wrong and not guesses and (zone := await aside(zone_of_country, answers.country)):
                guesses = {"zone": zone}
            if not guesses:
                break
            answers = dataclasses.replace(answers, **guesses)
        for key in wrong:
            if key in dataclasses.asdict(answers):
                raise Refused(f"setup-{key.replace('_', '-')}", field=key)
        return answers

    # --- one's own ------------------------------------------------------------------------------------

    async def export(self, person: Person) -> dict[str, Any]:
        """What this account proposed and changed, in every space."""
        hashes = [who for _, who in await self._store.who_everywhere(person)]
        async with self._store.read() as session:
            rows = (await session.scalars(select(Row).where(Row.who.in_(hashes)))).all()
            proposed = [{"space": row.space, "until": row.expires.isoformat(), **row.payload} for row in rows]
        made = await self.profiles.made_by(person)
        return {
            "proposed": proposed,
            "made": [
                {"space": space, "version": one.number, "at": one.at.isoformat(), "name": one.by}
                for space, one in made
            ],
        }

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """Forget what this account proposed, and that it made what it made. The versions stay: they are the
        community's."""
        hashes = [who for _, who in await self._store.who_everywhere(person)]
        async with self._store.within(session) as own:
            await own.execute(delete(Row).where(Row.who.in_(hashes)))
        if session is None:
            await self.profiles.forget(person)

    async def age_out(self, now: datetime.datetime) -> None:
        """What nobody confirmed in time goes."""
        async with self._store.read() as session:
            if await session.scalar(select(Row.id).where(Row.expires <= now).limit(1)) is None:
                return
        async with self._store.write() as session:
            await session.execute(delete(Row).where(Row.expires <= now))
