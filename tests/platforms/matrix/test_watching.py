"""What people write, for whoever watches; commands about a message; words that go from a room."""

from __future__ import annotations

import datetime
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.matrix.visible import visible
from bot.sdk.ports import Attached, Wrote
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy
from bot.testing.turns import until

from .hearth import PROFILE, Hearth, alone_with, heard, hearth, raw, settle_in

BOTH = pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
COGS = ("tests.testing.toys.wall", "crisis")
UNWATCHED = PROFILE[: PROFILE.index("    checkins:")]
WATCHED = UNWATCHED + "wall: {watch: true}\n"
HTML = "org.matrix.custom.html"


class Ring:
    """A room with two people, and Hearth."""

    def __init__(self, bot: Hearth, host: Person, ann: Person, room: str) -> None:
        self.bot, self.host, self.ann, self.room = bot, host, ann, room

    @property
    def wall(self) -> Any:
        return self.bot.app.catalogue.cogs["wall"].service

    @property
    def seen(self) -> list[Wrote]:
        found: list[Wrote] = self.wall.seen
        return found

    async def watched(self, count: int) -> Wrote:
        """The last of so many messages that were seen."""
        await until(lambda: len(self.seen) >= count)
        assert len(self.seen) == count
        return self.seen[-1]

    async def standing(self, event_id: str) -> bool:
        """Whether the server still has the words of an event."""
        events = await raw(self.host.server, self.host, self.room)
        return any(one["event_id"] == event_id and one["content"] for one in events)

    async def goes(self, event_id: str) -> None:
        """Wait until an event is taken away."""

        def taken() -> bool:
            return any(
                one.kind == "m.room.redaction"
                and event_id in (one.content.get("redacts"), one.source.get("redacts"))
                for one in self.host.events
            )

        await self.host.until(taken)


@asynccontextmanager
async def ring(
    server: Synapse,
    login: Login,
    folder: Path,
    *,
    encrypted: bool = True,
    profile: str = WATCHED,
    url: str = "",
    power: int = 50,
) -> AsyncIterator[Ring]:
    """Hearth in a room with two people."""
    async with (
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        levels = {"users": {host.user_id: 100, login.user_id: power}}
        room = await host.create(ann.user_id, name="ring", encrypted=encrypted, levels=levels, version="11")
        before = await host.say(room, "Said before anybody watched, loud")
        async with hearth(url or server.url, login, folder, [room], profile=profile, cogs=COGS) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            await heard(host, room, bot, "Hello")
            here = Ring(bot, host, ann, room)
            yield here
            assert before not in [one.message.ref for one in here.seen]


@pytest.mark.synapse
@BOTH
async def test_what_people_write_is_seen_once_with_all_that_rules_ask_for(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as here:
        bot, host, ann, room = here.bot, here.host, here.ann, here.room
        mentions = {"user_ids": [host.user_id, bot.user_id, host.user_id], "room": True}
        said = await ann.say(room, "Look here", **{"m.mentions": mentions})
        wrote = await here.watched(1)
        assert (wrote.message.ref, wrote.message.text) == (said, "Look here")
        assert wrote.message.place == bot.platform.place("ring", "circle")
        assert wrote.message.author is not None
        assert wrote.message.author.account == ann.user_id
        assert (wrote.mentions, wrote.everyone, wrote.edited, wrote.files) == (2, True, False, ())
        assert wrote.joined is not None
        assert datetime.timedelta(0) <= datetime.datetime.now(datetime.UTC) - wrote.joined
        # A new name makes nobody new.
        came = wrote.joined
        await ann.api("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
        await bot.sees(lambda line: line.rooms.get(room).names[ann.user_id] == "Ann")
        bot.platform.face._watch.moved(room, ann.user_id)
        await ann.in_thread(room, said, "In a thread")
        wrote = await here.watched(2)
        assert wrote.joined == came
        assert wrote.message.place == bot.platform.place("ring", "circle").under(said)
        assert wrote.message.place.parent == room
        # Neither a notice, nor a command, nor a number under a choice is talk; nor what Hearth says itself.
        await ann.send(room, {"msgtype": "m.notice", "body": "beep"})
        await ann.say(room, "!point")
        await ann.say(room, "!nobodys command")
        wrote = await here.watched(3)
        assert wrote.message.text == "!nobodys command", "other bots listen to that"
        response, _ = await ann.client.upload(io.BytesIO(b"1234"), filesize=4)
        clip = {"msgtype": "m.video", "body": "clip.mp4", "url": response.content_uri}
        await ann.send(room, clip | {"info": {"mimetype": "video/mp4", "size": 4}})
        wrote = await here.watched(4)
        assert wrote.message.text == ""
        assert wrote.files == (Attached("clip.mp4", "video/mp4", 4),)
    assert all(one.message.author is not None for one in here.seen)


@pytest.mark.synapse
@BOTH
async def test_an_edit_is_seen_where_its_message_stands_and_only_its_authors(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as here:
        root = await here.ann.say(here.room, "The root")
        said = await here.ann.in_thread(here.room, root, "As it was")
        await here.watched(2)
        await here.host.edit(here.room, said, "Words put into her mouth")
        await here.ann.edit(here.room, said, "As it is")
        wrote = await here.watched(3)
        assert (wrote.message.text, wrote.message.ref, wrote.edited) == ("As it is", said, True)
        assert wrote.message.author is not None
        assert wrote.message.author.account == here.ann.user_id
        assert wrote.message.place.id == root


@pytest.mark.synapse
@BOTH
async def test_what_a_watcher_returns_is_done_and_never_again(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as here:
        direct = await alone_with(here.bot, here.ann)
        loud = await here.ann.say(here.room, "A loud word")
        await heard(here.ann, direct, here.bot, "Not so loud, please.")
        await here.goes(loud)
        assert not await here.standing(loud)
        room, ann, host = here.room, here.ann, here.host
        quiet = await ann.say(room, "A quiet word")
        await here.watched(2)
        last = len(ann.heard(direct))
        async with hearth_again(server, bot_login, tmp_path, here) as again:
            await ann.say(room, "Once more, loud")
            await heard(ann, direct, again.bot, "Not so loud", after=len(ann.events))
            assert quiet not in [one.message.ref for one in again.seen]
            assert len(ann.heard(direct)) == last + 1
            assert not [one for one in host.heard(room, by=here.bot.user_id) if "loud" in one.body]


@asynccontextmanager
async def hearth_again(server: Synapse, login: Login, folder: Path, here: Ring) -> AsyncIterator[Ring]:
    """Hearth, after it was stopped."""
    await here.bot.platform.stop()
    await here.bot.task
    await here.bot.app.close()
    async with hearth(server.url, login, folder, [here.room], profile=WATCHED, cogs=COGS) as bot:
        yield Ring(bot, here.host, here.ann, here.room)


@pytest.mark.synapse
async def test_where_nobody_watches_nothing_is_looked_at(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        Proxy(server.url) as proxy,
        ring(server, bot_login, tmp_path, encrypted=False, profile=UNWATCHED, url=proxy.url) as here,
    ):
        said = await here.ann.say(here.room, "A loud word")
        before = len(proxy.requests)
        await here.ann.edit(here.room, said, "A louder word")
        await here.ann.reply(here.room, said, "Answering myself")
        await here.ann.say(here.room, "!crisis")
        await heard(here.ann, here.room, here.bot, "112")
        asked = [one.path for one in proxy.requests[before:] if one.method == "GET"]
        assert all("/sync" in path for path in asked), asked
        assert here.seen == []


# --- about a message --------------------------------------------------------------------------------------


@pytest.mark.synapse
@BOTH
async def test_a_command_typed_as_a_reply_is_about_what_it_replies_to(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted, profile=UNWATCHED) as here:
        host, ann, room, bot = here.host, here.ann, here.room, here.bot
        direct = await alone_with(bot, host)
        snow = await ann.say(room, "Look at the snow")
        await ann.edit(room, snow, "Look at the rain")
        hello = next(one for one in host.heard(room, by=bot.user_id) if "Hello" in one.body)

        async def point(to: str, *, quote: str | None = None) -> str:
            """Point at something; what Hearth says it was."""
            at = len(host.events)
            asked = await host.reply(room, to, "!point", quote=quote)
            question = await heard(host, direct, bot, "What about it?", after=at)
            await host.say(direct, "It is wet.")
            told = await heard(host, direct, bot, "wrote:", after=host.events.index(question))
            await here.goes(asked)
            return told.body

        assert "wrote: Look at the rain" in await point(snow, quote="Look at the snow\n> !tear one")
        message, words = here.wall.told[-1]
        assert (message.ref, message.author.account, words) == (snow, ann.user_id, "It is wet.")
        assert "wrote: Hello" in await point(hello.event_id)
        assert here.wall.told[-1][0].author is None
        reply = await ann.in_thread(room, snow, "In a thread")
        await point(reply)
        assert here.wall.told[-1][0].place.id == snow
        # In a thread clients name its last message as a way out for those that know no threads.
        at = len(host.events)
        await host.in_thread(room, snow, "!point")
        await heard(host, direct, bot, "This is about a message", after=at)
        await ann.redact(room, reply)
        await here.goes(reply)
        at = len(host.events)
        await host.reply(room, reply, "!point")
        await heard(host, direct, bot, "This is about a message", after=at)
        assert len(here.wall.told) == 3
        # Between two as well.
        mine = await host.say(direct, "It was not you, it was me")
        at = len(host.events)
        await host.reply(direct, mine, "!point")
        await heard(host, direct, bot, "What about it?", after=at)
        await host.say(direct, "Snow.")
        await heard(host, direct, bot, "wrote: It was not you", after=at)
        assert here.wall.told[-1][0].place.direct


# --- words that go from a room ----------------------------------------------------------------------------


@pytest.mark.synapse
@BOTH
async def test_private_words_typed_in_public_go_also_when_they_are_not_taken(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as here:
        direct = await alone_with(here.bot, here.ann)
        typed = await here.ann.say(here.room, "!unhush my deepest secret")
        told = await heard(here.ann, direct, here.bot, "without more words")
        await here.goes(typed)
        assert not await here.standing(typed)
        assert "I am taking away what you typed in the room." in told.body
        assert "secret" not in told.body
        assert not [one for one in here.host.heard(here.room, by=here.bot.user_id) if "secret" in str(one)]
        assert here.seen == []
        by_name = await here.ann.say(here.room, "!hearth unhsh my deepest secret")
        await here.goes(by_name)


@pytest.mark.synapse
async def test_somebody_is_told_that_what_they_typed_in_public_stays(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with ring(server, bot_login, tmp_path, power=0) as here:
        direct = await alone_with(here.bot, here.ann)
        typed = await here.ann.say(here.room, "!unhush my deepest secret")
        told = await heard(here.ann, direct, here.bot, "without more words")
        assert "still stands there, and I may not take it away" in told.body
        assert await here.standing(typed)


@pytest.mark.synapse
async def test_private_words_go_also_when_hearth_stops_before_they_are_gone(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        Proxy(server.url) as proxy,
        ring(server, bot_login, tmp_path, url=proxy.url) as here,
    ):
        direct = await alone_with(here.bot, here.ann)
        proxy.fail("PUT .*/redact/", times=10_000)
        typed = await here.ann.say(here.room, "!unhush my deepest secret")
        await heard(here.ann, direct, here.bot, "without more words")
        await proxy.until(lambda: proxy.count("PUT .*/redact/") > 0)
        assert await here.standing(typed)
        async with hearth_again(server, bot_login, tmp_path, here) as again:
            fading = again.bot.platform._mail.fading
            assert [one.event_id for one in fading._shown] == [typed]
            fading._shown[0].until = 0
            fading._news.set()
            await here.goes(typed)


# --- what readers see -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"body": "plain words"}, "plain words"),
        ({"body": "> <@a:b> quoted by hand\n\nand more"}, "> <@a:b> quoted by hand\n\nand more"),
        ({"body": "**bold** words", "formatted_body": "<strong>bold</strong> words"}, "**bold** words"),
        ({"body": "nice", "formatted_body": "nasty <b>thing</b><br>here"}, "nice\nnasty thing\nhere"),
        (
            {"body": "a link", "formatted_body": '<a href="https://evil.example/x">a link</a>'},
            "a link\na link (https://evil.example/x)",
        ),
        (
            {"body": "Ann: hi", "formatted_body": '<a href="https://matrix.to/#/@a:b">Ann</a>: hi'},
            "Ann: hi",
        ),
        (
            {
                "body": "> <@a:b> theirs\n\nmine",
                "formatted_body": "<mx-reply><blockquote>theirs</blockquote></mx-reply>mine",
            },
            "mine",
        ),
        ({"body": "", "formatted_body": '<img alt=":nasty:" src="mxc://a/b">'}, ":nasty:"),
        ({"body": "cat.png", "url": "mxc://a/b"}, ""),
        ({"body": "cat.png", "filename": "cat.png", "file": {}}, ""),
        ({"body": "look, a cat", "filename": "cat.png", "file": {}}, "look, a cat"),
        ({"body": 7, "formatted_body": 7}, ""),
    ],
)
def test_words_are_told_as_others_may_read_them(content: dict[str, Any], words: str) -> None:
    assert visible({"format": HTML, **content}) == words
