"""A profile is cut into parts and put together again without losing a character."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.documents import load
from bot.config.parts import added, cut, id_of, parts_of, replaced

ROOT = Path(__file__).parents[2]
TEXT = """\
# Our circle
name: Circle
groups:
  # Those who meet at night
  night:
    name: Night   # a comment
    room: "#night"

    checkins:
      prompts:
      - id: late
        at: 23:00

      # on Sundays
      - cron: "0 11 * * 0"
  flow: {name: Flow, room: flow}
words: |
  as: they
    - stand
"""


def by_path(text: str) -> dict[tuple[str | int, ...], str]:
    return {part.path: cut(text, part) for part in parts_of(text)}


def test_parts_are_whole_lines_with_their_comments() -> None:
    parts = by_path(TEXT)
    assert parts["name",] == "# Our circle\nname: Circle"
    assert parts["groups", "night"].startswith("# Those who meet at night\nnight:\n  name: Night   # a")
    assert parts["groups", "night"].endswith('- cron: "0 11 * * 0"')
    prompts = ("groups", "night", "checkins", "prompts")
    assert parts[(*prompts, 0)] == "- id: late\n  at: 23:00"
    assert parts[(*prompts, 1)] == '# on Sundays\n- cron: "0 11 * * 0"'
    assert parts["groups", "flow"] == "flow: {name: Flow, room: flow}"
    assert ("groups", "flow", "name") not in parts, "what shares a line with something else is no part"
    assert parts["words",] == "words: |\n  as: they\n    - stand"
    assert {part.name for part in parts_of(TEXT)} >= {"late", "2", "night"}


@pytest.mark.parametrize("text", [TEXT, (ROOT / "space.example.yaml").read_text("utf-8")])
def test_every_part_put_back_gives_the_same(text: str) -> None:
    for part in parts_of(text):
        assert replaced(text, part, cut(text, part)) == text
        assert replaced(text, part, f"\n{cut(text, part)}\r\n") == text


def test_a_part_is_found_by_the_same_id_in_every_version() -> None:
    (night,) = (part for part in parts_of(TEXT) if part.path == ("groups", "night"))
    later = replaced(TEXT, parts_of(TEXT)[0], "name: Other\nzone: UTC")
    assert night.id == id_of(("groups", "night"))
    assert night.id in {part.id for part in parts_of(later)}
    assert len({part.id for part in parts_of(TEXT)}) == len(parts_of(TEXT))


def test_a_part_is_changed_and_taken_out() -> None:
    parts = {part.path: part for part in parts_of(TEXT)}
    changed = replaced(TEXT, parts["groups", "night", "checkins", "prompts", 0], "- id: late\n  at: 22:00\n")
    document, findings = load(changed, "f")
    assert findings == []
    assert document is not None
    assert document.data["groups"]["night"]["checkins"]["prompts"][0] == {"id": "late", "at": "22:00"}
    gone = replaced(TEXT, parts["groups", "night"], "")
    document, _ = load(gone, "f")
    assert document is not None
    assert list(document.data["groups"]) == ["flow"]


def test_something_is_added_beside_what_is_there_or_at_the_end() -> None:
    parts = {part.path: part for part in parts_of(TEXT)}
    text = added(TEXT, parts["groups",], "day:\n  name: Day\n  room: day")
    text = added(text, None, "zone: UTC")
    text = added(
        text, {p.path: p for p in parts_of(text)}["groups", "night", "checkins", "prompts"], "- at: 08:00"
    )
    document, findings = load(text, "f")
    assert findings == []
    assert document is not None
    assert document.data["groups"]["day"] == {"name": "Day", "room": "day"}
    assert document.data["zone"] == "UTC"
    assert len(document.data["groups"]["night"]["checkins"]["prompts"]) == 3


@pytest.mark.parametrize(
    "text", ["", "name: [", "- a\n", "a: &x {b: 1}\nc: *x\n", "{a: 1, b: 2}", "? a\n: b\n"]
)
def test_what_cannot_be_cut_stays_whole(text: str) -> None:
    for part in parts_of(text):
        assert replaced(text, part, cut(text, part)) == text
