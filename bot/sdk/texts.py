"""Texts by cog, key and language, in Fluent (https://projectfluent.org), for plurals in any language.

A text is looked for in the cog's own texts in the language asked for, then in its base language
(`de` for `de-AT`), then in English, each time in the cog's file first and in the core's after it.
What is wrong with a profile (`bot.config.phrases.Sentence`) brings along whose text it is.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.config.ftl import Ftl, NotFluent, read
from bot.config.ftl import Words as Found
from bot.config.phrases import FINDINGS, Sentence
from bot.config.phrases import FOLDER as FINDINGS_FOLDER

from .words import Plain, Says, Text

CORE = "core"
_CORE_FOLDER = Path(__file__).parent / "texts_core"


_KEY = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?\Z")


SPOKEN_ON: contextvars.ContextVar[str] = contextvars.ContextVar("spoken_on", default="")
"""The platform that what is said now will be read on."""


@contextlib.contextmanager
def spoken_on(platform: str) -> Iterator[None]:
    """What is said inside will be read on this platform."""
    before = SPOKEN_ON.set(platform)
    try:
        yield
    finally:
        SPOKEN_ON.reset(before)


class MissingText(LookupError):
    """No text under this key, in no language: the cog's author forgot it."""


class Texts:
    """Every text of the core and of the loaded cogs."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], Ftl] = {}
        self._languages: set[str] = set()
        self.prefixes: Mapping[str, str] = {}
        """By platform: what stands before a command's name, where that is not `/`."""
        self.add(CORE, _CORE_FOLDER)
        self.add(FINDINGS, FINDINGS_FOLDER)

    def add(self, cog: str, folder: Path) -> None:
        """Read `folder/*.ftl`, one file a language. Raises `MissingText` for an unreadable text."""
        for file in sorted(folder.glob("*.ftl")):
            try:
                self._files[cog, file.stem] = read(file.read_text(encoding="utf-8"), file.stem)
            except NotFluent as error:
                raise MissingText(f"{cog}: {file.name}: {error}") from None
            self._languages.add(file.stem)
        self.chain.cache_clear()
        self._found.cache_clear()
        self.chosen.cache_clear()

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that something is written in, English first."""
        return ("en", *sorted(self._languages - {"en"}))

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one Texts lives as long as the process
    def chosen(self, *wanted: str | None) -> str:
        """The first of these in which something is written (or in the one it is a kind of: `de` for `de-AT`),
        else English."""
        for one in wanted:
            if one and not {one, one.split("-")[0]}.isdisjoint(self.languages):
                return one
        return "en"

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one Texts lives as long as the process
    def chain(self, cog: str, language: str) -> tuple[Ftl, ...]:
        """The files to look in, in order."""
        wanted = dict.fromkeys((language, language.split("-")[0], "en"))
        places = ((one, tongue) for tongue in wanted for one in dict.fromkeys((cog, CORE)))
        return tuple(self._files[place] for place in places if place in self._files)

    def has(self, cog: str, key: str, language: str | None = None) -> bool:
        """Whether there is such a text (in just this language, if one is named)."""
        if language is not None:
            file = self._files.get((cog, language))
            return file is not None and file.has(key)
        return any(file.has(key) for file in self.chain(cog, "en"))

    def prefix(self, platform: str) -> str:
        """What stands before a command's name on a platform."""
        return self.prefixes.get(platform, "/")

    def say(self, cog: str, says: Says, language: str) -> str:
        """The words themselves. `$prefix` is there in every text: what stands before a command's name where
        it will be read (`spoken_on`). Raises `MissingText` when there are none in any language, or an
        argument is missing."""
        if isinstance(says, Plain):
            return str(says)
        if isinstance(says, Sentence):
            return self._sentence(says, language)
        key = says.key if isinstance(says, Text) else says
        found = self._found(cog, key, language)
        if found is None:
            # Words in the place of a key are not repeated: they may be a member's.
            raise MissingText(f"{cog}: no text {key if _KEY.match(key) else 'under what is no key'!r}")
        if found.fixed is not None:
            return found.fixed
        args: dict[str, Any] = {}
        if isinstance(says, Text):
            args = {name: self._value(cog, value, language) for name, value in says.args.items()}
        args["prefix"] = self.prefix(SPOKEN_ON.get())
        try:
            return found.filled(args)
        except Exception as problem:
            raise MissingText(f"{cog}: text {key!r}: {type(problem).__name__}") from None

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - one Texts lives as long as the process
    def _found(self, cog: str, key: str, language: str) -> Found | None:
        """Where a text is, looked up once. What fills it is never kept."""
        name, _, attribute = key.partition(".")
        found = (file.words(name, attribute) for file in self.chain(cog, language))
        return next((one for one in found if one is not None), None)

    def _sentence(self, sentence: Sentence, language: str) -> str:
        """A sentence of a finding; where nobody wrote it in this language, in English."""
        owner = sentence.owner
        if sentence.key and not owner:
            tongues = (language, language.split("-")[0])
            owner = next(
                (one for one, _ in self._files for of in tongues if self.has(one, sentence.key, of)), ""
            )
        if not owner or self._found(owner, sentence.key, language) is None:
            return str(sentence)
        return self.say(owner, Text(sentence.key, sentence.values), language)

    def find(self, cog: str, keys: Iterable[str], language: str, default: str = "") -> str:
        """The first of several texts that exists, else `default`."""
        for key in keys:
            if self._found(cog, key, language) is not None:
                return self.say(cog, key, language)
        return default

    def in_every_language(self, cog: str, key: str) -> Mapping[str, str]:
        """The words of one key in each language that has it."""
        name, _, attribute = key.partition(".")
        return {
            language: self.say(cog, key, language)
            for (owner, language), file in self._files.items()
            if owner == cog and file.words(name, attribute) is not None
        }

    def _value(self, cog: str, value: Any, language: str) -> Any:
        if isinstance(value, Text | Sentence):
            return self.say(cog, value, language)
        if isinstance(value, Plain):
            return str(value)
        return value
