"""The check-in prompts that ship: in every language, short, asking and never demanding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogs.checkins.questions import Question, read_sets

SETS = read_sets(Path(__file__).resolve().parents[2] / "data" / "prompts")
EACH = [pytest.param(one, id=f"{name}-{one.id}") for name, questions in SETS.items() for one in questions]


def test_the_sets_that_ship() -> None:
    assert set(SETS) >= {"gentle", "grief", "plain", "recovery"}
    assert len(SETS["gentle"]) >= 12
    assert all(len(questions) >= 8 for questions in SETS.values())


@pytest.mark.parametrize("question", EACH)
def test_each_question_is_short_demands_nothing_and_speaks_both_languages(question: Question) -> None:
    assert {"en", "de"} <= set(question.words)
    for words in question.words.values():
        assert 8 <= len(words) <= 140
        # Exclamation marks, duties and clinical words have no place in a question to somebody in pain.
        assert not re.search(
            r"!|\b(must|should|have to answer|rate|patient|therapy|streak|musst du|solltest|[Ss]ymptom)\b",
            words,
        )
