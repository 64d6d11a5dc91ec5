from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.platforms.terminal import Seen
from bot.testing.chat import Chat

pytestmark = pytest.mark.faces("terminal", "discord", "matrix")

CONTACT = """\
name: Evening people
zone: Europe/London
operator_contact: ask Robin
groups:
  ring:
    name: The ring
    room: "#ring"
"""


def words(seen: Seen) -> str:
    return "\n".join([seen.text, *(part for field in seen.fields for part in (field.name, field.text))])


def labels(seen: Seen) -> list[str]:
    return [one.label for one in seen.buttons]


async def checked_in(chat: Chat, name: str, note: str) -> None:
    one, ring = chat.person(name), chat.room("ring")
    await one.says(ring, "/checkin")
    await one.presses("heavy")
    await one.answers(note)
    await one.presses("Only me")


def exported(seen: Seen) -> dict[str, object]:
    (file,) = seen.files
    assert file.type == "application/json"
    found = json.loads(Path(file.path).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


async def test_about_tells_by_cog_and_who_can_see(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/privacy")
    told = one.last
    assert told.private
    assert "Check-ins" in words(told)
    assert "two years" in words(told)
    assert {"Give it to me as a file", "Erase everything"} <= set(labels(told))
    rest = words(told)
    while "More" in labels(one.last):
        await one.presses("More")
        rest += words(one.last)
    assert "holds the key" in rest
    assert "Moderators and facilitators" in rest
    assert ring.seen == []


async def test_it_reads_the_same_with_and_without_data(chat: Chat) -> None:
    one, blank = chat.person("one"), chat.person("blank")
    await checked_in(chat, "one", "something")
    for line in ("/privacy", "/privacy erase"):
        await one.says(chat.room("ring"), line)
        await blank.says(chat.room("ring"), line)
        assert words(one.last) == words(blank.last)
        assert labels(one.last) == labels(blank.last)


@pytest.mark.hearth(cogs=["tests.cogs.privacy.faulty", "checkins", "privacy"])
async def test_a_broken_part_is_named_and_the_rest_is_exported(chat: Chat) -> None:
    one = chat.person("one")
    await checked_in(chat, "one", "my own words")
    await one.says(chat.room("ring"), "/privacy export")
    assert "a part is missing: Marbles." in one.last.text
    found = exported(one.last)
    assert "my own words" in json.dumps(found["kept"])
    assert found["missing"] == ["faulty"]


async def test_export_is_a_private_file_of_everything_of_ones_own(chat: Chat) -> None:
    one, other = chat.person("one"), chat.person("other")
    await checked_in(chat, "one", "my own words")
    await checked_in(chat, "other", "their words")
    before = len(other.seen)
    await one.says(chat.room("ring"), "/privacy export")
    assert one.last.private
    found = json.dumps(exported(one.last))
    assert "my own words" in found
    assert "their words" not in found
    assert len(other.seen) == before


def erased(chat: Chat) -> str:
    """How erasing is told: on Matrix the very room in which it is told goes as well, after that."""
    return "I am erasing" if chat.face.name == "matrix" else "Done."


async def test_erase_asks_first_and_then_is_done(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await checked_in(chat, "one", "my own words")
    await checked_in(chat, "other", "their words")
    await one.says(ring, "/privacy erase")
    assert "Test" in words(one.last)
    assert "cannot be undone" in words(one.last)
    await other.says(ring, "/history")
    await one.presses("A file of it first")
    assert "my own words" in json.dumps(exported(one.last))
    await one.says(ring, "/privacy erase")
    await one.presses("Yes, erase everything")
    assert one.last.text.startswith(erased(chat))
    await one.says(None, "/privacy export")
    kept = exported(one.last)
    assert kept["communities"] == {}
    assert "my own words" not in json.dumps(kept)
    await other.says(ring, "/privacy export")
    assert "their words" in json.dumps(exported(other.last))


async def test_erasing_nothing_is_done_as_well(chat: Chat) -> None:
    blank = chat.person("blank")
    await blank.says(None, "/privacy erase")
    await blank.presses("Yes, erase everything")
    assert blank.last.text.startswith(erased(chat))


@pytest.mark.hearth(profile=CONTACT)
async def test_the_operators_contact_is_told(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(chat.room("ring"), "/privacy")
    assert "ask Robin" in str(one.last.as_json())
