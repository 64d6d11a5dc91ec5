"""Facts about helplines, and how the written form of a number or of opening hours is read.

Everything here is a value: no files, no network, no clock. A number is kept exactly as people dial it, and
whatever else a source said about it (what to press, whom it is for) is kept beside it, never inside it:
members copy numbers with their thumb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.sdk import Choice
from bot.sdk.settings import Phrases

phrase = Phrases("crisis", Path(__file__).parent / "texts")
"""What findings about helplines say."""


class Kind(Choice):
    """What a line is there for. A line can have several kinds, the main one first."""

    EMOTIONAL_SUPPORT = "emotional-support"
    SUICIDE = "suicide"
    DOMESTIC_VIOLENCE = "domestic-violence"
    SEXUAL_ASSAULT = "sexual-assault"
    YOUTH = "youth"
    CHILD_ABUSE = "child-abuse"
    SUBSTANCE_USE = "substance-use"
    GAMBLING = "gambling"
    EATING_DISORDERS = "eating-disorders"
    SELF_INJURY = "self-injury"
    BEREAVEMENT = "bereavement"
    LGBTQ = "lgbtq"
    TRANS = "trans"
    OLDER_PEOPLE = "older-people"
    MATERNAL = "maternal"
    VETERANS = "veterans"
    HUMAN_TRAFFICKING = "human-trafficking"
    DISASTER = "disaster"
    GENERAL_INFO = "general-info"


GENERAL = frozenset({Kind.EMOTIONAL_SUPPORT, Kind.SUICIDE})
"""Kinds of a line that is there for whatever it is."""


class Confidence(StrEnum):
    """How well an entry is backed (the scale of the data set), or that moderators entered it."""

    LOCAL = "local"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Precision(StrEnum):
    """How much the date of an entry says.

    ``GATHERED`` means that the page read carried no date: the day is then the one on which the data set was
    put together, and the facts may be older. Say "gathered", never "checked", for those.
    """

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    GATHERED = "gathered"


class Police(StrEnum):
    """What a source says about police. Where it says nothing, an entry has none of these."""

    RUN = "run-by-police"
    MAY = "may-be-involved"
    CONSENT = "not-without-consent"


class Group(StrEnum):
    """The wide group of people a line is meant for, where it is not for everyone."""

    WOMEN = "women"
    MEN = "men"
    YOUNG = "young"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Checked:
    """When the facts of an entry were last known to hold: a day of the calendar, in no zone."""

    day: date
    precision: Precision = Precision.DAY

    @classmethod
    def read(cls, written: str, precision: str = "") -> Checked:
        """Read ``2026-10-07``, ``2023-09`` or ``2015``; the last two count from their first day.

        Raises ``ValueError`` for anything else.
        """
        parts = [int(part) for part in written.split("-")]
        if not 1 <= len(parts) <= 3 or len(written) != (4, 7, 10)[len(parts) - 1]:
            raise ValueError(f"not a date: {written!r}")
        told = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
        return cls(date(*(*parts, 1, 1)[:3]), Precision(precision) if precision else told)

    @property
    def written(self) -> str:
        """The date with no more detail than is known: ``2015``, ``2023-09`` or ``2026-10-07``."""
        whole = self.day.isoformat()
        return {Precision.YEAR: whole[:4], Precision.MONTH: whole[:7]}.get(self.precision, whole)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call, as people dial it. ``then`` is pressed once answered, ``label`` says whom or what it
    is for.
    """

    number: str
    then: str = ""
    extension: str = ""
    label: str = ""

    @property
    def dial(self) -> str:
        """Only what a phone needs: digits, ``+``, ``*`` and ``#`` (for a ``tel:`` link)."""
        return re.sub(r"[^0-9+*#]", "", self.number)


@dataclass(frozen=True, slots=True)
class TextNumber:
    """A number to text. ``send`` is the word to write in the message, where the service asks for one."""

    number: str
    send: str = ""
    language: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number of the emergency services; no ``services`` means a number the sources give for emergencies in
    general.
    """

    number: str
    services: tuple[str, ...] = ()
    by_text: bool = False
    from_mobile: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """The emergency numbers of one country. ``doubt`` is for operators, never for members."""

    country: str
    numbers: tuple[EmergencyNumber, ...]
    confidence: Confidence
    source: str
    checked: Checked
    doubt: str = ""

    @classmethod
    def read(cls, country: str, facts: Mapping[str, Any]) -> Emergency:
        """Build from the ``emergency`` part of a country's file. Raises ``KeyError`` or ``ValueError`` where
        it is wrong.
        """
        return cls(
            country=country,
            numbers=tuple(
                EmergencyNumber(
                    number=entry["number"],
                    services=tuple(entry.get("for", ())),
                    by_text=entry.get("by_text", False),
                    from_mobile=entry.get("from_mobile", False),
                )
                for entry in facts["numbers"]
            ),
            confidence=Confidence(facts["confidence"]),
            source=facts["source"],
            checked=Checked.read(facts["checked"], facts.get("date_precision", "")),
            doubt=facts.get("doubt", ""),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One service and every way to reach it. ``doubt`` is for operators, never for members.

    ``region`` names the part of the country it serves (empty: all of it); ``most_of_country`` marks a region
    so large that the line still stands among the nationwide ones. ``everyone`` means that its source says it
    is for anyone, ``narrow`` that it is for fewer people than its kinds say, ``speakers`` for people who
    speak its language where most speak another. ``always`` means round the clock; ``hours`` is empty where
    they are not known.
    """

    id: str
    country: str
    name: str
    kinds: tuple[Kind, ...]
    confidence: Confidence
    source: str
    checked: Checked
    call: tuple[Phone, ...] = ()
    also: tuple[Phone, ...] = ()
    text: tuple[TextNumber, ...] = ()
    whatsapp: tuple[Phone, ...] = ()
    chat: str = ""
    website: str = ""
    hours: str = ""
    always: bool = False
    languages: tuple[str, ...] = ()
    audience: str = ""
    everyone: bool = False
    group: Group | None = None
    narrow: bool = False
    speakers: bool = False
    region: str = ""
    most_of_country: bool = False
    police: Police | None = None
    note: str = ""
    second_source: str = ""
    doubt: str = ""

    @classmethod
    def read(cls, country: str, facts: Mapping[str, Any]) -> Line:
        """Build from one entry of a country file. Raises ``KeyError`` or ``ValueError`` where it is wrong."""
        return cls(
            id=facts["id"],
            country=country,
            name=facts["name"],
            kinds=tuple(map(Kind, facts["kinds"])),
            confidence=Confidence(facts["confidence"]),
            source=facts["source"],
            checked=Checked.read(facts["checked"], facts.get("date_precision", "")),
            call=_phones(facts.get("call", ())),
            also=_phones(facts.get("also", ())),
            text=tuple(
                TextNumber(entry) if isinstance(entry, str) else TextNumber(**entry)
                for entry in facts.get("text", ())
            ),
            whatsapp=_phones(facts.get("whatsapp", ())),
            chat=facts.get("chat", ""),
            website=facts.get("website", ""),
            hours=facts.get("hours", ""),
            always=facts.get("always", False),
            languages=tuple(facts.get("languages", ())),
            audience=facts.get("audience", ""),
            everyone=facts.get("everyone", False),
            group=Group(facts["group"]) if "group" in facts else None,
            narrow=facts.get("narrow", False),
            speakers=facts.get("speakers", False),
            region=facts.get("region", ""),
            most_of_country=facts.get("most_of_country", False),
            police=Police(facts["police"]) if "police" in facts else None,
            note=facts.get("note", ""),
            second_source=facts.get("second_source", ""),
            doubt=facts.get("doubt", ""),
        )


@dataclass(frozen=True, slots=True)
class InCountry:
    """The emergency numbers and the lines of one country."""

    emergency: Emergency | None = None
    lines: tuple[Line, ...] = ()

    @classmethod
    def read(cls, code: str, facts: Mapping[str, Any]) -> InCountry:
        """Build from a country's file. Raises ``KeyError`` or ``ValueError`` where it is wrong."""
        return cls(
            emergency=Emergency.read(code, facts["emergency"]) if "emergency" in facts else None,
            lines=tuple(Line.read(code, entry) for entry in facts.get("lines", ())),
        )


def _phones(entries: Sequence[str | Mapping[str, str]]) -> tuple[Phone, ...]:
    return tuple(Phone(entry) if isinstance(entry, str) else Phone(**entry) for entry in entries)


def emergency_facts(emergency: Emergency) -> dict[str, Any]:
    """All facts about the emergency numbers of a country, ready for ``json.dumps``."""
    return {
        "numbers": [
            {
                "number": number.number,
                "for": list(number.services),
                "by_text": number.by_text,
                "from_mobile": number.from_mobile,
            }
            for number in emergency.numbers
        ],
        **_facts_json(emergency),
    }


def line_facts(line: Line) -> dict[str, Any]:
    """All facts about a line, ready for ``json.dumps``; what is not known is empty or null."""
    return {
        "id": line.id,
        "country": line.country,
        "name": line.name,
        "kinds": [kind.value for kind in line.kinds],
        "call": [_phone_json(phone) for phone in line.call],
        "also": [_phone_json(phone) for phone in line.also],
        "text": [
            {"number": text.number, "send": text.send, "language": text.language, "label": text.label}
            for text in line.text
        ],
        "whatsapp": [_phone_json(phone) for phone in line.whatsapp],
        "chat": line.chat,
        "website": line.website,
        "hours": line.hours,
        "always": line.always,
        "languages": list(line.languages),
        "audience": line.audience,
        "region": line.region,
        "police": None if line.police is None else line.police.value,
        "note": line.note,
        **_facts_json(line),
        "second_source": line.second_source,
    }


def _facts_json(entry: Line | Emergency) -> dict[str, Any]:
    return {
        "source": entry.source,
        "checked": entry.checked.written,
        "date_precision": entry.checked.precision.value,
        "confidence": entry.confidence.value,
        "doubt": entry.doubt,
    }


def _phone_json(phone: Phone) -> dict[str, str]:
    return {"number": phone.number, "then": phone.then, "extension": phone.extension, "label": phone.label}


_NUMBER = r"[+*#]?\(?\d[\d ()/.-]*\d#?|[*#]\d+#?"
_CALL = re.compile(rf"(?P<number>{_NUMBER})(?: then (?P<then>\d+)| ext (?P<extension>\d+))?")
_TEXT = re.compile(rf"(?:(?P<send>[^\W\d][\w-]*) to )?(?P<number>{_NUMBER})")


def read_call(written: str) -> Phone:
    """Read one number to call: ``116 123``, ``111 then 2`` (press 2 once answered), ``119 ext 8``.

    Raises ``ValueError`` where anything else stands in it: a remark inside a number would be dialled.
    """
    found = _CALL.fullmatch(written.strip())
    if found is None or "/" in found["number"]:
        raise ValueError(phrase("finding-no-call", value=repr(written)))
    return Phone(found["number"], then=found["then"] or "", extension=found["extension"] or "")


def read_text(written: str) -> TextNumber:
    """Read one number to text: ``1737`` or ``HOME to 741741``. Raises ``ValueError`` for anything else."""
    found = _TEXT.fullmatch(written.strip())
    if found is None or "/" in found["number"]:
        raise ValueError(phrase("finding-no-text", value=repr(written)))
    return TextNumber(found["number"], send=found["send"] or "")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = rf"(?:{'|'.join(_DAYS)})"
_SPAN = r"\d\d:\d\d-\d\d:\d\d"
_PART = rf"(?:Daily|{_DAY}(?:-{_DAY})?(?:, {_DAY}(?:-{_DAY})?)*) {_SPAN}(?: and {_SPAN})*"
_CHANGED = " (may have changed)"
_ZONE = r"\((?P<zone>[A-Za-z_]+(?:/[A-Za-z_]+)+)\)"
_HOURS = re.compile(rf"(?P<parts>{_PART}(?:; {_PART})*) {_ZONE}")
_ROUGH = (
    "Afternoons and evenings", "At set times", "Daily", "Evenings", "Evenings and nights", "Limited evenings",
    "Limited hours", "Nights", "Weekday afternoons", "Weekdays",
)  # fmt: skip
"""Hours that a source tells only roughly."""
_ROUGHLY = re.compile(rf"(?P<rough>{'|'.join(_ROUGH)}|{_DAY}-{_DAY})(?: {_ZONE})?")


def said_hours(hours: str, word: Callable[[str], str], place: Callable[[str, str], str]) -> str | None:
    """Hours in somebody's language: `word` gives the word for "daily", "mon" to "sun", "and", "changed",
    "always" and what is told roughly ("weekday-afternoons"); `place` puts hours and the place whose clock
    they follow together. None for hours that are written in another way.
    """
    written = hours.removesuffix(_CHANGED)
    if written == "24/7":
        told = word("always")
    elif (found := _HOURS.fullmatch(written) or _ROUGHLY.fullmatch(written)) is not None:
        told = found["rough"] if "rough" in found.re.groupindex else found["parts"]
        if told in _ROUGH:
            told = word(told.casefold().replace(" ", "-"))
        else:
            told = re.sub(rf"Daily|{_DAY}|\band\b", lambda one: word(one[0].casefold()), told)
        if found["zone"]:
            told = place(told, found["zone"].rsplit("/", 1)[-1].replace("_", " "))
    else:
        return None
    return told if written == hours else f"{told} ({word('changed')})"


def open_at(hours: str, now: datetime) -> bool | None:
    """Whether a line with these hours answers at ``now`` (aware); ``None`` where the hours cannot be read for
    certain.

    Understood: ``24/7``, and days with times and an IANA zone such as ``Mon-Fri 09:00-17:00; Sat 10:00-02:00
    (Europe/London)``. A span that ends at or before it begins runs past midnight.
    """
    if hours == "24/7":
        return True
    found = _HOURS.fullmatch(hours)
    if found is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # needed only here, and it reads files

    try:
        local = now.astimezone(ZoneInfo(found["zone"]))
        spans = [span for part in found["parts"].split("; ") for span in _spans(part)]
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    wall, today = local.time(), local.weekday()
    yesterday = (local - timedelta(days=1)).weekday()
    for days, begins, ends in spans:
        overnight = ends <= begins
        if today in days and begins <= wall and (overnight or wall < ends):
            return True
        if overnight and yesterday in days and wall < ends:
            return True
    return False


def _spans(part: str) -> list[tuple[frozenset[int], time, time]]:
    when, _, spans = re.sub(rf" (?={_SPAN})", "|", part, count=1).partition("|")
    days: set[int] = set()
    for item in when.split(", "):
        if item == "Daily":
            days.update(range(7))
            continue
        first, _, last = item.partition("-")
        day = _DAYS.index(first)
        end = _DAYS.index(last or first)
        days.add(day)
        while day != end:
            day = (day + 1) % 7
            days.add(day)
    return [
        (frozenset(days), _time(begins), _time(ends))
        for begins, _, ends in (span.partition("-") for span in spans.split(" and "))
    ]


def _time(written: str) -> time:
    hour, minute = written.split(":")
    return time(int(hour) % 24 if (hour, minute) == ("24", "00") else int(hour), int(minute))
