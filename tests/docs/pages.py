"""The documentation as data: its pages, its fenced blocks, and what stands above each of them."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<kind>[\w-]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^`(?P<name>[^`\n]+)`:\n\n\Z", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block. `name` is the file it stands for: a line of that name in backticks and a colon,
    just above it."""

    page: str
    line: int
    kind: str
    body: str
    name: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    written = page.read_text(encoding="utf-8")
    found = []
    for fence in FENCE.finditer(written):
        above = written[: fence.start()]
        named = NAMED.search(above[above[:-2].rfind("\n") + 1 :] if above.endswith("\n\n") else "")
        where = page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name
        name = named["name"] if named else None
        found.append(Block(where, above.count("\n") + 1, fence["kind"], fence["body"], name))
    return found


def hearth(
    *words: str, cwd: Path, stdin: str = "", path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `hearth` as somebody would in `cwd`, with a home of its own; `path` is importable besides."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")},
        "HEARTH_HOME": str(cwd / "state"),
        "PYTHONPATH": os.pathsep.join(str(one) for one in (path, ROOT) if one is not None),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=cwd, env=env, input=stdin, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def shown_in_order(expected: str, said: str) -> str | None:
    """The first of the expected lines that does not follow the ones before it in what was said; a line
    that is `…` alone stands for anything."""
    lines = [line.rstrip() for line in said.splitlines()]
    at = 0
    for wanted in (line.rstrip() for line in expected.splitlines()):
        if not wanted or wanted == "…":
            continue
        try:
            at = lines.index(wanted, at) + 1
        except ValueError:
            return wanted
    return None
