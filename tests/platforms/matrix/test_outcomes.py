"""What becomes of posts and answers: delivered, refused, found again, waiting, and what each costs."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from bot.platforms.matrix.direct import InvitePolicy
from bot.platforms.matrix.offers import keycap
from bot.platforms.matrix.write import KEY, SAFE
from bot.sdk.people import Person as Account
from bot.sdk.people import Place, PlaceKind
from bot.sdk.ports import NotSent, Sent, Why
from bot.sdk.words import Shown, ShownButton, ShownFile
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .hearth import alone_with, heard, hearth, invited, raw, settle_in

pytestmark = pytest.mark.synapse
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def costs(proxy: Proxy, since: int) -> list[str]:
    """The requests that draw on the account's purse, since the nth request."""
    return [
        f"{one.method} {one.path.rsplit('/rooms/')[-1].partition('/')[2] or one.path}"
        for one in proxy.requests[since:]
        if one.method in ("PUT", "POST")
        and re.search("/(send|redact|state|createRoom|join|invite)(/|$)", one.path)
    ]


async def test_an_answer_costs_one_action_and_first_contact_three_at_most(
    public_server: Synapse, tmp_path: Path
) -> None:
    login = public_server.register("thrifty")
    async with (
        Proxy(public_server.url) as proxy,
        await Person.arrive(public_server, "host", strict=True) as host,
        await Person.arrive(public_server, "guest", strict=True) as ann,
    ):
        levels = {"users": {host.user_id: 100, login.user_id: 50}}
        room = await host.create(ann.user_id, name="ring", levels=levels, version="11")
        async with hearth(proxy.url, login, tmp_path, [room], lifted=False) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            await heard(host, room, bot, "Hello")
            before = len(proxy.requests)
            await ann.say(room, "!help")
            direct = await invited(ann)
            await heard(ann, direct, bot, "crisis")
            await bot.idle()
            spent = costs(proxy, before)
            assert len(spent) == 3, spent
            assert sum("redact" in one for one in spent) == 1, "what was typed in public is taken away"
            for words in ("history", "!privacy", "checkin"):
                before, seen = len(proxy.requests), len(ann.events)
                await ann.say(direct, words)
                await heard(ann, direct, bot, "", after=seen)
                assert len(costs(proxy, before)) == 1, words


async def test_a_post_is_sent_once_by_its_mark_and_found_again(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server, strict=True) as host:
        room = await host.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            place = bot.platform.place("ring", "circle")
            assert place is not None
            assert place.id == room
            assert bot.platform.place("ring", "elsewhere") is None
            assert bot.platform.place("nowhere", "circle") is None
            shown = Shown(text="How is it?", private=False, rouse=True)
            first = await bot.platform.post(place, shown, "mark-one")
            again = await bot.platform.post(place, shown, "mark-one")
            assert isinstance(first, Sent)
            assert first == again
            assert await bot.platform.find(place, "mark-one", LONG_AGO) == first
            assert await bot.platform.find(place, "mark-two", LONG_AGO) is None
            assert await bot.platform.post(place, Shown(text="hush"), "m") == NotSent(Why.INVALID)
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            assert await bot.platform.find(place, "mark-one", LONG_AGO) == first, "after a restart as well"
            assert await bot.platform.post(place, shown, "mark-one") == first
            await heard(host, room, bot, "How is it?")
            assert len([e for e in host.heard(room) if "How is it?" in e.body]) == 1
            thread = Place("matrix", first.ref, "circle", PlaceKind.THREAD, parent=room)
            assert isinstance(await bot.platform.post(thread, shown, "mark-three"), Sent)
            # In a room of version 12 its creator stands above every list.
            await host.state(room, "m.room.power_levels", {"users": {}, "events_default": 50})
            assert await bot.platform.post(place, shown, "mark-four") == NotSent(Why.FORBIDDEN)
            await host.kick(room, bot.user_id)
            await bot.sees(lambda line: room not in line.rooms)
            assert await bot.platform.post(place, shown, "mark-five") == NotSent(Why.GONE)
            assert bot.platform.place("ring", "circle") is None


async def test_files_and_long_texts_arrive_whole(server: Synapse, bot_login: Login, tmp_path: Path) -> None:
    async with await Person.arrive(server, strict=True) as host:
        room = await host.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            place = bot.platform.place("ring", "circle")
            assert place is not None
            words = "\n".join(
                f"line {n} <b>&amp; ünï \N{SMILING FACE WITH SMILING EYES}" for n in range(4000)
            )
            file = ShownFile(
                "chart.png", "image/png", b"\x89PNG" + b"x" * 1000, "A chart of nothing", picture=True
            )
            done = await bot.platform.post(place, Shown(text=words, files=(file,), private=False), "long")
            assert isinstance(done, Sent)
            picture = await host.wait(lambda e: e.content.get("msgtype") == "m.image")
            parts = [e for e in host.heard(room, by=bot.user_id) if "line " in e.body]
            assert len(parts) > 2
            together = "\n".join(e.body for e in parts)
            assert [one for one in together.split("\n") if one.startswith("line")] == words.split("\n")
            assert all("<b>" not in e.content["formatted_body"] for e in parts)
            assert "A file follows." in together
            assert picture.content["body"] == "A chart of nothing"
            assert picture.content["filename"] == "chart.png"
            assert max(len(e.body) for e in parts) < SAFE


async def test_public_choices_are_pressed_where_they_stand(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server, strict=True) as host:
        room = await host.create(name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            place = bot.platform.place("ring", "circle")
            assert place is not None
            buttons = (
                ShownButton("More", "rcrisis!!!!", private=False),
                ShownButton("A page", url="https://example.org/?a=1&b=2"),
                ShownButton("Other", "rcrisis!!!!", private=False),
            )
            done = await bot.platform.post(place, Shown(text="Well?", buttons=buttons, private=False), "q")
            assert isinstance(done, Sent)
            asked = await heard(host, room, bot, "Well?")
            assert "1 · More\n2 · Other" in asked.body
            assert "A page: https://example.org/?a=1&b=2" in asked.body
            assert "Reply to this message" in asked.body
            await host.wait(
                lambda e: e.kind == "m.reaction" and e.content["m.relates_to"]["key"] == keycap(2)
            )
            await host.reply(room, asked.event_id, "2")
            direct = await invited(host)
            await heard(host, direct, bot, "no longer works")


async def test_an_answer_waits_sealed_until_the_door_is_opened(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        room = await host.create(ann.user_id, name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            await ann.say(room, "!help")
            await ann.until(lambda: any(not ann.sees(one) for one in ann.invites))
            await bot.idle()
        for file in (tmp_path / "home").rglob("*"):
            if file.is_file():
                assert ann.user_id.encode() not in file.read_bytes(), file.name
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            direct = await invited(ann)
            answer = await heard(ann, direct, bot, "crisis")
            assert answer.content["msgtype"] == "m.text"
            assert len(ann.heard(direct, by=bot.user_id)) == 1
            reached = await bot.platform.direct(Account("matrix", ann.user_id), Shown(text="Hm?"), "m1")
            assert isinstance(reached, Sent)
            await ann.leave(direct)
            await bot.sees(lambda line: line.rooms.direct(ann.user_id) is None)
            left = await bot.platform.direct(Account("matrix", ann.user_id), Shown(text="Hm?"), "m2")
            assert left == NotSent(Why.CLOSED), "whoever left wants to be left alone"


async def test_whoever_cannot_be_reached_is_asked_once_in_public_to_open_a_chat(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with (
        Proxy(server.url) as proxy,
        await Person.arrive(server, strict=True) as host,
        await Person.arrive(server, strict=True) as ann,
    ):
        room = await host.create(ann.user_id, name="ring")
        async with hearth(proxy.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room, ann)
            blocked = b'{"errcode": "M_INVITE_BLOCKED", "error": "no"}'
            proxy.fail("POST .*/createRoom", times=2, status=403, body=blocked)
            await ann.say(room, "!history")
            asked = await heard(host, room, bot, "Please open a chat with me.")
            assert asked.content["m.mentions"] == {"user_ids": [ann.user_id]}
            assert "history" not in asked.body
            await ann.say(room, "!history")
            await proxy.until(lambda: proxy.count("POST .*/createRoom") == 2)
            direct = await alone_with(bot, ann)
            await ann.say(direct, "history")
            await heard(ann, direct, bot, "There is nothing here")
            await bot.idle()
            assert len(host.heard(room, by=bot.user_id)) == 2, "the greeting and one sentence"


async def test_choices_survive_a_restart_and_the_newest_question_is_meant(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server, strict=True) as ann:
        one, two = await ann.create(name="ring"), await ann.create(name="other")
        async with hearth(server.url, bot_login, tmp_path, [one, two]) as bot:
            for room in (one, two):
                await ann.invite(room, bot.user_id)
                await settle_in(bot, ann, room)
            direct = await alone_with(bot, ann)
            await ann.say(direct, "!crisis")
            await heard(ann, direct, bot, "1 · ")
        async with hearth(server.url, bot_login, tmp_path, [one, two], clock=bot.clock) as bot:
            await ann.say(direct, "Keep this")
            await ann.until(
                lambda: len([e for e in ann.heard(direct, by=bot.user_id) if "999" in e.body]) == 2
            )
            await bot.pass_to(19)
            prompt = await heard(ann, one, bot, "direct chat")
            place = bot.platform.place("other", "circle")
            assert place is not None
            choices = tuple(ShownButton(label, token) for label, token, _ in prompt.content[KEY]["choices"])
            assert isinstance(
                await bot.platform.post(
                    place, Shown(text="And here?", buttons=choices, private=False), "2nd"
                ),
                Sent,
            )
            await heard(ann, two, bot, "And here?")
        async with hearth(server.url, bot_login, tmp_path, [one, two], clock=bot.clock) as bot:
            await ann.say(direct, "1")
            which = await heard(ann, direct, bot, "Which question")
            assert "ring: " in which.body
            assert "other: " in which.body
            await ann.say(direct, "2")
            await heard(ann, direct, bot, "Kept", after=ann.events.index(which))


async def test_invitations_are_followed_by_policy(server: Synapse, bot_login: Login, tmp_path: Path) -> None:
    async with await Person.arrive(server) as ann, await Person.arrive(server) as eve:
        policy = InvitePolicy(people=frozenset({ann.user_id}))
        async with hearth(server.url, bot_login, tmp_path, policy=policy) as bot:
            shut = await eve.create(bot.user_id, name="trap")
            wanted = await ann.create(bot.user_id, name="circle", encrypted=False)
            greeting = await heard(ann, wanted, bot, "Hello")
            assert "can read this room" in greeting.body
            assert greeting.content["msgtype"] == "m.notice"
            await ann.invite(wanted, eve.user_id)
            await eve.join(wanted)
            await bot.in_room(wanted, eve.user_id)
            direct = await alone_with(bot, eve)
            assert not eve.heard(shut)
            await eve.say(direct, "help")
            await heard(eve, direct, bot, "crisis")
            await ann.kick(wanted, bot.user_id)
            await bot.sees(lambda line: wanted not in line.rooms)
            assert not [e for e in await raw(server, ann, wanted) if e["content"].get("membership") == "leave"
                        and e["sender"] == bot.user_id]  # fmt: skip


async def test_a_plain_conversation_between_two_becomes_encrypted(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    policy = InvitePolicy(everybody=True)
    async with await Person.arrive(server, strict=True) as ann:  # noqa: SIM117 - one after the other
        async with hearth(server.url, bot_login, tmp_path, policy=policy) as bot:
            room = await ann.create(bot.user_id, encrypted=False, direct=True, preset="trusted_private_chat")
            await bot.in_room(room, ann.user_id)
            await heard(ann, room, bot, "Hello")
            before = len(ann.events)
            await ann.say(room, "help")
            answer = await heard(ann, room, bot, "crisis", after=before)
            assert answer.encrypted


async def test_a_room_upgrade_takes_the_community_along(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server) as host:
        room = await host.create(encrypted=False, name="ring")
        async with hearth(server.url, bot_login, tmp_path, [room]) as bot:
            await host.invite(room, bot.user_id)
            await settle_in(bot, host, room)
            made = await host.api("POST", f"/rooms/{room}/upgrade", {"new_version": "11"})
            new = made["replacement_room"]
            await host.invite(new, bot.user_id)
            await bot.in_room(new, host.user_id)
            place = bot.platform.place("ring", "circle")
            assert place is not None
            assert place.id == new
            assert bot.platform.place(room, "circle") == place


async def test_an_invitation_is_followed_once_a_space_of_ours_lists_its_room(
    server: Synapse, bot_login: Login, tmp_path: Path
) -> None:
    async with await Person.arrive(server) as host:
        space = await host.create(encrypted=False, name="circle", creation_content={"type": "m.space"})
        room = await host.create(encrypted=False, name="ring")
        async with hearth(server.url, bot_login, tmp_path, [space]) as bot:
            await host.invite(room, bot.user_id)
            await host.invite(space, bot.user_id)
            await bot.in_room(space, host.user_id)
            assert bot.platform.place("ring", "circle") is None
            await host.state(space, "m.space.child", {"via": ["hearth.test"]}, room)
            await bot.in_room(room, host.user_id)
            place = bot.platform.place("ring", "circle")
            assert place is not None
            assert place.id == room
            # A room that only says so itself belongs to nobody.
            other = await host.create(encrypted=False, name="trap")
            await host.state(other, "m.space.parent", {"via": ["hearth.test"], "canonical": True}, space)
            assert bot.platform.place("trap", "circle") is None
            assert not host.heard(space), "nobody chats in a space"
