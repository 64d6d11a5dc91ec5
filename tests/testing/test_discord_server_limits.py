"""The stand-in refuses what Discord's documents forbid, whoever sends it: plain HTTP, no library between."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.testing.discord_server import DiscordServer

V2 = 1 << 15
needs_spec = pytest.mark.skipif("HEARTH_DISCORD_SPEC" not in os.environ, reason="no API description named")


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """With the documented limits alone: they must catch these without the API description."""
    async with DiscordServer.running(spec=None) as server:
        yield server


async def send(server: DiscordServer, method: str, path: str, body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{server.url}/api/v10{path}", json=body) as response,
    ):
        return response.status, await response.json()


def choices(count: int) -> list[dict[str, str]]:
    return [{"label": f"{n}", "value": f"{n}"} for n in range(count)]


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "go", "custom_id": f"c{number}"} | more


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def select(count: int) -> dict[str, Any]:
    return {"type": 3, "custom_id": "s", "options": choices(count)}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": "both", "flags": V2, "components": [text("both")]},
        {"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]},
        {"flags": V2, "components": [text(str(n)) for n in range(41)]},
        {"flags": V2, "components": [{"type": 17, "components": [text(str(n)) for n in range(40)]}]},
        {"content": "v2 component without the flag", "components": [text("x")]},
        {"content": "c", "components": [row(button(custom_id="x" * 101))]},
        {"content": "c", "components": [row(button(label="x" * 81))]},
        {"content": "c", "components": [row(*[button(n) for n in range(6)])]},
        {"content": "c", "components": [row(button(1), button(1))]},
        {"content": "c", "components": [row(button(url="https://example.org"))]},
        {"content": "c", "components": [row(select(26))]},
        {"content": "c", "components": [row(select(2), button())]},
        {"content": "c", "components": [row(button(n)) for n in range(6)]},
        {"content": "c", "nonce": "x" * 26},
        {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://missing.txt"}}]},
    ],
)
async def test_messages_beyond_a_limit_are_refused(server: DiscordServer, body: dict[str, Any]) -> None:
    channel = server.add_guild().channel("general")
    status, answer = await send(server, "POST", f"/channels/{channel.id}/messages", body)
    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"]
    assert server.violations
    assert server.messages(channel) == []


def command(**more: Any) -> dict[str, Any]:
    return {"name": "fine", "description": "fine"} | more


def option(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"o{number}", "description": "d"} | more


@pytest.mark.parametrize(
    "commands",
    [
        [command(name="Upper")],
        [command(name="two words")],
        [command(name_localizations={"de": "Groß"})],
        [command(name_localizations={"xx": "name"})],
        [command(description="x" * 101)],
        [command(description_localizations={"de": "x" * 101})],
        [command(options=[option(n) for n in range(26)])],
        [command(options=[option(choices=[{"name": "x" * 101, "value": "v"}])])],
        [command(options=[option(choices=[{"name": f"{n}", "value": f"{n}"} for n in range(26)])])],
        [command(options=[option(1), option(2, required=True)])],
        [command(), command()],
        [
            command(
                options=[
                    option(n, choices=[{"name": f"{m}" + "x" * 90, "value": f"{m}"} for m in range(10)])
                    for n in range(9)
                ]
            )
        ],
        [command(name=f"c{n}") for n in range(101)],
    ],
)
async def test_commands_beyond_a_limit_are_refused(server: DiscordServer, commands: list[Any]) -> None:
    status, answer = await send(server, "PUT", f"/applications/{server.application_id}/commands", commands)
    assert (status, answer["code"]) == (400, 50035)
    assert server.violations
    assert server.global_commands == {}


def label(component: dict[str, Any], text: str = "Q") -> dict[str, Any]:
    return {"type": 18, "label": text, "component": component}


def field(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": f"f{number}", "style": 1} | more


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "x" * 46},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [label(field(n)) for n in range(6)]},
        {"components": [label(field(), "x" * 46)]},
        {"components": [label(field()), label(field())]},
        {"components": [label(field(custom_id="x" * 101))]},
        {"components": [label(field(max_length=4001))]},
        {"components": [label(field(value="four", max_length=3))]},
        {"components": [label(field(label="twice"))]},
        {"components": [label({"type": 21, "custom_id": "r", "options": choices(1)})]},
        {"components": [label({"type": 21, "custom_id": "r", "options": choices(11)})]},
        {"components": [label({"type": 22, "custom_id": "c", "options": choices(11)})]},
        {"components": [label({"type": 3, "custom_id": "s", "options": choices(26)})]},
        {"components": [label(button())]},
        {"components": [field()]},
    ],
)
async def test_forms_beyond_a_limit_are_refused(server: DiscordServer, changes: dict[str, Any]) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])
    await send(server, "PUT", f"/applications/{server.application_id}/commands", [command()])
    good = {"title": "Check in", "custom_id": "form", "components": [label(field())]}
    asked = await ana.slash(guild, "fine")
    path = f"/interactions/{asked.id}/{asked.token}/callback?with_response=1"
    status, answer = await send(server, "POST", path, {"type": 9, "data": good | changes})
    assert (status, answer["code"]) == (400, 50035)
    assert asked.modal is None
    status, _ = await send(server, "POST", path, {"type": 9, "data": good})  # a refusal uses nothing up
    assert status == 200
    assert asked.modal is not None


async def test_what_stands_exactly_on_a_limit_passes(server: DiscordServer) -> None:
    channel = server.add_guild().channel("general")
    boxes = [{"type": 17, "components": [text("x" * 100) for _ in range(38)]}, text("y" * 200)]
    for body in (
        {"content": "x" * 2000, "nonce": "n" * 25},
        {"flags": V2, "components": boxes},
        {"content": "c", "components": [row(*[button(n, label="l" * 80) for n in range(5)])]},
    ):
        status, answer = await send(server, "POST", f"/channels/{channel.id}/messages", body)
        assert status == 200, answer
    full = command(name="x" * 32, description="d" * 100, options=[option(n) for n in range(25)])
    status, answer = await send(server, "PUT", f"/applications/{server.application_id}/commands", [full])
    assert (status, server.violations) == (200, [])


@needs_spec
async def test_the_api_description_catches_what_no_limit_names() -> None:
    async with DiscordServer.running() as server:
        path = f"/channels/{server.add_guild().channel('general').id}/messages"
        for body in ({"content": "c", "contents": "typo"}, {"content": "c", "embeds": {"title": "no list"}}):
            status, answer = await send(server, "POST", path, body)
            assert (status, answer["code"]) == (400, 50035)
        assert {one.source for one in server.violations} == {"openapi"}
        assert "contents" in server.violations[0].message
        assert "typo" not in str(server.violations)
        nested = {"flags": V2, "components": [row(button(label=7))]}
        await send(server, "POST", path, nested)
        assert server.violations[-1].path == ("components", "0", "components", "0", "label")
        await send(server, "GET", path + "?limit=500&befor=1", None)
        assert {one.path for one in server.violations[-2:]} == {("query", "limit"), ("query", "befor")}


async def test_an_unknown_route_is_told_apart(server: DiscordServer) -> None:
    status, _ = await send(server, "POST", "/channels/1/mesages", {})
    assert status == 404
    assert server.unsupported == ["POST /channels/1/mesages"]
