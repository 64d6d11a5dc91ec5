"""No content of a file, however made, does anything but give findings."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.documents import MAX_BYTES, MAX_VALUES, load
from bot.config.findings import MAX_FINDINGS, Finding
from bot.config.operator import parse_operator
from bot.config.phrases import Sentence
from bot.config.profile import parse_profile
from bot.sdk.texts import Texts
from tests.config.toys import Profile

LINE = re.compile(r"f:[1-9][0-9]*:[1-9][0-9]*: \S.*")

pieces = st.sampled_from(
    ["a", "b", "name", "zone", "groups", "roles", ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ",", "&x ",
     "*x", "!t ", "<<", "'", '"', "|", ">", "#", "%", "@", "`", "\t", "\u00a0", "“", "–", "1", "1e9", "null", "true", "no",
     "---", "...", "\\", "?", "0x", "é", "\ufeff", "\u2028", "\ud800", "😀"]
)  # fmt: skip


def lawful(findings: list[Finding]) -> None:
    assert len(findings) <= MAX_FINDINGS + 1
    for found in findings:
        assert LINE.fullmatch(str(found)), found
        assert str(found).count("; expected ") <= 1


TEXTS = Texts()


def in_every_language(findings: list[Finding]) -> None:
    """What is wrong with a profile is said by texts, none by words that only stand in code."""
    for found in findings:
        assert isinstance(found.problem, Sentence), found
        assert found.problem.key, found
        assert not found.expected or isinstance(found.expected, Sentence) or found.expected == ":", found
        assert str(found.sentence) == TEXTS.say("any", found.sentence, "en")


@given(st.binary(max_size=400))
def test_arbitrary_bytes_give_findings(source: bytes) -> None:
    for parse in (parse_operator, lambda text, file: parse_profile(text, file, Profile)):
        config, findings = parse(source, "f")
        assert (config is None) == bool(findings) or (config is not None and not findings)
        lawful(findings)


@settings(max_examples=300)
@given(st.lists(pieces, max_size=60).map("".join))
def test_yaml_like_text_gives_findings(source: str) -> None:
    document, findings = load(source, "f")
    assert document is not None or findings
    lawful(findings)
    in_every_language(findings)
    lines = source.split("\n")
    assert all(found.line <= len(lines) for found in findings)
    _, findings = parse_profile(source, "f", Profile)
    assert findings, "no such text is a profile"
    lawful(findings)
    in_every_language(findings)


simple = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 10**19)
    | st.floats(-1e6, 1e6)
    | st.text("ab:#-é é\n", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*Profile.model_fields, "checkins", "prompts", "at", "room"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([*Profile.model_fields, "x"]), simple, max_size=6))
def test_any_shape_of_data_gives_findings_with_places_in_the_file(data: dict[str, object]) -> None:
    import json

    text = json.dumps(data, ensure_ascii=False, indent=1)
    profile, findings = parse_profile(text, "f", Profile)
    lawful(findings)
    in_every_language(findings)
    assert (profile is None) == bool(findings)
    lines = text.split("\n")
    for found in findings:
        assert found.line <= len(lines)
        assert found.column <= len(lines[found.line - 1]) + 1


@pytest.mark.parametrize(
    "piece",
    ["[", "{", "- ", "? ", "&a ", "*a ", "!a ", "a: ", "a\n", "- a\n", "'", '"', "#\n", "\n", "\t", "“", "[a,", "{a: [",
     "- [a, &b ", "---\n", "a: 1\n", "\u00a0", "x", "é", "%", "|\n", "MDAx", "://", "syt_", "a.b."],
)  # fmt: skip
def test_a_file_full_of_one_thing_is_read_within_the_limits(piece: str) -> None:
    source = "a: 1\n" + piece * ((MAX_BYTES - 5) // len(piece.encode()))
    document, findings = load(source, "f")
    lawful(findings)
    if document is not None:
        assert len(document.values) <= MAX_VALUES
    lawful(parse_operator(source, "f")[1])


def test_many_wrong_values_look_for_few_nearest_names() -> None:
    looked: list[str] = []

    from pydantic import AfterValidator, create_model

    from bot.config.check import check, wrong

    def refuse(value: str) -> str:
        raise wrong("is wrong", "", lambda: looked.append(value) or "x")

    from typing import Annotated

    model = create_model("Model", x=(list[Annotated[str, AfterValidator(refuse)]], ...))
    document, _ = load("x: [" + "a, " * 20_000 + "]", "f")
    assert document is not None
    _, findings = check(document, model)
    assert len(findings) == MAX_FINDINGS + 1
    assert len(looked) <= MAX_FINDINGS + 1


def test_curly_quotes_around_lines_give_one_line() -> None:
    _, findings = load("“\n\n“", "f")
    assert [str(finding).count("\n") for finding in findings] == [0] * len(findings)
    assert findings
