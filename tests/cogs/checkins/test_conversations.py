from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from bot.platforms.terminal import Seen
from bot.sdk.ports import NotSent, Why
from bot.testing.chat import Chat, Person, Room

PROFILE = """\
name: Evening people
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
OWN_WORDS = (
    PROFILE
    + """\
      moods: [stormy, rainy, cloudy, clearing, bright]
      notes: false
      share: false
"""
)

pytestmark = [pytest.mark.hearth(profile=PROFILE), pytest.mark.faces("terminal", "discord", "matrix")]


def labels(seen: Seen) -> list[str]:
    return [one.label for one in seen.buttons]


def words(seen: Seen) -> str:
    return "\n".join([seen.text, *(part for field in seen.fields for part in (field.name, field.text))])


async def kept_alone(chat: Chat) -> tuple[Person, Room, Seen]:
    """Somebody, the room in which they checked in for themselves alone, and what they were told of it."""
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/checkin")
    await one.presses("heavy")
    await one.answers("-")
    await one.presses("Only me")
    return one, ring, one.last


async def test_the_prompt_is_public_and_its_answers_are_not(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await one.joins(ring)
    await other.joins(ring)
    await chat.clock.to("18:00")
    prompt = ring.last
    assert labels(prompt) == ["very heavy", "heavy", "in between", "a bit lighter", "light", "More words"]
    await one.presses("heavy", on=prompt)
    assert one.sees_privately("Kept, for you alone: heavy.")
    assert ring.seen == [prompt]
    assert other.seen == [prompt]


async def test_a_second_tap_changes_the_first(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.joins(ring)
    await chat.clock.to("18:00")
    await one.presses("heavy", on=ring.last)
    await one.presses("light", on=ring.last)
    assert one.sees_privately("Changed to light.")
    await one.says(ring, "/history")
    assert "light" in words(one.last)
    assert "heavy" not in words(one.last)


async def test_more_words_open_the_form(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.joins(ring)
    await chat.clock.to("18:00")
    await one.presses("More words", on=ring.last)
    await one.presses("heavy")
    await one.answers("it was a lot")
    await one.presses("Only me")
    assert one.sees_privately("Kept, for you alone: heavy.")
    assert len(ring.seen) == 1


async def test_checkin_any_time_kept_and_taken_back(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "/checkin")
    await one.presses("light")
    await one.answers("-")
    await one.presses("Only me")
    kept = one.last
    assert "Take back" in labels(kept)
    assert other.seen == []
    await one.presses("Take back", on=kept)
    assert one.last.text == "Taken back. It is gone."
    await one.presses("Take back", on=kept)
    assert "can't find" in one.last.text
    await one.says(ring, "/history")
    assert "nothing here" in one.last.text


async def test_sharing_shows_it_under_ones_name(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "/checkin")
    await one.presses("heavy")
    await one.answers("*tired* of @everyone")
    await one.presses("The group, under my name")
    assert other.sees(ring) == ["one shares how it is: heavy"]
    assert "*tired* of @everyone" in words(other.last)
    assert one.sees_privately("under your name")


async def test_a_tap_can_be_shown_to_the_group_later(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.joins(ring)
    await chat.clock.to("18:00")
    await one.presses("light", on=ring.last)
    kept = one.last
    await one.presses("Show the group, under my name", on=kept)
    assert other.sees(ring)[-1] == "one shares how it is: light"
    await one.presses("Show the group, under my name", on=kept)
    assert len(ring.seen) == 2
    await one.presses("Take back", on=kept)
    assert one.sees_privately("the message in the room goes")


class Refusing:
    """A platform that takes no post into a room while it is `refusing`."""

    def __init__(self, platform: Any) -> None:
        self._platform, self.refusing = platform, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    async def post(self, *post: Any) -> Any:
        return NotSent(Why.FORBIDDEN) if self.refusing else await self._platform.post(*post)


@pytest.mark.faces("terminal")
async def test_a_shared_check_in_that_was_taken_back_is_gone_from_the_room(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/checkin")
    await one.presses("heavy")
    await one.answers("-")
    await one.presses("The group, under my name")
    assert not ring.last.gone
    await one.presses("Take back", on=one.private[-1])
    assert ring.last.gone


@pytest.mark.faces("terminal")
async def test_a_share_cut_short_goes_out_after_a_restart_and_once(chat: Chat) -> None:
    one, ring, kept = await kept_alone(chat)
    app = chat.app
    assert app.dispatcher is not None
    app.runner.dispatcher = app.dispatcher = None  # it ends after the write, before anything is planned
    await one.presses("Show the group, under my name", on=kept)
    assert ring.seen == []
    for _ in range(2):
        await chat.restart()
        await chat.clock.on(minutes=1)
        assert [seen.text for seen in ring.seen] == ["one shares how it is: heavy"]


@pytest.mark.faces("terminal")
async def test_a_share_that_cannot_be_delivered_is_told_and_can_be_tried_again(chat: Chat) -> None:
    one, ring, kept = await kept_alone(chat)
    platform = chat.app.platforms["terminal"]
    refuses = Refusing(platform)
    chat.app.platforms["terminal"] = refuses  # type: ignore[index]  # the runner's own mapping
    await one.presses("Show the group, under my name", on=kept)
    await chat.clock.on(seconds=2)
    assert one.sees_privately("I could not put your check-in into the room.")
    assert ring.seen == []
    refuses.refusing = False
    await one.presses("Show the group, under my name")
    assert [seen.text for seen in ring.seen] == ["one shares how it is: heavy"]
    await chat.clock.on(hours=3)
    assert len(ring.seen) == 1


@pytest.mark.hearth(profile=PROFILE.split("    checkins")[0])
async def test_a_group_without_a_section_has_the_defaults(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/checkin")
    await one.presses("heavy")
    await one.answers("-")
    await one.presses("The group, under my name")
    assert one.sees(ring) == ["one shares how it is: heavy"]


async def test_in_a_direct_conversation_there_is_nothing_to_share_with(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(None, "/checkin")
    await one.presses("heavy")
    await one.answers("-")
    assert one.sees_privately("Kept, for you alone: heavy.")


@pytest.mark.hearth(profile=OWN_WORDS)
async def test_a_groups_own_words_and_rules(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.joins(ring)
    await chat.clock.to("18:00")
    assert labels(ring.last) == ["stormy", "rainy", "cloudy", "clearing", "bright"]
    await one.presses("rainy", on=ring.last)
    assert one.last.text == "Kept, for you alone: rainy."
    assert labels(one.last) == ["Take back"]
    await one.says(ring, "/checkin")
    await one.presses("bright")
    assert one.last.text == "Kept, for you alone: bright."


@pytest.mark.hearth(profile=OWN_WORDS + "checkins:\n  moods: [hard, hardish, so-so, easyish, easy]\n")
async def test_the_communitys_words_are_used_where_no_group_is(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(None, "/reminder at:20:30")
    await chat.clock.to("20:30")
    assert labels(one.last)[:5] == ["hard", "hardish", "so-so", "easyish", "easy"]
    await one.says(None, "/checkin")
    await one.presses("hardish")
    await one.answers("-")
    assert one.last.text == "Kept, for you alone: hardish."


async def test_a_history_is_a_picture_and_a_list_for_oneself(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.joins(ring)
    for mood in ("heavy", "light"):
        await chat.clock.to("18:00")
        await one.presses(mood, on=ring.last)
    before = len(other.seen)
    await one.says(ring, "/history month")
    looked = one.last
    assert looked.private
    assert [file.type for file in looked.files] == ["image/png"]
    assert "Mon 2 Mar, 18:00" in words(looked)
    await other.says(ring, "/history month")
    assert "nothing here" in other.last.text
    assert len(other.seen) == before + 1


async def test_a_long_history_has_pages(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.joins(ring)
    for _ in range(12):
        await chat.clock.to("18:00")
        await one.presses("heavy", on=ring.last)
    await one.says(ring, "/history month")
    first = one.last
    await one.presses("More")
    assert (len(first.fields), len(one.last.fields)) == (8, 4)
    assert not one.last.files


async def test_a_reminder_comes_to_its_person_alone_and_one_tap_stops_it(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "/reminder at:20:30 days:every-day")
    assert "could not read those days" in one.last.text
    await one.says(ring, "/reminder at:20:30 zone:berlin")
    assert "20:30 (Europe/Berlin): every day" in one.last.text
    await chat.clock.to("20:30", "Europe/Berlin")
    asked = one.last
    assert asked.private
    assert asked.text.startswith("You asked me")
    await one.presses("light", on=asked)
    assert one.last.text == "Kept, for you alone: light."
    await one.presses("Stop these", on=asked)
    assert one.last.text.startswith("Stopped")
    seen = len(one.seen)
    await chat.clock.on(days=3)
    assert [message for message in one.seen[seen:] if message.private] == []
    assert all(message.to == "#ring" for message in other.seen)


async def test_pause_and_resume_ask_for_no_reason(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(None, "/pause")
    assert "no reminder" in one.last.text
    await one.says(None, "/reminder at:20:30")
    await one.says(None, "/pause 2")
    assert one.last.text == "Your reminder is silent for 2 days."
    seen = len(one.seen)
    await chat.clock.on(hours=30)
    assert len(one.seen) == seen
    await one.says(None, "/resume")
    await chat.clock.on(hours=24)
    assert one.last.text.startswith("You asked me")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("19:00", "19:00 (Europe/London): every day"),
        ("7 pm", "19:00 (Europe/London): every day"),
        ("19 Uhr", "19:00 (Europe/London): every day"),
        ("19:00 every day", "19:00 (Europe/London): every day"),
        ("7 pm mon, thu", "19:00 (Europe/London): Monday, Thursday"),
        ("19:00 mon thu Europe/Berlin", "19:00 (Europe/Berlin): Monday, Thursday"),
        ("19:00 weekdays berlin", "19:00 (Europe/Berlin): Monday to Friday"),
    ],
)
async def test_a_reminder_typed_as_people_write_it(chat: Chat, typed: str, told: str) -> None:
    one = chat.person("one")
    await one.says(None, f"/reminder {typed}")
    assert f"I'll write to you at {told}." in one.last.text


async def test_a_reminder_that_cannot_be_read_says_what_is_missing(chat: Chat) -> None:
    one = chat.person("one")
    for typed, part in (
        ("soon", "that time"),
        ("19:00 never", "those days"),
        ("19:00 mon Xyzzy", "that time zone"),
    ):
        await one.says(None, f"/reminder {typed}")
        assert part in one.last.text


async def test_reminders_survive_a_restart(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(None, "/reminder at:20:30")
    await chat.restart()
    await chat.clock.to("20:30")
    assert one.last.text.startswith("You asked me")


async def test_an_erased_persons_reminder_is_silent_and_its_slot_goes(chat: Chat) -> None:
    one, two = chat.person("one"), chat.person("two")
    for person in (one, two):
        await person.says(None, "/reminder at:20:30")
    await one.says(None, "/privacy erase")
    await one.presses("Yes, erase everything")
    seen = len(one.seen)
    await chat.clock.on(days=2)
    assert len(one.seen) == seen
    assert two.last.text.startswith("You asked me")
    assert chat.app.storage is not None
    database = sqlite3.connect(chat.app.storage.database.path or "")
    left = database.execute("SELECT count(*) FROM core_due WHERE schedule = 'remind'").fetchone()
    database.close()
    assert left == (1,)


async def test_only_facilitators_pause_prompts(chat: Chat) -> None:
    one, facilitator, ring = chat.person("one"), chat.person("facilitator"), chat.room("ring")
    await one.says(ring, "/prompts pause")
    assert "facilitators" in one.last.text
    await facilitator.says(ring, "/prompts pause 1")
    assert facilitator.last.private
    assert ring.seen == []
    await chat.clock.to("18:00")
    assert ring.seen == []
    await facilitator.says(ring, "/prompts resume")
    await chat.clock.to("18:00")
    assert len(ring.seen) == 1


@pytest.mark.faces("terminal")  # Discord does not say in a direct message who facilitates
async def test_prompts_belong_to_a_room(chat: Chat) -> None:
    facilitator = chat.person("facilitator")
    await facilitator.says(None, "/prompts pause")
    assert "No group meets" in facilitator.last.text


async def test_a_picture_of_the_group_needs_enough_people(chat: Chat) -> None:
    facilitator, ring = chat.person("facilitator"), chat.room("ring")
    people = [chat.person(name) for name in ("a", "b", "c", "d", "e")]
    for person in people:
        await person.joins(ring)  # before the question: encrypted rooms show newcomers nothing older
    await chat.clock.to("18:00")
    for person in people:
        await person.presses("heavy", on=ring.last)
    await facilitator.says(ring, "/prompts picture")
    assert "there is no picture" in facilitator.last.text
    await chat.clock.on(days=7)
    posted = len(ring.seen)
    await facilitator.says(ring, "/prompts picture")
    assert facilitator.last.private
    assert "The ring" in facilitator.last.text
    assert len(ring.seen) == posted


async def test_old_buttons_work_after_a_restart(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.joins(ring)
    await chat.clock.to("18:00")
    prompt = ring.last
    await chat.restart()
    await one.joins(ring)
    await one.presses("heavy", on=prompt)
    assert one.sees_privately("Kept, for you alone: heavy.")
