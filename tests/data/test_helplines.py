"""The helpline data that ships: complete, as dialled, sourced, and without known mistakes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml
from babel import Locale
from phonenumbers import shortnumberinfo

from cogs.crisis.countries import keys
from cogs.crisis.directory import Emergency, Line

FOLDER = Path(__file__).resolve().parents[2] / "data" / "helplines"
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "names")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COUNTRIES: dict[str, dict[str, Any]] = {
    code: yaml.load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"), Loader=LOADER) for code in CODES
}
LINES: dict[str, dict[str, Any]] = {
    line["id"]: line for facts in COUNTRIES.values() for line in facts["lines"]
}


def numbers_of(line: dict[str, Any], *ways: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for way in ways:
        for entry in line.get(way, ()):
            facts = {"number": entry} if isinstance(entry, str) else entry
            yield facts["number"], facts


def test_every_file_is_a_country() -> None:
    known = {code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)}
    known -= {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    assert set(CODES) - {"INT"} <= known
    assert len(CODES) == 245
    for code, facts in COUNTRIES.items():
        assert facts["country"] == code


def test_every_entry_reads_as_the_bot_reads_it() -> None:
    for code, facts in COUNTRIES.items():
        if code != "INT":
            assert Emergency.read(code, facts["emergency"]).numbers
        for line in facts["lines"]:
            read = Line.read(code, line)
            assert read.call or read.text or read.whatsapp or read.chat or read.website, read.id


def test_every_entry_has_a_source_and_a_date() -> None:
    entries = [facts["emergency"] for code, facts in COUNTRIES.items() if code != "INT"]
    for entry in [*entries, *LINES.values()]:
        assert entry["source"].strip()
        written, precision = entry["checked"], entry.get("date_precision", "day")
        shapes = {"day": 10, "gathered": 10, "month": 7, "year": 4}
        assert len(written) == shapes[precision], entry
        assert "2015" <= written <= "2026-11-20", entry
        assert entry["confidence"] in {"high", "medium", "low"}


def test_no_id_twice() -> None:
    assert len(LINES) == sum(len(facts["lines"]) for facts in COUNTRIES.values())
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", known) and len(known) <= 60 for known in LINES)


@pytest.mark.parametrize("way", ["call", "whatsapp"])
def test_no_number_twice_under_one_service(way: str) -> None:
    for known, line in LINES.items():
        seen = [
            (re.sub(r"[^\d+*#]", "", number), facts.get("then"))
            for number, facts in numbers_of(line, *({"call": ("call", "also")}.get(way, (way,))))
        ]
        assert len(set(seen)) == len(seen), known


def test_a_number_is_only_a_number() -> None:
    """Nothing but what is dialled: a remark inside a number would be dialled with it."""
    for known, line in LINES.items():
        for number, facts in numbers_of(line, "call", "also", "text", "whatsapp"):
            assert re.fullmatch(r"[+*#]?[\d()][\d() .-]*", number), known
            assert number == number.strip()
            assert number[-1].isdigit()
            assert set(facts) <= {"number", "then", "extension", "label", "send", "language"}
    for code, facts in COUNTRIES.items():
        for entry in facts.get("emergency", {}).get("numbers", ()):
            assert re.fullmatch(r"\d+", entry["number"]), code
            assert set(entry.get("for", ())) <= {"police", "ambulance", "fire"}


# Numbers the library calls impossible, with the reason each stands here all the same.
SHORT_CODES = {
    # Given by regulators inside the country; the library lists only the short codes it was told of.
    "ao-15015": {"15015"},
    "az-azerbaijan-child-helpline": {"116 111"},
    "bf-allo-116": {"116"},
    "bf-emotional-support-line-3005": {"3005"},
    "bt-woman-and-child-helpline-1098": {"1098"},
    "cy-hope-for-children-1466": {"1466"},
    "dj-gbv-line-1520": {"1520"},
    "fj-child-helpline-fiji": {"1325"},
    "fj-empower-pacific": {"5626"},
    "fj-fiji-womens-crisis-centre-1560": {"1560"},
    "fj-lifeline-fiji-national-crisis-line-1543": {"1543"},
    "ge-ministry-of-health-line-1505": {"1505"},
    "ge-public-defender-line-1481": {"1481"},
    "gm-gbv-helpline-1313": {"1313"},
    "gr-1065-sos-line-for-older-people": {"1065"},
    "gr-klimaka-1018": {"1018"},
    "gr-the-smile-of-the-child-sos-1056-116-111": {"1056"},
    "kh-child-helpline-cambodia": {"1280"},
    "la-counselling-and-protection-line-1362": {"1362"},
    "lb-embrace-lifeline": {"1564"},
    "lb-internal-security-forces-1745": {"1745"},
    "ly-psychosocial-and-violence-line-1417": {"1417"},
    "ma-unfm-listening-line-8350": {"8350"},
    "mr-green-number-1013": {"1013"},
    "mw-tithandizane-gbv-line-5600": {"5600"},
    "rw-isange-one-stop-centre": {"3029"},
    "rw-police-line-against-gender-violence": {"3512"},
    "sd-child-helpline-9696": {"9696"},
    "sm-1522": {"1522"},
    "tj-violence-against-women-line-1313": {"1313"},
    "tn-green-line-1899": {"1899"},
    "uz-1146-women-and-family-line": {"1146"},
}
OTHERWISE = {
    "am-trust-social-work-centre-crisis-line": {"(2) 538194", "(2) 538197"},  # an old list's format; low
    "gb-lifeline": {"18001 0808 808 8000"},  # 18001 is the prefix of the relay service for text telephones
    "lv-uzticibas-talrunis-116111": {
        "800 6008"
    },  # a digit short of the plan, and so in the data set: check it
    "sd-befrienders-khartoum": {"+249 11 555 253"},  # a digit short of the plan; low
    "vu-vanuatu-youth-toll-free-helpline": {
        "087777"
    },  # a six-digit free number, which the plan does not list
}
EXCEPTIONS = SHORT_CODES | OTHERWISE


def possible(number: str, region: str, *, text: bool) -> bool:
    digits = re.sub(r"\D", "", number)
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    short = parsed.country_code == phonenumbers.country_code_for_region(region) and (
        shortnumberinfo.is_possible_short_number_for_region(parsed, region)
        or shortnumberinfo.is_valid_short_number_for_region(parsed, region)
        or shortnumberinfo.connects_to_emergency_number(digits, region)
    )
    return bool(short or phonenumbers.is_possible_number(parsed) or (text and 4 <= len(digits) <= 6))


def test_numbers_are_possible_where_they_are_given() -> None:
    """Star and hash codes are dialled inside one country only and stand in no numbering plan."""
    odd: dict[str, set[str]] = {}
    for known, line in LINES.items():
        for way in ("call", "also", "text", "whatsapp"):
            for number, _ in numbers_of(line, way):
                if number[0] not in "*#" and not possible(number, known[:2].upper(), text=way == "text"):
                    odd.setdefault(known, set()).add(number)
    assert odd == EXCEPTIONS


def test_emergency_numbers_are_short_or_possible() -> None:
    for code, facts in COUNTRIES.items():
        for entry in facts.get("emergency", {}).get("numbers", ()):
            number = entry["number"]
            assert 2 <= len(number) <= 6 or possible(number, code, text=False), (code, number)


def test_the_index_says_what_the_files_say() -> None:
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    names = yaml.load((FOLDER / "names.yaml").read_text(encoding="utf-8"), Loader=LOADER)
    assert index["countries"] == COUNTRIES
    assert index["names"] == names
    assert index["keys"] == keys(names)
    assert set(names["countries"]) == set(CODES) - {"INT"}


# The data set itself: every row, number by number. Its folder is no part of the repository.


def source_rows(name: str) -> list[dict[str, str]]:
    folder = os.environ.get("HEARTH_CRISIS_SOURCE")
    if not folder:
        pytest.skip("HEARTH_CRISIS_SOURCE does not name the folder of the data set")
    head, *rows = (Path(folder) / name).read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split("\t"), row.split("\t"), strict=True)) for row in rows]


def digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def test_every_row_of_the_source_is_here_and_no_other() -> None:
    rows = source_rows("lines.tsv")
    assert len(rows) == len(LINES) == 857
    wanted = sorted((row["country"], row["name"], row["confidence"], row["source"]) for row in rows)
    found = sorted(
        (code, line["name"], line["confidence"], line["source"])
        for code, facts in COUNTRIES.items()
        for line in facts["lines"]
    )
    assert found == wanted


def test_every_number_of_the_source_is_here_unaltered_and_no_other() -> None:
    in_order = {code: iter(facts["lines"]) for code, facts in COUNTRIES.items()}
    cells = {"phone": "call", "sms": "text", "whatsapp": "whatsapp"}
    for row in source_rows("lines.tsv"):
        line = next(in_order[row["country"]])
        assert line["name"] == row["name"]
        for column, way in cells.items():
            cell = row[column]
            entries = list(numbers_of(line, way))
            parts = ("send", "number", "then", "extension")
            written = " ".join(facts.get(part, "") for _, facts in entries for part in parts)
            # The cell that names 741741 once has a word for each of two languages.
            again = ["741741"] if "HOLA" in cell else []
            assert sorted(digits(written)) == sorted(digits(cell) + again), line["id"]
            for number, facts in entries:
                assert number in cell, line["id"]
                assert facts.get("send", "") in cell, line["id"]
            if column == "phone" and cell:
                assert len(entries) == 1 + cell.count(";") + cell.count(" / "), line["id"]
        for number, _ in numbers_of(line, "also"):
            assert number in row["note"], line["id"]
        for way, column in (("chat", "chat_url"), ("website", "website"), ("second_source", "second_source")):
            assert line.get(way, "") == row[column], line["id"]
        assert ";".join(line["kinds"]) == row["kinds"], line["id"]
        assert line.get("languages", []) == [one for one in row["languages"].split(";") if one], line["id"]
        if row["source_date"]:
            assert line["checked"] == row["source_date"], line["id"]
        else:
            assert line["date_precision"] == "gathered", line["id"]
        assert bool(line.get("always")) <= ("24/7" in row["hours"]), line["id"]
        assert set(digits(line.get("hours", ""))) <= set(digits(row["hours"])), line["id"]


def test_every_emergency_number_of_the_source_is_here_and_no_other() -> None:
    rows = source_rows("emergency.tsv")
    assert {row["country"] for row in rows} == set(CODES) - {"INT"}
    for row in rows:
        facts = COUNTRIES[row["country"]]["emergency"]
        assert [entry["number"] for entry in facts["numbers"]] == digits(row["emergency numbers"])
        told = " ".join("/".join(entry.get("for", ())) for entry in facts["numbers"])
        for service in ("police", "ambulance", "fire"):
            assert (service in told) == (service in row["emergency numbers"]), row["country"]
        assert (facts["confidence"], facts["source"]) == (row["confidence"], row["source"])
        assert facts["checked"] in row["source"]


# What the data set warns of: services that changed, moved or closed.


def everything_said(known: str) -> str:
    line = LINES[known]
    return json.dumps({key: value for key, value in line.items() if key != "doubt"})


def called(code: str) -> set[str]:
    return {
        re.sub(r"\D", "", number)
        for line in COUNTRIES[code]["lines"]
        for number, _ in numbers_of(line, "call", "also", "text", "whatsapp")
    }


@pytest.mark.parametrize(
    ("country", "dead"),
    [
        ("GB", "08457909090"),
        ("US", "18332736255"),
        ("US", "18339435746"),
        ("US", "18009312237"),
        ("CA", "18334564566"),
        ("KR", "1393"),
        ("SG", "63892222"),
        ("DE", "08000116016"),
        ("HK", "23892223000"),
        ("FR", "0810037037"),
    ],
)
def test_numbers_out_of_use_are_not_here(country: str, dead: str) -> None:
    assert dead not in called(country)


def test_988_has_no_third_option() -> None:
    assert LINES["us-988-suicide-crisis-lifeline"]["call"] == ["988"]
    assert "ress 3" not in everything_said("us-988-suicide-crisis-lifeline")
    assert LINES["us-veterans-crisis-line"]["call"] == [{"number": "988", "then": "1"}]


@pytest.mark.parametrize(
    ("known", "number"),
    [
        ("gb-samaritans", "116 123"),
        ("se-kvinnofridslinjen", "116 016"),
        ("fi-nollalinja", "116 016"),
        ("de-hilfetelefon-gewalt-gegen-frauen", "116 016"),
        ("ch-opferhilfe-142", "142"),
        ("at-telefonseelsorge-notruf-142", "142"),
        ("kr-109-suicide-prevention-counselling", "109"),
        ("us-national-problem-gambling-helpline", "1-800-697-3738"),
        ("us-national-maternal-mental-health-hotline", "1-833-852-6262"),
        ("ca-9-8-8-suicide-crisis-helpline", "988"),
    ],
)
def test_what_is_in_force_is_here(known: str, number: str) -> None:
    assert number in {one for one, _ in numbers_of(LINES[known], "call")}


def test_closed_services_are_not_here() -> None:
    names = " | ".join(line["name"] for line in LINES.values())
    for closed in ("NEDA", "HOPELINEUK", "The Mix", "Sourire de Reda", "Befrienders Cairo"):
        assert closed not in names
    assert not [known for known in LINES if known.startswith("af-")]


def test_a_menu_choice_is_not_part_of_the_number() -> None:
    assert LINES["gb-nhs-111-mental-health-option"]["call"] == [{"number": "111", "then": "2"}]
    assert LINES["id-healing119-id"]["call"] == [{"number": "119", "extension": "8"}]
    assert LINES["us-crisis-text-line"]["text"][0] == {"number": "741741", "send": "HOME"}


def test_members_are_told_nothing_in_the_words_of_the_trade() -> None:
    for known in LINES:
        line = LINES[known]
        for field in ("audience", "note", "hours"):
            assert not re.search(
                r"copy|check site|\bread\b|directory text|\blists?\b.*prints", line.get(field, "")
            ), known


def test_the_index_names_every_language_of_a_line() -> None:
    told = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["languages"]
    spoken = {
        code for place in COUNTRIES.values() for line in place["lines"] for code in line.get("languages", ())
    }
    assert set(told) == {"de", "en"}
    for names in told.values():
        assert set(names) == spoken
    assert (told["de"]["cy"], told["en"]["cy"]) == ("Walisisch", "Welsh")
