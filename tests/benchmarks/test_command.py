"""`python -m benchmarks` runs and prints its table. What the figures are is nobody's business here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("part", "rows"), [("commands", 4), ("history", 8), ("profiles", 4)])
def test_a_part_of_it_runs_and_prints_a_row_for_each_figure(part: str, rows: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only", part, "--quick"],
        cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    table = [line for line in ran.stdout.splitlines() if line.startswith("|")]
    assert [cell.strip() for cell in table[0].strip("|").split("|")] == [
        "what", "Hearth", "against", "ratio", "target", "met",
    ]  # fmt: skip
    assert len(table) == rows + 2
    assert all(line.count("|") == table[0].count("|") for line in table)
    assert "Python" in ran.stdout.split("\n\n")[-1]


def test_a_part_that_is_not_there_is_refused_by_name() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only", "nothing"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "commands" in ran.stderr
