"""Texts by cog, key and language, in Fluent (https://projectfluent.org), for plurals in any language.

A text is looked for in the cog's own texts in the language asked for, then in its base language
(`de` for `de-AT`), then in English, each time in the cog's file first and in the core's after it.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Junk, TextElement, VariableReference

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


_LONGEST = 2000
"""Longer words go by Fluent, which has a limit of its own for them."""


class _Found:
    """A text in its bundle. Most are words with gaps, which need no more than joining."""

    def __init__(self, bundle: FluentBundle, pattern: Any) -> None:
        self.bundle = bundle
        self.pattern = pattern
        self._parts: list[tuple[str, bool]] | None = []
        for element in getattr(pattern, "elements", [pattern]):
            inner = getattr(element, "expression", element)
            if isinstance(inner, TextElement):
                self._parts.append((inner.value, False))
            elif isinstance(inner, VariableReference):
                self._parts.append((inner.id.name, True))
            else:  # plurals, functions and references are Fluent's affair
                self._parts = None
                return

    def joined(self, args: Mapping[str, Any]) -> str | None:
        """The words, or None where joining will not do: a number in a gap, say, or nothing for it."""
        if self._parts is None:
            return None
        pieces = []
        for part, gap in self._parts:
            piece = args.get(part) if gap else part
            if not isinstance(piece, str) or len(piece) > _LONGEST:
                return None
            pieces.append(piece)
        return "".join(pieces)


class Texts:
    """Every text of the core and of the loaded cogs."""

    def __init__(self) -> None:
        self._bundles: dict[tuple[str, str], FluentBundle] = {}
        self._languages: set[str] = set()
        self.prefixes: Mapping[str, str] = {}
        """By platform: what stands before a command's name, where that is not `/`."""
        self.add(CORE, _CORE_FOLDER)

    def add(self, cog: str, folder: Path) -> None:
        """Read `folder/*.ftl`, one file a language. Raises `MissingText` for an unreadable text."""
        for file in sorted(folder.glob("*.ftl")):
            bundle = FluentBundle([file.stem], use_isolating=False)
            resource = FluentResource(file.read_text(encoding="utf-8"))
            for entry in resource.body:
                if isinstance(entry, Junk):
                    start = (entry.content or "").strip().split("\n")[0]
                    raise MissingText(f"{cog}: {file.name}: not a text: {start!r}")
            bundle.add_resource(resource)
            self._bundles[cog, file.stem] = bundle
            self._languages.add(file.stem)
        self.chain.cache_clear()
        self._found.cache_clear()

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that something is written in, English first."""
        return ("en", *sorted(self._languages - {"en"}))

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one Texts lives as long as the process
    def chain(self, cog: str, language: str) -> tuple[FluentBundle, ...]:
        """The bundles to look in, in order."""
        wanted = dict.fromkeys((language, language.split("-")[0], "en"))
        places = ((one, tongue) for tongue in wanted for one in dict.fromkeys((cog, CORE)))
        return tuple(self._bundles[place] for place in places if place in self._bundles)

    def has(self, cog: str, key: str, language: str | None = None) -> bool:
        """Whether there is such a text (in just this language, if one is named)."""
        if language is not None:
            bundle = self._bundles.get((cog, language))
            return bundle is not None and bundle.has_message(key)
        return any(bundle.has_message(key) for bundle in self.chain(cog, "en"))

    def prefix(self, platform: str) -> str:
        """What stands before a command's name on a platform."""
        return self.prefixes.get(platform, "/")

    def say(self, cog: str, says: Says, language: str) -> str:
        """The words themselves. `$prefix` is there in every text: what stands before a command's name where
        it will be read (`spoken_on`). Raises `MissingText` when there are none in any language, or an
        argument is missing."""
        if isinstance(says, Plain):
            return str(says)
        if isinstance(says, Text):
            key, args = (
                says.key,
                {name: self._value(cog, value, language) for name, value in says.args.items()},
            )
        else:
            key, args = says, {}
        args["prefix"] = self.prefix(SPOKEN_ON.get())
        found = self._found(cog, key, language)
        if found is None:
            # Words in the place of a key are not repeated: they may be a member's.
            raise MissingText(f"{cog}: no text {key if _KEY.match(key) else 'under what is no key'!r}")
        words = found.joined(args)
        if words is None:
            formatted, problems = found.bundle.format_pattern(found.pattern, args)
            if problems:
                raise MissingText(f"{cog}: text {key!r}: {type(problems[0]).__name__}")
            words = str(formatted)
        return words

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - one Texts lives as long as the process
    def _found(self, cog: str, key: str, language: str) -> _Found | None:
        """Where a text is, looked up once. What fills it is never kept."""
        name, _, attribute = key.partition(".")
        for bundle in self.chain(cog, language):
            if not bundle.has_message(name):
                continue
            message = bundle.get_message(name)
            pattern = message.attributes.get(attribute) if attribute else message.value
            if pattern is not None:
                return _Found(bundle, pattern)
        return None

    def find(self, cog: str, keys: Iterable[str], language: str, default: str = "") -> str:
        """The first of several texts that exists, else `default`."""
        for key in keys:
            name, _, attribute = key.partition(".")
            for bundle in self.chain(cog, language):
                if bundle.has_message(name):
                    message = bundle.get_message(name)
                    if (message.attributes.get(attribute) if attribute else message.value) is not None:
                        return self.say(cog, key, language)
        return default

    def in_every_language(self, cog: str, key: str) -> Mapping[str, str]:
        """The words of one key in each language that has it."""
        name, _, attribute = key.partition(".")
        found = {}
        for (owner, language), bundle in self._bundles.items():
            if owner != cog or not bundle.has_message(name):
                continue
            message = bundle.get_message(name)
            if (message.attributes.get(attribute) if attribute else message.value) is not None:
                found[language] = self.say(cog, key, language)
        return found

    def _value(self, cog: str, value: Any, language: str) -> Any:
        if isinstance(value, Text):
            return self.say(cog, value, language)
        if isinstance(value, Plain):
            return str(value)
        return value
