"""The helplines as one community sees them: its own lines in place, its own country first."""

from __future__ import annotations

import datetime
import functools
import hashlib
import secrets
from collections.abc import Hashable, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from bot.sdk import Person, Profile, Supplies
from bot.sdk.settings import CountryCode, Language, Line, Words, known

from .directory import Kind, phrase
from .directory import Line as Helpline
from .service import Answer, Directory, LineSetting
from .wording import Wording

_READY = 200
"""Answers kept ready; who asked for them is not."""
_MOST_REPORTS = 10_000
"""Reports of wrong numbers that are told on one day; more come from no person in need."""


_A_LINE = known("helplines", phrase("want-line-id"))


def _hides_a_line(setting: LineSetting, info: ValidationInfo) -> LineSetting:
    if setting.hide:
        _A_LINE.func(setting.id, info)  # type: ignore[call-arg]  # made to be called with both
    return setting


class CrisisSettings(Profile):
    """What `/crisis` shows in this community."""

    country: CountryCode | None = Field(
        None, description="Whose lines are shown when nobody names a country. By default the community's."
    )
    language: Language | None = Field(
        None, description="The language whose lines come first. By default people choose."
    )
    lines: tuple[Annotated[LineSetting, AfterValidator(_hides_a_line)], ...] = Field(
        (), max_length=200, description="Lines to add, or, by their id, to put in place of known ones."
    )
    hide: tuple[Annotated[Line, _A_LINE], ...] = Field(
        (), max_length=200, description="Ids of lines that are not shown here."
    )
    extra_text: Words = Field(
        "", description="A sentence of the community's own, shown under the emergency numbers."
    )


class Crisis:
    """Answers from memory; nothing here touches storage or network."""

    def __init__(self, supplies: Supplies) -> None:
        self.directory = Directory.load(supplies.data / "helplines")
        self.unconfirmed = bool(supplies.options.get("show_unconfirmed", False))
        self._tell_operator = supplies.tell_operator
        self._salt, self._reported_on = secrets.token_bytes(16), datetime.date.min
        self._reported: set[bytes] = set()
        self._codes = self.directory.languages()
        for ready in ("en", "de"):
            self._language_names(ready)  # read now: later the files may be out of reach
        self._overridden: dict[int, tuple[CrisisSettings, Directory]] = {}
        self.wording = Wording(self.language_name)
        self._ready: dict[Hashable, tuple[Directory, Answer]] = {}

    def for_community(self, settings: CrisisSettings | None) -> Directory:
        """The directory with a community's own lines."""
        if settings is None or not (settings.lines or settings.hide):
            return self.directory
        known = self._overridden.get(id(settings))
        if known is not None and known[0] is settings:
            return known[1]
        hidden = [LineSetting(id=one, hide=True) for one in settings.hide]
        overridden = self.directory.override([*settings.lines, *hidden])
        if len(self._overridden) > 100:
            self._overridden.clear()
        self._overridden[id(settings)] = (settings, overridden)
        return overridden

    def language_name(self, code: str, language: str) -> str:
        """What a language is called in a language; its code where that is not known."""
        return self._language_names(language).get(code, code)

    def suggest_languages(self, typed: str, language: str) -> list[tuple[str, str]]:
        """Code and name of the languages lines are in, for completion."""
        wanted = typed.strip().casefold()
        found = [
            (code, name)
            for code, name in self._language_names(language).items()
            if wanted in name.casefold() or code.startswith(wanted)
        ]
        return sorted(found, key=lambda one: (not one[1].casefold().startswith(wanted), one[1]))[:25]

    def find_language(self, typed: str, language: str) -> str | None:
        """The code of the language somebody means; None where no line is in it."""
        wanted = typed.strip().casefold()
        for tongue in (language, "en"):
            names = self._language_names(tongue)
            if wanted in names:
                return wanted
            for code, name in names.items():
                if name.casefold() == wanted:
                    return code
        near = self.suggest_languages(typed, language)
        return near[0][0] if len(near) == 1 else None

    @functools.lru_cache(maxsize=16)  # noqa: B019 - one service lives as long as the process
    def _language_names(self, language: str) -> dict[str, str]:
        told = self.directory.language_names.get(language.partition("-")[0])
        if told is not None:
            return dict(told)
        from babel import Locale, UnknownLocaleError

        try:
            names = Locale.parse(language.replace("-", "_")).languages
        except (UnknownLocaleError, ValueError):
            names = Locale("en").languages
        return {code: str(names.get(code, code)) for code in self._codes}

    def answer(
        self,
        settings: CrisisSettings | None,
        country: str,
        kind: Kind | None,
        language: str | None,
        now: datetime.datetime,
    ) -> Answer:
        """What there is in a country (its code), for a kind of help if one was asked for."""
        directory = self.for_community(settings)
        # Hours are told in whole minutes: within one, the same question has the same answer.
        now = now.replace(second=0, microsecond=0)
        asked = (id(directory), country, kind, language, now)
        ready = self._ready.get(asked)
        if ready is not None and ready[0] is directory:
            return ready[1]
        kinds = (kind,) if kind is not None else ()
        answer = directory.lines(country, kinds, language, now, unconfirmed=self.unconfirmed)
        if len(self._ready) >= _READY:
            self._ready.clear()
        self._ready[asked] = directory, answer
        return answer

    def report_wrong(self, person: Person, lines: Sequence[Helpline], now: datetime.datetime) -> None:
        """Tell the operator that somebody found one of these wrong; never who. What the same person says
        again on the same day (UTC) is not told again; that is known until Hearth ends and written nowhere."""
        if self._reported_on != now.date():
            self._reported_on, self._reported = now.date(), set()
        exact = len(lines) == 1  # having said "one of these", a person may still say which
        fresh = [line.id for line in lines if not self._told_before(person, line.id, exact)]
        if fresh:
            self._tell_operator(f"Somebody says that a number is wrong. Please check: {', '.join(fresh)}")

    def _told_before(self, person: Person, line: str, exact: bool) -> bool:
        said = f"{person.platform}\0{person.account}\0{line}\0{exact}".encode()
        mark = hashlib.blake2b(said, key=self._salt, digest_size=12).digest()
        if mark in self._reported or len(self._reported) >= _MOST_REPORTS:
            return True
        self._reported.add(mark)
        return False


def country_of(settings: CrisisSettings | None, community: str | None) -> str | None:
    """The country to show when nobody names one."""
    return (settings.country if settings is not None else None) or community
