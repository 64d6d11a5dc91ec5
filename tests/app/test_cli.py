"""The command line as an operator types it: exit codes, one line a finding, and no trace of anything."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config.documents import load
from bot.shipped import CONFIG_EXAMPLE, SPACE_EXAMPLE

ROOT = Path(__file__).parent.parent.parent
LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<says>.+)\Z")
PROFILE = "name: Evening\nzone: Europe/London\ncountry: GB\n"


class Terminal:
    """One operator's terminal: a folder, an environment, and what their commands print."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.runner = CliRunner()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HEARTH_HOME", str(self.home))
        monkeypatch.delenv("HEARTH_MASTER_KEY", raising=False)

    def run(self, *words: str, typed: str | None = None) -> tuple[int, str, str]:
        done = self.runner.invoke(app, list(words), input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output
        return done.exit_code, done.stdout, done.stderr

    def script(self, *lines: str) -> list[dict[str, object]]:
        code, out, err = self.run("try", "--script", "-", "--json", typed="\n".join(lines))
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(tmp_path, monkeypatch)


# --- check ----------------------------------------------------------------------------------------------

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join(['*' + before] * 9)}]\n"
    for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD: Mapping[str, bytes] = {
    "not UTF-8": "name: Évening\n".encode("latin-1"),
    "UTF-16": "name: Evening\n".encode("utf-16"),
    "tabs": b"name: Evening\ngroups:\n\tring:\n\t\tname: x\n",
    "empty": b"",
    "only a comment": b"# nothing\n",
    "a list": b"- name: Evening\n",
    "a word": b"Evening\n",
    "doubled": b"name: Evening\nname: Morning\n",
    "doubled inside": b"name: E\ngroups:\n  ring:\n    name: a\n    name: b\n    room: '#r'\n",
    "bomb": BOMB.encode(),
    "a tag": b"name: !!python/object/apply:os.system ['true']\n",
    "a token": f"name: {TOKEN}\n".encode(),
    "bad cron": b"name: E\ngroups:\n  ring:\n    name: a\n    room: '#r'\n"
    b"    checkins: {prompts: [{name: p, at: {cron: '99 * * * *'}}]}\n",
    "bad zone": b"name: E\nzone: Europe/Lundon\n",
    "no such setting": b"nmae: Evening\n",
    "a huge number": b"name: E\ngroups: " + b"9" * 400 + b"\n",
    "infinite": b"name: .inf\n",
    "two documents": b"name: E\n---\nname: F\n",
    "huge": b"name: " + b"x" * 3_000_000 + b"\n",
    "deep": b"name: " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "binary": bytes(range(256)),
    "config, bad": b"platforms: {}\nspaces:\n  x:\n    profil: y\n",
    "config, absurd": b"limits: {commands_per_minute: 99999999999999999999}\n",
    "config, token": f"discord: {{token: {TOKEN}}}\n".encode(),
}


@pytest.mark.parametrize("what", BAD)
def test_every_bad_file_is_told_line_by_line(terminal: Terminal, what: str) -> None:
    file = terminal.folder / "bad.yaml"
    file.write_bytes(BAD[what])
    code, out, err = terminal.run("check", str(file))
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines
    assert len(lines) <= 101
    for line in lines:
        found = LINE.match(line)
        assert found, line
        assert found["file"] == str(file)
        assert int(found["line"]) >= 1
        assert int(found["column"]) >= 1
        assert len(line) < 600
    assert TOKEN not in out
    # A run with the same file, as config, is the same sentence and no trace.
    if what.startswith("config"):
        code, out, err = terminal.run("run", "--config", str(file))
        assert code == 1
        assert all(LINE.match(line) for line in err.splitlines()), err


def test_the_nearest_name_is_told(terminal: Terminal) -> None:
    file = terminal.folder / "space.yaml"
    file.write_text("name: E\nzone: Europe/Lundon\n")
    _, out, _ = terminal.run("check", str(file))
    assert re.fullmatch(
        rf'{re.escape(str(file))}:2:7: .*Europe/Lundon.*; .*did you mean "Europe/London"\?\n', out
    )


@pytest.mark.parametrize("file", ["", "nothing.yaml", ".", "x" * 300])
def test_what_is_no_file_is_a_finding(terminal: Terminal, file: str) -> None:
    code, out, _ = terminal.run("check", file)
    assert code == 1
    assert out == "" or LINE.match(out.strip().split("\n")[-1]) or out.startswith(":1:1")


def test_a_line_or_a_set_of_prompts_that_is_not_there_is_a_finding(terminal: Terminal) -> None:
    file = terminal.folder / "space.yaml"
    file.write_text(
        PROFILE
        + "crisis:\n  hide: [gb-samaritans, gb-samaritan]\n  lines: [{id: gb-shuot, hide: true}]\n"
        + "groups:\n  ring:\n    name: Ring\n    room: ring\n    checkins:\n      prompts:\n"
        + "        - {at: 19:00, texts: gentel}\n"
    )
    code, out, _ = terminal.run("check", "space.yaml")
    assert code == 1
    found = [LINE.match(line) for line in out.splitlines()]
    told = [(one["line"], one["column"], one["says"]) for one in found if one is not None]
    assert [(line, column) for line, column, _ in told] == [("5", "25"), ("6", "11"), ("13", "30")]
    for (_, _, says), near in zip(told, ("gb-samaritans", "gb-shout", "gentle"), strict=True):
        assert says.endswith(f'did you mean "{near}"?'), says


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_what_ships_is_in_order_also_from_windows(terminal: Terminal, bom: bytes) -> None:
    for example in (SPACE_EXAMPLE, CONFIG_EXAMPLE):
        assert terminal.run("check", str(example))[:2] == (0, ""), example
    copy = terminal.folder / "space.yaml"
    copy.write_bytes(bom + SPACE_EXAMPLE.read_bytes().replace(b"\n", b"\r\n"))
    code, out, _ = terminal.run("check", str(copy))
    assert (code, out) == (0, "") or (bom and code == 1 and LINE.match(out.strip()))


def test_the_config_of_this_folder_is_checked_though_it_is_broken(terminal: Terminal) -> None:
    (terminal.folder / "config.yaml").write_text("limits: {commands_per_minute: 1}\n")
    code, out, err = terminal.run("check", "config.yaml")
    assert (code, err) == (1, "")
    assert out.startswith("config.yaml:1:")
    # Another file cannot be checked by its sections then, and the reason is the config's.
    code, out, err = terminal.run("check", str(SPACE_EXAMPLE))
    assert (code, out) == (1, "")
    assert err.startswith("config.yaml:1:")


def test_the_schema_accepts_what_ships_and_refuses_what_does_not_fit(terminal: Terminal) -> None:
    for what, example in (("profile", SPACE_EXAMPLE), ("config", CONFIG_EXAMPLE)):
        code, out, _ = terminal.run("schema", what)
        assert code == 0
        schema = json.loads(out)
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        document = load(example.read_bytes(), example.name)[0].data
        validator(schema).validate(document)
        with pytest.raises(jsonschema.ValidationError):
            validator(schema).validate({**document, "no-such-setting": 1})
    assert terminal.run("schema", "nonsense")[0] == 2


# --- crisis ---------------------------------------------------------------------------------------------


def test_crisis_offline_with_sources(terminal: Terminal) -> None:
    code, out, err = terminal.run("crisis", "GB", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert "116 123" in out
    assert "999" in out
    assert answer["lines"]
    assert all(line["source"] and line["checked"] for line in answer["lines"])
    assert not (terminal.folder / "home").exists()
    assert terminal.run("crisis", "united kingdom")[1].count("116 123") == 1
    assert terminal.run("crisis", "Atlantis")[0] == 1
    code, _, err = terminal.run("crisis", "GB", "--kind", "nonsense")
    assert code == 1
    assert "suicide" in err


def test_crisis_offline_names_its_country_and_answers_beside_a_broken_config(terminal: Terminal) -> None:
    assert terminal.run("crisis", "germny")[1].startswith("Germany\n")
    assert "Nearest: BE Belgium" in terminal.run("crisis", "Berlin")[2]  # only near: nothing is shown
    (terminal.folder / "config.yaml").write_text("spaces: [\n")
    code, out, err = terminal.run("crisis", "GB")
    assert code == 0
    assert out.startswith("United Kingdom\n\nIf a life is in danger now\n999\n")
    assert err.startswith("config.yaml:2:1:")


# --- keeping --------------------------------------------------------------------------------------------


WROTE = ("@one #evening: /checkin", "@one presses 2", "@one answers words to keep", "@one answers -")
LOOK = ("@one #evening: /privacy export",)


def exported(terminal: Terminal) -> str:
    (seen,) = [one for one in terminal.script(*LOOK) if one["files"]]
    files = seen["files"]
    assert isinstance(files, list)
    return Path(files[0]["path"]).read_text()


def key_of(terminal: Terminal) -> str:
    code, out, _ = terminal.run("key", "show")
    assert code == 0
    return out.strip()


def test_back_up_lose_everything_and_have_it_back(terminal: Terminal) -> None:
    terminal.script(*WROTE)
    assert "words to keep" in exported(terminal)
    key = key_of(terminal)
    backup = terminal.folder / "backup.sqlite3"
    assert terminal.run("backup", str(backup))[0] == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    assert key.encode() not in backup.read_bytes()
    code, _, err = terminal.run("backup", str(backup))
    assert (code, err.strip()) == (1, f"There is a file at {backup} already.")

    for file in terminal.home.iterdir():
        if file.is_file():
            file.unlink()
    code, _, err = terminal.run("restore", str(backup))
    assert code == 1
    assert "key" in err
    assert not (terminal.home / "hearth.db").exists()
    code, _, err = terminal.run("key", "recover", typed="AAAA-BBBB\n")
    assert code == 1
    assert terminal.run("key", "recover", typed=key + "\n")[0] == 0
    assert terminal.run("key", "recover", typed=key + "\n")[0] == 1
    code, out, _ = terminal.run("restore", str(backup))
    assert code == 0, out
    assert "words to keep" in exported(terminal)


def test_the_files_a_person_was_given_go_when_they_are_erased(terminal: Terminal) -> None:
    theirs = ("@two #evening: /checkin", "@two presses 2", "@two answers others", "@two answers -")
    terminal.script(*WROTE, *LOOK, "@one #evening: /history", *theirs, "@two #evening: /privacy export")

    def saved() -> list[bytes]:
        return [file.read_bytes() for file in (terminal.home / "files").rglob("*") if file.is_file()]

    assert any(b"words to keep" in one for one in saved())
    assert any(one.startswith(b"\x89PNG") for one in saved())
    terminal.script("@one #evening: /privacy erase", "@one presses Yes, erase everything")
    (left,) = (one for one in saved() if one.startswith((b"{", b"\x89PNG")))
    assert b"others" in left


def test_rotate_rekey_and_confirm_keep_every_word(terminal: Terminal) -> None:
    assert all("no database yet" in terminal.run("key", what)[2] for what in ("rotate", "rekey"))
    assert not terminal.home.exists()
    terminal.script(*WROTE)
    first = key_of(terminal)
    assert terminal.run("key", "confirm", typed="AAAA\n")[0] == 1
    assert terminal.run("key", "confirm", typed=first.lower() + "\n")[0] == 0
    code, out, _ = terminal.run("doctor")
    assert (code, "recovery key" in out) == (0, False), out
    assert terminal.run("key", "rotate")[0] == 0
    assert (second := key_of(terminal)) != first
    assert "recovery key" in terminal.run("doctor")[1]  # the new one was not confirmed
    assert terminal.run("key", "rekey")[0] == 0
    third = key_of(terminal)
    assert len({first, second, third}) == 3
    assert "words to keep" in exported(terminal)
    assert not (terminal.home / "master.key.next").exists()
    assert terminal.run("key", "nonsense")[0] == 1


def test_a_named_key_file_is_changed_where_it_is(terminal: Terminal) -> None:
    file = terminal.folder / "keys" / "ours"
    (terminal.folder / "config.yaml").write_text(f"keys: {{master_file: {file}}}\n")
    terminal.script(*WROTE)
    first = file.read_text()
    for what in ("rotate", "rekey"):
        before = file.read_text()
        assert terminal.run("key", what)[0] == 0
        assert file.read_text() != before
        assert "words to keep" in exported(terminal)
    last = file.read_text()
    file.unlink()
    assert terminal.run("doctor")[0] == 1
    assert terminal.run("key", "recover", typed=last)[0] == 0
    assert file.read_text() == last != first
    assert "words to keep" in exported(terminal)
    assert not (terminal.home / "master.key").exists()


def _spoil_nothing(terminal: Terminal) -> str:
    return str(terminal.folder / "missing.sqlite3")


def _spoil_text(terminal: Terminal) -> str:
    (terminal.folder / "text").write_text("this is no database" * 100)
    return str(terminal.folder / "text")


def _spoil_other(terminal: Terminal) -> str:
    import sqlite3

    with sqlite3.connect(terminal.folder / "other.db") as raw:
        raw.execute("CREATE TABLE x (y)")
    raw.close()
    return str(terminal.folder / "other.db")


def _spoil_folder(terminal: Terminal) -> str:
    return str(terminal.folder)


@pytest.mark.parametrize("spoil", [_spoil_nothing, _spoil_text, _spoil_other, _spoil_folder])
def test_what_is_no_backup_changes_nothing(terminal: Terminal, spoil: Callable[[Terminal], str]) -> None:
    terminal.script(*WROTE)
    code, _, err = terminal.run("restore", spoil(terminal))
    assert code == 1
    assert len(err.strip().splitlines()) == 1, err
    assert "The database" not in err  # it is the file that is wrong
    assert "words to keep" in exported(terminal)
    assert not list(terminal.home.glob("*restoring*"))


def test_a_backup_to_where_nothing_can_be_written_is_one_sentence(terminal: Terminal) -> None:
    code, _, err = terminal.run("backup", str(terminal.folder / "b"))
    assert code == 1
    assert "There is no database" in err
    terminal.script(*WROTE)
    code, _, err = terminal.run("backup", str(terminal.folder / "no" / "such" / "folder" / "b"))
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_an_erasure_since_the_backup_is_applied_again(terminal: Terminal) -> None:
    terminal.script(*WROTE)
    backup = terminal.folder / "backup.sqlite3"
    assert terminal.run("backup", str(backup))[0] == 0
    terminal.script("@one #evening: /privacy erase", "@one presses 1")
    assert "words to keep" not in exported(terminal)
    code, out, _ = terminal.run("restore", str(backup))
    assert code == 0
    assert "applied again: 1." in out
    assert "words to keep" not in exported(terminal)


def test_while_another_process_serves(terminal: Terminal) -> None:
    """Backup and doctor go beside it; what would change the database is refused."""
    backup = terminal.folder / "backup.sqlite3"
    serving = subprocess.Popen(
        [sys.executable, "-m", "bot", "try", "--script", "-", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=terminal.folder,
        env={"HEARTH_HOME": str(terminal.home), "PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    try:
        assert serving.stdin is not None
        assert serving.stdout is not None
        serving.stdin.write("\n".join(WROTE) + "\n")
        serving.stdin.flush()
        while "Kept" not in (line := serving.stdout.readline()):
            assert json.loads(line)["form"], line  # a question; anything else would be followed by nothing
        assert terminal.run("backup", str(backup))[0] == 0
        for words in (("restore", str(backup)), ("migrate",), ("key", "rotate"), ("key", "rekey"), ("try",)):
            code, _, err = terminal.run(*words, typed="")
            assert code == 1, words
            assert len(err.strip().splitlines()) == 1, err
        assert terminal.run("key", "show")[0] == 0
        code, out, _ = terminal.run("doctor")
        assert code == 1  # the key was not confirmed, and nothing else is wrong
        assert out.strip().endswith("1 to mend.")
    finally:
        serving.communicate("", timeout=20)
    assert serving.returncode == 0
    assert "words to keep" in exported(terminal)
    assert terminal.run("restore", str(backup))[0] == 0


# --- run, doctor, migrate ---------------------------------------------------------------------------------


def hearth(terminal: Terminal, *words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, since serving sets logging and signals up."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        capture_output=True, text=True, cwd=terminal.folder, check=False,
        env={"HEARTH_HOME": str(terminal.home), "PYTHONPATH": str(ROOT), "PATH": ""}, timeout=60,
    )  # fmt: skip


def test_run_without_a_platform_says_what_to_do(terminal: Terminal) -> None:
    done = hearth(terminal, "run")
    assert done.returncode == 1
    assert "names no platform" in done.stderr
    assert "Traceback" not in done.stderr
    assert not terminal.home.exists()


def test_run_without_its_token_is_one_sentence(terminal: Terminal) -> None:
    (terminal.folder / "config.yaml").write_text("discord: {token_env: NO_SUCH_TOKEN}\n")
    done = hearth(terminal, "run")
    assert done.returncode == 1
    assert "NO_SUCH_TOKEN" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_doctor_names_everything_at_once(terminal: Terminal) -> None:
    (terminal.folder / "space.yaml").write_text("nmae: x\n")
    (terminal.folder / "config.yaml").write_text(
        "cogs: [crisis, nosuchcog]\nspaces:\n  circle: {profile: space.yaml, terminal: true}\n"
    )
    terminal.script("@one #evening: /crisis")
    code, out, _ = terminal.run("doctor")
    assert code == 1
    for part in (str(terminal.home), "nosuchcog", "space.yaml:1:1", "recovery key", "4 to mend."):
        assert part in out, out
    assert terminal.run("migrate")[0] == 1
    (terminal.home / "master.key").unlink()
    code, out, _ = terminal.run("doctor")
    assert code == 1
    assert "recover" in out


def test_doctor_on_a_fresh_machine_makes_nothing(terminal: Terminal) -> None:
    code, out, _ = terminal.run("doctor")
    assert code == 1
    assert "There is no database yet." in out
    assert not (terminal.home / "hearth.db").exists()
    assert not (terminal.home / "master.key").exists()


def test_on_a_fresh_machine_nothing_sounds_like_an_emergency(terminal: Terminal) -> None:
    for words in (("doctor",), ("key", "show")):
        done = hearth(terminal, *words)
        assert done.returncode == 1
        assert "There is no database yet." in done.stdout + done.stderr
        assert "Only /crisis answers" not in done.stderr
        assert "CRITICAL" not in done.stderr.upper()


def test_doctor_takes_no_profile_in(terminal: Terminal) -> None:
    file = terminal.folder / "space.yaml"
    file.write_text(PROFILE)
    (terminal.folder / "config.yaml").write_text("spaces:\n  circle: {profile: space.yaml, terminal: true}\n")
    terminal.script("@one #evening: /crisis")
    file.write_text(PROFILE.replace("Evening", "Morning"))
    with contextlib.closing(sqlite3.connect(terminal.home / "hearth.db")) as database:
        count = "SELECT count(*) FROM core_profile"
        before = database.execute(count).fetchone()
        assert "to mend" in terminal.run("doctor")[1]
        assert database.execute(count).fetchone() == before
    terminal.script("@one #evening: /crisis")
    with contextlib.closing(sqlite3.connect(terminal.home / "hearth.db")) as database:
        assert database.execute(count).fetchone() > before


def test_fresh_leaves_a_configured_database_alone(terminal: Terminal) -> None:
    database = terminal.folder / "real.db"
    (terminal.folder / "config.yaml").write_text(f"database: {{path: {database}}}\n")
    code, _, _ = terminal.run("try", "--fresh", "--script", "-", typed="@one: /crisis\n")
    assert code == 0
    assert not database.exists()


def test_an_unforeseen_error_is_told_by_its_place_alone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot import cli

    def breaks() -> None:
        raise RuntimeError("zq7mark")

    monkeypatch.setattr(cli, "app", breaks)
    monkeypatch.setattr("bot.privacy.redact.set_up", lambda *_, **__: None)  # this process is pytest's
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    said = capsys.readouterr().err
    assert "RuntimeError at" in said
    assert "zq7mark" not in said
