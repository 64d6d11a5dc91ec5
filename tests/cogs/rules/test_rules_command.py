"""`hearth rules test`, as a moderator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

PROFILE = """
name: Ours
zone: Europe/London
country: GB
groups:
  evening: {name: Evening, room: "#evening"}
rules:
  use: [kind-words, strict-newcomers]
  without: [kind-loose-words]
  list:
    - id: no-contact-details
      say: Please keep phone numbers and addresses out of the room.
      when: {any: [phone, email, postal_address]}
      except: {allow: ["988", "116 123"], roles: [moderator], rooms: [introductions]}
      then: [hold, nudge]
    - id: slow-down
      when: {repeat: {same_text: 3, within: 30s}}
      then: [nudge, slow: 10m]
    - id: only-evening
      when: {words: [giraffe]}
      scope: {groups: [evening]}
      then: [time out: 1h]
  escalation:
    steps: [{nudges: 2, within: 1d, then: [ask]}]
"""


@pytest.fixture
def space(tmp_path: Path) -> Path:
    file = tmp_path / "space.yaml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


def tried(space: Path, *lines: object, code: int = 0) -> list[dict[str, object]]:
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    ran = CliRunner().invoke(app, ["rules", "test", "--profile", str(space), "--jsonl"], input=given)
    assert ran.exit_code == code, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_each_line_is_one_object_with_rules_and_actions(space: Path) -> None:
    assert tried(space, {"id": "a", "text": "call 07700 900123"}, {"id": 2, "text": "good morning"}) == [
        {"id": "a", "rules": ["no-contact-details"], "actions": ["nudge", "hold"]},
        {"id": 2, "rules": [], "actions": []},
    ]


def test_plain_lines_are_numbered_and_empty_ones_left_out(space: Path) -> None:
    found = tried(space, "hello", "", "call 07700 900123", "{ a bracket")
    assert [(each["id"], each["rules"]) for each in found] == [(1, []), (3, ["no-contact-details"]), (4, [])]


def test_a_room_a_role_and_a_switched_off_rule_count(space: Path) -> None:
    call = {"text": "call 07700 900123"}
    assert tried(space, {**call, "room": "#introductions"})[0]["rules"] == []
    assert tried(space, {**call, "roles": ["Moderator"]})[0]["rules"] == []
    assert tried(space, {"text": "giraffe", "room": "evening"})[0]["actions"] == ["time out"]
    assert tried(space, {"text": "giraffe", "room": "other"})[0]["rules"] == []
    assert tried(space, "I am so OCD")[0]["rules"] == []


def test_one_authors_lines_are_held_together_by_their_times(space: Path) -> None:
    lines = [{"text": "hi", "author": "ann", "at": f"2026-03-01T19:00:0{second}Z"} for second in (1, 2, 3)]
    others = [{**line, "author": str(number)} for number, line in enumerate(lines)]
    assert [each["rules"] for each in tried(space, *lines)] == [[], [], ["slow-down"]]
    assert [each["rules"] for each in tried(space, *others)] == [[], [], []]
    assert [each["rules"] for each in tried(space, *[{"text": "hi"}] * 3)] == [[], [], []]
    repeated = tried(
        space, {"text": "call 07700 900123", "author": "ann", "at": "2026-03-01T18:00:00"}, *lines
    )
    assert repeated[-1]["actions"] == ["nudge", "slow", "ask"]


def test_a_newcomer_is_one_by_the_time_they_joined(space: Path) -> None:
    link = {"text": "https://example.org/x", "at": "2026-03-02T12:00:00Z"}
    assert tried(space, {**link, "joined": "2026-03-02T11:00:00Z"})[0]["rules"] == ["newcomer-links"]
    assert tried(space, {**link, "joined": "2026-02-02T11:00:00Z"})[0]["rules"] == []


def test_lines_that_cannot_be_read_are_told_and_the_rest_is_tried(space: Path) -> None:
    given = '{"text": 3}\n{"text": "x", "at": "noon"}\nhello\n'
    ran = CliRunner().invoke(app, ["rules", "test", "--profile", str(space), "--jsonl"], input=given)
    assert ran.exit_code == 2
    assert "line 1 is JSON without a text" in ran.stderr
    assert "line 2 has a time that is no ISO 8601" in ran.stderr
    assert json.loads(ran.stdout)["id"] == 3


def test_people_are_told_where_in_the_text(space: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("so p.s.y.c.h.o, call 07700 900123\nfine\n", encoding="utf-8")
    ran = CliRunner().invoke(app, ["rules", "test", "--profile", str(space), str(lines)])
    assert ran.stdout.splitlines()[:2] == [
        "1: kind-labels at 3-14 'p.s.y.c.h.o'", "1: no-contact-details at 21-33 '07700 900123'"
    ]  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "2: no rule"
    assert "then suggest: Try saying what happened" in ran.stdout


def test_a_profile_with_findings_is_not_tried(tmp_path: Path) -> None:
    file = tmp_path / "space.yaml"
    file.write_text("name: Ours\nzone: UTC\nrules: {use: [kind-word]}\n", encoding="utf-8")
    ran = CliRunner().invoke(app, ["rules", "test", "--profile", str(file)], input="hello")
    assert ran.exit_code == 1
    assert 'did you mean "kind-words"?' in ran.stderr
    ran = CliRunner().invoke(app, ["rules", "test", "--profile", str(tmp_path / "none.yaml")], input="hello")
    assert ran.exit_code == 1
