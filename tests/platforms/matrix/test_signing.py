from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.matrix import account
from bot.platforms.matrix.keys import Keys
from bot.platforms.matrix.signing import (
    SEEDS,
    State,
    WrongKey,
    decrypt,
    encrypt,
    recovery_bytes,
    recovery_words,
)
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse

from .station import Station, Store, settings

# The key and its words that matrix-js-sdk tests with.
KEY = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
WORDS = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"


def test_the_recovery_key_is_written_as_other_clients_write_it() -> None:
    assert recovery_words(KEY) == WORDS
    assert recovery_bytes(WORDS) == KEY
    assert recovery_bytes(WORDS.replace(" ", "\n")) == KEY


@given(st.binary(min_size=32, max_size=32))
def test_any_key_comes_back(key: bytes) -> None:
    assert recovery_bytes(recovery_words(key)) == key


@pytest.mark.parametrize(
    "words", ["", "EsTc", WORDS[:-1] + "e", WORDS.replace("L", "0"), WORDS + "z", "z" * 300, WORDS[5:]]
)
def test_a_mistyped_key_is_known_as_one(words: str) -> None:
    with pytest.raises(WrongKey):
        recovery_bytes(words)


def test_a_secret_opens_under_its_own_name_and_key_only() -> None:
    sealed = encrypt(b"seed", KEY, "m.cross_signing.master")
    assert decrypt(sealed, KEY, "m.cross_signing.master") == b"seed"
    with pytest.raises(WrongKey):
        decrypt(sealed, KEY, "m.cross_signing.self_signing")
    with pytest.raises(WrongKey):
        decrypt(sealed, bytes(32), "m.cross_signing.master")


on_a_server = pytest.mark.synapse


@on_a_server
async def test_a_strict_client_trusts_the_device_and_reads_and_is_heard(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 1: nio alone leaves the device unsigned, and clients of 2026 neither hear nor read it."""
    async with (
        await Person.arrive(server, strict=True) as ann,
        await Person.arrive(server, signed=False) as unsigned,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        assert bot.line.identity.state is State.NEW
        assert bot.line.identity.recovery_key
        assert await ann.trusts(bot.user_id, bot.line.client.device_id)
        assert not await ann.trusts(unsigned.user_id, unsigned.login.device_id)
        room = await ann.direct(bot.user_id)
        await bot.join(room, ann.user_id)
        await ann.until_joined(room, bot.user_id)
        await ann.say(room, "!echo hello")
        answer = await ann.wait(lambda e: e.sender == bot.user_id and e.kind == "m.room.message")
        assert (answer.body, answer.shown, answer.encrypted) == ("hello", True, True)


@on_a_server
async def test_the_recovery_key_is_shown_once_and_alone_brings_the_identity_back(
    server: Synapse, bot_login: Login, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with Station(settings(server.url, bot_login), store) as bot:
        words = bot.line.identity.recovery_key
        assert words is not None
    async with Station(settings(server.url, bot_login), store) as bot:
        assert bot.line.identity.state is State.SIGNED
        assert bot.line.identity.recovery_key is None
    # Everything is lost but the key: a new device, and not a new identity.
    empty = Store(tmp_path_factory.mktemp("new") / "store.sqlite")
    async with (
        Station(settings(server.url, bot_login), empty) as bot,
        await Person.arrive(server, strict=True) as ann,
    ):
        assert bot.line.identity.state is State.LOST
        assert not await ann.trusts(bot.user_id, bot.line.client.device_id)
        with pytest.raises(WrongKey):
            await bot.line.signing.restore(WORDS)
        assert (await bot.line.signing.restore(words)).state is State.SIGNED
        assert await ann.trusts(bot.user_id, bot.line.client.device_id)
        assert await empty.load(SEEDS) == await store.load(SEEDS)
        newer = await bot.line.signing.new_recovery_key()
        with pytest.raises(WrongKey):
            await bot.line.signing.restore(words)
        assert (await bot.line.signing.restore(newer)).state is State.SIGNED


@on_a_server
async def test_an_identity_replaced_by_somebody_else_is_noticed_and_not_overwritten(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Station(settings(server.url, bot_login), store):
        pass
    async with await Person.arrive(server, login=bot_login, signed=False) as thief:
        await thief.cross_sign()
        identity = await thief.api("POST", "/keys/query", {"device_keys": {bot_login.user_id: []}})
    async with Station(settings(server.url, bot_login), store) as bot:
        assert bot.line.identity.state is State.CHANGED
        async with await Person.arrive(server) as ann:
            now = await ann.api("POST", "/keys/query", {"device_keys": {bot.user_id: []}})
            assert now["master_keys"] == identity["master_keys"]


@on_a_server
async def test_after_a_restored_backup_a_new_device_is_signed_with_the_kept_seeds(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with Station(settings(server.url, bot_login), store) as bot:
        before = bot.line.client.device_id
    await account.start_over(store)
    await Keys.discard(store)
    async with (
        Station(settings(server.url, bot_login), store) as bot,
        await Person.arrive(server, strict=True) as ann,
    ):
        assert bot.line.client.device_id != before
        assert bot.line.identity.state is State.SIGNED
        assert await ann.trusts(bot.user_id, bot.line.client.device_id)
