"""Who could see what: every request that Discord received, and every line that `--json` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.platforms.discord.write import EPHEMERAL
from bot.sdk.people import Person
from bot.sdk.ports import Event, Pressed
from bot.testing.chat import Chat
from bot.testing.discord_server import rest
from tests.sdk.door import Replies

from . import canaries
from .conversation import COGS, PROFILE, check_in, rich, world

pytestmark = pytest.mark.hearth(cogs=COGS, profile=PROFILE)

PUBLIC = {canaries.SHARED}
"""What its author chose to show to the room."""


class Requests:
    """What Discord received: `heads` are lines with their headers, `seen` (line, body, names of files)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[str, Any, list[str]]] = []
        self.heads: list[str] = []
        for key, handler in list(rest.ROUTES.items()):
            monkeypatch.setitem(rest.ROUTES, key, self._noting(handler))
        real = web.Application._handle

        async def handle(app: web.Application, request: web.Request) -> web.StreamResponse:
            self.heads.append(f"{request.method} {request.path_qs} {dict(request.headers)}")
            return await real(app, request)

        monkeypatch.setattr(web.Application, "_handle", handle)

    def _noting(self, handler: Any) -> Any:
        def noting(call: rest.Call) -> Any:
            names = [file.filename for file in call.files.values()]
            self.seen.append((f"{call.route} {dict(call.params)} {dict(call.query)}", call.body, names))
            return handler(call)

        return noting


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    """Laid before `chat` opens."""
    return Requests(monkeypatch)


@pytest.mark.faces("discord")
async def test_nothing_private_stands_where_others_see_it(
    requests: Requests, chat: Chat, tmp_path: Path
) -> None:
    await rich(chat, tmp_path / canaries.PAPER)
    there = world(chat)
    assert there is not None
    one = there.person(canaries.ONE)
    secrets = [word for word in canaries.WORDS if word not in PUBLIC] + [canaries.ZONE, *canaries.TIMES]
    public = private = 0
    for line, body, names in requests.seen:
        written = json.dumps(body) + json.dumps(names)
        if line.startswith("POST /interactions"):
            data = (body or {}).get("data") or {}
            if body.get("type") in (4, 5):
                private += 1
                direct = "recipient" in line
                flags = data.get("flags", 0)
                assert flags & EPHEMERAL or direct or is_direct(there, line), written
        elif line.startswith("POST /webhooks"):
            assert (body or {}).get("flags", 0) & EPHEMERAL or is_direct(there, line), written
        elif line.startswith("POST /channels/{channel_id}/messages"):
            channel = next(one for id, one in there.server.channels.items() if f"'{id}'" in line)
            if channel.recipient is None:
                public += 1
                assert canaries.found_in(written.encode(), secrets) == [], written
                ids = [str(person.id) for person in there.server.people.values()]
                assert canaries.found_in(written.encode(), ids) == [], written
        assert "@me" in line or str(one.id) not in line, line
    assert public >= 3
    assert private > 10
    for message in there.server.messages(there.room(canaries.ROOM)):
        if message.author is there.server.bot_user:
            assert canaries.found_in(f"{message.text} {message.raw.components}".encode(), secrets) == []
    # Nobody else's client holds anything of one's own.
    other = there.person(canaries.OTHER)
    others = "\n".join(
        message.text for channel in there.server.channels.values() for message in other.sees(channel)
    )
    assert canaries.SHARED in others.replace("\\", "")
    assert canaries.found_in(others.encode(), [canaries.CARELESS, canaries.ZONE, canaries.PAGE]) == []
    assert not there.server.violations


def is_direct(there: Any, line: str) -> bool:
    """Whether a request answers an interaction in a direct conversation."""
    tokens = {one.token: one for one in there.server.interactions.values()}
    found = next(one for token, one in tokens.items() if token in line)
    return found.channel.recipient is not None


@pytest.mark.faces("discord")
async def test_headers_and_addresses_name_nobody(requests: Requests, chat: Chat, tmp_path: Path) -> None:
    """Proxies log headers and addresses: a person's words and names stand in bodies alone."""
    await rich(chat, tmp_path / canaries.PAPER)
    assert len(requests.heads) > 20
    there = world(chat)
    assert there is not None
    wanted = [*canaries.WORDS, canaries.ONE, canaries.OTHER, canaries.ZONE]
    wanted += [str(person.id) for person in there.server.people.values()]
    assert canaries.found_in("\n".join(requests.heads).encode(), wanted) == []


async def test_json_says_who_saw_it(chat: Chat, tmp_path: Path) -> None:
    await rich(chat, tmp_path / canaries.PAPER)
    told = [json.loads(json.dumps(one.as_json())) for one in chat.seen]
    everybody = {f"@{who}" for who in (canaries.ONE, canaries.OTHER, "facilitator")}
    for one in told:
        if one["private"]:
            assert one["to"].startswith("@")
            assert one["seen_by"] == [one["to"]]
        else:
            assert one["to"].startswith("#")
            assert set(one["seen_by"]) <= everybody
            words = json.dumps({**one, "seen_by": [], "to": ""})
            secrets = [word for word in canaries.WORDS if word not in PUBLIC]
            assert canaries.found_in(words.encode(), [*secrets, canaries.ZONE]) == []
    assert any(not one["private"] and canaries.SHARED in json.dumps(one) for one in told)
    for who, other in ((canaries.ONE, canaries.OTHER), (canaries.OTHER, canaries.ONE)):
        private = json.dumps([one for one in told if one["to"] == f"@{who}"])
        assert canaries.found_in(private.encode(), [other]) == []


@pytest.mark.faces("discord")
async def test_no_data_and_anothers_data_look_like_none(requests: Requests, chat: Chat) -> None:
    """The same answers and as many requests, whether there is something or not."""
    one, other, room = chat.person(canaries.ONE), chat.person(canaries.OTHER), chat.room(canaries.ROOM)
    for person in (one, other):
        await person.joins(room)
    await check_in(one, chat, canaries.NOTE)
    await one.says(room, f"/reminder at:{canaries.TIMES[0]}")
    asked = {}
    for line in ("/history week", "/privacy", "/privacy export", "/privacy erase"):
        for person in (one, other):
            before, seen = len(requests.seen), len(person.seen)
            await person.says(room, line)
            sent = [line.split(" ", 2)[:2] for line, *_ in requests.seen[before:]]
            asked[line, person.name] = (sent, len(person.seen) - seen)
        assert asked[line, one.name] == asked[line, other.name], line
    said = []
    for person in (one, other):
        before = len(requests.seen)
        await person.says(room, "/privacy erase")
        await person.presses("Yes, erase everything")
        said.append((person.last.text, [line.split(" ", 2)[:2] for line, *_ in requests.seen[before:]]))
    assert said[0] == said[1]


async def test_anothers_check_in_looks_like_none(chat: Chat) -> None:
    kept = await check_in(chat.person(canaries.ONE), chat, canaries.NOTE)
    other = Person("terminal", canaries.OTHER, "test", name=canaries.OTHER)
    token = next(button.token for button in kept.buttons if button.label == "Take back")
    assert token is not None
    assert kept.place is not None

    async def pressed(number: int) -> object:
        replies = Replies()
        await chat.app.pipeline.handle(Event(str(number), other, kept.place, Pressed(token, True)), replies)
        return replies.said

    there = await pressed(1)
    assert "can't find" in str([one[1].text for one in there])
    await chat.person(canaries.ONE).presses("Take back", on=kept)
    assert chat.person(canaries.ONE).last.text == "Taken back. It is gone."
    assert await pressed(2) == there
