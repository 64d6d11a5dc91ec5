"""E-mail and postal addresses, and telephone numbers; see `phones` for how a number is told from a date."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

MAX_ADDRESSES = 20
"""Addresses of a kind looked at in one message."""

_ENDING = (
    r"(?:com|org|net|edu|gov|info|io|co|me|app|dev|uk|de|at|ch|fr|nl|be|se|no|dk|fi|pl|es|it|ie|"
    r"eu|ca|us|au|nz|in|br|ru|ua|jp)"
)
# Begins with a character out of few, which is what makes the search quick; what is before it is added after.
_AT = re.compile(r"[@(\[{<tT](?:(?<=@)\s?|(?<=[(\[{<])\s?(?:[aAäÄ][tT]|@)\s?[)\]}>]\s?|(?<=\s[aAäÄ][tT])\s)")
_LOCAL_BACKWARDS = re.compile(r"[\w.%+-]{0,63}[^\W_]|[^\W_][\w.%+-]{0,63}")
_NAME = r"[^\W_][\w-]{0,62}"
_BRACKETED = r"\s?[(\[{<]\s?(?:dot|punkt|\.)\s?[)\]}>]\s?"
_DOMAIN = re.compile(rf"{_NAME}(?:(?:\.|{_BRACKETED}|\s(?:dot|punkt)\s){_NAME}){{1,4}}", re.IGNORECASE)
_SPACED_DOMAIN = re.compile(
    rf"{_NAME}(?:(?:\s?\.\s?|{_BRACKETED}|\s(?:dot|punkt)\s){_NAME}){{0,3}}(?:\s?\.\s?|{_BRACKETED}|"
    rf"\s(?:dot|punkt)\s){_ENDING}(?!\w)",
    re.IGNORECASE,
)
EMAIL_DETECTOR = r"(?i)@|[(\[{<]\s?(?:at|ät)\s?[)\]}>]|\s(?:at|ät)\s[\pL\pN-]+\s(?:dot|punkt)\s"
"""What a text must have for `emails` to find any, for RE2."""

_UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0160\u017d\u0141"
_STREET_WORDS = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|way|boulevard|blvd|"
    "place|pl|terrace|crescent|square|gardens|grove|highway|hwy"
)
_SURE_STREETS = "street|road|avenue|lane|boulevard|crescent|terrace"
_GERMAN_WORDS = r"stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer"
# The digit comes first and is looked back from, which makes the search quick.
_NUMBER_FIRST = re.compile(
    r"\d(?:(?<![\w.,:/-]\d)\d{0,4}(?:"
    # 12 Elm Street, 221B Baker St
    rf"[A-Za-z]?,?\s(?:[{_UPPER}][\w'’.-]{{0,30}}\s){{1,4}}(?i:{_STREET_WORDS})(?!\w)"
    # 12 elm street
    rf"|[a-z]?\s[^\W\d_]{{2,30}}\s(?:[^\W\d_]{{2,30}}\s)?(?i:{_SURE_STREETS})(?!\w))"
    # 12 rue de la Paix
    rf"|\d{{0,3}}(?:\s(?:bis|ter))?,?\s(?i:rue|avenue|boulevard|chemin|impasse|quai)\s(?:(?:de|du|des|"
    rf"la|le|les)\s|l['’]|d['’]){{0,3}}[{_UPPER}][\w-]{{2,30}})"
)
_STREET_FIRST = re.compile(
    # calle Mayor 5, via Roma 12
    rf"\b(?i:calle|avenida|via|viale|piazza|rua|ulica|ul\.)\s(?:(?:de|del|della|dos|da|la)"
    rf"\s){{0,2}}[{_UPPER}][\w-]{{2,30}}(?:\s[{_UPPER}][\w-]{{2,30}})?,?\s(?:n\.?º?\s?)?\d{{1,4}}(?![\w:.%€])"
)
# A British postcode; an American one after its state.
_CODE = re.compile(
    r"[A-Z,](?:(?<=[A-Z])(?<!\w[A-Z])[A-Z]?\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}(?!\w)"
    r"|(?<=[a-z],)\s[A-Z]{2}\s\d{5}(?!\w))"
)
# Lindenstraße 12, Am Alten Platz 3a: looked for from its number.
_GERMAN_END = re.compile(r"\s\d{1,4}\s?[a-zA-Z]?(?![\w:.%€])")
_GERMAN_STREETS = ("straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "damm", "ufer")
_GERMAN_NAME_BACKWARDS = re.compile(
    rf"(?:[\w-]{{1,40}}[{_UPPER}](?!\w)|(?:[\s-][\w-]{{0,40}}[{_UPPER}](?!\w)){{1,3}})"
)
#: Which way of writing addresses is looked for where which words stand.
_FINDERS = (
    (
        _NUMBER_FIRST,
        (*{each[:4] for each in _STREET_WORDS.split("|")}, "rue", "boul", "chem", "impa", "quai"),
    ),
    (_STREET_FIRST, ("calle", "aven", "via", "piaz", "rua", "ul")),
    (_CODE, ()),
)
POSTAL_DETECTOR = (
    rf"(?i)\d[a-z]?,?\s\pL|(?:{_GERMAN_WORDS})\s\d|[a-z]\d[a-z\d]?\s\d[a-z][a-z]|,\s[a-z][a-z]\s\d\d\d\d\d"
    r"|(?:calle|avenida|via|viale|piazza|rua|ulica|ul\.)\s"
)
"""What a text must have for `postal_addresses` to find any, for RE2."""
#: Words between a number and "street" that tell of a way, not of an address.
_ON_THE_WAY = frozenset(
    [
        "in",
        "on",
        "of",
        "the",
        "a",
        "an",
        "my",
        "our",
        "your",
        "his",
        "her",
        "their",
        "this",
        "that",
        "down",
        "up",
        "across",
        "along",
        "off",
        "from",
        "to",
        "at",
        "minute",
        "minutes",
        "hour",
        "hours",
        "mile",
        "miles",
        "kilometre",
        "kilometres",
        "km",
        "metres",
        "meters",
        "houses",
        "doors",
        "blocks",
        "people",
        "cars",
        "times",
        "days",
        "weeks",
        "months",
        "years",
        "steps",
        "more",
        "other",
        "different",
        "same",
        "long",
        "busy",
        "quiet",
        "main",
        "first",
        "second",
        "next",
        "one",
        "two",
        "way",
        "and",
        "or",
        "with",
        "for",
        "is",
        "was",
    ]
)
_CLOCK = re.compile(r"\s?(?:uhr|h|am|pm|o.clock|min|km|%)\b", re.IGNORECASE)
#: What stands before "Weg" or "Platz" in a sentence and never in the name of one.
_NO_NAMES = frozenset(
    [
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einem",
        "mein",
        "meinen",
        "meinem",
        "dein",
        "sein",
        "ihr",
        "unser",
        "kein",
        "keinen",
        "dieser",
        "diesen",
        "diesem",
        "jeder",
        "jeden",
        "auf",
        "vom",
    ]
)


def emails(text: str) -> Iterator[tuple[int, int]]:
    """The e-mail addresses in a clean text, also with "at" and "dot" written out."""
    for found in itertools.islice(_AT.finditer(text), MAX_ADDRESSES):
        at, after = found.span()
        if text[at] in "tT":
            at -= 2
        elif text[at - 1 : at].isspace():
            at -= 1
        sign = text[at:after]
        local = _LOCAL_BACKWARDS.match(text[max(0, at - 64) : at][::-1])
        sure = sign == "@" or sign.strip()[:1] in "([{<"
        domain = (_DOMAIN if sure else _SPACED_DOMAIN).match(text, after)
        if local is None or domain is None:
            continue
        if not sure and "@" not in sign and not re.search(r"dot|punkt", domain[0], re.IGNORECASE):
            continue
        start, end = at - local.end(), domain.end()
        while start < at and not text[start].isalnum():
            start += 1
        # A second @ before it makes it an account of a network: @anna@example.social.
        if start == 0 or text[start - 1] not in "@!#":
            yield start, end


def _german_streets(text: str) -> Iterator[tuple[int, int]]:
    """Where a word for a street stands with a number after it."""
    for found in _GERMAN_END.finditer(text):
        before = text[max(0, found.start() - 7) : found.start()].lower()
        word = next((each for each in _GERMAN_STREETS if before.endswith(each)), "")
        if word:
            yield found.start() - len(word), found.end()


def postal_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Street addresses as English, German, French, Italian and Spanish write them, and some postcodes."""
    spans: list[tuple[int, int]] = []
    small = text.lower()
    for finder, hints in _FINDERS:
        if not hints or any(each in small for each in hints):
            spans += [each.span() for each in itertools.islice(finder.finditer(text), MAX_ADDRESSES)]
    german = any(each in small for each in ("str", "weg", "platz", "allee", "gasse", "damm", "ufer"))
    for start, end in itertools.islice(_german_streets(text) if german else (), MAX_ADDRESSES):
        name = _GERMAN_NAME_BACKWARDS.match(text[max(0, start - 130) : start][::-1])
        if name is not None or text[start].isupper():
            spans.append((start - (name.end() if name else 0), end))
    for start, end in sorted(spans):
        start += text[start] == ","
        start += text[start].isspace()
        words = text[start:end].split()
        if text[start].isdigit() and any(each in _ON_THE_WAY for each in words[1:-1]):
            continue
        if _CLOCK.match(text, end) or words[0].casefold() in _NO_NAMES:
            continue
        if len(words) == 2 and words[0].casefold() in (
            "weg",
            "platz",
            "straße",
            "ufer",
            "damm",
            "allee",
            "gasse",
        ):
            continue
        yield start, end
