"""Rules and moderation as people meet them, on every face."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from bot.platforms.terminal import Seen
from bot.testing.chat import Chat, Person, Room
from bot.testing.discord_server import permissions

PROFILE = """\
name: Evening people
zone: Europe/London
language: en
moderators_room: "#mods"
roles: {moderator: [mod, second]}
groups:
  ring: {name: The ring, room: "#ring"}
rules:
  list:
    - {id: calls, say: Please keep numbers out of the room., when: phone, then: [nudge, hold]}
    - {id: zebra, say: No zebras here., when: {words: [zebra]}, then: [nudge]}
    - {id: hint, when: {words: [giraffe]}, then: [suggest: Say what it did.]}
  agreement:
    parts: ["We listen first.", "What is said here stays here.", "You may always leave."]
  talk_to: Robin, in the kitchen room
"""
pytestmark = [
    pytest.mark.faces("terminal", "discord"),
    pytest.mark.hearth(cogs=["rules", "privacy"], profile=PROFILE),
]
ROLES = pytest.mark.faces("terminal", "discord")
FLAGGED = ON_MATRIX_TOO = pytest.mark.faces("terminal", "discord", "matrix")
WATCHED = pytest.mark.faces("terminal", "discord")


def words(seen: Seen) -> str:
    return "\n".join([seen.text, *(part for field in seen.fields for part in (field.name, field.text))])


def labels(seen: Seen) -> list[str]:
    return [one.label for one in seen.buttons]


def second_of(chat: Chat) -> Person:
    """A second moderator: on Discord by a permission of their role, elsewhere by the profile."""
    if chat.face.name == "discord":
        world = cast(Any, chat.face)._world
        world.person("second")
        for role in world.guild.roles.values() if isinstance(world.guild.roles, dict) else world.guild.roles:
            if role.name == "second":
                role.permissions |= permissions.bits(["moderate_members"])
    return chat.person("second")


async def flagged(chat: Chat, written: str = "you are all wrong") -> tuple[Person, Person, Room]:
    """Ann writes something, Ben asks the moderators to look at it."""
    ann, ben, ring = chat.person("ann"), chat.person("ben"), chat.room("ring")
    await chat.person("mod").joins(chat.room("mods"))
    await ann.joins(ring)
    await ben.joins(ring)
    await ann.says(ring, written)
    await ben.chooses(ring, "flag")
    await ben.answers("It frightens me.")
    return ann, ben, ring


# --- the agreement ------------------------------------------------------------------------------------


@ON_MATRIX_TOO
async def test_the_agreement_is_read_in_parts_and_agreed_to_with_one_tap(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.says(ring, "/rules")
    first = ann.last
    assert first.private
    assert "We listen first." in words(first)
    assert "You may always leave." not in words(first)
    await ann.presses("More")
    assert "You may always leave." in words(ann.last)
    await ann.presses("I agree", on=first)
    assert "That is noted" in words(ann.last)
    await ann.says(ring, "/rules")
    assert "You have agreed to it." in words(ann.last)
    assert "I agree" not in labels(ann.last)
    assert ring.seen == []


async def test_what_the_rules_say_is_no_secret(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.says(ring, "/rules")
    told = words(ann.last)
    while "More" in labels(ann.last):
        await ann.presses("More")
        told += words(ann.last)
    assert "No zebras here." in told
    assert "Please keep numbers out of the room." in told


# --- a case from both sides ---------------------------------------------------------------------------


@FLAGGED
async def test_a_flag_reaches_moderators_and_not_who_flagged(chat: Chat) -> None:
    _, ben, ring = await flagged(chat)
    assert ben.sees_privately("Nobody learns that it was you.")
    assert "Somebody asks you to look at a message: number 1." in words(chat.room("mods").last)
    mod = chat.person("mod")
    await mod.says(ring, "/moderation case 1")
    told = words(mod.last)
    assert mod.last.private
    assert "ann" in told
    assert "It frightens me." in told
    assert "ben" not in told
    assert all("flag" not in one.text.casefold() for one in ring.seen)


@FLAGGED
async def test_members_have_no_business_in_the_record(chat: Chat) -> None:
    _, ben, ring = await flagged(chat)
    await ben.says(ring, "/moderation record")
    assert ben.sees_privately("This one is for moderators.")
    await ben.says(ring, "/moderation case 1")
    assert "ann" not in words(ben.last)


@FLAGGED
async def test_the_record_lists_what_waits_and_leads_to_the_case(chat: Chat) -> None:
    _, _, ring = await flagged(chat)
    mod = chat.person("mod")
    await mod.says(ring, "/moderation record waiting:yes")
    assert "One case" in words(mod.last)
    await mod.presses("Number 1")
    assert "It frightens me." in words(mod.last)
    await mod.presses("I take this")
    await mod.answers("-")
    assert "mod looks after this." in words(mod.last)
    await mod.presses("Note")
    await mod.answers("She has a hard week.")
    assert "· mod\nShe has a hard week." in words(mod.last)
    await mod.presses("More about this person")
    assert "One case" in words(mod.last)
    await mod.says(ring, "/moderation record rule:zebra")
    assert mod.sees_privately("There is nothing like that in the record.")


@ROLES
async def test_a_person_sees_what_was_done_and_asks_for_a_second_look(chat: Chat) -> None:
    ann, _, ring = await flagged(chat)
    mod, second = chat.person("mod"), second_of(chat)
    await mod.says(ring, '/moderation note 1 "I asked her."')
    assert mod.sees_privately("I asked her.")
    await mod.presses("I take this")
    await mod.answers("-")
    await ann.says(ring, "/rules mine")
    told = words(ann.last)
    assert ann.last.private
    assert "Somebody asked moderators to look" in told
    assert "Robin, in the kitchen room" in told
    assert "It frightens me." not in told
    assert "mod" not in told.replace("moderator", "")
    await ann.presses("Ask for a second look")
    await ann.answers("It was a joke.")
    assert ann.sees_privately("A moderator will look at it again")
    assert "second look at number 1" in words(chat.room("mods").last)
    await second.says(ring, "/moderation note 1 Reading.")
    await mod.says(ring, "/moderation case 1")
    await mod.presses("They are right")
    await mod.answers("-")
    assert mod.sees_privately("please leave the second look to them")
    other = chat.person("facilitator")
    await other.says(ring, "/moderation case 1")
    assert "It was a joke." not in words(other.last)


@pytest.mark.faces("matrix")
async def test_on_matrix_too_the_second_look_is_a_second_moderators(chat: Chat) -> None:
    ann, mod, second = chat.person("ann"), chat.person("mod"), chat.person("second")
    ring, mods = chat.room("ring"), chat.room("mods")
    for person in (ann, mod, second):
        await person.joins(ring)
    await mod.joins(mods)
    await second.joins(mods)
    await ann.says(ring, "call the helpline on 07700 900123")
    await mod.presses("Number 1", on=mods.last)
    await mod.presses("Take it away for good")
    await mod.answers("It is a private number.")
    await ann.says(None, "/rules mine")
    await ann.presses("Ask for a second look")
    await ann.answers("Everybody may call there.")
    assert "second look at number 1" in words(mods.last)
    await second.says(None, "/moderation note 1 Reading.")
    assert second.sees_privately("Reading.")
    await mod.says(None, "/moderation case 1")
    await mod.presses("They are right")
    await mod.answers("-")
    assert mod.sees_privately("please leave the second look to them")
    await second.says(None, "/moderation case 1")
    await second.presses("They are right")
    await second.answers("It is a helpline.")
    assert "call the helpline on 07700 900123" in words(ring.last)
    assert ann.sees_privately("you are right. What you wrote stands in the room again")
    await ann.says(None, "/rules mine")
    assert "You wrote in ring: “call the helpline on 07700 900123”" in words(ann.last)
    assert "What it says: “Please keep numbers out of the room.”" in words(ann.last)
    assert "It is a helpline." in words(ann.last)


@FLAGGED
async def test_the_second_look_is_decided_and_told(chat: Chat) -> None:
    ann, _, ring = await flagged(chat)
    mod = chat.person("mod")
    await ann.says(ring, "/rules mine")
    await ann.presses("Ask for a second look")
    await ann.answers("It was a joke.")
    await mod.says(ring, "/moderation case 1")
    await mod.presses("They are right")
    await mod.answers("It was one.")
    assert "A second look: the person is right" in words(mod.last)
    assert ann.sees_privately("A moderator looked at it again: you are right. Thank you for saying so.")
    await ann.says(ring, "/rules mine")
    assert "It was one." in words(ann.last)
    assert "Ask for a second look" not in labels(ann.last)


@FLAGGED
async def test_lifting_what_is_not_there_and_numbers_that_are_not(chat: Chat) -> None:
    _, _, ring = await flagged(chat)
    mod = chat.person("mod")
    await mod.says(ring, "/moderation lift 1")
    assert mod.sees_privately("Nothing is in force there any more.")
    await mod.says(ring, "/moderation lift 7")
    assert mod.sees_privately("I can't find that number here.")


@ROLES
async def test_a_case_is_left_to_whoever_takes_it(chat: Chat) -> None:
    _, _, ring = await flagged(chat)
    mod, second = chat.person("mod"), second_of(chat)
    await second.joins(chat.room("mods"))
    await mod.says(ring, "/moderation hand-over 1")
    assert "Number 1 looks for another moderator" in words(chat.room("mods").last)
    await second.says(ring, "/moderation case 1")
    await second.presses("I take this")
    await second.answers("-")
    assert "second looks after this." in words(second.last)


async def test_nothing_done_reads_like_nothing_there(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.says(ring, "/rules mine")
    assert ann.sees_privately("Nothing was done here about anything you wrote.")
    await ann.presses("No hints by direct message")
    assert ann.sees_privately("I will not write to you about rules any more.")
    await ann.says(ring, "/rules mine")
    await ann.presses("Hints by direct message again")
    assert ann.sees_privately("at most once a day for each rule")


@FLAGGED
async def test_one_takes_ones_part_along_and_erases_it(chat: Chat) -> None:
    ann, _, ring = await flagged(chat)
    mod = chat.person("mod")
    await mod.says(ring, "/moderation case 1")
    await mod.presses("Nothing more to do")
    await mod.answers("-")
    await ann.says(ring, "/privacy export")
    told = Path(ann.last.files[0].path).read_text(encoding="utf-8")
    assert "you are all wrong" in json.dumps(json.loads(told), ensure_ascii=False)
    assert "It frightens me." not in told, "those are somebody else's words"
    await ann.says(ring, "/privacy erase")
    await ann.presses("Yes, erase everything")
    await mod.says(ring, "/moderation record")
    assert mod.sees_privately("There is nothing like that in the record.")


# --- what people write to each other ------------------------------------------------------------------


@WATCHED
async def test_a_nudge_is_for_its_writer_alone_and_comes_once_a_day(chat: Chat) -> None:
    ann, ben, ring = chat.person("ann"), chat.person("ben"), chat.room("ring")
    await ben.joins(ring)
    await ann.joins(ring)
    await ann.says(ring, "what a zebra")
    assert ann.sees_privately("A word about what you just wrote, for you alone.")
    assert "No zebras here." in words(ann.last)
    before = len(ann.seen)
    await ann.says(ring, "another zebra")
    assert len(ann.seen) == before
    assert all("zebras" not in words(one) for one in ben.seen)


@ON_MATRIX_TOO
async def test_a_held_message_is_gone_and_its_writer_knows_why(chat: Chat) -> None:
    ann, ben, ring = chat.person("ann"), chat.person("ben"), chat.room("ring")
    mod = chat.person("mod")
    for person in (ann, ben):
        await person.joins(ring)
    await mod.joins(chat.room("mods"))
    await ann.says(ring, "call me on 07700 900123")
    assert "held back until a moderator has looked" in words(ann.last)
    assert "Please keep numbers out of the room." in words(ann.last)
    assert "Something waits for a moderator: number 1." in words(chat.room("mods").last)
    assert "900123" not in words(chat.room("mods").last)
    await mod.presses("Number 1", on=chat.room("mods").last)
    assert "call me on 07700 900123" in words(mod.last)
    await mod.presses("Take it away for good")
    await mod.answers("It is a private number.")
    await ann.says(ring, "/rules mine")
    assert "It is a private number." in words(ann.last)


@WATCHED
async def test_a_suggestion_is_a_private_word(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.joins(ring)
    await ann.says(ring, "like a giraffe")
    assert "Say what it did." in words(ann.last)
    assert ann.last.private


@WATCHED
async def test_who_refused_hints_is_told_of_a_hold_all_the_same(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await ann.joins(ring)
    await ann.says(ring, "/rules")
    await ann.says(ring, "/rules mine")
    await ann.presses("No hints by direct message")
    before = len(ann.seen)
    await ann.says(ring, "what a zebra")
    await ann.says(ring, "like a giraffe")
    assert len(ann.seen) == before
    await ann.says(ring, "call 07700 900123")
    assert "held back" in words(ann.last)


@WATCHED
async def test_moderators_write_as_they_like_unless_the_profile_says_otherwise(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.joins(ring)
    await mod.says(ring, "zebra 07700 900123")
    assert mod.seen == []
