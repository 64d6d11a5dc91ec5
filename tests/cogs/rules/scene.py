"""A community with rules, for conversations."""

from __future__ import annotations

CALLS = "{id: calls, say: Please keep numbers out of the room., when: phone, then: [nudge, hold]}"


def community(*rules: str, more: str = "") -> str:
    """The profile of one with a single group: its rules are `CALLS` and these, `more` is said of them all."""
    listed = "".join(f"    - {one}\n" for one in (CALLS, *rules))
    return f"""\
name: Evening people
zone: Europe/London
language: en
moderators_room: "#mods"
roles: {{moderator: [mod]}}
groups:
  ring: {{name: The ring, room: "#ring"}}
rules:
  list:
{listed}{more}"""
