"""What is missing where, by feature."""

from __future__ import annotations

from bot.platforms.discord.doctor import (
    FEATURES,
    MODERATION,
    PERMISSIONS,
    Missing,
    examine,
    invite_link,
    permissions_in,
)  # fmt: skip
from bot.testing.discord_server import DiscordServer, point_discord_py_at

POSTING, IN_THREADS, OPENING, FILES, LOOKING_UP = FEATURES


def test_the_link_asks_for_the_least() -> None:
    link = invite_link(123)
    wanted = (1 << 10) | (1 << 11) | (1 << 15) | (1 << 16) | (1 << 35) | (1 << 38)
    assert link == (
        "https://discord.com/oauth2/authorize?client_id=123&scope=bot+applications.commands"
        f"&permissions={wanted}"
    )
    moderating = wanted | (1 << 13) | (1 << 40)
    assert invite_link(123, moderates=True).endswith(f"&permissions={moderating}")
    assert moderating == sum(PERMISSIONS.values())


async def test_what_is_missing_is_told_by_room_and_feature(server: DiscordServer) -> None:
    guild = server.add_guild("Harbour", ["evening", "quiet", "hidden"])
    evening, quiet, hidden = guild.channels.values()
    thread = server.add_thread(evening, "Wednesday", private=False)
    server.remove_permission(quiet, "send_messages", "read_message_history")
    server.remove_permission(hidden, "view_channel")
    server.remove_permission(evening, "send_messages_in_threads")
    rooms = ["#evening", "quiet", str(hidden.id), "#nowhere", str(thread.id)]
    with point_discord_py_at(server):
        report = await examine(server.token, {str(guild.id): rooms, "123456789012345678": ["#x"]})
    assert str(server.application_id) in report.invite
    assert report.missing[1] == (
        "Discord server Harbour quiet: posting prompts and shared words needs Send Messages"
    )
    assert list(report.gaps) == [
        Missing("Harbour", "#evening", OPENING.name, ("Send Messages in Threads",)),
        Missing("Harbour", "quiet", POSTING.name, ("Send Messages",)),
        Missing("Harbour", "quiet", LOOKING_UP.name, ("Read Message History",)),
        Missing("Harbour", str(hidden.id), POSTING.name, ("View Channel", "Send Messages")),
        Missing(
            "Harbour", str(hidden.id), OPENING.name, ("Create Public Threads", "Send Messages in Threads")
        ),
        Missing("Harbour", str(hidden.id), FILES.name, ("Attach Files",)),
        Missing("Harbour", str(hidden.id), LOOKING_UP.name, ("Read Message History",)),
        Missing("Harbour", "#nowhere", "posting there", ("a room of that name or id",)),
        Missing("Harbour", str(thread.id), IN_THREADS.name, ("Send Messages in Threads",)),
        Missing("123456789012345678", "", "being there at all", ("an invitation by the link",)),
    ]


async def test_what_rules_need_is_asked_for_where_they_are_on(server: DiscordServer) -> None:
    guilds = [server.add_guild(name, ["evening"]) for name in ("Harbour", "Meadow")]
    rooms = {str(guild.id): ["#evening"] for guild in guilds}
    with point_discord_py_at(server):
        report = await examine(server.token, rooms, {str(guilds[0].id)})
    assert report.invite == invite_link(server.application_id, moderates=True)
    assert list(report.gaps) == [
        Missing("Harbour", "#evening", one.name, one.needs) for one in MODERATION
    ]  # fmt: skip


def test_rights_come_about_in_discords_order() -> None:
    guild = {
        "id": "1",
        "owner_id": "9",
        "roles": [{"id": "1", "permissions": str(1 << 10)}, {"id": "2", "permissions": str(1 << 11)}],
    }
    channel = {
        "permission_overwrites": [
            {"id": "1", "allow": "0", "deny": str(1 << 11)},
            {"id": "2", "allow": str(1 << 11), "deny": "0"},
            {"id": "5", "allow": str(1 << 15), "deny": "0"},
        ]
    }
    assert permissions_in(guild, {"roles": ["2"]}, channel, "5") == (1 << 10) | (1 << 11) | (1 << 15)
    assert permissions_in(guild, {"roles": []}, channel, "6") == 1 << 10
    assert permissions_in(guild, {"roles": []}, channel, "9") == ~0


async def test_that_discord_cannot_be_asked_is_a_finding(server: DiscordServer) -> None:
    with point_discord_py_at(server):
        report = await examine("wrong", {})
        assert (report.invite, report.missing) == (
            "", ("Discord does not take the token: refused with status 401 and code 0",),
        )  # fmt: skip
        server.fail_next("GET /users/@me", drop="before", times=2)  # aiohttp repeats a GET once
        report = await examine(server.token, {})
        assert report.missing == ("Discord could not be asked: connection lost",)
