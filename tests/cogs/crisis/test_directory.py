"""The directory: which country is meant, what is shown, in which order, and that nothing can take it away."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from cogs.crisis.directory import open_at, read_call, read_text
from cogs.crisis.service import Confidence, Directory, Kind, Line, LineSetting, Precision, to_json

DATA = Path(__file__).resolve().parents[3] / "data" / "helplines"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GENERAL = {Kind.EMOTIONAL_SUPPORT, Kind.SUICIDE}


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(DATA)


def ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.id for line in lines]


# Countries


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("uk", "en", "GB"),
        ("UK", "de", "GB"),
        ("Britain", "en", "GB"),
        ("england", "en", "GB"),
        ("Scotland", "en", "GB"),
        ("the states", "en", "US"),
        ("U.S.A.", "en", "US"),
        ("america", "de", "US"),
        ("holland", "en", "NL"),
        ("Deutschland", "en", "DE"),
        ("germny", "en", "DE"),
        ("Swizterland", "en", "CH"),
        ("frankreich", "en", "FR"),
        ("Österreich", "de", "AT"),
        ("osterreich", "en", "AT"),
        ("cote divoire", "en", "CI"),
        ("brasil", "en", "BR"),
        ("日本", "en", "JP"),
        ("россия", "en", "RU"),
        ("gb", "en", "GB"),
        ("DEU", "en", "DE"),
        ("kosovo", "en", "XK"),
        ("new zeland", "en", "NZ"),
        ("phillipines", "en", "PH"),
        ("guinea", "en", "GN"),
        ("south korea", "en", "KR"),
        ("  Ireland ", "en", "IE"),
        ("N Ireland", "en", "GB"),
        ("N. Ireland", "en", "GB"),
        ("Irlanda del Norte", "es", "GB"),
        ("Северная Ирландия", "ru", "GB"),
        ("Англия", "ru", "GB"),
        ("ingiltere", "tr", "GB"),
        ("scozia", "it", "GB"),
        ("S Sudan", "en", "SS"),
        ("S. Korea", "en", "KR"),
        ("США", "ru", "US"),
        ("EE.UU.", "es", "US"),
        ("New Jersey", "en", "US"),
        ("New South Wales", "en", "AU"),
        ("🇩🇪", "en", "DE"),
    ],
)
def test_a_country_is_found_as_people_write_it(
    directory: Directory, typed: str, language: str, code: str
) -> None:
    assert [country.code for country in directory.find_country(typed, language)] == [code]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("korea", {"KR", "KP"}),
        ("congo", {"CD", "CG"}),
        ("virgin islands", {"VI", "VG"}),
        ("austrai", {"AU", "AT"}),
        ("nigera", {"NG", "NE"}),
        ("united", {"AE", "GB", "US"}),
    ],
)
def test_what_could_be_several_gives_several(directory: Directory, typed: str, codes: set[str]) -> None:
    found = [country.code for country in directory.find_country(typed)]
    assert set(found) == codes
    assert len(found) == len(codes)


def test_the_likeliest_comes_first(directory: Directory) -> None:
    assert directory.find_country("korea")[0].code == "KR"
    assert directory.find_country("nigera")[0].code == "NG"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("ireland suicide", ["IE"]),
        ("please help, I'm in N Ireland", ["GB"]),
        ("I am in Georgia and want to die", ["GE"]),
        ("my friend georgia wants to die", []),
        ("my brother Jordan hit me again", []),
        ("I am sitting in my car and cannot go on", []),
    ],
)
def test_a_country_in_a_sentence_is_found_and_a_friends_name_is_none(
    directory: Directory, typed: str, codes: list[str]
) -> None:
    assert [country.code for country in directory.countries_within(typed)] == codes


@pytest.mark.parametrize("typed", ["", "   ", "qqqqqq", "!!!", "42"])
def test_nonsense_finds_nothing(directory: Directory, typed: str) -> None:
    assert directory.find_country(typed) == []


def test_names_come_in_the_language_asked_for(directory: Directory) -> None:
    assert directory.find_country("germany", "de")[0].name == "Deutschland"
    assert directory.find_country("germany", "xx")[0].name == "Germany"
    assert directory.country_name("FR", "pt-BR") == "França"
    assert directory.country_name("ZZ") == "ZZ"


def test_suggestions_follow_what_was_typed_so_far(directory: Directory) -> None:
    assert ("DE", "Germany") in directory.suggest("ger")
    assert directory.suggest("deuts", "de") == [("DE", "Deutschland")]
    assert directory.suggest("deuts", "en") == [("DE", "Germany")]
    assert directory.suggest("uk")[0] == ("GB", "United Kingdom")
    assert len(directory.suggest("")) == 25
    assert len(directory.suggest("s", limit=5)) == 5


# What is shown


def test_general_support_comes_first_where_nothing_was_asked(directory: Directory) -> None:
    served = 0
    for code, _ in directory.suggest("", limit=300):
        lines = directory.lines(code, now=NOON).lines
        if any(GENERAL & set(line.kinds) and line.everyone and not line.region for line in lines):
            served += 1
            assert GENERAL & set(lines[0].kinds), code
            assert not lines[0].narrow, code
            assert not lines[0].region or lines[0].most_of_country, code
    assert served > 80


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("GB", "gb-samaritans"),
        ("US", "us-988-suicide-crisis-lifeline"),
        ("DE", "de-telefonseelsorge"),
        ("AT", "at-telefonseelsorge-notruf-142"),
        ("CH", "ch-die-dargebotene-hand-tel-143"),
        ("FR", "fr-3114-numero-national-de-prevention-du"),
        ("CA", "ca-9-8-8-suicide-crisis-helpline"),
    ],
)
def test_the_main_line_of_a_country_is_the_first(directory: Directory, code: str, first: str) -> None:
    assert directory.lines(code, now=NOON).lines[0].id == first


def test_lines_for_one_trouble_come_after_those_for_an_emergency(directory: Directory) -> None:
    germany = ids(directory.lines("DE", now=NOON).lines)
    assert germany[:2] == ["de-telefonseelsorge", "de-hilfetelefon-gewalt-gegen-frauen"]
    for later in ("de-sucht-drogen-hotline", "de-glucksspielsucht-beratung", "de-weisser-ring-opfer-telefon"):
        assert germany.index(later) > germany.index("de-nummer-gegen-kummer-kinder-und")


def test_among_equals_a_line_for_everyone_comes_first(directory: Directory) -> None:
    britain = ids(directory.lines("GB", now=NOON.replace(hour=20)).lines)
    assert britain[:3] == ["gb-samaritans", "gb-shout", "gb-calm"]


def test_lines_for_few_or_for_a_region_never_come_before_nationwide_ones(directory: Directory) -> None:
    of_few = {Kind.LGBTQ, Kind.TRANS, Kind.VETERANS, Kind.MATERNAL}
    for code, _ in directory.suggest("", limit=300):
        for kinds in (set(), GENERAL, {Kind.DOMESTIC_VIOLENCE}, {Kind.YOUTH}):
            lines = directory.lines(code, kinds, now=NOON).lines
            fitting = [line for line in lines if not kinds or kinds & set(line.kinds)]
            few = [
                bool(
                    line.narrow
                    or line.speakers
                    or (line.region and not line.most_of_country)
                    or (of_few & set(line.kinds) and not line.everyone)
                )
                for line in fitting
            ]
            assert few == sorted(few), (code, kinds)


def test_veterans_come_first_only_when_asked_for(directory: Directory) -> None:
    nothing_asked = ids(directory.lines("US", now=NOON).lines)
    assert nothing_asked.index("us-veterans-crisis-line") > nothing_asked.index("us-samhsa-national-helpline")
    suicide = ids(directory.lines("US", [Kind.SUICIDE], now=NOON).lines)
    assert suicide.index("us-veterans-crisis-line") > suicide.index("us-crisis-text-line")
    assert ids(directory.lines("US", [Kind.VETERANS], now=NOON).lines)[0] == "us-veterans-crisis-line"


def test_the_kind_asked_for_comes_before_what_is_close_to_it(directory: Directory) -> None:
    answer = directory.lines("IE", [Kind.SELF_INJURY], now=NOON)
    assert answer.lines[0].id == "ie-pieta"
    assert "ie-samaritans-ireland" in ids(answer.lines)
    assert answer.suitable


def test_somebody_facing_violence_does_not_get_the_line_for_abusers_first(directory: Directory) -> None:
    found = ids(directory.lines("GB", [Kind.DOMESTIC_VIOLENCE], now=NOON, unconfirmed=True).lines)
    assert found[0] == "gb-national-domestic-abuse-helpline"
    assert found.index("gb-respect-phoneline") > found.index("gb-mens-advice-line")


def test_a_language_brings_its_lines_forward(directory: Directory) -> None:
    spoken = ids(directory.lines("JP", language="en", now=NOON).lines)
    assert spoken.index("jp-tell-lifeline") < spoken.index("jp-inochi-no-denwa")
    without = ids(directory.lines("JP", now=NOON).lines)
    assert without.index("jp-tell-lifeline") > without.index("jp-inochi-no-denwa")


def test_open_lines_come_before_closed_ones(directory: Directory) -> None:
    day = ids(
        directory.lines("EE", [Kind.EMOTIONAL_SUPPORT], now=datetime(2026, 11, 20, 12, tzinfo=UTC)).lines
    )
    night = ids(
        directory.lines("EE", [Kind.EMOTIONAL_SUPPORT], now=datetime(2026, 11, 20, 22, tzinfo=UTC)).lines
    )
    assert day.index("ee-hingehoiu-telefon") < day.index("ee-eluliin")
    assert night.index("ee-eluliin") < night.index("ee-hingehoiu-telefon")


def test_unconfirmed_entries_stay_away_unless_asked_for(directory: Directory) -> None:
    for code, _ in directory.suggest("", limit=300):
        answer = directory.lines(code, now=NOON)
        assert all(line.confidence is not Confidence.LOW for line in answer.lines), code
        assert answer.emergency is None or answer.emergency.confidence is not Confidence.LOW
        assert all(line.confidence is not Confidence.LOW for line in answer.worldwide)
    hidden = directory.lines("LY", now=NOON)
    assert hidden.emergency is None
    assert hidden.withheld == 1
    shown = directory.lines("LY", now=NOON, unconfirmed=True)
    assert shown.emergency is not None
    assert shown.emergency.confidence is Confidence.LOW
    assert shown.withheld == 0


def test_a_country_without_a_suitable_line_says_so(directory: Directory) -> None:
    answer = directory.lines("KZ", [Kind.DOMESTIC_VIOLENCE], now=NOON)
    assert answer.lines == ()
    assert not answer.suitable
    assert answer.emergency is not None
    assert answer.emergency.numbers[0].number == "112"
    assert Kind.YOUTH in answer.other_kinds
    assert answer.international is not None
    assert answer.international.website == "https://findahelpline.com/"


def test_a_country_with_a_childrens_line_only_is_not_called_served(directory: Directory) -> None:
    answer = directory.lines("KZ", now=NOON)
    assert not answer.suitable
    assert ids(answer.lines) == ["kz-telefon-150"]


def test_a_country_without_any_line_still_gives_emergency_and_the_directory(directory: Directory) -> None:
    answer = directory.lines("AF", now=NOON)
    assert (answer.lines, answer.suitable) == ((), False)
    assert answer.emergency is not None
    assert answer.international is not None


def test_an_unknown_country_gives_the_directory_alone(directory: Directory) -> None:
    answer = directory.lines("ZZ", [Kind.GAMBLING], now=NOON)
    assert answer.emergency is None
    assert answer.lines == ()
    assert answer.international is not None
    assert "int-gambling-therapy" in ids(answer.worldwide)


def test_every_country_can_be_asked_about_every_kind(directory: Directory) -> None:
    for code, _ in directory.suggest("", limit=300):
        for kind in Kind:
            answer = directory.lines(code, [kind], "de", NOON)
            assert answer.suitable == any(kind in line.kinds for line in answer.lines)
            assert kind not in answer.other_kinds


def test_nothing_is_read_after_loading(tmp_path: Path) -> None:
    folder = tmp_path / "helplines"
    shutil.copytree(DATA, folder)
    loaded = Directory.load(folder)
    shutil.rmtree(folder)
    assert loaded.problems == ()
    assert loaded.find_country("swizterland", "de")[0].code == "CH"
    assert loaded.lines("GB", now=NOON) == Directory.load(DATA).lines("GB", now=NOON)


@pytest.mark.parametrize("broken", ["", "{", '{"countries": {"GB": {"lines": [{}]}}}', "[]"])
def test_a_broken_index_gives_way_to_the_files(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "helplines"
    shutil.copytree(DATA, folder)
    (folder / "index.json").write_text(broken, encoding="utf-8")
    (folder / "FR.yaml").write_text("lines: [", encoding="utf-8")
    loaded = Directory.load(folder)
    assert len(loaded.problems) == 2
    assert loaded.lines("GB", now=NOON) == Directory.load(DATA).lines("GB", now=NOON)
    assert loaded.lines("FR").lines == ()
    assert loaded.find_country("holland")[0].code == "NL"


def test_without_any_data_it_still_answers(tmp_path: Path) -> None:
    loaded = Directory.load(tmp_path / "nowhere")
    assert loaded.problems
    assert loaded.lines("GB").international is None
    assert loaded.find_country("uk") == []


# Moderators' lines


def setting(**facts: object) -> LineSetting:
    whole: dict[str, object] = {
        "id": "gb-our-own",
        "country": "GB",
        "name": "Our own line",
        "kinds": ["emotional-support"],
        "call": ["0800 000 0000"],
        "hours": "24/7",
        "checked": date(2026, 11, 1),
        "source": "called it ourselves",
    }
    return LineSetting.model_validate(whole | facts)


def test_moderators_add_a_line_and_it_comes_first_among_its_equals(directory: Directory) -> None:
    changed = directory.override([setting()])
    assert changed.lines("GB", now=NOON).lines[0].id == "gb-our-own"
    assert changed.lines("GB", now=NOON).lines[0].confidence is Confidence.LOCAL
    assert directory.line("gb-our-own") is None


def test_moderators_replace_a_line(directory: Directory) -> None:
    changed = directory.override([setting(id="gb-samaritans", call=["0800 111 2222"])])
    found = changed.line("gb-samaritans")
    assert found is not None
    assert [phone.number for phone in found.call] == ["0800 111 2222"]
    assert ids(changed.lines("GB", now=NOON).lines).count("gb-samaritans") == 1


def test_moderators_hide_a_line(directory: Directory) -> None:
    changed = directory.override([LineSetting(id="gb-samaritans", hide=True)])
    assert changed.line("gb-samaritans") is None
    assert "gb-samaritans" not in ids(changed.lines("GB", now=NOON).lines)
    assert directory.line("gb-samaritans") is not None


def test_a_line_for_a_country_without_lines(directory: Directory) -> None:
    changed = directory.override([setting(id="af-own", country="AF")])
    answer = changed.lines("AF")
    assert answer.suitable
    assert answer.emergency is not None


@pytest.mark.parametrize(
    "facts",
    [
        {"source": ""},
        {"source": "  "},
        {"checked": None},
        {"name": ""},
        {"kinds": []},
        {"kinds": ["astrology"]},
        {"call": []},
        {"call": ["0800 000 0000 (evenings)"]},
        {"call": ["call us"]},
        {"call": [988]},
        {"text": ["HOME at 741741"]},
        {"chat": "example.org"},
        {"country": "Britain"},
        {"id": "No Such Id"},
        {"colour": "red"},
    ],
)
def test_an_entry_that_could_mislead_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        setting(**facts)


# Dates and facts


def test_stale_entries_are_the_old_and_the_undated_ones(directory: Directory) -> None:
    stale = directory.stale(NOON)
    known = {entry.id for entry in stale}
    assert "gb-samaritans-welsh-language-line" in known  # 2023
    assert "gb-samaritans" not in known  # 2026-06-24
    assert "gb-galop" in known  # no date in its source
    assert [entry.checked.day for entry in stale] == sorted(entry.checked.day for entry in stale)
    assert "gb-samaritans" in {entry.id for entry in directory.stale(NOON + timedelta(days=60))}
    assert "gb-samaritans" not in {
        entry.id for entry in directory.stale(NOON + timedelta(days=60), months=12)
    }
    assert "ad-emergency" in known


def test_a_date_says_no_more_than_is_known(directory: Directory) -> None:
    galop = directory.line("gb-galop")
    month = directory.line("ar-linea-144")
    assert galop is not None
    assert month is not None
    assert galop.checked.precision is Precision.GATHERED
    assert month.checked.written == "2023-09"


def test_json_holds_every_fact_with_its_source(directory: Directory) -> None:
    told = to_json(directory.lines("GB", [Kind.SUICIDE], now=NOON))
    assert json.loads(json.dumps(told)) == told
    assert [number["number"] for number in told["emergency"]["numbers"]] == ["999", "112"]
    first = told["lines"][0]
    assert first["call"][0]["number"] == "116 123"
    assert (first["checked"], first["confidence"]) == ("2026-06-24", "high")
    for entry in [told["emergency"], *told["lines"], told["international"]]:
        assert entry["source"]
        assert entry["checked"]


def test_what_the_sources_say_about_police(directory: Directory) -> None:
    said = directory.line("us-trans-lifeline")
    unsaid = directory.line("gb-samaritans")
    assert said is not None
    assert unsaid is not None
    assert said.police == "not-without-consent"
    assert unsaid.police is None


# Reading numbers and hours


def test_a_menu_is_not_dialled_with_the_number() -> None:
    assert (read_call("111 then 2").number, read_call("111 then 2").then) == ("111", "2")
    assert (read_call("119 ext 8").number, read_call("119 ext 8").extension) == ("119", "8")
    assert (read_text("HOME to 741741").number, read_text("HOME to 741741").send) == ("741741", "HOME")
    assert read_call("(02) 8804-4673").dial == "0288044673"
    assert read_call("*4141").dial == "*4141"


@pytest.mark.parametrize(
    "written", ["", "116 123 (free)", "116 123; 112", "0800/111", "24/7", "call 112", "112,"]
)
def test_what_is_not_a_number_alone_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_call(written)


@pytest.mark.parametrize(
    ("hours", "when", "is_open"),
    [
        ("24/7", "2026-11-20T03:00+00:00", True),
        ("Daily 09:00-05:00 (Europe/Copenhagen)", "2026-11-20T03:59+00:00", True),
        ("Daily 09:00-05:00 (Europe/Copenhagen)", "2026-11-20T04:00+00:00", False),
        ("Daily 09:00-05:00 (Europe/Copenhagen)", "2026-11-20T08:00+00:00", True),
        ("Daily 08:00-24:00 (Europe/London)", "2026-11-20T23:59+00:00", True),
        ("Daily 08:00-24:00 (Europe/London)", "2026-11-20T00:00+00:00", False),
        ("Mon-Fri 10:00-16:00 (Europe/London)", "2026-11-21T12:00+00:00", False),
        ("Mon-Fri 10:00-02:00 (Europe/London)", "2026-11-21T01:00+00:00", True),
        ("Mon-Fri 10:00-02:00 (Europe/London)", "2026-11-23T01:00+00:00", False),
        ("Sun-Thu 09:00-18:00 (Asia/Baghdad)", "2026-11-22T10:00+00:00", True),
        (
            "Mon, Tue, Thu, Fri 16:00-22:00; Wed, Sat 14:00-22:00 (Europe/Brussels)",
            "2026-11-18T13:30+00:00",
            True,
        ),
        (
            "Mon-Thu 10:00-13:00 and 16:00-19:00; Fri 10:00-13:00 (Europe/Madrid)",
            "2026-11-19T13:00+00:00",
            False,
        ),
        ("Daily 10:00-22:00 (Europe/Madrid) (may have changed)", "2026-11-20T12:00+00:00", None),
        ("Evenings", "2026-11-20T20:00+00:00", None),
        ("Daily 10:00-22:00", "2026-11-20T12:00+00:00", None),
        ("Daily 10:00-22:00 (Europe/Atlantis)", "2026-11-20T12:00+00:00", None),
        ("Daily 10:00-25:00 (Europe/Madrid)", "2026-11-20T12:00+00:00", None),
        ("", "2026-11-20T12:00+00:00", None),
    ],
)
def test_hours_are_read_or_not_guessed(hours: str, when: str, is_open: bool | None) -> None:
    assert open_at(hours, datetime.fromisoformat(when)) is is_open
