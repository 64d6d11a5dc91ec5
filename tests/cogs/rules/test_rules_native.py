"""Which rules a platform can keep by itself, and what it is told to stop."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sdk import Filter
from cogs.rules.matching.conditions import Rule
from cogs.rules.native import filters


def rule(when: dict[str, Any], **more: Any) -> Rule:
    return Rule.model_validate({"id": "one", "when": when, "then": ["nudge"], **more})


def test_words_patterns_and_exceptions_are_handed_over() -> None:
    made, beyond = filters(
        [
            rule(
                {"any": [{"words": ["psycho", "attention seek*"]}, {"patterns": ["a+b"]}]},
                say="Kindly.",
                **{"except": {"allow": ["psychology"], "rooms": ["#news"], "roles": ["helper"]}},
            )
        ],
        roles=("moderator",),
    )
    assert beyond == []
    assert made == [
        Filter(
            "one", "Kindly.", ("psycho", "attention seek*"), ("a+b",), ("psychology",), None, ("#news",),
            ("helper", "moderator"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "words", "patterns", "mentions"),
    [
        ({"domains": ["example.org"]}, ("*example.org*",), (), None),
        ({"invites": ["signal"]}, ("*signal.group/*", "*signal.me/*"), (), None),
        ({"mentions": {"people": 5}}, (), (), 5),
        ({"links": True}, (), (r"https?://[^\s<>]",), None),
    ],
)
def test_what_a_filter_knows_is_said_in_its_words(
    when: dict[str, Any], words: tuple[str, ...], patterns: tuple[str, ...], mentions: int | None
) -> None:
    ((made,), beyond) = filters([rule(when)])
    assert beyond == []
    assert (made.words, made.patterns, made.mentions) == (words, patterns, mentions)


@pytest.mark.parametrize(
    ("when", "more"),
    [
        ({"phone": True}, {}),
        ({"repeat": {"same_text": 3, "within": "30s"}}, {}),
        ({"not": {"words": ["please"]}}, {}),
        ({"words": ["one"], "patterns": ["two"]}, {}),
        ({"any": [{"words": ["one"]}, {"phone": True}]}, {}),
        ({"any": [{"words": ["one"]}], "patterns": ["two"]}, {}),
        ({"mentions": {"everyone": True}}, {}),
        ({"words": ["one"]}, {"then": ["report"]}),
        ({"words": ["one"]}, {"scope": {"rooms": ["#ring"]}}),
        ({"words": ["one"]}, {"except": {"when": {"words": ["two"]}}}),
    ],
)
def test_what_a_filter_would_say_otherwise_stays_with_hearth(
    when: dict[str, Any], more: dict[str, Any]
) -> None:
    assert filters([rule(when, **more)]) == ([], ["one"])
