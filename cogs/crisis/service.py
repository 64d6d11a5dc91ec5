"""The directory of helplines: what there is in a country, in which order a person should see it.

Pure and in memory: once loaded it opens no file, no database and no network, so it answers whatever else is
broken. It returns values; the words around them belong to the texts of the cog.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cogs.crisis.countries import Countries, Country, keys
from cogs.crisis.directory import (
    GENERAL,
    Checked,
    Confidence,
    Emergency,
    Group,
    InCountry,
    Kind,
    Line,
    Phone,
    Police,
    Precision,
    TextNumber,
    emergency_facts,
    line_facts,
    open_at,
    phrase,
    read_call,
    read_text,
)

__all__ = [
    "Answer",
    "Checked",
    "Confidence",
    "Country",
    "Directory",
    "Emergency",
    "Kind",
    "Line",
    "LineSetting",
    "Phone",
    "Police",
    "Precision",
    "Stale",
    "TextNumber",
    "to_json",
]

INTERNATIONAL = "INT"
DIRECTORY_ID = "int-find-a-helpline"

# Kinds that may stand in where a country has no line for the kind asked for, and follow it where it has.
_CLOSE = {
    Kind.SUICIDE: frozenset({Kind.EMOTIONAL_SUPPORT}),
    Kind.EMOTIONAL_SUPPORT: frozenset({Kind.SUICIDE}),
    Kind.SELF_INJURY: GENERAL,
    Kind.TRANS: frozenset({Kind.LGBTQ}),
}

# Kinds that name a small group of people: somebody who did not ask for one is most likely not in it.
_OF_FEW = frozenset({Kind.LGBTQ, Kind.TRANS, Kind.VETERANS, Kind.MATERNAL})
_OF_AN_AGE = {
    Group.YOUNG: frozenset({Kind.YOUTH, Kind.CHILD_ABUSE}),
    Group.OLDER: frozenset({Kind.OLDER_PEOPLE}),
}
_VIOLENCE = frozenset({Kind.DOMESTIC_VIOLENCE, Kind.SEXUAL_ASSAULT, Kind.HUMAN_TRAFFICKING})
_ACUTE = _VIOLENCE | {Kind.YOUTH, Kind.CHILD_ABUSE, Kind.SELF_INJURY}
_SURENESS = {Confidence.LOCAL: 0, Confidence.HIGH: 1, Confidence.MEDIUM: 2, Confidence.LOW: 3}
_SAME_LANGUAGE = {"nb": "no", "nn": "no", "tl": "fil", "iw": "he", "yue": "zh", "cmn": "zh"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is for one question. Show ``emergency`` first, then ``lines`` in their order.

    ``suitable`` is whether anything fits: for a kind asked for, a line of that kind; otherwise a line of
    general emotional support that is open to everyone. Where it is not, ``lines`` may still hold what comes
    close, ``other_kinds`` says what else exists in the country, and ``international`` is the worldwide
    directory. ``withheld`` counts the unconfirmed entries that were left out.
    """

    country: str
    kinds: tuple[Kind, ...]
    emergency: Emergency | None
    lines: tuple[Line, ...]
    suitable: bool
    other_kinds: tuple[Kind, ...]
    worldwide: tuple[Line, ...]
    international: Line | None
    withheld: int


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that should be checked again. ``id`` ends in ``-emergency`` for the emergency numbers of a
    country.
    """

    id: str
    country: str
    name: str
    checked: Checked
    confidence: Confidence


class LineSetting(BaseModel):
    """A line that moderators add, replace (same ``id`` as a known one) or hide, as it stands in the space
    profile.

    Numbers are strings, in quotes: YAML would read ``0112`` as seventy-four. ``text`` may say what to write:
    ``"HOME to 741741"``. Everything but the id may be left out of an entry that only hides.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description="A short name that stays; the id of a known line puts this one in its place.",
    )
    country: str | None = Field(
        default=None, pattern=r"^([A-Z]{2}|INT)$", description="Its country, in two capital letters, or INT."
    )
    name: str = Field(default="", max_length=120, description="What the line is called.")
    kinds: tuple[Kind, ...] = Field(default=(), description="What it helps with.")
    call: tuple[str, ...] = Field(
        default=(), max_length=8, description="Numbers to call, in quotes, as dialled."
    )
    text: tuple[str, ...] = Field(
        default=(), max_length=8, description='Numbers to text, such as "85258" or "HOME to 741741".'
    )
    whatsapp: tuple[str, ...] = Field(default=(), max_length=8, description="WhatsApp numbers, in quotes.")
    chat: str = Field(default="", max_length=400, description="The address of its chat.")
    website: str = Field(default="", max_length=400, description="The address of its page.")
    hours: str = Field(default="", max_length=200, description="When it is open, such as 24/7.")
    languages: tuple[str, ...] = Field(
        default=(), max_length=40, description="The languages it speaks, by their short codes."
    )
    audience: str = Field(default="", max_length=200, description="Whom it is for.")
    note: str = Field(default="", max_length=300, description="What a caller should know.")
    checked: date | None = Field(default=None, description="The day on which somebody checked the facts.")
    source: str = Field(default="", max_length=400, description="Where the facts are from.")
    hide: bool = Field(default=False, description="Whether the known line with this id is not shown here.")

    @field_validator("call", "whatsapp")
    @classmethod
    def _calls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for written in value:
            read_call(written)
        return value

    @field_validator("text")
    @classmethod
    def _texts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for written in value:
            read_text(written)
        return value

    @field_validator("chat", "website")
    @classmethod
    def _addresses(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(phrase("finding-address"))
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.hide:
            return self
        needed = {
            "country": self.country,
            "name": self.name.strip(),
            "kinds": self.kinds,
            "checked": self.checked,
            "source": self.source.strip(),
        }
        if missing := [name for name, value in needed.items() if not value]:
            raise ValueError(phrase("finding-line-lacks", names=", ".join(missing)))
        if not (self.call or self.text or self.whatsapp or self.chat or self.website):
            raise ValueError(phrase("finding-line-unreachable"))
        return self

    def line(self) -> Line:
        """The line as the directory keeps it. Raises ``ValueError`` for an entry that only hides."""
        if self.hide or self.country is None or self.checked is None:
            raise ValueError(f"{self.id} hides a line and is none")
        return Line(
            id=self.id,
            country=self.country,
            name=self.name,
            kinds=self.kinds,
            confidence=Confidence.LOCAL,
            source=self.source,
            checked=Checked(self.checked),
            call=tuple(map(read_call, self.call)),
            text=tuple(map(read_text, self.text)),
            whatsapp=tuple(map(read_call, self.whatsapp)),
            chat=self.chat,
            website=self.website,
            hours=self.hours,
            always=self.hours == "24/7",
            languages=self.languages,
            audience=self.audience,
            note=self.note,
        )


@dataclass(frozen=True)
class Directory:
    """All lines and emergency numbers, in memory. A directory never changes; ``override`` makes another one.

    ``problems`` says for operators what of the data could not be read; the rest is there all the same.
    """

    _places: Mapping[str, InCountry]
    _countries: Countries
    problems: tuple[str, ...] = ()
    language_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """What the lines' languages are called, by the language they are told in and their code."""
    _by_id: Mapping[str, Line] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {line.id: line for place in self._places.values() for line in place.lines}
        object.__setattr__(self, "_by_id", by_id)

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Read ``index.json``, or, where it is missing or broken, the YAML files it was made from.

        Never raises for bad data: what could not be read is left out and named in ``problems``.
        """
        try:
            return _indexed((folder / "index.json").read_bytes())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
            return cls._load_files(folder, f"index.json: {type(broken).__name__}")

    @classmethod
    def _load_files(cls, folder: Path, problem: str) -> Directory:
        import yaml  # only where the index is of no use

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        problems, places = [problem], {}
        names: dict[str, Any] = {"countries": {}, "shared": {}}
        for path in sorted(folder.glob("*.yaml")):
            try:
                facts = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 (a safe loader, the fast one)
                if path.stem == "names":
                    keys(facts)
                    names = facts
                else:
                    places[path.stem] = InCountry.read(path.stem, facts)
            except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as broken:
                problems.append(f"{path.name}: {type(broken).__name__}")
        if not names["countries"]:
            names["countries"] = {code: {"name": code} for code in places if code != INTERNATIONAL}
        return cls(places, Countries(names, keys(names)), tuple(problems))

    def find_country(self, text: str, language: str = "en") -> list[Country]:
        """The countries somebody may mean by ``text``, best first; several where it could be any of them."""
        return self._countries.find(text, language)

    def meant_country(self, text: str, language: str = "en") -> tuple[list[Country], bool]:
        """Like `find_country`, and whether the words are surely meant for these."""
        return self._countries.meant(text, language)

    def countries_within(self, text: str, language: str = "en") -> list[Country]:
        """Countries that are named somewhere in the words."""
        return self._countries.within(text, language)

    def suggest(self, text: str, language: str = "en", limit: int = 25) -> list[tuple[str, str]]:
        """Code and name of the countries that the text typed so far may become, for completion."""
        return self._countries.suggest(text, language, limit)

    def country_name(self, code: str, language: str = "en") -> str:
        """The name of a country in a language (else in English, else its code)."""
        return self._countries.name(code, language)

    def line(self, known: str) -> Line | None:
        """The line with this id."""
        return self._by_id.get(known)

    def ids(self) -> tuple[str, ...]:
        """The id of every line."""
        return tuple(self._by_id)

    def languages(self) -> tuple[str, ...]:
        """Every language that some line is in, by its code."""
        return tuple(sorted({code for line in self._by_id.values() for code in line.languages}))

    def kinds(self, country: str, *, unconfirmed: bool = False) -> tuple[Kind, ...]:
        """The kinds of help there are lines for in a country."""
        return _kinds(self._shown(country, unconfirmed))

    def lines(
        self,
        country: str,
        kinds: Collection[Kind] = (),
        language: str | None = None,
        now: datetime | None = None,
        *,
        unconfirmed: bool = False,
    ) -> Answer:
        """What there is in a country (code) for the kinds asked for; without kinds every line, general
        support first.

        ``language`` is one the person wants to speak; pass it only where it was chosen. ``now`` (aware) puts
        lines that are open first. Entries of low confidence are left out unless ``unconfirmed``. A country
        that is not known gets the worldwide directory alone.
        """
        asked = frozenset(kinds)
        shown = self._shown(country, unconfirmed)
        close = frozenset[Kind]().union(*(_CLOSE.get(kind, frozenset()) for kind in asked))
        fitting = [
            line
            for line in shown
            if not asked or asked.intersection(line.kinds) or close.intersection(line.kinds)
        ]
        place = self._places.get(country, InCountry())
        emergency = place.emergency
        hidden = sum(line.confidence is Confidence.LOW for line in place.lines) - sum(
            line.confidence is Confidence.LOW for line in shown
        )
        if emergency is not None and emergency.confidence is Confidence.LOW and not unconfirmed:
            emergency, hidden = None, hidden + 1
        everywhere = self._shown(INTERNATIONAL, unconfirmed)
        return Answer(
            country=country,
            kinds=tuple(kind for kind in Kind if kind in asked),
            emergency=emergency,
            lines=tuple(sorted(fitting, key=lambda line: _rank(line, asked, language, now))),
            suitable=any(_suits(line, asked, language) for line in fitting),
            other_kinds=tuple(kind for kind in _kinds(shown) if kind not in asked) if asked else (),
            worldwide=tuple(
                line for line in everywhere if asked.intersection(line.kinds) and line.id != DIRECTORY_ID
            ),
            international=next((line for line in everywhere if line.id == DIRECTORY_ID), None),
            withheld=hidden,
        )

    def override(self, entries: Iterable[LineSetting]) -> Directory:
        """A directory with the moderators' lines added, put in place of known ones, or known ones hidden."""
        settings = {entry.id: entry for entry in entries}
        places: dict[str, InCountry] = dict(self._places)
        added: dict[str, list[Line]] = {}
        for entry in settings.values():
            if not entry.hide:
                made = entry.line()
                added.setdefault(made.country, []).append(made)
        touched = {self._by_id[known].country for known in settings if known in self._by_id} | set(added)
        for code in touched:
            place = places.get(code, InCountry())
            kept = tuple(line for line in place.lines if line.id not in settings)
            places[code] = InCountry(place.emergency, (*added.get(code, ()), *kept))
        return Directory(places, self._countries, self.problems, self.language_names)

    def stale(self, now: datetime, months: int = 6) -> list[Stale]:
        """Everything checked more than ``months`` ago, oldest first, and everything whose source bears no
        date.
        """
        today = now.date()
        count = today.year * 12 + today.month - 1 - months
        year, month = divmod(count, 12)
        limit = (year, month + 1, today.day)
        entries = [
            Stale(line.id, code, line.name, line.checked, line.confidence)
            for code, place in self._places.items()
            for line in place.lines
        ]
        entries += [
            Stale(f"{code.lower()}-emergency", code, "", place.emergency.checked, place.emergency.confidence)
            for code, place in self._places.items()
            if place.emergency is not None
        ]
        old = [
            entry
            for entry in entries
            if entry.checked.precision is Precision.GATHERED
            or (entry.checked.day.year, entry.checked.day.month, entry.checked.day.day) < limit
        ]
        return sorted(old, key=lambda entry: (entry.checked.day, entry.country, entry.id))

    def _shown(self, country: str, unconfirmed: bool) -> tuple[Line, ...]:
        lines = self._places.get(country, InCountry()).lines
        return (
            lines if unconfirmed else tuple(line for line in lines if line.confidence is not Confidence.LOW)
        )


def _kinds(lines: Iterable[Line]) -> tuple[Kind, ...]:
    present = {kind for line in lines for kind in line.kinds}
    return tuple(kind for kind in Kind if kind in present)


def _urgency(line: Line) -> int:
    """How likely somebody who named no kind of help needs this line now: 0 most."""
    if GENERAL.intersection(line.kinds):
        return 0
    main = line.kinds[0]
    return 1 if main in _ACUTE else 3 if main is Kind.GENERAL_INFO else 2


def _speaks(line: Line, language: str) -> bool:
    def plain(code: str) -> str:
        short = code.casefold().replace("_", "-").partition("-")[0]
        return _SAME_LANGUAGE.get(short, short)

    return plain(language) in map(plain, line.languages)


def _breadth(line: Line, asked: frozenset[Kind]) -> int:
    """How many people a line is open to, seen from what was asked: 0 everyone, 1 a large group, 2 few."""
    if line.narrow:
        return 2
    if line.everyone:
        return 0
    if _OF_FEW.intersection(line.kinds) - asked:
        return 2
    if line.group is None:
        return 0
    if line.group in _OF_AN_AGE:
        return 0 if asked & _OF_AN_AGE[line.group] else 1
    return 0 if line.group is Group.WOMEN and asked & _VIOLENCE else 1


def _few(line: Line, asked: frozenset[Kind], language: str | None) -> bool:
    foreign = line.speakers and not (language and _speaks(line, language))
    return foreign or _breadth(line, asked) == 2


def _suits(line: Line, asked: frozenset[Kind], language: str | None) -> bool:
    if asked:
        return bool(asked.intersection(line.kinds))
    return (
        bool(GENERAL.intersection(line.kinds))
        and _breadth(line, asked) == 0
        and not _few(line, asked, language)
    )


def _rank(line: Line, asked: frozenset[Kind], language: str | None, now: datetime | None) -> tuple[int, ...]:
    """Sort key: lower comes first.

    What was asked for; then nationwide lines for many before those for few, and those before lines for a part
    of the country; then, where nothing was asked for, general support before lines against violence and for
    the young, those before lines for one trouble, and advice last; then the language, whether somebody
    answers now, whether it is for everyone, and how sure the facts are. Lines that are equal in all of it
    keep the order of the data, which names the main lines first.
    """
    regional = bool(line.region) and not line.most_of_country
    answers = True if line.always else open_at(line.hours, now) if now is not None else None
    return (
        0 if not asked or asked.intersection(line.kinds) else 1,
        2 if regional else 1 if _few(line, asked, language) else 0,
        0 if asked else _urgency(line),
        _breadth(line, asked),
        0 if not language or _speaks(line, language) else 1 if not line.languages else 2,
        {True: 0, None: 1, False: 2}[answers],
        0 if asked or line.everyone or line.confidence is Confidence.LOCAL else 1,
        _SURENESS[line.confidence],
    )


@functools.lru_cache(maxsize=1)
def _indexed(data: bytes) -> Directory:
    """Read once: Hearth that cannot open its storage starts again and again, and answers meanwhile."""
    index = json.loads(data)
    places = {code: InCountry.read(code, facts) for code, facts in index["countries"].items()}
    return Directory(places, Countries(index["names"], index["keys"]), language_names=index["languages"])


def to_json(answer: Answer) -> dict[str, Any]:
    """An answer with every fact it rests on (sources, dates, doubts), ready for ``json.dumps``."""
    return {
        "country": answer.country,
        "kinds": [kind.value for kind in answer.kinds],
        "suitable": answer.suitable,
        "emergency": None if answer.emergency is None else emergency_facts(answer.emergency),
        "lines": [line_facts(line) for line in answer.lines],
        "other_kinds": [kind.value for kind in answer.other_kinds],
        "worldwide": [line_facts(line) for line in answer.worldwide],
        "international": None if answer.international is None else line_facts(answer.international),
        "withheld": answer.withheld,
    }
