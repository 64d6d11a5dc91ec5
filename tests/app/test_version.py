"""What a bug report says first."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys


def test_hearth_says_which_one_it_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"Hearth {importlib.metadata.version('hearth-bot')}\n"
