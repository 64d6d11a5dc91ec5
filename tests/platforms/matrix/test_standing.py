"""What stands in rooms: folded, in threads, put anew, taken away; on a real Synapse, plain and encrypted."""

from __future__ import annotations

import asyncio
import datetime
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.matrix.offers import keycap
from bot.platforms.matrix.replies import Asked
from bot.platforms.matrix.send import transaction
from bot.platforms.matrix.write import KEY
from bot.sdk.people import Place, PlaceKind
from bot.sdk.ports import NotSent, Sent, Why
from bot.sdk.words import Shown, ShownButton, ShownField, ShownFile, ShownTable
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .hearth import Hearth, alone_with, heard, hearth, raw, settle_in

pytestmark = pytest.mark.synapse
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
BOTH = pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])


@asynccontextmanager
async def ring(
    server: Synapse,
    login: Login,
    folder: Path,
    *,
    encrypted: bool = True,
    power: int = 50,
    url: str = "",
    **more: Any,
) -> AsyncIterator[tuple[Hearth, Person, Place]]:
    """Hearth in a room with somebody who made it."""
    async with await Person.arrive(server, strict=True) as host:
        levels = {"users": {host.user_id: 100, login.user_id: 50}}
        room = await host.create(name="ring", encrypted=encrypted, levels=levels, version="11")
        async with hearth(url or server.url, login, folder, [room], **more) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            await heard(host, room, bot, "Hello")
            place = bot.platform.place("ring", "circle")
            assert place is not None
            yield bot, host, place


async def posted(bot: Hearth, place: Place, shown: Shown, mark: str) -> str:
    done = await bot.platform.post(place, shown, mark)
    assert isinstance(done, Sent)
    return done.ref


def sheet(words: str, *labels: str, **more: Any) -> Shown:
    buttons = tuple(ShownButton(label, "rcrisis!!!!", private=False) for label in labels)
    return Shown(text=words, title="A share", buttons=buttons, private=False, **more)


def redacted(event: dict[str, Any]) -> bool:
    return not event["content"] and event["type"] in ("m.room.message", "m.room.encrypted")


PICTURE = ShownFile("drawing.png", "image/png", b"\x89PNG" + b"x" * 500, "A drawing of a storm", picture=True)


@BOTH
async def test_what_is_folded_stands_nowhere_but_behind_the_fold(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as (bot, host, place):
        shown = sheet(
            "The night it happened",
            "Me too",
            warning="violence",
            footer="Be kind.",
            fields=(ShownField("Wanted", "just listen"), ShownField("", "more\nof it", copy=True)),
            table=ShownTable(("When",), (("tuesday",),)),
            files=(PICTURE,),
        )
        ref = await posted(bot, place, shown, "mark-fold")
        post = await host.wait(lambda e: e.event_id == ref)
        file = await host.wait(lambda e: "filename" in e.content)
        hidden = ("night", "listen", "of it", "tuesday", "storm")
        for event in (post, file):
            body, formatted = event.body, event.content["formatted_body"]
            outside = formatted[: formatted.index("<span")] + formatted[formatted.index("</span>") :]
            assert not any(one in body or one in outside for one in hidden)
            assert "\N{WARNING SIGN} violence" in body
            assert '<span data-mx-spoiler="violence">' in formatted
            assert formatted.count("<span") == 1
        assert "A share" in post.body
        assert "1 · Me too" in post.body
        assert "Be kind." in post.body
        assert all(one in post.content["formatted_body"] for one in hidden[:-1])
        assert "A drawing of a storm" in file.content["formatted_body"]
        # No client draws a mere file by itself.
        assert file.content["msgtype"] == "m.file"
        assert file.content["page.codeberg.everypizza.msc4193.spoiler"] is True


async def test_links_that_people_wrote_are_not_fetched_and_shown(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=False) as (bot, host, place):
        words = "see https://evil.example/a?b=1&c=2 and evil.example/pic.png, or else"
        for warning in ("", "links"):
            ref = await posted(bot, place, sheet(words, warning=warning), f"mark{warning}")
            post = await host.wait(lambda e, ref=ref: e.event_id == ref)
            formatted = post.content["formatted_body"]
            assert "<code>https://evil.example/a?b=1&amp;c=2</code>" in formatted
            assert "<code>evil.example/pic.png,</code>" in formatted
            assert post.content["m.url_previews"] == []
            assert post.content["com.beeper.linkpreviews"] == []


@BOTH
async def test_a_thread_is_opened_under_a_post_and_found_again(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as (bot, host, place):
        root = await posted(bot, place, sheet("The share"), "mark-root")
        under = place.under(root, "answers")
        first = await posted(bot, under, sheet("The first", files=(PICTURE,)), "mark-first")
        second = await posted(bot, under, sheet("The second"), "mark-second")
        seen = await host.wait(lambda e: e.event_id == second)
        assert seen.content["m.relates_to"] == {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        file = await host.wait(lambda e: "filename" in e.content)
        assert file.content["m.relates_to"]["rel_type"] == "m.thread"
        answer = await host.api("GET", f"/rooms/{place.id}/event/{root}")
        assert answer["unsigned"]["m.relations"]["m.thread"]["count"] == 3
        assert await bot.platform.find(under, "mark-second", LONG_AGO) == Sent(second)
        assert await bot.platform.find(under, "mark-none", LONG_AGO) is None
        face = bot.platform.face
        assert face is not None
        assert face._places.place(place.id, root) == under
        # The answers stand when what they answer is taken away.
        assert await bot.platform.remove(place, root) == Sent(root)
        events = {one["event_id"]: one for one in await raw(server, host, place.id)}
        assert redacted(events[root])
        assert not any(redacted(events[one]) for one in (first, second, file.event_id))
        assert await bot.platform.remove(under, first) == Sent(first)
        events = {one["event_id"]: one for one in await raw(server, host, place.id)}
        assert all(redacted(events[one]) for one in (first, file.event_id))
        assert not redacted(events[second])


@BOTH
async def test_an_edit_keeps_the_mark_and_its_choices_are_answered_at_the_post(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted, cogs=["crisis"]) as (bot, host, place):
        first = sheet("As it was", "One", "Two", files=(PICTURE,))
        ref = await posted(bot, place, Shown(text="before", private=False), "mark-before")
        ref = await posted(bot, place, first, "mark-edit")
        assert await bot.platform.edit(place, ref, sheet("As it is", "Two", "Three", "Four")) == Sent(ref)
        edit = await host.wait(lambda e: "As it is" in e.body)
        assert edit.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": ref}
        assert edit.content["m.new_content"][KEY]["mark"] == "mark-edit"
        assert edit.content["m.new_content"]["body"].startswith("A share")
        # What an edit is called is no name for the post; and an edit of one would count nowhere.
        assert await bot.platform.edit(place, edit.event_id, sheet("At last", "Two", "Three")) == Sent(ref)
        last = await host.wait(lambda e: "At last" in e.body)
        assert last.content["m.relates_to"]["event_id"] == ref
        assert await bot.platform.find(place, "mark-edit", LONG_AGO) == Sent(ref)
        offers = bot.platform.face._mail.offers
        offer = await offers.public(place.id, ref, 1)
        assert offer is not None
        assert [one.label for one in offer.choices] == ["Two", "Three"]
        assert len([e for e in host.heard(place.id) if "filename" in e.content]) == 1
        room = place.id
    async with hearth(server.url, bot_login, tmp_path, [room], cogs=["crisis"]) as bot:
        offers = bot.platform.face._mail.offers
        offer = await offers.at(room, ref)
        assert offer is not None
        assert [one.label for one in offer.choices] == ["Two", "Three"], "also out of the room alone"
        assert await bot.platform.find(place, "mark-edit", LONG_AGO) == Sent(ref)
        assert await bot.platform.edit(place, ref, sheet("Closed")) == Sent(ref)
        assert await offers.public(room, ref, 1) is None
        assert await offers.public(room, "$nothing", 1) is None


@BOTH
async def test_what_was_offered_long_ago_can_still_be_answered_where_it_stands(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted, cogs=["crisis"]) as (bot, host, place):
        refs = [await posted(bot, place, sheet(f"Share {n}", "One", "Two"), f"mark-{n}") for n in range(45)]
        room = place.id
        async with asyncio.timeout(60):
            await bot.platform.stop()
            await bot.task
        await bot.app.close()
        async with hearth(server.url, bot_login, tmp_path, [room], cogs=["crisis"]) as again:
            direct = await alone_with(again, host)
            for ref in (refs[0], refs[20], refs[-1]):
                at = len(host.events)
                await host.reply(room, ref, "2")
                await heard(host, direct, again, "no longer works", after=at)
                at = len(host.events)
                await host.react(room, ref, keycap(1))
                await heard(host, direct, again, "no longer works", after=at)


async def test_only_its_own_posts_that_are_there_are_edited(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with ring(server, bot_login, tmp_path) as (bot, host, place):
        theirs = await host.say(place.id, "Mine")
        assert await bot.platform.edit(place, theirs, sheet("No")) == NotSent(Why.FORBIDDEN)
        assert await bot.platform.edit(place, "$nothing", sheet("No")) == NotSent(Why.GONE)
        ref = await posted(bot, place, sheet("Here"), "mark-here")
        assert await bot.platform.remove(place, ref) == Sent(ref)
        assert await bot.platform.edit(place, ref, sheet("No")) == NotSent(Why.GONE)
        elsewhere = Place("matrix", "!nowhere:hearth.test", "circle")
        assert await bot.platform.edit(elsewhere, ref, sheet("No")) == NotSent(Why.GONE)
        assert await bot.platform.remove(elsewhere, ref) == NotSent(Why.GONE)


@BOTH
async def test_what_is_taken_away_goes_with_everything_that_belongs_to_it(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as (bot, host, place):
        long = "\n".join(f"line {n} of a long night" for n in range(3000))
        ref = await posted(bot, place, sheet(long, files=(PICTURE,)), "mark-all")
        other = await posted(bot, place, sheet("Another", files=(PICTURE,)), "mark-other")
        await bot.platform.edit(place, ref, sheet("Less of it"))
        theirs = await host.reply(place.id, ref, "I am with you")
        await host.wait(lambda e: e.event_id == theirs)
        assert await bot.platform.remove(place, ref) == Sent(ref)
        events = [one for one in await raw(server, host, place.id) if one["sender"] == bot.user_id]
        left = [one for one in events if one["type"] in ("m.room.message", "m.room.encrypted")]
        left = [one for one in left if not redacted(one)]
        assert len(left) == 3, "the greeting, the other post and its picture"
        assert other in {one["event_id"] for one in left}
        assert await bot.platform.remove(place, ref) == Sent(ref), "gone is as good as taken away"
        assert await bot.platform.remove(place, "$nothing") == Sent("$nothing")


@BOTH
async def test_what_others_wrote_is_taken_away_where_the_bot_may(
    server: Synapse, bot_login: Login, tmp_path: Path, encrypted: bool
) -> None:
    async with ring(server, bot_login, tmp_path, encrypted=encrypted) as (bot, host, place):
        said = await host.say(place.id, "A slip")
        edit = await host.edit(place.id, said, "A worse slip")
        assert await bot.platform.remove(place, said) == Sent(said)
        events = {one["event_id"]: one for one in await raw(server, host, place.id)}
        assert redacted(events[said])
        assert redacted(events[edit])
        again = await host.say(place.id, "Another slip")
        power = await host.api("GET", f"/rooms/{place.id}/state/m.room.power_levels/")
        power["users"][bot.user_id] = 0
        await host.state(place.id, "m.room.power_levels", power)
        assert await bot.platform.remove(place, again) == NotSent(Why.FORBIDDEN)


async def test_readers_are_whoever_is_in_or_invited_and_unknown_where_anybody_may_read(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with ring(server, bot_login, tmp_path) as (bot, host, place):
        readers = bot.platform.readers
        assert await readers(place) == 1
        await host.invite(place.id, server.register(f"p{secrets.token_hex(4)}").user_id)
        await bot.sees(lambda line: len(line.rooms.get(place.id).members) == 3)
        assert await readers(place) == 2
        assert await readers(Place("matrix", "$root", "circle", PlaceKind.THREAD, parent=place.id)) == 2
        assert await readers(Place("matrix", "!elsewhere:x", "circle")) is None
        public = {"join_rule": "public"}
        allow = [{"type": "m.room_membership", "room_id": place.id}]
        rules: list[tuple[dict[str, Any], int | None]] = [
            (public, None),
            ({"join_rule": "invite"}, 2),
            ({"join_rule": "restricted", "allow": allow}, None),
            ({"join_rule": "knock"}, 2),
            ({"join_rule": "knock_restricted", "allow": allow}, None),
            ({"join_rule": "invite"}, 2),
        ]
        for rule, count in rules:
            await host.state(place.id, "m.room.join_rules", rule)
            wanted = rule["join_rule"]
            await bot.sees(lambda line, to=wanted: line.rooms.get(place.id).join_rule == to)
            assert await readers(place) == count, rule
        await host.state(place.id, "m.room.history_visibility", {"history_visibility": "world_readable"})
        await bot.sees(lambda line: line.rooms.get(place.id).history == "world_readable")
        assert await readers(place) is None


async def test_nothing_that_others_see_tells_who_wrote_privately(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    """A post's transaction id comes from its mark alone, which is random; its content names its own room and
    nobody. The bot tells nobody what it has read, nor that it writes."""
    async with (
        Proxy(server.url) as proxy,
        ring(server, bot_login, tmp_path, encrypted=False, url=proxy.url) as (bot, host, place),
    ):
        direct = await alone_with(bot, host)
        seen = len(host.events)
        await host.say(direct, "help")
        await heard(host, direct, bot, "crisis", after=seen)
        before = len(proxy.requests)
        ref = await posted(bot, place, sheet("Whose is it?", "Me too"), "0123456789abcdef")
        (put,) = [one for one in proxy.requests[before:] if one.method == "PUT"]
        assert put.path.endswith(f"/send/m.room.message/{transaction('0123456789abcdef')}")
        event = next(one for one in await raw(server, host, place.id) if one["event_id"] == ref)
        assert direct not in str(event)
        assert host.user_id not in str(event)
        assert event["content"]["m.mentions"] == {}
        assert event["content"][KEY]["origin"] == [place.id, None]
        asked = Asked("$x", direct)
        face = bot.platform.face
        person = face._places.person(host.user_id)
        await face._replies(person, face._places.direct(direct, host.user_id), asked).defer(private=True)
        await bot.idle()
        # Each of these makes the account look active just now, to everybody who shares a room with it.
        telling = "receipt|read_marker|presence|/typing/"
        assert not [one.path for one in proxy.requests if re.search(telling, one.path)]
