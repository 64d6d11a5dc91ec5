"""E-mail and postal addresses, and telephone numbers; see `phones` for how a number is told from a date."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

MAX_ADDRESSES = 40
"""Addresses of a kind looked at in one message."""

_ENDING = r"(?:com|org|net|edu|gov|info|io|co|me|app|dev|uk|de|at|ch|fr|nl|be|se|no|dk|fi|pl|es|it|ie|eu|ca|us|au|nz|in|br|ru|ua|jp)"
_LOCAL = r"[\pL\pN][\pL\pN._%+\-]*"
_NAME = r"[\pL\pN][\pL\pN\-]*"
EMAIL = (
    rf"(?i){_LOCAL}@{_NAME}(?:\.{_NAME}){{1,4}}"
    rf"|{_LOCAL}\s?[(\[{{<]\s?(?:at|@|ät)\s?[)\]}}>]\s?{_NAME}(?:(?:\.|\s?[(\[{{<]\s?(?:dot|punkt|\.)\s?[)\]}}>]\s?|\s(?:dot|punkt)\s){_NAME}){{1,3}}"
    rf"|{_LOCAL}\s(?:at|ät)\s{_NAME}\s(?:dot|punkt)\s{_ENDING}(?:[^\pL\pN]|$)"
    rf"|{_LOCAL}\s@\s{_NAME}\s?\.\s?{_ENDING}(?:[^\pL\pN]|$)"
)

_STREET_WORDS = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|way|boulevard|blvd|place|pl|terrace|crescent|square|gardens|grove|highway|hwy"
_SURE_STREETS = "street|road|avenue|lane|boulevard|crescent|terrace"
_GERMAN = r"(?:[sS]tra(?:ß|ss)e|[sS]tr\.|weg|platz|allee|gasse|damm|ufer|Weg|Platz|Allee|Gasse|Damm|Ufer)"
POSTAL = (
    # 12 Elm Street, 221B Baker St
    rf"(?:^|[^\pL\pN.,:/-])\d{{1,5}}[A-Za-z]?,?\s(?:\p{{Lu}}[\pL'’.-]*\s){{1,4}}(?i:{_STREET_WORDS})(?:[^\pL\pN]|$)"
    # 12 elm street
    rf"|(?:^|[^\pL\pN.,:/-])\d{{1,5}}[a-z]?\s[\pL'’-]+\s(?:[\pL'’-]+\s)?(?i:{_SURE_STREETS})(?:[^\pL\pN]|$)"
    # Lindenstraße 12, Am Alten Platz 3a
    rf"|\p{{Lu}}[\pL-]+{_GERMAN}\s\d{{1,4}}\s?[a-z]?(?:[^\pL\pN:.%€]|$)"
    rf"|(?:\p{{Lu}}[\pL-]+\s){{1,3}}{_GERMAN}\s\d{{1,4}}\s?[a-z]?(?:[^\pL\pN:.%€]|$)"
    # 12 rue de la Paix, calle Mayor 5, via Roma 12
    r"|\d{1,4}(?:\s(?:bis|ter))?,?\s(?i:rue|avenue|boulevard|chemin|impasse|quai)\s(?:(?:de|du|des|la|le|les)\s|l['’]|d['’]){0,3}\p{Lu}[\pL-]+"
    r"|(?i:calle|avenida|via|viale|piazza|rua|ulica|ul\.)\s(?:(?:de|del|della|dos|da|la)\s){0,2}\p{Lu}[\pL-]+(?:\s\p{Lu}[\pL-]+)?,?\s(?:n\.?º?\s?)?\d{1,4}(?:[^\pL\pN:.%€]|$)"
    # a British postcode; an American one after its state
    r"|(?:^|[^\pL\pN])[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}(?:[^\pL\pN]|$)"
    r"|\p{Lu}[\pL]+,\s[A-Z]{2}\s\d{5}(?:[^\pL\pN]|$)"
)
#: Words between a number and "street" that tell of a way, not of an address.
_ON_THE_WAY = frozenset(
    "in on of the a an my our your his her their this that down up across along off from to at minute minutes hour "
    "hours mile miles kilometre kilometres km metres meters houses doors blocks people cars times days weeks months years "
    "steps more other different same long busy quiet main first second next one two way and or with for is was".split()
)
_CLOCK = re.compile(r"\s?(?:uhr|h|am|pm|o.clock|min|km|%)\b", re.IGNORECASE)
#: What stands before "Weg" or "Platz" in a sentence and never in the name of one.
_NO_NAMES = frozenset(
    "der die das den dem des ein eine einen einem mein meinen meinem dein sein ihr unser kein keinen dieser diesen "
    "diesem jeder jeden auf vom".split()
)


@functools.lru_cache(maxsize=1)
def _finders() -> tuple[Any, Any]:
    import re2

    options = re2.Options()
    options.max_mem = 32 << 20
    return re2.compile(EMAIL, options), re2.compile(POSTAL, options)


def emails(text: str) -> Iterator[tuple[int, int]]:
    """The e-mail addresses in a clean text, also with "at" and "dot" written out."""
    for found in itertools.islice(_finders()[0].finditer(text), MAX_ADDRESSES):
        start, end = found.span()
        while end > start and not text[end - 1].isalnum():
            end -= 1
        # A second @ before it makes it an account of a network: @anna@example.social.
        if text[start - 1 : start] not in ("@", "!", "#") or start == 0:
            yield start, end


def postal_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Street addresses as English, German, French, Italian and Spanish write them, and some postcodes."""
    for found in itertools.islice(_finders()[1].finditer(text), MAX_ADDRESSES):
        start, end = found.span()
        while start < end and not text[start].isalnum():
            start += 1
        while end > start and not text[end - 1].isalnum():
            end -= 1
        words = text[start:end].split()[1:-1]
        if text[start].isdigit() and any(each in _ON_THE_WAY for each in words):
            continue
        if _CLOCK.match(text, end) or text[start:end].split()[0].casefold() in _NO_NAMES:
            continue
        yield start, end
