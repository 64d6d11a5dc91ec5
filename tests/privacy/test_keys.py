from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import keys


def test_first_run_makes_a_private_key_file(tmp_path: Path) -> None:
    (made,) = keys.load(tmp_path, {}, data_exists=False)
    file = tmp_path / keys.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    (again,) = keys.load(tmp_path, {}, data_exists=True)
    assert again.same(made.human())
    assert [path.name for path in tmp_path.iterdir()] == [keys.FILE]


def test_a_missing_key_beside_data_makes_none(tmp_path: Path) -> None:
    with pytest.raises(keys.MasterKeyMissing, match="No new key was made"):
        keys.load(tmp_path, {}, data_exists=True)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_comes_first(tmp_path: Path) -> None:
    given_key = keys.make()
    keys.write(tmp_path / keys.FILE, keys.make(), replace=False)
    (loaded,) = keys.load(tmp_path, {keys.VARIABLE: given_key.human()}, data_exists=True)
    assert loaded.same(given_key.human())


def test_a_damaged_or_open_key_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / keys.FILE
    keys.write(file, keys.make(), replace=False)
    file.chmod(0o644)
    with pytest.raises(keys.MasterKeyExposed, match="chmod 600"):
        keys.load(tmp_path, {}, data_exists=False)
    file.chmod(0o600)
    file.write_text("half a ke")
    with pytest.raises(keys.MasterKeyUnreadable):
        keys.load(tmp_path, {}, data_exists=False)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(keys.MasterKeyUnreadable):
        keys.load(tmp_path, {}, data_exists=False)
    file.write_text("")
    with pytest.raises(keys.MasterKeyUnreadable):
        keys.load(tmp_path, {}, data_exists=False)


def test_an_existing_key_file_is_never_overwritten(tmp_path: Path) -> None:
    first = keys.make()
    keys.write(tmp_path / keys.FILE, first, replace=False)
    with pytest.raises(FileExistsError):
        keys.write(tmp_path / keys.FILE, keys.make(), replace=False)
    assert keys.load(tmp_path, {}, data_exists=True)[0].same(first.human())


@pytest.mark.parametrize("rotated", [True, False])
def test_an_interrupted_change_settles_on_the_key_that_opened(tmp_path: Path, rotated: bool) -> None:
    old, new = keys.make(), keys.make()
    keys.write(tmp_path / keys.FILE, old, replace=False)
    keys.write(tmp_path / keys.PENDING, new, replace=True)
    assert [key.mark for key in keys.load(tmp_path, {}, data_exists=True)] == [old.mark, new.mark]
    used = new if rotated else old
    keys.settle(tmp_path, used)
    assert [key.mark for key in keys.load(tmp_path, {}, data_exists=True)] == [used.mark]
    keys.settle(tmp_path, used)
    assert [path.name for path in tmp_path.iterdir()] == [keys.FILE]


@given(st.binary(min_size=32, max_size=32))
def test_the_recovery_key_reads_back(raw: bytes) -> None:
    key = keys.MasterKey(raw)
    human = key.human()
    assert len(human.split("-")) == 14
    spoken = human.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert key.same(human)
    assert key.same(spoken)


@given(st.binary(min_size=32, max_size=32), st.data())
def test_a_mistyped_recovery_key_is_noticed(raw: bytes, data: st.DataObject) -> None:
    human = keys.MasterKey(raw).human()
    at = data.draw(st.sampled_from([i for i, letter in enumerate(human) if letter != "-"]))
    other = data.draw(
        st.sampled_from([letter for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if letter != human[at]])
    )
    with pytest.raises(keys.MasterKeyUnreadable) as caught:
        keys.parse(human[:at] + other + human[at + 1 :])
    assert human[:4] not in str(caught.value)


def test_no_repr_shows_the_key() -> None:
    key = keys.make()
    assert key.human()[:9] not in repr(key)
    assert len(repr(key)) < 40
