"""A case as it is told: the lines of its record in order, and what follows from them."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sdk import Person, Place, PlaceKind, account_parts, account_text

from .matching.conditions import Action
from .tables import Case, Doer, Entry

if TYPE_CHECKING:
    from .owing import Duty


class Done(enum.Enum):
    """What an entry of the record says was done."""

    RULE = "rule"
    FLAG = "flag"
    NOTE = "note"
    PUT_BACK = "put-back"
    TAKEN_AWAY = "taken-away"
    LIFT = "lift"
    TAKEN_OVER = "taken-over"
    HANDED_OVER = "handed-over"
    CLOSED = "closed"
    APPEAL = "appeal"
    GRANTED = "granted"
    UPHELD = "upheld"


STOPPED = "stopped"
"""What stands in the record where the platform itself stopped a message."""
ON_THE_MESSAGE = frozenset({"suggest", "fold", "hold", "remove"})
"""Actions for which nothing is left to do where a message was never posted."""
UNDOES = frozenset({Done.PUT_BACK, Done.LIFT, Done.GRANTED})
"""After these a nudge of the case counts no more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Out:
    """That somebody may not write in a place until then (UTC), or, where that is over, may again. `id` names
    it in the agenda."""

    id: str
    person: Person
    place: Place
    until: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Again:
    """What was held and is posted again: where, whose it is, and the words of its warning if it has one."""

    place: Place
    name: str = dataclasses.field(repr=False)
    words: str = dataclasses.field(repr=False)
    warning: str | None = dataclasses.field(repr=False)
    """Empty for a warning without words of its own, None for no warning."""
    files: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What follows from rules that were met.

    `nudges` are rules with what they say, each once a day; with `told` False the person refused such
    messages, but is told of a hold all the same. `until` says by action (`slow`, `time_out`) until when,
    in UTC. `duties` are to be done, in this order.
    """

    number: int
    case: str
    actions: tuple[Action, ...]
    nudges: tuple[tuple[str, str], ...]
    told: bool
    until: Mapping[str, datetime.datetime]
    escalated: bool
    out: tuple[Out, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class InForce:
    """What erasing one's data does not lift: a sanction (`slow`, `time_out`) or a waiting `case`, and until
    when at most (UTC)."""

    space: str
    kind: str
    until: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One entry of the record. `by` is the moderator who did it, `to` whom they handed the case to; None
    where a rule or the person did it, or where that moderator erased their data."""

    at: datetime.datetime
    done: Done
    rules: Mapping[str, str]
    """Rules with the version by which each was held."""
    actions: tuple[str, ...] = ()
    nudges: tuple[str, ...] = ()
    escalated: bool = False
    room: str = ""
    ref: str = dataclasses.field(default="", repr=False)
    words: str = dataclasses.field(default="", repr=False)
    keyword: str = dataclasses.field(default="", repr=False)
    """What the platform met in words that it did not show."""
    why: str = dataclasses.field(default="", repr=False)
    again: Again | None = None
    """What would be posted again if a moderator puts it back."""
    by: Person | None = None
    to: Person | None = None

    @property
    def why_for_its_person(self) -> str:
        """The reason as the person it is about may read it: never the words of who flagged."""
        return "" if self.done is Done.FLAG else self.why


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """A case in one line of a list."""

    number: int
    opened: datetime.datetime
    name: str = dataclasses.field(repr=False)
    rules: tuple[str, ...]
    actions: tuple[str, ...]
    waits: bool
    appeal_waits: bool


@dataclasses.dataclass(frozen=True, slots=True)
class CaseStory:
    """One case with everything that was done in it, oldest first. Times are in UTC."""

    id: str
    number: int
    about: Person
    opened: datetime.datetime
    expires: datetime.datetime
    waits: bool
    lines: tuple[Line, ...]
    in_force: Mapping[str, datetime.datetime]
    """By sanction (`slow`, `time_out`) until when."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules it is about."""
        return tuple(dict.fromkeys(rule for line in self.lines for rule in line.rules))

    @property
    def actions(self) -> tuple[str, ...]:
        """What was done by rules, kindest first."""
        return tuple(dict.fromkeys(action for line in self.lines for action in line.actions))

    @property
    def holder(self) -> Person | None:
        """The moderator in whose hands it is."""
        for line in reversed(self.lines):
            if line.done in (Done.HANDED_OVER, Done.TAKEN_OVER):
                return line.to if line.done is Done.HANDED_OVER else line.by
        return None

    @property
    def appealed_at(self) -> datetime.datetime | None:
        """When its person asked for a second look."""
        return next((line.at for line in self.lines if line.done is Done.APPEAL), None)

    @property
    def appeal_waits(self) -> bool:
        """Whether that second look is still to come."""
        settled = any(line.done in (Done.GRANTED, Done.UPHELD) for line in self.lines)
        return self.appealed_at is not None and not settled

    @property
    def again(self) -> Again | None:
        """What is posted again if a moderator puts it back; None where nothing is held any more."""
        held = any("hold" in line.actions for line in self.lines)
        return self.missing if held and not self.decided else None

    @property
    def missing(self) -> Again | None:
        """What a second look puts back: what a rule took down, also where a moderator took it away for good.
        None where it stands again."""
        if any(line.done in (Done.PUT_BACK, Done.GRANTED) for line in self.lines):
            return None
        return next((line.again for line in self.lines if line.again is not None), None)

    @property
    def came_back(self) -> bool:
        """Whether a second look put it back."""
        done = {line.done for line in self.lines}
        down = any(line.again is not None for line in self.lines)
        return down and Done.GRANTED in done and Done.PUT_BACK not in done

    @property
    def decided(self) -> bool:
        """Whether somebody has said what becomes of the message."""
        return any(line.done in (Done.PUT_BACK, Done.TAKEN_AWAY, Done.GRANTED) for line in self.lines)

    @property
    def undone(self) -> bool:
        """Whether it counts against nobody any more."""
        return any(line.done in UNDOES for line in self.lines)

    @property
    def summary(self) -> Summary:
        """The case in one line."""
        return Summary(
            self.number, self.opened, self.about.name, self.rules, self.actions, self.waits, self.appeal_waits
        )

    def exported(self) -> dict[str, Any]:
        """As its person takes it along: everything but who the moderators were, and what somebody said who
        asked them to look."""
        return {
            "number": self.number,
            "opened": self.opened.isoformat(),
            "kept_until": self.expires.isoformat(),
            "waits": self.waits,
            "entries": [
                {
                    "at": line.at.isoformat(), "done": line.done.value, "rules": dict(line.rules),
                    "actions": list(line.actions), "room": line.room, "words": line.words,
                    "keyword": line.keyword,
                    "why": line.why_for_its_person,
                }
                for line in self.lines
            ],
        }  # fmt: skip


def said_of(
    done: Done,
    *,
    rules: Mapping[str, str] | None = None,
    actions: Iterable[Action] = (),
    nudges: Sequence[str] = (),
    escalated: bool = False,
    room: str = "",
    ref: str = "",
    words: str = "",
    keyword: str = "",
    why: str = "",
    place: Place | None = None,
    name: str = "",
    files: int = 0,
    stopped: bool = False,
) -> dict[str, object]:
    """An entry as it is sealed: what is empty is left out. `stopped`: the platform did not post it."""
    actions = list(actions)
    fold = next((each for each in actions if each.kind == "fold"), None)
    kinds = [each.kind for each in actions]
    told: dict[str, object] = {
        "kind": done.value,
        "rules": dict(rules or {}),
        "actions": list(dict.fromkeys([STOPPED, *kinds] if stopped else kinds)),
        "nudges": list(nudges),
        "escalated": escalated,
        "room": room,
        "ref": ref,
        "words": words,
        "keyword": keyword,
        "why": why,
        "place": place_text(place) if place is not None else "",
        "name": name,
        "files": files,
        "warning": None if fold is None else [str(fold.value or "")],
    }
    return {name: value for name, value in told.items() if value}


def line_of(
    at: datetime.datetime, told: Mapping[str, Any], by: Person | None = None, to: Person | None = None
) -> Line:
    """An entry as it is told, from how it was sealed."""
    return Line(
        at=at,
        done=Done(told["kind"]),
        rules=told.get("rules", {}),
        actions=tuple(told.get("actions", ())),
        nudges=tuple(told.get("nudges", ())),
        escalated=bool(told.get("escalated", False)),
        room=told.get("room", ""),
        ref=told.get("ref", ""),
        words=told.get("words", ""),
        keyword=told.get("keyword", ""),
        again=_again(told),
        why=told.get("why", ""),
        by=by,
        to=to,
    )


def _again(told: Mapping[str, Any]) -> Again | None:
    down = {"hold", "remove"} & {*told.get("actions", ())}
    if not down or not told.get("place") or not told.get("words"):
        return None
    warning = told.get("warning")
    return Again(
        place_from(told["place"]), told.get("name", ""), told["words"],
        warning[0] if warning else None, told.get("files", 0),
    )  # fmt: skip


def place_text(place: Place) -> str:
    """A place as a sealed column keeps it."""
    return json.dumps(
        [place.platform, place.id, place.space, place.kind.value, place.name, place.parent, place.room]
    )


def place_from(written: str) -> Place:
    """What `place_text` wrote."""
    platform, id, space, kind, *names = json.loads(written)
    return Place(platform, id, space, PlaceKind(kind), *names)


def in_minutes(at: datetime.datetime) -> datetime.datetime:
    """A time as the record keeps it: a finer one would be found again in the id of a message."""
    return at.replace(second=0, microsecond=0)


def needs_a_moderator(action: Action) -> bool:
    """Whether a case waits for a moderator after this."""
    return action.kind in ("hold", "ask")


def needs_a_look(action: Action) -> bool:
    """Whether a moderator may have to look at what was written: not for a private word alone."""
    return action.kind not in ("suggest", "nudge")


def doer_of(moderator: Person, who: bytes, entry: Entry, *, holds: bool) -> Doer:
    """The row that says which moderator did what an entry says; `who` is their hash."""
    return Doer(
        space=moderator.space, entry=entry.id, who=who, account=account_text(moderator),
        name=moderator.name, at=entry.at, holds=holds,
    )  # fmt: skip


def person_of(row: Case | Doer) -> Person:
    """The person whose account a row holds."""
    platform, account, space = account_parts(row.account)
    return Person(platform, account, space, name=row.name)


def line_from(entry: Entry, doers: Sequence[Doer]) -> Line:
    """An entry as it is told, with the moderators who did it."""
    handed = entry.told["kind"] == Done.HANDED_OVER.value
    by = next((person_of(one) for one in doers if not (handed and one.holds)), None)
    to = next((person_of(one) for one in doers if handed and one.holds), None)
    return line_of(entry.at, entry.told, by, to)
