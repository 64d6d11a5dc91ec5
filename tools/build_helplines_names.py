"""Names by which people may ask for a country, for ``build_helplines.py``.

They come from Babel's copy of the Unicode CLDR (in the languages below and in each country's own), from its
table of three-letter codes, and from the list of everyday names here. They are written down at build time so
that finding a country needs no library and no file while the bot runs.
"""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "tr",
    "ru",
    "uk",
    "ar",
    "hi",
    "zh",
    "ja",
    "ko",
    "sv",
)

# What people say. A name may stand under several countries: the one most likely meant comes first in `FIRST`.
EVERYDAY: dict[str, tuple[str, ...]] = {
    "AE": ("uae", "emirates", "dubai", "abu dhabi"),
    "AU": ("new south wales",),
    "BA": ("bosnia",),
    "BQ": ("bonaire",),
    "CD": ("dr congo", "drc", "congo", "zaire", "congo kinshasa"),
    "CG": ("congo", "congo brazzaville"),
    "CI": ("ivory coast",),
    "CN": ("mainland china", "prc"),
    "CV": ("cape verde",),
    "CZ": ("czech republic",),
    "DE": ("brd",),
    "FK": ("falklands",),
    "FM": ("micronesia",),
    "GB": (
        "uk", "u k", "britain", "great britain", "england", "scotland", "wales", "northern ireland",
        "vereinigtes koenigreich", "grossbritannien",
        # Its four parts, which CLDR does not name: without them the nearest name is another country's.
        "schottland", "nordirland", "angleterre", "ecosse", "pays de galles", "irlande du nord",
        "inglaterra", "escocia", "gales", "irlanda del norte", "inghilterra", "scozia", "galles",
        "irlanda del nord", "pais de gales", "irlanda do norte", "engeland", "schotland", "noord ierland",
        "anglia", "szkocja", "walia", "irlandia polnocna", "ingiltere", "iskocya", "galler",
        "kuzey irlanda", "skottland", "англия", "шотландия", "уэльс", "северная ирландия",
        "англія", "шотландія", "уельс", "північна ірландія",
        "إنجلترا", "اسكتلندا", "ويلز", "أيرلندا الشمالية",
        "इंग्लैंड", "स्कॉटलैंड", "英格兰", "苏格兰", "威尔士", "北爱尔兰", "スコットランド", "ウェールズ",
        "北アイルランド", "잉글랜드", "스코틀랜드", "북아일랜드",
    ),
    "HK": ("hong kong",),
    "IE": ("eire", "republic of ireland"),
    "KP": ("korea", "dprk"),
    "KR": ("korea", "rok"),
    "LA": ("laos",),
    "MK": ("macedonia",),
    "MM": ("burma",),
    "MO": ("macau", "macao"),
    "NL": ("holland", "the netherlands"),
    "NZ": ("aotearoa",),
    "PS": ("palestine", "gaza", "west bank"),
    "RU": ("russia",),
    "SX": ("saint martin", "st martin"),
    "MF": ("saint martin", "st martin"),
    "SZ": ("swaziland",),
    "TL": ("east timor",),
    "TR": ("turkey", "turkiye"),
    "TZ": ("zanzibar", "tanganyika"),
    "US": ("usa", "u s", "u s a", "america", "the states", "states", "united states of america", "amerika",
           "eeuu", "ee uu", "сша", "new jersey", "new mexico", "new york", "new hampshire", "new england"),
    "VA": ("vatican", "holy see"),
    "VC": ("st vincent",),
    "VG": ("virgin islands",),
    "VI": ("virgin islands",),
    "VN": ("viet nam",),
}  # fmt: skip

# Shared names: most people who use one mean the first.
FIRST: dict[str, tuple[str, ...]] = {
    "korea": ("KR", "KP"),
    "congo": ("CD", "CG"),
    "virgin islands": ("VI", "VG"),
    "saint martin": ("MF", "SX"),
    "st martin": ("MF", "SX"),
}


def names_of_countries(codes: list[str]) -> dict[str, Any]:
    """English name, three-letter code and other names of each country; no name twice under one country."""
    alpha3: dict[str, str] = {}
    for old, new in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(new) == 1:
            alpha3.setdefault(new[0], old)
    english = Locale("en").territories
    places: dict[str, Any] = {}
    for code in codes:
        found = [name for language in LANGUAGES + native(code) if (name := territory(language, code))]
        place: dict[str, Any] = {"name": str(english[code])}
        if code in alpha3:
            place["alpha3"] = alpha3[code]
        if code in EVERYDAY:
            place["everyday"] = list(EVERYDAY[code])
        place["also"] = list(dict.fromkeys(name for name in found if name != english[code]))
        places[code] = place
    return {"countries": places, "shared": {name: list(first) for name, first in FIRST.items()}}


def native(code: str) -> tuple[str, ...]:
    """The languages used officially in a country, as Babel knows them."""
    return tuple(get_official_languages(code, regional=True, de_facto=True))


def territory(language: str, code: str) -> str:
    """The name of a country in a language; empty where Babel has none."""
    try:
        return str(Locale.parse(language, sep="_").territories.get(code, ""))
    except (UnknownLocaleError, ValueError):
        return ""
