"""The author of a share, looked for by somebody who has everything that left Hearth for Discord: requests
with headers, queries, bodies and files, and what the gateway was told.

What answers the author, and their direct conversation, is theirs. Everything else must not know them.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord.write import EPHEMERAL, NOBODY
from bot.platforms.terminal import Seen
from bot.sdk.tokens import read_token
from bot.testing.chat import SPACE, Chat, Person, Room
from tests.cogs.sharing.scene import code_in, opens, post, sends, writes
from tests.cogs.sharing.test_before_posting import photo

from . import canaries, community
from .community import COGS
from .conversation import database, rows, world
from .recorded import Recorder, Request, recorded

__all__ = ["recorded"]

PROFILE = (
    community.PROFILE
    + """\
  den:
    name: The den
    room: "#den"
    sharing: {policy: review-first, pictures: true, small_group: 3, a_day: 9}
"""
)
PAPER = "IMG_isolde_phone_20260301.jpg"
LEAST = datetime.timedelta(minutes=1)
POST = {"flags", "components", "allowed_mentions", "nonce", "enforce_nonce", "attachments"}
EDIT = {"flags", "components", "allowed_mentions", "attachments"}
HEADERS = {"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"}

pytestmark = [
    pytest.mark.faces("discord"),
    pytest.mark.hearth(cogs=COGS, profile=PROFILE),
]


async def story(chat: Chat, folder: Path) -> dict[str, Any]:
    """The author does all that an author can, in two groups, and reads, taps and reports there as well."""
    one, other, mod = (chat.person(name) for name in (canaries.ONE, canaries.OTHER, "mod"))
    ring, den, desk = chat.room(canaries.ROOM), chat.room("den"), chat.room("desk")
    for who in (one, other, mod, chat.person("rosalind")):
        await who.joins(ring)
        await who.joins(den)
    await mod.joins(desk)
    paper = folder / PAPER
    paper.write_bytes(photo("JPEG"))
    told: dict[str, Any] = {"sent": [], "codes": []}

    async def out(receipt: Seen) -> None:
        told["sent"].append(chat.clock.now)
        told["codes"].append(code_in(receipt))
        await one.presses("Tell me of replies", on=receipt)
        await chat.clock.on(minutes=11)

    await writes(one, ring, canaries.NOTE, theme="Death and loss", picture=paper)
    await out(await sends(one))
    await in_the_thread(chat, one, other, ring)
    await at_the_desk(chat, one, mod, ring, desk, told["codes"][0])
    await writes(one, den, canaries.SHARED)
    await out(await sends(one))
    await mod.presses("Approve", on=desk.last)
    await chat.clock.on(minutes=11)
    await opens(one, den, told["codes"][0])
    await one.presses("Take it down")
    await one.presses("Yes, take it down")
    await chat.clock.on(minutes=11)
    return told


async def in_the_thread(chat: Chat, one: Person, other: Person, ring: Room) -> None:
    """Replies of others and of the author, with and without the code; taps until they show."""
    for who in (one, other, chat.person("rosalind")):
        await who.presses("Me too", on=post(ring))
    for who in (one, other):
        await who.presses("Reply anonymously", on=post(ring))
        await who.answers(canaries.CARELESS)
        sent = await sends(who)
        await chat.clock.on(minutes=11)
    await other.presses("Take it back", on=sent)
    await chat.clock.on(hours=2)  # what was answered is told, in the direct conversation


async def at_the_desk(chat: Chat, one: Person, mod: Person, ring: Room, desk: Room, code: str) -> None:
    """A report by the author, a cover, a mute, an appeal."""
    await one.presses("Something's wrong", on=post(ring))
    await one.presses("I am worried about them")
    for what in ("Cover it", "Mute this voice"):
        await mod.chooses(ring, "moderate-this", on=post(ring))
        await mod.presses(what)
    await mod.presses("In this thread")
    await chat.clock.on(minutes=11)
    await opens(one, ring, code)
    await one.presses("Ask moderators to look again")
    await one.answers(canaries.DRAFTED)
    await chat.clock.on(minutes=11)
    await mod.presses("Answer", on=desk.last)
    await mod.answers("We looked again.")
    await chat.clock.on(minutes=11)


class Author:
    """What a stranger would know the author by."""

    def __init__(self, chat: Chat) -> None:
        there = world(chat)
        assert there is not None
        self.server = there.server
        person = there.person(canaries.ONE)
        self.direct = str(person.direct.id)
        self.interactions = [one for one in self.server.interactions.values() if one.person.id == person.id]
        assert len(self.interactions) > 20
        ids = [str(one.id) for one in self.interactions]
        self.known_by = [canaries.ONE, PAPER, str(person.id), self.direct, *ids]
        self.known_by += [one.token for one in self.interactions]
        self.known_by += [base64.urlsafe_b64encode(str(person.id).encode()).decode().rstrip("=")]

    def to_them(self, request: Request) -> bool:
        """Whether a request answers the author, goes to their direct conversation, or fetches their picture
        from where Discord put it."""
        return any(one.token in request.line for one in self.interactions) or (
            request.params.get("channel_id") == self.direct
            or request.line.startswith(("POST /users/@me/channels", "GET /cdn/"))
        )

    def stays(self, request: Request) -> bool:
        """Whether what it does can be seen by more than one person."""
        channel = self.server.channels.get(int(request.params.get("channel_id", 0)))
        return channel is not None and channel.recipient is None


def custom_ids(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        if "custom_id" in body:
            yield body["custom_id"]
        for inner in body.values():
            yield from custom_ids(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from custom_ids(inner)


async def test_no_request_knows_the_author(recorded: Recorder, chat: Chat, tmp_path: Path) -> None:
    told = await story(chat, tmp_path)
    author = Author(chat)
    public = [one for one in recorded.requests if author.stays(one) and not one.line.startswith("GET")]
    nothing_that_goes_to_others_names_the_author(recorded, chat, author, told["codes"])
    what_stands_in_rooms_is_ordinary(author, public)
    posts_are_named_by_chance(chat, author, public)
    nothing_moves_in_a_room_while_the_author_writes(public, told["sent"])


def nothing_that_goes_to_others_names_the_author(
    recorded: Recorder, chat: Chat, author: Author, codes: list[str]
) -> None:
    keys = panel_keys([one for one in recorded.requests if author.to_them(one)], chat)
    assert len(keys) == 3, "of two shares and a reply"
    secrets = [*author.known_by, *codes, *(code.replace("-", "") for code in codes), *keys]
    others = [one for one in recorded.requests if not author.to_them(one)]
    assert len(recorded.requests) - len(others) > 25
    assert sum(author.stays(one) for one in others) >= 15
    for one in others:
        assert canaries.found_in(one.wire, secrets) == [], one.line
    assert recorded.frames
    assert canaries.found_in(json.dumps(recorded.frames).encode(), secrets) == []
    # The picture is there, and nothing of where it came from.
    pictures = [content for one in others for _, content in one.files]
    assert pictures
    assert {name for one in others for name, _ in one.files} == {"picture.jpg"}
    assert not any(trace in one for one in pictures for trace in (b"ada's phone", b"Exif", b"Phonemaker"))


def what_stands_in_rooms_is_ordinary(author: Author, public: list[Request]) -> None:
    assert {one.line.split()[0] for one in public} == {"POST", "PATCH", "DELETE"}
    for one in public:
        assert {name.lower() for name in one.headers} <= HEADERS, "no word for the audit log"
        assert "?" not in one.line
        assert not one.line.endswith("/typing")
        assert "/reactions/" not in one.line
        if one.line.endswith("/threads"):
            assert set(one.body) == {"name", "auto_archive_duration"}
        elif one.body is not None:
            assert set(one.body) <= (POST if one.line.startswith("POST") else EDIT)
            assert one.body["allowed_mentions"] == NOBODY
            assert not one.body["flags"] & EPHEMERAL
    server = author.server
    rooms = [channel for channel in server.channels.values() if channel.recipient is None]
    for message in (message for room in rooms for message in server.messages(room)):
        shown = json.dumps(message.raw.payload(reader=server.bot_user))
        assert "interaction_metadata" not in shown
        assert "message_reference" not in shown


def posts_are_named_by_chance(chat: Chat, author: Author, public: list[Request]) -> None:
    """Not even who has the key finds the author's act in a nonce, a component's id or a button."""
    showing, tag = chat.app.pipeline.showing, chat.app.spaces.get(SPACE).tag
    assert showing._signer is not None
    derived = {showing.mark(str(one.id), n) for one in author.interactions for n in range(4)}
    # The same once more where a thread had to be opened first: one of each.
    said = [one for one in public if one.line.startswith("POST") and one.line.endswith("/messages")]
    posts = list({one.body["nonce"]: one for one in said}.values())
    assert len(posts) >= 7
    assert len({one.body["components"][0]["id"] for one in posts}) == len(posts)
    marks = {str(mark) for (mark,) in rows(database(chat), "SELECT mark FROM core_slot")}
    at_once = [one for one in posts if one.body["nonce"] not in marks]
    assert len(at_once) == 1, "the report, which names no author"
    assert not {one.body["nonce"] for one in posts if one not in at_once} & derived
    for custom_id in (custom_id for one in posts for custom_id in custom_ids(one.body)):
        token = read_token(custom_id, showing._signer)
        assert token is not None
        assert (token.space, token.draft, token.granted) == (tag, "", False)
        told = {name: value for name, value in token.args.items() if name not in ("kind", "hide", "close")}
        assert set(told) <= {"share", "what", "appeal"}
        assert all(len(id) == 16 for id in told.values()), "an id of a row, drawn by chance"


def nothing_moves_in_a_room_while_the_author_writes(
    public: list[Request], sent: list[datetime.datetime]
) -> None:
    """Until the least delay after the last press; `sent` are the moments of those."""
    for press in sent:
        times = [one.at for one in public if one.at is not None and one.at >= press]
        assert min(times) >= press + LEAST


def panel_keys(requests: list[Request], chat: Chat) -> set[str]:
    """What opens the author's panels without a code, out of the author's own buttons."""
    signer = chat.app.pipeline.showing._signer
    assert signer is not None
    found = [read_token(one, signer) for request in requests for one in custom_ids(request.body)]
    return {token.args["key"] for token in found if token is not None and "key" in token.args}
