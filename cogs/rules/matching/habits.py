"""What a message is like, whatever it says: loud, long, repeated, crowded with mentions, marks or emoji;
in which
language; and what its author did just before. Time is never read here, it comes with the message."""

from __future__ import annotations

import hashlib
import itertools
import operator
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .text import skeleton_line

MAX_SEEN = 50
"""Messages of one author that are remembered for rules about repetition and rate."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that an author sent before: when (aware), in which room, and a fingerprint of its words."""

    at: datetime
    room: str
    fingerprint: bytes


Recent = tuple[Seen, ...]
"""What one author sent lately, oldest first: plain values, for the caller to keep for a while and hand in."""


def fingerprint(text: str, key: bytes = b"", line: str | None = None) -> bytes:
    """Eight bytes that are the same for texts that read alike; with a key, nobody without it can compare.
    `line` is the text's skeleton line, where that is known."""
    letters = skeleton_line(text) if line is None else line
    return hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8, key=key[:64]).digest()


def remember(recent: Recent, seen: Seen, window: timedelta) -> Recent:
    """What is remembered after one more message: no more than `MAX_SEEN`, nothing older than `window`."""
    return tuple(each for each in (*recent, seen) if each.at > seen.at - window)[-MAX_SEEN:]


def times_within(recent: Recent, now: datetime, within: timedelta, same: bytes | None = None) -> int:
    """How many messages, the present one included, came within a time; with `same`, only those that read
    alike."""
    return 1 + sum(
        1
        for each in recent
        if each.at > now - within and each.at <= now and (same is None or each.fingerprint == same)
    )


_RUN = re.compile(r"([^\s\d])\1{3,}")


def longest_run(text: str) -> tuple[int, int]:
    """Where one character other than a digit or space stands longest in a row; `(0, 0)` for under four."""
    spans = (each.span() for each in _RUN.finditer(text))
    return max(spans, key=lambda span: span[1] - span[0], default=(0, 0))


_STOPS = ".,!?;:"
_SINGLE_WORD = re.compile(r"\S+")
_SAME = re.compile(rb"\x01+")


def most_repeated_word(text: str) -> tuple[int, int, int]:
    """How often one word is repeated in a row, and where: `(times, start, end)`."""
    # A lone sign is no word: its place makes each its own.
    stripped = map(str.strip, text.casefold().split(), itertools.repeat(_STOPS))
    words = [word or place for place, word in enumerate(stripped)]
    runs = [each.span() for each in _SAME.finditer(bytes(map(operator.eq, words, words[1:])))]
    if not runs:
        return (1, 0, 0) if any(isinstance(each, str) for each in words) else (0, 0, 0)
    first, last = max(runs, key=lambda span: span[1] - span[0])
    found = list(itertools.islice(_SINGLE_WORD.finditer(text), first, last + 1))
    return last - first + 1, found[0].start(), found[-1].end()


def capitals(text: str) -> tuple[int, int]:
    """Letters that are capitals, and letters that have a case at all; links, mentions and emoji do not
    count."""
    plain = _NOT_SPOKEN.sub(" ", text)
    different = set(plain)
    if len(different) > _FEW:
        upper, lower = sum(map(str.isupper, plain)), sum(map(str.islower, plain))
    else:
        upper, lower = (sum(map(plain.count, filter(kind, different))) for kind in (str.isupper, str.islower))
    return upper, upper + lower


_FEW = 200
"""So many different characters are asked about and counted one by one, which is quicker than each in turn."""
_NOT_SPOKEN = re.compile(r"https?://\S+|<a?:\w+:\d+>|<[@#][!&]?\d+>|:\w+:")


def most_stacked(text: str) -> tuple[int, int, int]:
    """The most marks on one letter that no language needs there, and where: `(marks, start, end)`.

    Vietnamese has two at most on a letter, Hebrew, Arabic and Thai stack up to three of their own. Marks that
    Unicode does not order (signs around a letter, vowels that take room) are not counted.
    """
    if text.isascii():
        return 0, 0, 0
    classes = bytes(map(unicodedata.combining, text))
    spans = (each.span() for each in _STACK.finditer(classes))
    start, end = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    return end - start, max(0, start - 1), end


_STACK = re.compile(rb"[^\0]{3,}")
_CUSTOM = re.compile(r"<a?:\w{2,32}:\d{15,21}>|:[a-z0-9_+-]{2,32}:")
_EMOJI = re.compile(
    "[\u2600-\u27bf\u2b50\u2b55\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]?"
    "(?:\u200d[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?)*|[\U0001f1e6-\U0001f1ff]{2}"
)


def emoji(text: str) -> int:
    """How many emoji a text has, custom ones (`<:name:id>`, `:name:`) included."""
    return len(_CUSTOM.findall(text)) + (0 if text.isascii() else len(_EMOJI.findall(text)))


_BY_LETTERS = (
    ("ko", re.compile("[\uac00-\ud7af]")), ("ja", re.compile("[\u3041-\u30ff]")), ("th",
    re.compile("[\u0e01-\u0e3a]")),
    ("el", re.compile("[\u03b1-\u03c9\u03ac-\u03ce]")), ("he", re.compile("[\u05d0-\u05ea]")),
    ("ka", re.compile("[\u10d0-\u10f0]")), ("hy", re.compile("[\u0561-\u0587]")),
    ("uk", re.compile("[\u0456\u0457\u0454\u0491]")), ("ru", re.compile("[\u044b\u044d\u0451\u044a]")),
    ("fa", re.compile("[\u067e\u0686\u0698\u06af]")), ("ta", re.compile("[\u0b85-\u0bb9]")),
)  # fmt: skip
_BY_WORDS = {
    "en": "the and you that is was for with this have not are but they what my your from would about "
    "there when i it of to",
    "de": "der die das und ich nicht ist ein eine mit auch sich auf für dass es wir aber wie habe "
    "war noch mir mich zu",
    "fr": "le les des et est une pas que je vous dans pour qui nous avec mais c'est sur cette suis "
    "être très du au",
    "es": "el los las que es una por con para pero como más muy está esto todo también hay yo mi y del",
    "it": "il gli che è una per con non sono come anche più questo della mi ma ho si nel molto",
    "pt": "os que é uma não com para por mais como mas eu você isso também muito está meu na do em",
    "nl": "het een van en ik niet dat is zijn voor met ook maar wat heb naar deze je er op",
    "pl": "nie się jest to na że z do jak ale co mam tak już tylko bardzo mnie jestem i w",
    "tr": "bir ve bu için çok ama ne ben de daha gibi var değil sen beni olarak kadar",
    "sv": "och att det är jag inte en som på med för har men till av vad kan nu så",
}
_WORDS = {code: frozenset(words.split()) for code, words in _BY_WORDS.items()}


_TELLING = 1000
"""Characters by which a language is told."""


def language(text: str) -> str:
    """The language in which a text begins, where it is certain, else empty. Short texts, names and mixtures
    are not."""
    text = text[:_TELLING]
    letters = sum(1 for each in text if each.isalpha())
    if letters < 12:
        return ""
    for code, pattern in _BY_LETTERS:
        found = len(pattern.findall(text))
        if found and found >= (letters * 0.02 if code in ("uk", "ru", "fa", "ja") else letters * 0.6):
            foreign = sum(1 for each in text if each.isascii() and each.isalpha())
            return code if foreign < letters * 0.2 else ""
    words = [each.strip('.,!?;:"()') for each in text.casefold().split()]
    if len(words) < 6:
        return ""
    counts = sorted(
        ((sum(each in known for each in words), code) for code, known in _WORDS.items()), reverse=True
    )
    (most, code), (second, _) = counts[0], counts[1]
    return code if most >= 4 and most >= 2 * second and most >= len(words) * 0.25 else ""


def same_kind(name: str, media: str, kinds: Iterable[str]) -> bool:
    """Whether a file is of one of the kinds: `image`, `video`, `audio`, `text`, or an ending such as
    `exe`."""
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    major = media.split("/", 1)[0].casefold()
    return any(each in (ending, major) for each in kinds)


def distinct(people: Sequence[str]) -> int:
    """How many different people are mentioned."""
    return len(set(people))
