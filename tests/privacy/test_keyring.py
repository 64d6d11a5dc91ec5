from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import keys
from bot.privacy.keyring import DoesNotOpen, Key, Keyring

from .memory import MemorySecrets

BOUND = ("table", "column", "row")


@given(st.binary(max_size=5000), st.lists(st.text(max_size=20), max_size=4))
def test_what_is_sealed_opens(plain: bytes, bind: list[str]) -> None:
    key = Key(b"k" * 32)
    assert key.open(key.seal(plain, bind), bind) == plain


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_does_not_open(plain: bytes, at: int, change: int) -> None:
    key = Key(b"k" * 32)
    sealed = bytearray(key.seal(plain, BOUND))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(DoesNotOpen):
        key.open(bytes(sealed), BOUND)


@pytest.mark.parametrize("cut", [b"", b"\x01", b"\x01" + b"0" * 12])
def test_a_cut_value_does_not_open(cut: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        Key(b"k" * 32).open(cut, BOUND)


@pytest.mark.parametrize(
    "other",
    [
        ("other", "column", "row"),
        ("table", "other", "row"),
        ("table", "column", "other"),
        ("tablec", "olumn", "row"),
        (),
    ],
)
def test_a_moved_value_does_not_open(other: tuple[str, ...]) -> None:
    key = Key(b"k" * 32)
    with pytest.raises(DoesNotOpen):
        key.open(key.seal(b"heavy", BOUND), other)


def test_sizes_tell_a_bucket_only() -> None:
    key = Key(b"k" * 32)
    sizes = {len(key.seal(b"x" * size, BOUND)) for size in range(61)}
    assert len(sizes) == 1
    assert {len(key.seal(b"x" * size, BOUND, 300)) for size in (0, 17, 300)} == {
        len(key.seal(b"", BOUND, 300))
    }
    with pytest.raises(ValueError, match="at most 300"):
        key.seal(b"x" * 301, BOUND, 300)
    assert len(key.seal(b"x" * 1_100_000, BOUND)) < 1_170_000


def test_signatures() -> None:
    key = Key(b"k" * 32)
    signature = key.sign("checkins mood 3")
    assert len(signature) == 12
    assert key.verify("checkins mood 3", signature)
    assert not key.verify("checkins mood 4", signature)
    assert not key.verify("checkins mood 3", signature[:-1])
    assert not key.verify("checkins mood 3", "ä" * 12)
    assert not Key(b"j" * 32).verify("checkins mood 3", signature)


async def test_purposes_and_spaces_cannot_be_joined() -> None:
    ring = await Keyring.open([keys.make()], MemorySecrets())
    hashes = [
        await ring.hash(purpose, space, "discord\x0042")
        for purpose in ("a", "b")
        for space in ("", "s1", "s2")
    ]
    assert len(set(hashes)) == 6
    assert {len(found) for found in hashes} == {32}
    assert await ring.hash("a", "s1", "discord\x0042") == hashes[1]


async def test_a_new_ring_on_the_same_secrets_agrees() -> None:
    master, secrets = keys.make(), MemorySecrets()
    first = await (await Keyring.open([master], secrets)).hash("who", "s", "1")
    assert await (await Keyring.open([master], secrets)).hash("who", "s", "1") == first


async def test_the_secrets_name_no_space() -> None:
    secrets = MemorySecrets()
    await (await Keyring.open([keys.make()], secrets)).key("who", "guild-80351110224678912")
    stored = b"".join(slot.encode() + sealed for slot, (_, sealed) in secrets.held.items())
    assert b"80351110224678912" not in stored


async def test_spaces_of_a_purpose() -> None:
    secrets, master = MemorySecrets(), keys.make()
    ring = await Keyring.open([master], secrets)
    expected = {space: (await ring.key("who", space)).hash("x") for space in ("a", "b")}
    await ring.key("other", "c")
    assert {space: key.hash("x") for space, key in await ring.keys("who")} == expected


async def test_a_wrong_key_makes_nothing_new() -> None:
    secrets = MemorySecrets()
    await (await Keyring.open([keys.make()], secrets)).key("who", "s")
    before = dict(secrets.held)
    with pytest.raises(keys.MasterKeyWrong, match="nothing was overwritten"):
        await Keyring.open([keys.make()], secrets)
    assert secrets.held == before
    with pytest.raises(keys.MasterKeyMissing):
        await Keyring.open([], secrets)


async def test_a_lost_first_secret_makes_nothing_new() -> None:
    secrets, master = MemorySecrets(), keys.make()
    await (await Keyring.open([master], secrets)).key("who", "s")
    del secrets.held["root"]
    with pytest.raises(keys.MasterKeyWrong):
        await Keyring.open([master], secrets)
    assert "root" not in secrets.held


async def test_an_uncommitted_secret_is_not_kept_ready() -> None:
    secrets = MemorySecrets()
    ring = await Keyring.open([keys.make()], secrets)
    secrets.committed = False
    lost = await ring.hash("who", "s", "x")
    del secrets.held[next(slot for slot in secrets.held if slot != "root")]  # its transaction was undone
    secrets.committed = True
    kept = await ring.hash("who", "s", "x")
    assert kept != lost
    assert await ring.hash("who", "s", "x") == kept


async def test_rotation_changes_no_hash_and_shuts_the_old_key_out() -> None:
    old, new, secrets = keys.make(), keys.make(), MemorySecrets()
    ring = await Keyring.open([old], secrets)
    expected, sealed = await ring.hash("who", "s", "x"), await ring.seal("seal", "", b"note", BOUND)
    await ring.rotate(new)
    for again in (ring, await Keyring.open([new], secrets)):
        assert await again.hash("who", "s", "x") == expected
        assert await again.open_value("seal", "", sealed, BOUND) == b"note"
    assert [space for space, _ in await ring.keys("who")] == ["s"]
    with pytest.raises(keys.MasterKeyWrong):
        await Keyring.open([old], secrets)


async def test_an_interrupted_rotation_opens_with_either_file() -> None:
    old, new, secrets = keys.make(), keys.make(), MemorySecrets()
    ring = await Keyring.open([old], secrets)
    assert (await Keyring.open([old, new], secrets)).master.same(old.human())
    await ring.rotate(new)
    assert (await Keyring.open([old, new], secrets)).master.same(new.human())


async def test_renewal_leaves_nothing_of_the_old_secrets() -> None:
    old, new, secrets = keys.make(), keys.make(), MemorySecrets()
    ring = await Keyring.open([old], secrets)
    before = await ring.hash("who", "s", "x")
    renewal = await ring.renew(new)
    was, becomes = renewal.keys["who", "s"]
    assert was.hash("x") == before
    assert await ring.hash("who", "s", "x") == before  # nothing has changed yet
    await secrets.replace(renewal.secrets)
    ring.adopt(renewal)
    assert await ring.hash("who", "s", "x") == becomes.hash("x") != before
    assert await (await Keyring.open([new], secrets)).hash("who", "s", "x") == becomes.hash("x")
