"""Errors of a model as findings: places, unions, names, and a sentence for every kind."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import string
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core.core_schema import ErrorType

from bot.config.check import check
from bot.config.documents import load
from bot.config.fields import Duration, Settings
from bot.config.sentences import known_types, sentence
from tests.config.toys import Profile

HEAD = "name: Circle\nzone: Europe/London\n"


def said(text: str, model: type[BaseModel] = Profile, context: dict[str, Any] | None = None) -> list[str]:
    document, findings = load(text, "f")
    assert document is not None
    return [str(found).removeprefix("f:") for found in findings + check(document, model, context)[1]]


def test_everything_wrong_is_said_at_once_in_order() -> None:
    assert said(
        "zone: Europe/Lundon\n"
        "languge: en\n"
        "groups:\n"
        "  evening:\n"
        "    name: [Evening]\n"
        "    chekins: {}\n"
        "  Late Night:\n"
        "    name: Late\n"
        '    room: "#late"\n'
        "crisis:\n"
        "  country: Norwai\n"
    ) == [
        "1:1: name is missing; expected what the community is called",
        '1:7: zone is "Europe/Lundon", which is no time zone; expected the name of a time zone, such as '
        'Europe/London; did you mean "Europe/London"?',
        "2:1: languge is not a setting known here; expected name, zone, language, country, moderators_room, roles, "
        'operator_contact, groups or crisis; did you mean "language"?',
        "4:3: room is missing; expected the room where it meets, by name or id, such as \"#evening\"",
        "5:11: name is a list; expected text",
        '6:5: chekins is not a setting known here; expected name, room, zone, language or checkins; did you mean '
        '"checkins"?',
        "7:3: Late Night is no short name; expected up to 40 small letters, digits, - and _",
        '11:12: country is "Norwai", which is no code of a country; expected two letters, such as GB or DE; did you '
        'mean "NO"?',
    ]  # fmt: skip


def test_a_misspelt_name_is_not_missing_as_well() -> None:
    assert [line.split(";")[0] for line in said("naem: Circle\nzone: UTC\n")] == [
        "1:1: naem is not a setting known here"
    ]


def prompts(lines: str) -> list[str]:
    return said(HEAD + f"groups: {{a: {{name: A, room: a, checkins: {{prompts: [{lines}]}}}}}}")


@pytest.mark.parametrize(
    ("written", "column", "finding"),
    [
        ('{at: "25:00"}', 58, 'at is "25:00"; expected a time of day, such as 19:00'),
        ('{cron: "x"}', 60, 'cron is "x", which has 1 parts'),
        ("{at: 19:00, dayz: mon}", 65, "dayz is not a setting known here"),
        ("{cron: 0 19 * * 1, idd: x}", 72, "idd is not a setting known here"),
        ("19:00", 53, 'prompts[1] is "19:00"; expected a group of settings'),
        ("{}", 53, "at is missing; expected the time of day"),
    ],
)
def test_a_union_gives_the_one_finding_that_was_meant(written: str, column: int, finding: str) -> None:
    found = prompts(written)

    assert len(found) == 1
    assert found[0].startswith(f"3:{column}: {finding}")


def test_choices_and_other_forms_are_offered_together() -> None:
    class Model(Settings):
        """A toy."""

        x: Literal["never", "always"] | Duration | None = Field(None, description="How long.")

    assert said("x: alwais", Model) == [
        '1:4: x is "alwais"; expected never or always or a length of time, such as 10s, 30m, 2h or 3d; did you mean '
        '"always"?'
    ]


def test_text_is_taken_as_it_was_written_also_in_a_union() -> None:
    class Part(Settings):
        """A toy."""

        n: int = Field(description="A number.")

    class Model(Settings):
        """A toy."""

        x: tuple[str | Part, ...] = Field(description="Texts or parts.")

    document, _ = load("x: [1.50, 0x1, {n: 3}, true, 12345678901234567890]", "f")
    assert document is not None
    model, findings = check(document, Model)
    assert findings == []
    assert model is not None
    assert model.x == ("1.50", "0x1", Part(n=3), "true", "12345678901234567890")
    assert document.data["x"][0] == 1.5, "the document itself stays as it was"


def test_a_cogs_own_sentence_is_used_and_never_with_a_secret() -> None:
    def no_rush(value: str) -> str:
        raise ValueError(f"people come here to rest, not to {value}")

    class Model(Settings):
        """A toy."""

        x: Annotated[str, AfterValidator(no_rush)] = Field(description="A text.")

    assert said("x: hurry", Model) == ["1:4: x: people come here to rest, not to hurry; expected a text"]
    token = "syt_aGVhcnRo_" + "abcdefghijklmnopqrst" + "_123abc"
    assert token not in said(f"x: {token}", Model)[0]


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_kind_of_error_has_a_sentence_of_ours(kind: str) -> None:
    problem, expected = sentence(kind, "value", {}, "Some text. More.")

    assert kind in known_types()
    assert problem
    for said_ in (problem, expected):
        assert not set("{}") & set(said_)
        assert "nput should" not in said_
    assert problem[0] in string.ascii_lowercase


def test_a_word_where_a_group_of_settings_belongs() -> None:
    assert said(HEAD + "crisis: GB\n") == [
        '3:9: crisis is "GB"; expected a group of settings, indented below'
    ]
    assert said(HEAD + "groups: [a]\n") == [
        "3:9: groups is a list; expected a group of settings, indented below"
    ]


def test_lists_too_long_and_too_short() -> None:
    line = HEAD + "groups: {a: {name: A, room: a, checkins: {moods: [%s]}}}"
    assert said(line % "a, b, c") == ["3:50: moods has too few entries (3); expected at least 5"]
    assert said(line % "a, b, c, d, e, f") == ["3:50: moods has too many entries; expected at most 5"]
    assert said(line % "low, {words: x}, 3, {words: y}, {wrds: z}") == [
        '3:84: wrds is not a setting known here; expected words or id; did you mean "words"?'
    ]
