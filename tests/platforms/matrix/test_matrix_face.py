"""Conversations as cog authors write them, on the terminal and on a real Synapse alike."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

PROFILE = """\
name: The circle
zone: Europe/London
country: GB
roles:
  facilitator: [facilitator]
groups:
  ring:
    name: The ring
    room: "#ring"
    checkins:
      prompts:
        - at: 18:00
"""

pytestmark = [
    pytest.mark.synapse,
    pytest.mark.faces("terminal", "matrix"),
    pytest.mark.hearth(profile=PROFILE),
]


async def test_a_form_goes_on_after_a_restart_and_is_nobody_elses(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "/checkin")
    form = one.last.form
    assert form is not None
    assert (form.kind, len(form.choices)) == ("choice", 5)
    await one.presses(form.choices[1])
    await chat.restart()
    await one.answers("a quiet day")
    await one.presses("1")
    assert one.sees_privately("Kept")
    await one.says(None, "/history")
    assert [file.type for file in one.last.files] == ["image/png"]
    assert other.seen == []


async def test_a_late_answer_is_told_to_have_been_taken_for_one(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/checkin")
    await one.presses(1)
    await chat.clock.on(minutes=2)
    await one.answers("at once")
    assert not one.sees_privately("as your answer")
    await one.answers("/stop")
    await one.says(None, "/checkin")
    await one.presses(1)
    await chat.clock.on(minutes=10)
    await chat.restart()
    await one.says(None, "are you there?")
    assert one.last.text.startswith("I took that as your answer to “Some words, if you like”.\n\nKept")


async def test_a_prompt_is_answered_by_a_press_that_nobody_sees(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await one.joins(ring)
    await other.joins(ring)
    await chat.clock.to("18:00")
    asked = ring.last
    assert asked.seen_by == ("@one", "@other")
    await one.presses(asked.buttons[2].label, asked)
    assert one.last.private
    assert one.sees_privately("Kept")
    assert other.last is asked
    await one.presses("Take it back")
    assert one.last.private


async def test_levels_come_with_the_rooms(chat: Chat) -> None:
    one, facilitator, ring = chat.person("one"), chat.person("facilitator"), chat.room("ring")
    await one.says(ring, "/prompts pause")
    assert "facilitators" in one.last.text
    await facilitator.says(ring, "/prompts pause")
    assert "The ring" in facilitator.last.text
