"""One login, one device, whatever breaks in between."""

from __future__ import annotations

import pytest

from bot.platforms.matrix.account import CannotLogIn
from bot.platforms.matrix.line import Settings
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .station import Station, Store, settings

pytestmark = pytest.mark.synapse


async def devices(server: Synapse, login: Login) -> set[str]:
    found = server.call("GET", "/_matrix/client/v3/devices", token=login.access_token)
    return {d["device_id"] for d in found["devices"]} - {login.device_id}


async def test_restarts_stay_the_same_device_after_one_login(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Proxy(server.url) as proxy:
        for _ in range(3):
            async with Station(settings(proxy.url, bot_login), store) as bot:
                device = bot.line.client.device_id
        assert proxy.count("POST .*/login$") == 1
        assert await devices(server, bot_login) == {device}


async def test_a_lost_answer_to_the_login_leaves_no_second_device(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Proxy(server.url) as proxy:
        proxy.lose_answer("POST .*/login$")
        with pytest.raises(OSError):
            async with Station(settings(proxy.url, bot_login), store):
                pass
        async with Station(settings(proxy.url, bot_login), store) as bot:
            assert await devices(server, bot_login) == {bot.line.client.device_id}


async def test_the_same_account_behind_another_address_is_the_same_device(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Station(settings(server.url, bot_login), store) as bot:
        device = bot.line.client.device_id
    async with Proxy(server.url) as proxy, Station(settings(proxy.url, bot_login), store) as bot:
        assert bot.line.client.device_id == device
        assert proxy.count("POST .*/login$") == 0


async def test_a_token_instead_of_a_password(server: Synapse, bot_login: Login, store: Store) -> None:
    given = Settings(server.url, bot_login.user_id, token=bot_login.access_token, lifted=True)
    for _ in range(2):
        async with Station(given, store) as bot:
            assert bot.line.client.device_id == bot_login.device_id
    assert await devices(server, bot_login) == set()


async def test_a_wrong_password_is_said_by_its_code(server: Synapse, bot_login: Login, store: Store) -> None:
    wrong = Settings(server.url, bot_login.user_id, password="not it")
    with pytest.raises(CannotLogIn) as told:
        async with Station(wrong, store):
            pass
    assert told.value.code == "M_FORBIDDEN"
    assert bot_login.user_id not in str(told.value)


async def test_nothing_readable_is_kept_outside_the_vault(
    server: Synapse, bot_login: Login, store: Store, tmp_path: object
) -> None:
    """nio's own store would have left files with ids in them."""
    async with (
        Station(settings(server.url, bot_login), store) as bot,
        await Person.arrive(server) as ann,
    ):
        room = await ann.direct(bot.user_id)
        await bot.join(room, ann.user_id)
        await ann.say(room, "!echo hello")
        await ann.wait(lambda e: e.sender == bot.user_id and e.body == "hello")
        assert [path.name for path in store.path.parent.iterdir()] == [store.path.name]
