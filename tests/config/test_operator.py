"""The operator's configuration: what it takes, and that no finding ever holds a secret."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config.operator import SHIPPED_COGS, OperatorConfig, parse_operator
from bot.config.secrets import SecretUnreadableError, read_secret

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GhIjKl." + "abcdefghijklmnopqrstuvwxyz0123456789AB"
SYNAPSE = "syt_aGVhcnRo_" + "AbCdEfGhIjKlMnOpQrSt" + "_0a1B2c"


def read(text: str, base: Path | None = None) -> OperatorConfig:
    config, findings = parse_operator(text, "config.yaml", base)
    assert findings == []
    assert config is not None
    return config


def said(text: str) -> list[str]:
    config, findings = parse_operator(text, "f")
    assert config is None
    return [str(found).removeprefix("f:") for found in findings]


def test_almost_everything_may_be_left_out() -> None:
    config = read("language: de\n")

    assert config.cogs == SHIPPED_COGS
    assert config.database.path is config.keys.master_file is config.home is None
    assert config.helplines.show_unconfirmed is False


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    config = read(
        "home: state\nkeys: {master_file: /etc/hearth/key}\nspaces: {a: {profile: a.yaml, terminal: yes}}",
        tmp_path,
    )

    assert config.home == tmp_path / "state"
    assert config.keys.master_file == Path("/etc/hearth/key")
    assert config.spaces["a"].profile == tmp_path / "a.yaml"


def test_a_server_id_without_quotes_keeps_every_digit() -> None:
    config = read("spaces: {a: {profile: a.yaml, discord: 12345678901234567891}}")

    assert config.spaces["a"].discord == "12345678901234567891"


@pytest.mark.parametrize(
    ("written", "shards"), [("4", (None, 4)), ("0-3/16", (range(4), 16)), ('"2-2/3"', (range(2, 3), 3))]
)
def test_shards(written: str, shards: tuple[range | None, int]) -> None:
    config = read(f"discord: {{token_env: T, shards: {written}}}")

    assert config.discord is not None
    assert config.discord.shard_range == shards
    assert config.discord.token.env == "T"


SECRETS = {
    "a token under its name": (f"discord:\n  token: {TOKEN}\n", "2:10"),
    "a short one under its name": ("discord:\n  token_env: T\n  token: hunter2-hunter2\n", "3:10"),
    "a password": (
        "matrix:\n  homeserver: https://m.org\n  user: '@h:m.org'\n  password: hunter2-hunter2\n",
        "4:13",
    ),
    "a master key": ("keys:\n  master: hunter2-hunter2\n", "2:11"),
    "a token as a variable's name": (f"discord:\n  token_env: {TOKEN}\n", "2:14"),
    "a password as a variable's name": ("discord:\n  token_env: hunter2-hunter2\n", "2:14"),
    "a token as a file's name": (f"discord:\n  token_file: {TOKEN}\n", "2:15"),
    "a token anywhere": (f"home: {SYNAPSE}\n", "1:7"),
    "a token as a name": (f"{TOKEN}: 1\n", "1:1"),
    "a token in a comment": (f"language: en\n# token: {TOKEN}\n", "2:10"),
    "a token in a file that cannot be read": (f"a: [\ntoken: {SYNAPSE}\n", "1:4"),
    "a password in an address": ("database:\n  url: postgresql://hearth:hunter2-hunter2@db/hearth\n", "2:18"),
    "an address with a slip in it": ("database:\n  url: postgres//hearth:hunter2-hunter2@db/h\n", "2:8"),
    "a number as a password": ("secret: 1234567890\n", "1:9"),
}


@pytest.mark.parametrize(("text", "place"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_typed_into_the_file_is_found_and_never_printed(text: str, place: str) -> None:
    found = said(text)

    assert found[0].startswith(place + ": ")
    for line in found:
        for secret in (TOKEN, SYNAPSE, "hunter2", "1234567890"):
            assert secret[:12] not in line


def test_a_typed_secret_gives_one_finding() -> None:
    assert said("discord:\n  token_env: T\n  token: hunter2\n") == [
        "3:10: token holds a secret, typed into this file; expected the secret in an environment variable or a file of "
        "its own, named here with _env or _file"
    ]


BAD = {
    "no secret": ("discord: {}\n", "1:10: discord does not say where its secret is; expected token_env or token_file"),
    "two secrets": (
        "discord: {token_env: T, token_file: t}\n",
        "1:10: discord names token_env and token_file; expected only one of token_env or token_file",
    ),
    "two databases": ("database: {path: a, url_env: B}\n", "1:11: database names path and url_env; expected only one of path"),
    "plain http": (
        "matrix: {homeserver: 'http://m.org', user: '@h:m.org', password_env: P}\n",
        "1:22: homeserver is an address without encryption; expected https://",
    ),
    "no account": (
        "matrix: {homeserver: 'https://m.org', user: hearth, password_env: P}\n",
        '1:45: user is "hearth", which has another form; expected the bot\'s account, in quotes',
    ),
    "an unknown policy": (
        "matrix: {homeserver: 'https://m.org', user: '@h:m.org', password_env: P, invitations: space}\n",
        '1:87: invitations is "space"; expected nobody, spaces or anyone; did you mean "spaces"?',
    ),
    "bad shards": ("discord: {token_env: T, shards: 3-1/16}\n", "1:33: shards is no set of shards; expected a number"),
    "a space nowhere": ("spaces: {a: {profile: x}}\n", "1:13: a meets nowhere; expected discord, matrix or terminal"),
    "a bad space name": ("spaces: {A b: {profile: x, terminal: true}}\n", "1:10: A b is no short name"),
    "a server twice": (
        "spaces:\n  a: {profile: x, discord: 123456789012345678}\n  b: {profile: x, discord: 123456789012345678}\n",
        "3:28: discord belongs to the space a already; expected each server and room in one space",
    ),
    "a room twice": (
        "spaces:\n  a: {profile: x, matrix: ['#a:b']}\n  b: {profile: x, matrix: ['#c:b', '#a:b']}\n",
        "3:36: matrix[2] belongs to the space a already",
    ),
    "a cog twice": ("cogs: [help, help]\n", "1:14: cogs[2] names help twice; expected each cog once"),
    "a cog that is none": ("cogs: ['rm -rf']\n", "1:8: cogs[1] has a name that no cog can have"),
    "an absurd limit": ("limits: {commands_per_minute: 100000}\n", "1:31: commands_per_minute is 100000; expected at most 600"),
    "a misspelt section": ("loging: {}\n", "1:1: loging is not a setting known here"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "start"), BAD.values(), ids=BAD.keys())
def test_every_mistake_is_named_with_its_place(text: str, start: str) -> None:
    found = said(text)

    assert len(found) == 1
    assert found[0].startswith(start)


def test_a_secret_from_the_environment() -> None:
    assert read_secret(env="T", environ={"T": " abc\n"}) == "abc"
    with pytest.raises(SecretUnreadableError, match="the environment variable T is not set"):
        read_secret(env="T", environ={"T": " "})
    with pytest.raises(ValueError, match="either"):
        read_secret()


def test_a_secret_from_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("abc\n")
    file.chmod(0o600)
    assert read_secret(file=file) == "abc"

    for mode in (0o640, 0o604, 0o660):
        file.chmod(mode)
        with pytest.raises(SecretUnreadableError, match="chmod 600") as refused:
            read_secret(file=file)
        assert "abc" not in str(refused.value)


def test_files_that_hold_no_secret(tmp_path: Path) -> None:
    empty, binary, pipe = tmp_path / "empty", tmp_path / "binary", tmp_path / "pipe"
    empty.touch(0o600)
    binary.touch(0o600)
    binary.write_bytes(b"\xff\xfe")
    os.mkfifo(pipe, 0o600)
    for file, why in ((empty, "empty"), (binary, "UTF-8"), (pipe, "not a file"), (tmp_path, "directory")):
        with pytest.raises(SecretUnreadableError, match=why):
            read_secret(file=file)
    with pytest.raises(SecretUnreadableError, match="No such file"):
        read_secret(file=tmp_path / "none")
