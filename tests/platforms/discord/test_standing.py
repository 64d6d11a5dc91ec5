"""What becomes of posts after they were posted: threads below them, edits, removals; and who reads them."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import write
from bot.platforms.discord.platform import DiscordPlatform
from bot.sdk.people import Person, Place, PlaceKind
from bot.sdk.ports import Later, NotSent, Sent, Unknown, Why
from bot.sdk.words import Shown, ShownButton, ShownFile
from bot.testing.discord_server import Channel, DiscordServer, Guild

from .harbour import hearth

THREADS = "POST /channels/{channel_id}/messages/{message_id}/threads"
POSTS = "POST /channels/*/messages"
SHOWN = Shown(text="How is it?", buttons=(ShownButton("Fine", "t"),), private=False, rouse=True)
ROSE = ShownFile("rose.png", "image/png", b"rose", "A rose", picture=True)
LILY = ShownFile("lily.png", "image/png", b"lily", "A lily", picture=True)


def place(channel: Channel) -> Place:
    return Place("discord", str(channel.id))


def lately() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=1)


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    return server.add_guild("Harbour", ["evening"])


@pytest.fixture
def evening(guild: Guild) -> Channel:
    return guild.channel("evening")


@pytest.fixture
async def platform(server: DiscordServer, guild: Guild, tmp_path: Path) -> AsyncIterator[DiscordPlatform]:
    """Hearth's own, connected to the guild."""
    async with hearth(server, tmp_path) as running:
        yield running.platform


async def posted(platform: DiscordPlatform, room: Channel, shown: Shown = SHOWN, mark: str = "mark") -> str:
    sent = await platform.post(place(room), shown, mark)
    assert isinstance(sent, Sent)
    return sent.ref


# --- threads ----------------------------------------------------------------------------------------------


async def test_a_thread_is_opened_below_a_post_once_and_named_within_bounds(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    below = place(evening).under(ref, "amber \n" + "seven " * 40)
    assert await platform.find(below, "one", lately()) is None
    for mark in ("one", "two", "two"):
        assert isinstance(await platform.post(below, Shown(text=mark, rouse=True), mark), Sent)
    thread = server.channels[int(ref)]
    assert (thread.parent, thread.auto_archive) == (evening, 10080)
    assert thread.name.startswith("amber seven seven")
    assert len(thread.name) <= 100
    assert [one.text for one in server.messages(thread)] == ["one", "two"]
    assert server.stats.requests[THREADS] == 1
    found = await platform.find(below, "two", lately())
    assert found == Sent(str(server.messages(thread)[-1].id))
    assert await platform.find(below, "three", lately()) is None


async def test_a_post_is_an_ordinary_message_that_pings_nobody(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    server.join(guild, ana)
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        words = Shown(text=f"<@{ana.id}> @everyone", rouse=False)
        ref = await posted(running.platform, evening, words)
        await running.platform.post(place(evening).under(ref, "below"), words, "below")
        await running.platform.edit(place(evening), ref, words)
        await running.platform.direct(Person("discord", str(ana.id)), words, "direct")
        shown = [*server.messages(evening), *server.messages(server.channels[int(ref)]), *ana.direct_messages]
        assert len(shown) == 3
        for one in shown:
            assert (one.raw.mentions, one.raw.reference, one.raw.interaction) == ([], None, None)
            assert one.raw.kind == 0
            assert one.raw.flags & write.SILENT
        assert server.stats.requests["POST /channels/{channel_id}/typing"] == 0


async def test_a_thread_that_is_there_already_is_used(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    thread = server.add_thread(evening, "theirs", private=False, number=int(ref))
    # Not seen at the first look, as where somebody opens it at the same moment.
    server.fail_next(POSTS, 404, code=10003)
    assert isinstance(await platform.post(place(evening).under(ref, "ours"), SHOWN, "m"), Sent)
    assert (THREADS, 400, 160004) in server.refusals
    assert thread.name == "theirs"
    assert len(server.messages(thread)) == 1


async def test_an_archived_thread_opens_by_itself_and_a_locked_one_does_not(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    below = place(evening).under(await posted(platform, evening), "below")
    first = await platform.post(below, SHOWN, "one")
    assert isinstance(first, Sent)
    thread = server.channels[int(below.id)]
    thread.archived = True
    assert isinstance(await platform.post(below, SHOWN, "two"), Sent)
    for act in (
        lambda: platform.edit(below, first.ref, Shown(text="anew")),
        lambda: platform.remove(below, first.ref),
    ):
        thread.archived = True
        assert await act() == Sent(first.ref)
        assert not thread.archived
    assert len(server.messages(thread)) == 1
    last = str(server.messages(thread)[0].id)
    thread.archived = thread.locked = True
    assert await platform.post(below, SHOWN, "three") == NotSent(Why.FORBIDDEN)
    assert await platform.edit(below, last, SHOWN) == NotSent(Why.FORBIDDEN)
    assert await platform.remove(below, last) == NotSent(Why.FORBIDDEN)


async def test_below_a_message_that_is_gone_nothing_is_posted(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    assert await platform.remove(place(evening), ref) == Sent(ref)
    below = place(evening).under(ref, "below")
    assert await platform.post(below, SHOWN, "m") == NotSent(Why.GONE)
    assert await platform.find(below, "m", lately()) is None
    assert await platform.edit(below, "123456789012345678", SHOWN) == NotSent(Why.GONE)
    assert await platform.remove(below, "123456789012345678") == Sent("123456789012345678")
    server.delete_channel(evening)
    assert await platform.post(below, SHOWN, "n") == NotSent(Why.GONE)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 429, "retry_after": 9.0}, Later(9.0)),
        ({"status": 400, "code": 160006}, Later(60.0)),
        ({"status": 403, "code": 50013}, NotSent(Why.FORBIDDEN)),
        ({"status": 500}, None),
        ({"drop": "before"}, None),
        ({"drop": "after"}, None),
    ],
    ids=str,
)
async def test_each_failure_to_open_a_thread_has_its_outcome(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform, fault: dict[str, Any], outcome: Any
) -> None:
    below = place(evening).under(await posted(platform, evening), "below")
    server.fail_next("POST /channels/*/messages/*/threads", **fault)
    found = await platform.post(below, SHOWN, "m")
    assert found == outcome if outcome is not None else isinstance(found, Sent)


@pytest.mark.parametrize("name", ["create_public_threads", "send_messages_in_threads"])
async def test_a_thread_needs_its_permissions(
    server: DiscordServer, guild: Guild, tmp_path: Path, name: str
) -> None:
    evening = guild.channel("evening")
    server.remove_permission(evening, name)
    async with hearth(server, tmp_path) as running:
        below = place(evening).under(await posted(running.platform, evening), "below")
        assert await running.platform.post(below, SHOWN, "m") == NotSent(Why.FORBIDDEN)


async def test_in_a_room_that_is_a_thread_itself_replies_stand_in_the_room(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    ring = server.add_thread(guild.channel("evening"), "ring")
    server.add_to_thread(ring, server.bot_user)
    async with hearth(server, tmp_path) as running:
        below = place(ring).under(await posted(running.platform, ring), "amber 7")
        first = await running.platform.post(below, SHOWN, "one")
        assert first == await running.platform.post(below, SHOWN, "one")
        assert isinstance(first, Sent)
        assert [one.text for one in server.messages(ring)] == ["How is it?", "### amber 7\nHow is it?"]
        assert await running.platform.find(below, "one", lately()) == first
        assert await running.platform.find(below, "two", lately()) is None
        assert await running.platform.edit(below, first.ref, Shown(text="Better.")) == first
        assert server.messages(ring)[-1].text == "Better."
        assert await running.platform.remove(below, first.ref) == first
        assert len(server.messages(ring)) == 1


# --- edits and removals -----------------------------------------------------------------------------------


async def test_an_edit_keeps_the_mark_and_replaces_words_buttons_and_files(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    before = Shown(text="before", files=(ROSE,), buttons=SHOWN.buttons)
    ref = await posted(platform, evening, before)
    for after in (
        Shown(text="after", files=(LILY,), buttons=(ShownButton("Wave", "w"),)),
        Shown(text="without"),
        Shown(text="bare", warning="careful", files=(ROSE,)),
    ):
        assert await platform.edit(place(evening), ref, after) == Sent(ref)
        (message,) = server.messages(evening)
        assert message.labels == [one.label for one in after.buttons]
        assert [one.content for one in message.files] == [one.data for one in after.files]
        assert after.text in message.text
        assert await platform.find(place(evening), "mark", lately()) == Sent(ref)
    assert message.texts == ["\u26a0 careful", "||bare||"]


async def test_a_post_of_several_messages_is_edited_and_removed_whole(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    server.join(guild, ana)
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        long = Shown(text="old " * 1500, buttons=SHOWN.buttons, rouse=True)
        ref = await posted(running.platform, evening, long)
        other = await posted(running.platform, evening, long, "other")
        ana.say(evening, "Hello")
        assert len(server.messages(evening)) == 5
        edited = Shown(text="new " * 9000, buttons=SHOWN.buttons)
        assert await running.platform.edit(place(evening), ref, edited) == Sent(ref)
        mine = server.messages(evening)[:2]
        assert not any("old" in one.text for one in mine)
        assert mine[1].labels == ["Fine"]
        assert await running.platform.edit(place(evening), ref, Shown(text="short")) == Sent(ref)
        assert server.messages(evening)[0].text == "short"
        assert len(server.messages(evening)) == 4
        assert await running.platform.find(place(evening), "mark", lately()) == Sent(ref)
        assert await running.platform.remove(place(evening), other) == Sent(other)
        assert [one.text for one in server.messages(evening)] == ["short", "Hello"]


async def test_an_edit_that_no_message_holds_is_refused(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    many = tuple(ShownFile(f"{n}.txt", "text/plain", b"x", "x") for n in range(11))
    assert await platform.edit(place(evening), ref, Shown(files=many)) == NotSent(Why.INVALID)
    assert server.messages(evening)[0].text == "How is it?"


async def test_other_peoples_messages_go_where_hearth_may_manage_them(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    server.join(guild, ana)
    evening = guild.channel("evening")
    said = ana.say(evening, "Hello")
    assert said is not None
    async with hearth(server, tmp_path) as running:
        remove, edit = running.platform.remove, running.platform.edit
        ref = str(said.id)
        assert await remove(place(evening), ref) == NotSent(Why.FORBIDDEN)
        assert await edit(place(evening), ref, SHOWN) == NotSent(Why.FORBIDDEN)
        guild.role("Hearth").permissions |= 1 << 13  # Manage Messages
        server.remove_permission(evening, "read_message_history")
        assert await remove(place(evening), ref) == Sent(ref)
        assert server.messages(evening) == []
        assert await remove(place(evening), ref) == Sent(ref)
        server.delete_channel(evening)
        assert await remove(place(evening), ref) == Sent(ref)


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": "before"}, {"drop": "after"}], ids=str)
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "GET"])
async def test_changes_are_made_whatever_happens_to_the_request(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform, method: str, fault: dict[str, Any]
) -> None:
    ref = await posted(platform, evening)
    server.fail_next(f"{method} /channels/*/messages/*", **fault)
    assert await platform.edit(place(evening), ref, Shown(text="after")) == Sent(ref)
    assert server.messages(evening)[0].text == "after"
    assert await platform.remove(place(evening), ref) == Sent(ref)
    assert server.messages(evening) == []


async def test_a_limit_puts_a_change_off(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    server.fail_next("DELETE /channels/*/messages/*", 429, retry_after=8)
    assert await platform.remove(place(evening), ref) == Later(8.0)
    server.fail_next("PATCH /channels/*/messages/*", 500, times=3)
    assert isinstance(await platform.edit(place(evening), ref, SHOWN), Later)


async def test_without_the_history_an_edit_still_stands(
    server: DiscordServer, evening: Channel, platform: DiscordPlatform
) -> None:
    ref = await posted(platform, evening)
    server.remove_permission(evening, "read_message_history")
    assert await platform.edit(place(evening), ref, Shown(text="after")) == Sent(ref)
    assert server.messages(evening)[0].text == "after"
    assert await platform.find(place(evening), "mark", lately()) == Unknown()


# --- readers ----------------------------------------------------------------------------------------------


async def test_readers_are_counted_where_all_of_a_server_see_a_room(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["open", "calm", "staff"], members=[ana], crowd=40)
    calm = guild.channel("calm")
    staff, hidden = guild.channel("staff"), server.add_channel(guild, "hidden", hidden=True)
    thread = server.add_thread(guild.channel("open"), "ring")
    server.add_to_thread(thread, server.bot_user)
    server.remove_permission(calm, "send_messages")
    async with hearth(server, tmp_path) as running:
        readers = running.platform.readers
        assert await readers(place(guild.channel("open"))) == 42  # the crowd, ana, and the owner
        assert await readers(place(calm)) == 42
        other = server.add_role(guild, "Other bot")
        other.managed, other.bot = True, 123456789012345678
        assert await readers(place(calm)) == 41
        guild.role("Hearth").permissions |= 1 << 3  # to see what is hidden
        assert await readers(place(hidden)) is None
        staff.overwrites[other.id] = (0, 1 << 10)
        assert await readers(place(staff)) is None
        assert await readers(place(thread)) is None
        assert await readers(place(guild.channel("open")).under("123456789012345678")) is None
        assert await readers(Place("discord", "1", kind=PlaceKind.DIRECT)) == 1
        guild.everyone.permissions &= ~(1 << 10)  # who is let in is decided by roles
        assert await readers(place(calm)) is None
        calm.overwrites[guild.id] = (1 << 10, 0)
        assert await readers(place(calm)) == 41
        server.fail_next("GET /guilds/*", 403, code=50001)
        assert await readers(place(calm)) is None
