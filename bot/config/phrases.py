"""Sentences of findings: English for the command line and logs, and data until somebody else reads them.

Each is one text of a file `texts/en.ftl`, filled. Whoever reads it in chat has it said anew in their own
language, from the file beside (`bot.sdk.texts` does that).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from bot.config.ftl import Ftl, read

FINDINGS = "findings"
"""The owner of the texts that stand beside this module."""
FOLDER = Path(__file__).parent / "texts"


class Sentence(str):
    """Words in English that know how they were made.

    `owner` is the cog whose text it is (`FINDINGS` for what is said here, empty where any cog may have it),
    `key` the text, `values` what fills it: plain words or `Sentence`s. Without a key it stands as it is.
    """

    owner: str
    key: str
    values: Mapping[str, str]

    def __new__(
        cls, words: str, owner: str = "", key: str = "", values: Mapping[str, str] | None = None
    ) -> Sentence:
        """The words themselves, and where they are from."""
        made = super().__new__(cls, words)
        made.owner, made.key, made.values = owner, key, values or {}
        return made


def sentence_of(words: str | int) -> Sentence:
    """The words as a sentence, on one line; what is none stands in every language as it is."""
    return words if isinstance(words, Sentence) else Sentence(" ".join(str(words).split()))


class Phrases:
    """The sentences of one owner, from `folder/en.ftl`, which is read when the first is made."""

    def __init__(self, owner: str, folder: Path) -> None:
        self._owner = owner
        self._folder = folder

    @functools.cached_property
    def _english(self) -> Ftl:
        return read((self._folder / "en.ftl").read_text(encoding="utf-8"), "en")

    def __call__(self, key: str, /, **values: str | int) -> Sentence:
        """The sentence under a key, filled; values are put on one line. Raises `LookupError` for a key
        without a text."""
        found = self._english.words(key)
        if found is None:
            raise LookupError(f"{self._owner}: no text {key!r}")
        filled = {name: sentence_of(value) for name, value in values.items()}
        return Sentence(found.filled(filled), self._owner, key, filled)


phrase = Phrases(FINDINGS, FOLDER)
"""A sentence of a finding."""
