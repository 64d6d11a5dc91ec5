"""A community that shares, and what people do in it, in one line each; the same on every face."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.platforms.terminal import Seen
from bot.testing.chat import Chat, Person, Room

COGS = ["crisis", "sharing", "privacy", "help"]
PROFILE = """\
name: Evening people
zone: Europe/London
country: GB
moderators_room: "#desk"
roles:
  moderator: [mod]
groups:
  ring:
    name: The ring
    room: "#ring"
    sharing:
      policy: at-once
      pictures: true
      small_group: 5
"""
REVIEWED = PROFILE.replace("at-once", "review-first")
FACES = ("terminal", "discord")
ON_MATRIX_TOO = pytest.mark.faces(*FACES, "matrix")
"""For what differs there: direct rooms, threads, typed commands. A real Synapse takes a while for each."""
PAST_THE_DELAY = 11
"""Minutes after which whatever waited has come out."""


def labels(seen: Seen) -> list[str]:
    return [one.label for one in seen.buttons]


def words(seen: Seen) -> str:
    """Everything that a message says, what is folded included."""
    parts = [seen.text, seen.folded, *(part for field in seen.fields for part in (field.name, field.text))]
    return "\n".join(part for part in parts if part)


async def gather(chat: Chat, *names: str) -> Room:
    """These people, and enough others, are in the ring; a moderator is at the desk."""
    ring = chat.room("ring")
    for name in dict.fromkeys((*names, "ben", "cleo", "dan", "other")):
        await chat.person(name).joins(ring)
    await chat.person("mod").joins(chat.room("desk"))
    return ring


async def writes(
    who: Person, room: Room, text: str, wants: str = "Just listen", theme: str = "Nothing in particular",
    warning: str = "-", picture: str | Path = "-",
) -> Seen:  # fmt: skip
    """Fill in the form of `/share`; the preview."""
    await who.says(room, "/share")
    return await fills_in(who, text, wants, theme, warning, picture)


async def fills_in(
    who: Person, text: str, wants: str = "Just listen", theme: str = "Nothing in particular",
    warning: str = "-", picture: str | Path | None = "-",
) -> Seen:  # fmt: skip
    """Fill in the open form; the preview. `picture` is a file or words, None where none is asked for."""
    await who.answers(text)
    await who.presses(wants)
    await who.presses(theme)
    await who.answers(warning)
    if isinstance(picture, Path):
        await who.sends(picture)
    elif picture is not None:
        await who.answers(picture)
    return who.last


async def sends(who: Person) -> Seen:
    """Send what is being looked at; the receipt."""
    await who.presses("Send" if "Send" in labels(who.last) else "I have read this. Send it")
    return who.last


def code_in(receipt: Seen) -> str:
    found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", words(receipt))
    assert found is not None, words(receipt)
    return found[0]


def handle_in(seen: Seen) -> str:
    found = re.search(r"[“„·] ?([A-Za-z]+ \d+(?:\.\d+)?)", words(seen))
    assert found is not None, words(seen)
    return found[1].lower()


async def shares(chat: Chat, who: Person, text: str = "I did not get up today.", **more: str) -> Seen:
    """Share something and let it come out; the receipt."""
    ring = await gather(chat, who.name)
    await writes(who, ring, text, **more)
    receipt = await sends(who)
    await chat.clock.on(minutes=PAST_THE_DELAY)
    return receipt


def post(room: Room) -> Seen:
    """The newest share in a room."""
    return next(
        one for one in reversed(room.standing) if "Shared without a name" in one.text and not one.thread
    )


async def replies(chat: Chat, who: Person, text: str) -> Seen:
    """Reply without a name to the newest share, and let it come out; the receipt."""
    await who.presses("Reply anonymously", on=post(chat.room("ring")))
    await who.answers(text)
    receipt = await sends(who)
    await chat.clock.on(minutes=PAST_THE_DELAY)
    return receipt


async def opens(who: Person, room: Room | None, code: str) -> Seen:
    """The author's panel."""
    await who.says(room, "/my-share")
    await who.answers(code)
    return who.last
