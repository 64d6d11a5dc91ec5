"""The labelled lines: how much is found, and how many innocents are troubled, in both halves."""

from __future__ import annotations

import pytest

from .labelled import all_lines, figures, rule_set


def test_the_set_is_large_and_half_of_it_is_kept_apart() -> None:
    lines = all_lines()
    assert len({each.text for each in lines}) >= 400
    assert sum(each.rule == "-" for each in lines) >= 150
    assert 0.4 < sum(each.tuning for each in lines) / len(lines) < 0.6


@pytest.mark.parametrize("half", ["tuning", "unseen"])
def test_enough_is_found_and_innocents_are_spared(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [each for each in all_lines() if each.tuning == (half == "tuning")]
    found = figures(rule_set(), lines)
    with capsys.disabled():
        print(
            f"\n{half} half, {found.lines} lines: recall {found.recall:.3f}, "
            f"false positives {found.false_positives:.2%} "
        )
    # Of the unseen half no line is shown, so that nobody tunes on it.
    shown = (found.missed, found.wrongly) if half == "tuning" else ""
    assert found.recall >= 0.95, shown
    assert found.false_positives <= 0.01, shown
