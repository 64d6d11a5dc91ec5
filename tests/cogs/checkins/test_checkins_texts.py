from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from bot.loading import find, folder_of
from bot.sdk import Plain, Refused, text
from bot.sdk.commands import Cog
from bot.sdk.texts import Texts
from cogs.checkins import chart, times
from cogs.checkins.questions import Question, own_questions, read_sets

from .conftest import DATA

COGS = ("checkins", "privacy", "help")
DERIVED = re.compile(r"(choice|form|command|group|kept|day|share|missed)-")


def entries(cog: Cog[object], language: str) -> dict[str, fluent.Message]:
    written = (folder_of(cog) / "texts" / f"{language}.ftl").read_text(encoding="utf-8")
    found = FluentParser().parse(written).body
    return {one.id.name: one for one in found if isinstance(one, fluent.Message)}


@pytest.mark.parametrize("name", COGS)
def test_both_languages_say_the_same_things(name: str) -> None:
    cog = find(name)
    english, german = entries(cog, "en"), entries(cog, "de")
    helps = {f"command-{one.path.replace(' ', '-')}" for one in cog.commands.values() if one.listed}
    # A setting is described in English where it is declared, as a command is.
    described = {key for key in german if key.startswith("setting-")}
    assert german.keys() - helps - described == english.keys() - helps
    assert helps <= german.keys()


@pytest.mark.parametrize("name", COGS)
def test_every_text_is_used(name: str) -> None:
    cog = find(name)
    source = "".join(file.read_text(encoding="utf-8") for file in folder_of(cog).glob("*.py"))
    for key in entries(cog, "en"):
        assert DERIVED.match(key) or f'"{key}"' in source, key


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", COGS)
def test_every_text_renders_within_discords_limits(name: str, language: str) -> None:
    cog = find(name)
    texts = Texts()
    texts.add(name, folder_of(cog) / "texts")
    for key, entry in entries(cog, language).items():
        names = re.findall(r"\$(\w+)", (folder_of(cog) / "texts" / f"{language}.ftl").read_text("utf-8"))
        args = {one: 2 if one in ("days", "most", "people") else Plain("words") for one in names}
        attributes = [f"{key}.{one.id.name}" for one in entry.attributes]
        said = {one: texts.say(name, text(one, **args), language) for one in (key, *attributes)}
        assert all(said.values())
        if key.startswith("form-"):
            assert len(said[key]) <= 45, key
        if key.startswith(("command-", "group-")) or key.endswith(".help"):
            assert len(said[key]) <= 100, key
        if key.startswith("button-"):
            assert len(said[key]) <= 80, key
        for one in attributes:
            if one.endswith(".name"):
                assert re.fullmatch(r"[a-zäöüß-]{1,32}", said[one]), one
            else:
                assert len(said[one]) <= 100, one


@pytest.mark.parametrize("name", COGS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_shouts_or_judges(name: str, language: str) -> None:
    said = (folder_of(find(name)) / "texts" / f"{language}.ftl").read_text("utf-8")
    assert "!" not in said
    for word in ("great job", "well done", "streak", "score", "toll gemacht", "super", "weiter so"):
        assert word not in said.casefold()


def test_the_gentle_questions_are_there_in_both_languages() -> None:
    questions = read_sets(DATA / "prompts")["gentle"]
    assert len(questions) >= 10
    for one in questions:
        assert one.words.keys() >= {"en", "de"}
        assert "!" not in "".join(one.words.values())


def test_a_question_is_told_in_the_nearest_language() -> None:
    question = Question("x", {"en": "How?", "de": "Wie?"})
    assert [question.told(one) for one in ("de-AT", "fr", "en-GB")] == ["Wie?", "How?", "How?"]
    assert len(own_questions(["Same?", "Same?", "Other?"])) == 2


@pytest.mark.parametrize(
    "broken",
    ["- a\n- b\n", "questions: 3\n", "questions: [{id: a, words: {en: x}}, {id: a, words: {en: y}}]"],
)
def test_a_set_that_is_none_is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "odd.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.yaml"):
        read_sets(tmp_path)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [("19:00", 19, 0), ("7pm", 19, 0), ("7:30 p.m.", 19, 30), ("12am", 0, 0), ("12 pm", 12, 0),
     ("19 Uhr", 19, 0), ("0:05", 0, 5), ("1930", 19, 30), ("8.15", 8, 15)],
)  # fmt: skip
def test_times_as_people_write_them(written: str, hour: int, minute: int) -> None:
    assert times.read_time(written) == datetime.time(hour, minute)


@pytest.mark.parametrize("written", ["", "25:00", "19:60", "13pm", "0am", "soon", "19:00:00"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        times.read_time(written)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon, thu", {1, 4}),
        ("Mo-Fr", {1, 2, 3, 4, 5}),
        ("fri-mon", {5, 6, 7, 1}),
        ("every day", set(range(1, 8))),
        ("montags und donnerstags", {1, 4}),
        ("weekend", {6, 7}),
        ("Tuesdays", {2}),
        ("mon wed", {1, 3}),
    ],
)
def test_days_as_people_write_them(written: str, days: set[int]) -> None:
    assert times.read_days(written) == days


@pytest.mark.parametrize("written", ["", "someday", "mon-", "-", "mon,,tue"])
def test_what_is_no_day_is_refused_or_harmless(written: str) -> None:
    with pytest.raises(Refused):
        times.read_days(written)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("europe/london", "Europe/London"),
        ("utc", "UTC"),
    ],
)
def test_zones_by_city(written: str, zone: str) -> None:
    assert times.read_zone(written) == zone


@pytest.mark.parametrize("language", ["en", "de", "de-XX", "xx", "pt-BR"])
@pytest.mark.parametrize("days", [7, 30, 365])
def test_a_chart_is_a_png_whatever_the_words(language: str, days: int) -> None:
    first = datetime.date(2026, 3, 1)
    points = [(datetime.datetime(2026, 3, 1, 19), step) for step in range(5)]  # noqa: DTZ001 - wall time
    words = ["$x$", "🌧", "重い", "ordinary", "a very long word for it all"]
    png = chart.draw(points, words, first, first + datetime.timedelta(days=days - 1), language)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 200_000


def test_an_open_day_has_no_dot() -> None:
    first = datetime.date(2026, 3, 1)
    last = datetime.date(2026, 3, 7)
    words = ["a", "b", "c", "d", "e"]
    empty = chart.draw([], words, first, last, "en")
    one = chart.draw([(datetime.datetime(2026, 3, 3, 12), 2)], words, first, last, "en")  # noqa: DTZ001 - wall time
    assert empty != one
