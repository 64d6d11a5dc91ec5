"""A profile changed from chat while Hearth is killed: it is there whole or not at all, and none is lost."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from .changing import opened, text_of
from .process import ROOT


async def killed(folder: Path, after: float) -> int:
    """Change it in a process of its own, kill that some time after its first change; the last version that it
    acknowledged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.durability.changing", str(folder),
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        first = await asyncio.wait_for(process.stdout.readline(), 60)
        await asyncio.sleep(after)
    finally:
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
    said = (first + rest).decode()
    return int(said[: said.rindex("\n")].splitlines()[-1])


async def test_it_is_whole_or_not_there_and_what_was_acknowledged_is_in_force(
    tmp_path: Path, chance: random.Random, long: bool
) -> None:
    (tmp_path / "space.yaml").write_text(text_of(1))
    for _ in range(40 if long else 4):
        acknowledged = await killed(tmp_path, chance.uniform(0, 0.3))
        app = await opened(tmp_path)
        try:
            assert app.trouble is None
            now = app.communities.current("circle")
            assert now is not None
            assert acknowledged <= now.number <= acknowledged + 1
            assert app.spaces.get("circle").name == f"Circle {now.number}"
            assert app.communities.held == {}
            for number in range(1, now.number + 1):
                version = await app.communities.version("circle", number)
                assert version is not None
                assert version.text == text_of(number)
                assert version.state == "applied"
        finally:
            await app.close()
