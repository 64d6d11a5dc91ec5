"""The picture in the README shows what Hearth says now."""

from __future__ import annotations

import html
import re
import runpy
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from .pages import ROOT, hearth

PICTURE = ROOT / "docs" / "picture.svg"
TOOL = ROOT / "tools" / "picture.py"


def words_of(picture: str) -> str:
    """Everything that can be read in the picture, without its blanks."""
    shown = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture))
    return "".join(html.unescape(shown).split())


def test_the_picture_is_up_to_date() -> None:
    ran = subprocess.run(
        [sys.executable, TOOL, "--check"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr


def test_it_shows_what_the_script_says_when_it_is_run(tmp_path: Path) -> None:
    tool = runpy.run_path(str(TOOL))
    ran = hearth("try", "--fresh", "--script", "-", cwd=tmp_path, stdin=tool["SCRIPT"])
    assert ran.returncode == 0, ran.stderr
    shown = words_of(PICTURE.read_text(encoding="utf-8"))
    said = [message.splitlines() for message in re.split(r"\n\n(?=[@#])", ran.stdout.strip())]
    assert len(said) == 3
    for message in said:
        drawn = message if len(message) <= tool["MOST_LINES"] else message[: tool["MOST_LINES"] - 3]
        for line in filter(None, drawn):
            assert "".join(line.split()) in shown, line
    assert "(onlyyou)" in shown


def test_it_is_drawn_by_itself_and_named_in_the_readme() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert not re.findall(r"url\([\"']?http|@import|href=|<script|<image", picture), "it loads nothing"
    assert "](docs/picture.svg)" in (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
