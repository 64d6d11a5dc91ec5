"""Telephone numbers, told from dates, scores, prices, ids, ISBNs and the numbers of helplines.

Digits in a row are judged by what stands around them first, then by their shape; `phonenumbers` is asked
last,
for the regions of the space only (their tables are loaded beforehand, see `warm`), and only about a few.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MAX_CANDIDATES = 30
MAX_ASKED = 5
MAX_SPELLED = 8
MAX_TOLD = 10
"""Runs of digits in one message that are judged, those about which `phonenumbers` is asked, runs in words,
and numbers that are told."""

# The digit comes first and what stands before it is looked back at, which makes the search quick.
_RUN = re.compile(r"\d(?:[\s().\-/·–]{0,3}\d){6,24}")
_BEGINS = ("+", "(")
_DIGIT_WORDS = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "null": "0", "eins": "1", "zwei": "2", "zwo": "2",
    "drei": "3", "vier": "4",
    "fünf": "5", "fuenf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9", "plus": "",
}  # fmt: skip
_ANY_WORD = "|".join(sorted(_DIGIT_WORDS, key=len, reverse=True)) + "|double|triple|doppel"
_SPELLED = re.compile(rf"(?:(?:(?:{_ANY_WORD})|\d)[\s,.\-]{{1,3}}){{6,40}}\w{{1,8}}", re.IGNORECASE)
_ROW_OF_WORDS = rf"(?i)(?:(?:(?:{_ANY_WORD})|\d)[\s,.\-]{{1,3}}){{6}}"
"""What `_SPELLED` begins with, for RE2, which finds it quickly."""
DETECTOR = rf"(?i)\d[\d\s().\-/·–]{{6}}|(?:{_ANY_WORD})[\s,.\-]{{1,3}}(?:{_ANY_WORD})[\s,.\-]"
"""What a text must have for `phones` to find any, for RE2."""

_DATE = re.compile(r"\d{1,2}([./\-])\s?\d{1,2}\1\s?(?:\d{4}|\d{2})|\d{4}([./\-])\d{1,2}\2\d{1,2}")
_YEARS = re.compile(r"(?:19|20)\d\d(?:\D{1,3}(?:19|20)\d\d)+")
_TIMES = re.compile(r"\d{1,2}[.:]\d\d(?:\s?[-–]\s?\d{1,2}[.:]\d\d)?")
_ADDRESS4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s]\d{3}){2,}(?:[.,]\d{1,2})?")
_SCORES = re.compile(r"\d{1,3}\s?[-–/]\s?\d{1,3}(?:[\s,]{1,2}\d{1,3}\s?[-–/]\s?\d{1,3})+")
#: Numbers that are free to call (Europe, the Americas, the world's own): services have them, people do not.
_FREE = re.compile(
    r"(?:00)?800\d{6,8}$|0(?:800|808)\d{4,8}$|(?:00)?(?:44|49|33|43|41|39|34)80[08]\d{5,8}$|"
    r"(?:00)?1?8(?:00|33|44|55|66|77|88)\d{7}$"
)
_COUNTING = ("0123456789", "123456789", "1234567", "9876543210", "987654321", "7654321", "0000000", "1111111")
_SMALL_NUMBERS = re.compile(r"\d{1,2}(?:[\s,.\-/]{1,3}\d{1,2})+")

_CALLS = re.compile(
    r"\b(?:call|phone|text|ring|whats\s?app|signal|telegram|mobile|cell|tel|telefon|handy|fon|anrufen|"
    r"ruf|rufe|reach|"
    r"nummer|number|digits|sms|dial|contact|portable|numéro|teléfono|móvil|cellulare)\b",
    re.IGNORECASE,
)
_NAMES_THING = re.compile(
    r"(?:\b(?:order|ticket|case|invoice|isbn(?:-1[03])?|issn|ref|reference|tracking|parcel|serial|"
    r"version|build|id|pin|"
    r"code|account|iban|member(?:ship)?|patient|bestell(?:ung|nummer)?|rechnung|aktenzeichen|sendung|"
    r"kundennummer|"
    r"konto|fall|doi|pmid|message|commit|steps|score|population|room|zip|plz|barcode|ean|level|points|vin)\b"
    r"(?:\s?(?:number|no\.?|nr\.?|nummer|id|is|ist|was|:|#))*|#|№|\$|€|£|¥|v)\s?:?\s?$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\s?(?:€|\$|£|¥|%|eur|euros?|usd|dollars?|pounds?|kg|km|mg|ml|steps|people|views|points|"
    r"followers|years|million|"
    r"schritte|kcal|bytes|meters?|metres?|mb|gb)\b|\s?[€$£¥%]",
    re.IGNORECASE,
)


def helpline_numbers(directory: Mapping[str, Any]) -> frozenset[str]:
    """The numbers of helplines and emergency services, digits only, from the directory that ships.

    `directory` is `data/helplines/index.json` read.
    """
    found: set[str] = set()

    def take(facts: Any) -> None:
        if isinstance(facts, list):
            for each in facts:
                take(each)
        elif isinstance(facts, Mapping):
            take(facts.get("number"))
        elif isinstance(facts, (str, int)):
            found.add(only_digits(str(facts)))

    for country in directory["countries"].values():
        take(country.get("emergency", {}).get("numbers"))
        for line in country.get("lines", ()):
            for way in ("call", "text", "whatsapp"):
                take(line.get(way))
    return frozenset(each for each in found if each)


def only_digits(text: str) -> str:
    """The digits of a text, in ASCII."""
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(str(int(each)) for each in text if each.isdecimal())


@functools.lru_cache(maxsize=1)
def _row_of_words() -> Any:
    import re2

    return re2.compile(_ROW_OF_WORDS.encode())


def warm(regions: Iterable[str]) -> None:
    """Load what `phonenumbers` knows about regions, which takes milliseconds, before a message waits for
    it."""
    import phonenumbers

    _row_of_words()
    for each in regions:
        example = phonenumbers.example_number(each)
        if example is not None:
            phonenumbers.is_valid_number(example)
            _is_valid(phonenumbers.national_significant_number(example), (each,))


def phones(
    text: str, regions: Sequence[str] = (), known: frozenset[str] = frozenset()
) -> Iterator[tuple[int, int]]:
    """The telephone numbers in a clean text; `regions` are the space's countries, `known` numbers are let
    be."""
    asked = itertools.count()
    told = 0
    for found in itertools.islice(_RUN.finditer(text), MAX_CANDIDATES):
        start, end = found.span()
        before = text[max(0, start - 2) : start]
        if before[-1:] in _BEGINS:
            start -= len(before[-1:])
        elif before[-1:].isspace() and before[0] in _BEGINS:
            start -= 2
        if _is_phone(text, start, end, regions, known, asked):
            yield start, end
            told += 1
            if told == MAX_TOLD:
                return
    yield from _spelled(text, known)


def _is_phone(
    text: str, start: int, end: int, regions: Sequence[str], known: frozenset[str], asked: Iterator[int]
) -> bool:
    written, digits = text[start:end], only_digits(text[start:end])
    before, after = text[max(0, start - 40) : start], text[end : end + 24]
    if (
        before[-1:].isalnum()
        or before[-1:] in ("@", "&", "=", "_")
        or after[:1].isalnum()
        or before.endswith(("<#", "<t:", "<@!"))
    ):
        return False
    if before[-1:] == ":" and before[-2:-1].isdigit():
        return False
    if _in_link(before) or is_known(digits, known):
        return False
    if _FREE.match(digits):
        return False
    international = written.startswith("+") or digits.startswith("00")
    if international:
        return _is_international(digits[2:] if digits.startswith("00") else digits)
    if len(digits) > 13 or _NAMES_THING.search(before) or _UNIT_AFTER.match(after):
        return False
    if _is_other_thing(written, digits):
        return False
    if _CALLS.search(before) or _CALLS.search(after):
        return True
    if digits[0] == "0" and 9 <= len(digits) <= 12:
        return True
    groups = [len(each) for each in re.findall(r"\d+", written)]
    if groups in ([3, 3, 4], [1, 3, 3, 4], [3, 7], [3, 4, 4]):
        return True
    return 9 <= len(digits) <= 11 and next(asked) < MAX_ASKED and _is_valid(digits, regions)


def _in_link(before: str) -> bool:
    """Whether digits stand inside an address of the web (but not of WhatsApp or a dialler)."""
    word = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else ""
    return ("/" in word or "." in word) and "wa.me/" not in word and "phone=" not in word


def is_known(digits: str, known: frozenset[str]) -> bool:
    """Whether digits are a known number, with or without the country's code before them."""
    if not known:
        return False
    bare = digits.removeprefix("00")
    return (
        digits in known
        or bare in known
        or any(
            bare[length:] in known or "0" + bare[length:] in known
            for length in (1, 2, 3)
            if len(bare) - length >= 5
        )
    )


def _is_international(digits: str) -> bool:
    import phonenumbers

    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return 8 <= len(digits) <= 15 and any(int(digits[:length]) in codes for length in (1, 2, 3))


def _is_other_thing(written: str, digits: str) -> bool:
    """Whether the shape says that the digits are something else than a number to call."""
    plain = written.strip("()").strip()
    shapes = (_YEARS, _TIMES, _ADDRESS4, _THOUSANDS, _SCORES)
    if any(each.fullmatch(plain) for each in shapes) or _DATE.match(plain):
        return True
    if digits.startswith(_COUNTING) or len(set(digits)) == 1:
        return True
    if _is_isbn(digits) or re.match(r"(?:19|20)\d{6}(?!\d)|(?:19|20)\d\d[ ./-]", plain):
        return True
    groups = re.findall(r"\d+", plain)
    small = [int(each) for each in groups]
    if (
        len(small) >= 4
        and (small == sorted(small) or small == sorted(small, reverse=True))
        and len(set(small)) > 2
    ):
        return True
    return (
        len(groups) >= 4
        and _SMALL_NUMBERS.fullmatch(plain) is not None
        and digits[0] != "0"
        and "." not in plain
    )


def _is_isbn(digits: str) -> bool:
    if len(digits) != 13 or not digits.startswith(("978", "979")):
        return False
    return sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(digits)) % 10 == 0


def _is_valid(digits: str, regions: Sequence[str]) -> bool:
    import phonenumbers

    for each in regions:
        try:
            number = phonenumbers.parse(digits, each)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, each):
            return True
    return False


def _rows_of_words(text: str) -> Iterator[re.Match[str]]:
    """Rows of words for digits. RE2 says where one begins."""
    coded, at = text.encode("utf-8", "replace"), 0
    while (row := _row_of_words().search(coded, at)) is not None:
        start = len(coded[: row.start()].decode("utf-8", "replace"))
        found = _SPELLED.match(text, start)
        if found is None:
            at = row.end()
            continue
        yield found
        at = row.start() + len(found[0].encode("utf-8", "replace"))


def _spelled(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Numbers written out in English or German words."""
    for found in itertools.islice(_rows_of_words(text), MAX_SPELLED):
        digits, times, words = "", 1, 0
        for each in re.findall(r"\w+", found.group().casefold()):
            if each in ("double", "doppel", "triple"):
                times = 3 if each == "triple" else 2
                continue
            words += not each.isdigit()
            digits += _DIGIT_WORDS.get(each, each if each.isdigit() else "") * times
            times = 1
        bare = digits
        if words < 4 or not 8 <= len(bare) <= 15 or bare.startswith(_COUNTING) or is_known(bare, known):
            continue
        end = found.end()
        while not text[end - 1].isalnum():
            end -= 1
        yield found.start(), end
