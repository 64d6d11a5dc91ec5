"""What the rules' matching stands on loads when a profile has rules, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIBRARIES = {"re2", "ahocorasick", "decancer_py", "phonenumbers"}
SCRIPT = """
import asyncio, sys
from pathlib import Path
from bot.testing.chat import Chat

async def main(folder, profile):
    async with await Chat.open(folder, profile=profile) as chat:
        ann, ring = chat.person("ann"), chat.room("ring")
        await ann.joins(ring)
        await ann.says(ring, "hello there")
        await ann.says(ring, "/rules")
    print("\\n".join(sys.modules))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("rules", "loads"), [("", False), ("rules: {use: [kind-words, no-contact-details]}", True)]
)
def test_the_libraries_load_only_with_rules(rules: str, loads: bool, tmp_path: Path) -> None:
    profile = f'name: Ring\nzone: UTC\ncountry: GB\ngroups: {{ring: {{name: R, room: "#ring"}}}}\n{rules}\n'
    words = [sys.executable, "-c", SCRIPT, str(tmp_path), profile]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert ran.returncode == 0, ran.stderr
    loaded = LIBRARIES & set(ran.stdout.split())
    assert loaded == (LIBRARIES if loads else set())
