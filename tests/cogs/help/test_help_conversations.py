from __future__ import annotations

import pytest

from bot.platforms.terminal import Seen
from bot.testing.chat import Chat

pytestmark = pytest.mark.faces("terminal", "discord", "matrix")

GERMAN = """\
name: Abendrunde
zone: Europe/Berlin
language: de
operator_contact: Robin, robin@example.org
roles:
  facilitator: [facilitator]
"""


def names(seen: Seen) -> list[str]:
    return [field.name for field in seen.fields]


async def everything(chat: Chat, who: str) -> list[str]:
    one = chat.person(who)
    await one.says(chat.room("ring"), "/help")
    found = names(one.last)
    while "More" in [button.label for button in one.last.buttons]:
        await one.presses("More")
        found += names(one.last)
    return found


async def test_help_is_private_and_crisis_comes_first(chat: Chat) -> None:
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "/help")
    assert one.last.private
    assert one.last.text.startswith("I am Hearth.")
    assert names(one.last)[0] == "/crisis"
    assert other.seen == []


async def test_everybody_is_shown_what_they_can_do(chat: Chat) -> None:
    member, facilitator = await everything(chat, "one"), await everything(chat, "facilitator")
    assert {"/crisis", "/checkin", "/history", "/reminder", "/privacy", "/help"} <= set(member)
    named = [name for name in member if name]  # a footer has no name
    assert len(named) == len(set(named))
    assert not [name for name in member if name.startswith("/prompts")]
    assert "/prompts pause" in facilitator


async def test_help_about_one_command_and_about_a_group(chat: Chat) -> None:
    one, facilitator, ring = chat.person("one"), chat.person("facilitator"), chat.room("ring")
    for line in ("/help checkin", "/help about:/CheckIn", "/help about:!checkin"):
        await one.says(ring, line)
        assert names(one.last) == ["/checkin"]  # it has no options
        assert one.last.fields[0].text.startswith("Say how it is")
    await facilitator.says(ring, "/help prompts")
    assert names(facilitator.last) == ["/prompts pause", "/prompts resume", "/prompts picture"]
    for line in ("/help prompts", "/help nonsense", "/help me"):
        await one.says(ring, line)
        assert one.last.text.startswith("I don't know that one.")
        assert names(one.last)[0] == "/crisis"


async def test_help_about_a_command_names_its_options(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/help crisis")
    assert names(one.last) == ["/crisis", "country", "kind", "language"]
    await one.says(ring, "/help history")
    assert names(one.last) == ["/history", "period"]
    assert one.last.fields[1].text == "How far to look back: Week, Month, Year"


@pytest.mark.hearth(profile=GERMAN)
async def test_in_german_with_german_and_english_names(chat: Chat) -> None:
    one = chat.person("one")
    await one.says(None, "/hilfe")
    assert one.last.text.startswith("Ich bin Hearth.")
    assert "Robin" in str(one.last.as_json())
    assert "/befinden" in names(one.last)
    for line in ("/help befinden", "/hilfe zu:checkin"):
        await one.says(None, line)
        assert names(one.last) == ["/befinden"]
    await one.says(None, "/hilfe erinnerung")
    assert names(one.last) == ["/erinnerung", "um", "tage", "zone"]
