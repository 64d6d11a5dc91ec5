"""How fast requests go out: as many as Discord takes, none more, people first."""

from __future__ import annotations

import asyncio

from bot.platforms.discord.pace import Pace
from bot.platforms.discord.posting import Poster
from bot.platforms.discord.rest import Rest
from bot.sdk.people import Person, Place
from bot.sdk.ports import Later, Sent
from bot.sdk.words import Shown
from bot.testing.discord_server import DiscordServer, point_discord_py_at

POST = "POST /channels/{channel_id}/messages"


async def test_many_posts_draw_no_429_and_people_do_not_wait_behind_them(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", [f"room-{n}" for n in range(130)], members=[ana])
    rest = Rest(server.token, Pace())
    shown = Shown(text="How is it?", rouse=True)
    with point_discord_py_at(server):
        await rest.open()
        poster = Poster(rest)
        posts = [
            asyncio.create_task(poster.post(Place("discord", str(room.id)), shown, f"mark-{n}"))
            for n, room in enumerate(guild.channels.values())
        ]
        await server.until(lambda: server.stats.requests[POST] >= 10)
        assert isinstance(await poster.direct(Person("discord", str(ana.id)), shown, "mine"), Sent)
        waiting = sum(not post.done() for post in posts)
        assert all(isinstance(one, Sent) for one in await asyncio.gather(*posts))
        await rest.close()
    assert waiting >= 20  # it did not stand in line behind those
    assert server.stats.statuses[POST, 200] == 131
    assert not any(status == 429 for _, status in server.stats.statuses)


async def test_a_global_limit_that_discord_announces_holds_everything_back(server: DiscordServer) -> None:
    guild = server.add_guild("Harbour", ["one", "two"])
    one, two = (Place("discord", str(room.id)) for room in guild.channels.values())
    pace = Pace()
    rest = Rest(server.token, pace)
    with point_discord_py_at(server):
        await rest.open()
        poster = Poster(rest)
        server.fail_next("POST /channels/*/messages", 429, retry_after=0.3, overall=True)
        assert await poster.post(one, Shown(text="a"), "a") == Later(0.3)
        held = asyncio.create_task(poster.post(two, Shown(text="b"), "b"))
        await asyncio.sleep(0)
        assert pace._others
        assert isinstance(await held, Sent)
        await rest.close()


async def test_whoever_stops_waiting_gives_the_place_on() -> None:
    pace = Pace(1 / 50)

    async def hold(done: list[str], name: str, people: bool) -> None:
        async with pace.place(people=people):
            done.append(name)

    done: list[str] = []
    first, second, third = (
        asyncio.create_task(hold(done, name, name == "person")) for name in ("first", "post", "person")
    )
    fourth = asyncio.create_task(hold(done, "other", False))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third, fourth)
    assert done == ["first", "person", "other"]
