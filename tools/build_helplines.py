"""Build ``data/helplines/`` from the project's sourced data set of helplines and emergency numbers.

    python tools/build_helplines.py SOURCE_FOLDER [OUT]

``SOURCE_FOLDER`` holds ``lines.tsv``, ``emergency.tsv`` and a ``README.md`` whose first line ends in the date
of the data set. ``OUT`` is ``data/helplines`` where not given. The same input gives the same bytes. What a
table cannot say in the words of a caller stands in ``build_helplines_words.yaml`` beside this file; a row
with a remark nobody has put into words yet stops the build, and so does any number that is not a number and
nothing else.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder would be on the path and not the repository

from build_helplines_names import names_of_countries  # noqa: E402 - after the path is set

from cogs.crisis.countries import keys  # noqa: E402 - after the path is set
from cogs.crisis.directory import Phone, open_at, read_call, read_text  # noqa: E402 - after the path is set

_NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)

HEADER = """\
# Facts about helplines, built by tools/build_helplines.py from a sourced data set. Do not edit by hand: the
# next build would undo it. Communities add, replace or hide lines in their space profile.
"""

# Remarks that only say how sure the data set is; they need no words for a caller.
DOUBTS = {
    "Chat only": "By chat only.",
    "Chat": "By chat.",
}
ONLY_DOUBT = {
    "Copy from 2021",
    "Copy from 2021: check",
    "One undated list",
    "One page from 2020",
    "One page from 2021",
    "The source marks it as needing verification",
    "Hours not in the copy read",
    "Directory, not a line",
}

# Two cells that hold a second word for another language, and one that says what to write.
TEXTS: dict[str, list[dict[str, str]]] = {
    "988 (AYUDA to 988 for Spanish)": [
        {"number": "988"},
        {"number": "988", "send": "AYUDA", "language": "es"},
    ],
    "HOME to 741741 (HOLA for Spanish)": [
        {"number": "741741", "send": "HOME"},
        {"number": "741741", "send": "HOLA", "language": "es"},
    ],
    "435748 (send ZIP code)": [{"number": "435748", "label": "send your ZIP code"}],
}

UNSURE = " (may have changed)"
NOT_KNOWN = {"", "Check site", "Check", "Hours not stated", "Check: sources differ", "Check: may have closed"}
HOURS: dict[str, tuple[str, bool]] = {
    "24/7": ("24/7", True),
    "24/7 (Cantonese)": ("24/7 in Cantonese", True),
    "24/7 (mainland)": ("24/7", True),
    "24/7 (phone; text and chat have set hours)": ("By phone 24/7; text and chat at set hours", True),
    "24/7 by phone; text and chat 18:00-22:00 (America/Vancouver)": (
        "By phone 24/7; text and chat 18:00-22:00 (America/Vancouver)",
        True,
    ),
    "24/7 by phone and SMS; WhatsApp 08:00-17:00 (Africa/Johannesburg)": (
        "By phone and SMS 24/7; WhatsApp 08:00-17:00 (Africa/Johannesburg)",
        True,
    ),
    "24/7 in English": ("24/7 in English", True),
    "24/7 in Polish; Ukrainian and Russian 14:00-24:00 (Europe/Warsaw)": (
        "24/7 in Polish; in Ukrainian and Russian 14:00-24:00 (Europe/Warsaw)",
        True,
    ),
    "Phone 24/7; chat daily 12:00-22:00 (Asia/Tokyo)": (
        "By phone 24/7; chat daily 12:00-22:00 (Asia/Tokyo)",
        True,
    ),
    "24/7 as launched": ("24/7" + UNSURE, False),
    "24/7 in most lists; see note": ("24/7" + UNSURE, False),
    "24/7 in older copies; check": ("24/7" + UNSURE, False),
    "24/7 in the 2026 copy": ("24/7" + UNSURE, False),
    "24/7 in the copy read": ("24/7" + UNSURE, False),
    "Check: 24/7 in the 2026 copy": ("24/7" + UNSURE, False),
    "Reported 24/7 in 2021; check": ("24/7" + UNSURE, False),
    "24/7 by its name; the directory still prints 09:00-24:00 (Europe/London)": (
        "24/7 by its name; a directory says 09:00-24:00 (Europe/London)",
        False,
    ),
    "By region; many 24/7": ("Differs by region; many are open 24/7", False),
    "Daily 07:00-24:00 (Pacific/Auckland); 1737 overnight": ("Daily 07:00-24:00 (Pacific/Auckland)", False),
    "Phone hours not checked; text and chat 08:00-22:30 (America/Toronto)": (
        "Text and chat 08:00-22:30 (America/Toronto); phone hours not known",
        False,
    ),
    "Set sessions, check site": ("At set times" + UNSURE, False),
}

_YOUNG = re.compile(r"child|teen|young|youth|pupil|under \d|up to 2\d|aged 1\d to 2\d", re.IGNORECASE)
_OLDER = re.compile(r"\bolder\b|over [56]\d|elder|aged 50", re.IGNORECASE)
_WOMEN = re.compile(r"\b(women|girls)\b", re.IGNORECASE)
_MEN = re.compile(r"\b(men|boys)\b", re.IGNORECASE)


def table(path: Path) -> list[dict[str, str]]:
    """Read a tab-separated table without quoting. Raises ``SystemExit`` for too many or too few cells."""
    head, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            raise SystemExit(f"{path.name}:{number}: {len(row)} cells instead of {len(head)}")
    return [dict(zip(head, (cell.strip() for cell in row), strict=True)) for row in rows]


def slug(words: str) -> str:
    """Plain lower-case ASCII words joined by hyphens, for an id."""
    words = words.translate(str.maketrans("łŁøØđĐðıæÆœəþ", "lLoOdDdiaAoet")).replace("ß", "ss")
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain.lower())).strip("-")


def ids(rows: list[dict[str, str]]) -> list[str]:
    """One id a row: country and name, cut at a word; what stands in parentheses only where two would be
    equal.
    """

    def cut(text: str) -> str:
        return text if len(text) <= 46 else text[:47].rpartition("-")[0]

    short = [cut(f"{row['country'].lower()}-{slug(re.sub(r'[(].*?[)]', '', row['name']))}") for row in rows]
    seen = Counter(short)
    found = [
        one if seen[one] == 1 else f"{row['country'].lower()}-{slug(row['name'])}"
        for one, row in zip(short, rows, strict=True)
    ]
    if len(set(found)) != len(found):
        raise SystemExit(f"two lines with one id: {[one for one, n in Counter(found).items() if n > 1]}")
    return found


def dated(written: str, gathered: str) -> dict[str, str]:
    """The date of an entry with what it is worth; without one, the day the data set was gathered, marked as
    such.
    """
    if not written:
        return {"checked": gathered, "date_precision": "gathered"}
    return {"checked": written} | (
        {} if len(written) == 10 else {"date_precision": "month" if "-" in written else "year"}
    )


def phone(found: Phone, label: str = "") -> str | dict[str, str]:
    """A number alone as text; with what belongs to it, a mapping."""
    more = {"then": found.then, "extension": found.extension, "label": label}
    kept = {key: value for key, value in more.items() if value}
    return {"number": found.number, **kept} if kept else found.number


def phones(cell: str, labels: list[str]) -> list[str | dict[str, str]]:
    """The numbers of one cell, separated by ``;`` or `` / ``, each with its label."""
    numbers = [read_call(part) for part in re.split(r";| / ", cell) if part.strip()]
    if labels and len(labels) != len(numbers):
        raise SystemExit(f"{len(labels)} labels for {cell!r}")
    return [
        phone(number, label) for number, label in zip(numbers, labels or [""] * len(numbers), strict=True)
    ]


def texts(cell: str) -> list[Any]:
    """The numbers to text of one cell."""
    if not cell:
        return []
    if cell in TEXTS:
        return list(TEXTS[cell])
    found = read_text(cell)
    return [{"number": found.number, "send": found.send} if found.send else found.number]


def hours(cell: str) -> tuple[str, bool]:
    """Opening hours in the words of a caller, and whether somebody is there round the clock."""
    if cell in NOT_KNOWN:
        return "", False
    if cell in HOURS:
        return HOURS[cell]
    told = re.sub(r", (check site|check|as launched|as of 2023)$", UNSURE, cell)
    if re.search(r"check|copy|launched|lists|note", told):
        raise SystemExit(f"hours not in the words of a caller: {cell!r}")
    return told, False


def group(audience: str) -> str:
    """The wide group an audience names, if it names exactly one: women, men, young or older people."""
    if audience.startswith(
        ("anyone", "adult survivors", "adults and children", "children, teenagers, adults")
    ):
        return ""
    if _WOMEN.search(audience):
        return "" if _MEN.search(audience) or "adults" in audience else "women"
    if _MEN.search(audience):
        return "men"
    if _YOUNG.search(audience) and "adults abused" not in audience:
        return "young"
    return "older" if _OLDER.search(audience) else ""


def line(row: dict[str, str], known: str, words: dict[str, Any], gathered: str) -> dict[str, Any]:
    """One line as it stands in its country's file; empty facts are left out."""
    note = row["note"]
    if note and not words.get("heard") and note not in ONLY_DOUBT and note not in DOUBTS:
        raise SystemExit(f"{known}: nobody has put this remark into words yet: {note!r}")
    if words.get("heard", note) != note:
        raise SystemExit(f"{known}: the remark has changed to {note!r}; look at its words again")
    doubt = words.get("doubt", note if note in ONLY_DOUBT else "")
    audience = words.get("audience", row["audience"]).replace("anyone in the country", "anyone")
    open_hours, always = hours(row["hours"])
    if open_hours and "hours not in the copy read" in note.lower() and not open_hours.endswith(UNSURE):
        open_hours, always = open_hours + UNSURE, False
    doubts = [note if doubt is True else doubt]
    if row["hours"] in NOT_KNOWN - {"", "Hours not stated"}:
        doubts.append(f"Hours: {row['hours']}")
    facts: dict[str, Any] = {
        "id": known,
        "name": row["name"],
        "kinds": row["kinds"].split(";"),
        "call": phones(row["phone"], words.get("labels", [])),
        "also": [
            phone(read_call(entry["number"]), entry.get("label", "")) for entry in words.get("also", [])
        ],
        "text": texts(row["sms"]),
        "whatsapp": phones(row["whatsapp"], []),
        "chat": row["chat_url"],
        "website": row["website"],
        "hours": open_hours,
        "always": always,
        "languages": [code.strip() for code in row["languages"].split(";") if code.strip()],
        "audience": audience,
        "everyone": audience.startswith("anyone") or audience in {"adults", "adults in crisis"},
        "group": words.get("group", group(audience)),
        "narrow": words.get("narrow", False),
        "speakers": words.get("speakers", False),
        "region": words.get("region", ""),
        "most_of_country": words.get("most_of_country", False),
        "police": words.get("police", ""),
        "note": words.get("note", DOUBTS.get(note, "")),
        "source": row["source"],
        **dated(row["source_date"], gathered),
        "second_source": row["second_source"],
        "confidence": row["confidence"],
        "doubt": "; ".join(filter(None, doubts)),
    }
    if facts["always"] and open_at(open_hours, _NOON) is False:
        raise SystemExit(f"{known}: round the clock, and closed at noon?")
    return {key: value for key, value in facts.items() if value}


def emergency(row: dict[str, str]) -> dict[str, Any]:
    """The emergency numbers of one country.

    Its date is the newest one among the sources that agree: a remark that the UK travel advice gives another
    number takes the date of that copy away.
    """
    numbers: list[dict[str, Any]] = []
    for part in row["emergency numbers"].split("; "):
        found = re.fullmatch(r"(\d+(?: or \d+)*)(?: ([a-z/]+)| (by text)| (\(mobile\)))?", part)
        if found is None or not set((found[2] or "police").split("/")) <= {"police", "ambulance", "fire"}:
            raise SystemExit(f"{row['country']}: not an emergency number: {part!r}")
        for number in found[1].split(" or "):
            entry: dict[str, Any] = {"number": number}
            if found[2]:
                entry["for"] = found[2].split("/")
            if found[3]:
                entry["by_text"] = True
            if found[4]:
                entry["from_mobile"] = True
            numbers.append(entry)
    sources = row["source"].split("; ")
    if "UK travel advice copy gives" in row["note"]:
        sources = [source for source in sources if "gov.uk" not in source]
    dates = re.findall(r"\((\d{4}-\d\d-\d\d)", " ".join(sources))
    facts = {
        "numbers": numbers,
        "source": row["source"],
        "checked": max(dates),
        "confidence": row["confidence"],
        "doubt": row["note"],
    }
    return {key: value for key, value in facts.items() if value}


def build(source: Path, out: Path) -> None:
    """Write every country's file, ``names.yaml`` and ``index.json``, and remove files of countries that are
    gone.
    """
    first = (source / "README.md").read_text(encoding="utf-8").splitlines()[0]
    dates = re.findall(r"\d{4}-\d\d-\d\d", first)
    if len(dates) != 1:
        raise SystemExit("README.md: the first line must hold the date of the data set")
    words: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("build_helplines_words.yaml").read_text(encoding="utf-8")
    )
    rows = table(source / "lines.tsv")
    known = ids(rows)
    if unknown := sorted(set(words) - set(known)):
        raise SystemExit(f"words for lines that do not exist: {unknown}")
    countries: dict[str, dict[str, Any]] = {}
    for row in table(source / "emergency.tsv"):
        countries[row["country"]] = {"country": row["country"], "emergency": emergency(row), "lines": []}
    for one, row in zip(known, rows, strict=True):
        place = countries.setdefault(row["country"], {"country": row["country"], "lines": []})
        place["lines"].append(line(row, one, words.get(one, {}), dates[0]))
    names = names_of_countries(sorted(set(countries) - {"INT"}))

    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.yaml"):
        if old.stem not in countries:
            old.unlink()
    for code, facts in countries.items():
        write(out / f"{code}.yaml", facts)
    write(out / "names.yaml", names)
    index = {
        "countries": dict(sorted(countries.items())),
        "names": names,
        "keys": keys(names),
        "languages": names_of_languages(countries.values()),
    }
    (out / "index.json").write_text(
        json.dumps(index, ensure_ascii=False, separators=(",", ":"), default=str) + "\n", encoding="utf-8"
    )


def names_of_languages(countries: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """What the lines' languages are called, in each language that Hearth speaks by itself: CLDR's names."""
    codes = sorted(
        {code for place in countries for one in place["lines"] for code in one.get("languages", ())}
    )
    return {
        tongue: {code: str(Locale(tongue).languages.get(code, code)) for code in codes}
        for tongue in ("de", "en")
    }


def write(path: Path, facts: Any) -> None:
    """Write one YAML file, its keys in the order given."""
    text = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else ROOT / "data" / "helplines")
