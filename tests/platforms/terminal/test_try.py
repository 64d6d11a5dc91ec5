"""`hearth try --script`, run as its users run it, on a toy cog, and the window without its keyboard."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from typer.testing import CliRunner

from bot.cli import app
from bot.platforms.terminal.complete import Completions
from bot.platforms.terminal.window import Window
from bot.testing.chat import Chat

ROOT = Path(__file__).parents[3]
TOYS = ROOT / "tests" / "testing"
PROFILE = "name: Test\nzone: Europe/London\nroles: {moderator: [mod]}\n"


class Trial:
    """A folder with a config, and the command run in it: as a process, or `here` in a tenth of the time."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("HEARTH_HOME", str(folder / "home"))
        monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{TOYS}")
        monkeypatch.syspath_prepend(TOYS)
        monkeypatch.chdir(folder)
        (folder / "space.yaml").write_text(PROFILE)
        (folder / "config.yaml").write_text(
            "cogs: [toys.garden]\nspaces:\n  test:\n    profile: space.yaml\n    terminal: true\n"
        )

    def run(self, script, *more, stdin=True):
        arguments = ["--script", "-", *more] if stdin is True else more
        return subprocess.run(
            [sys.executable, "-m", "bot", "try", *arguments],
            input=script if isinstance(script, bytes) else script.encode(), capture_output=True, check=False,
            timeout=120,
        )  # fmt: skip

    def here(self, script, *arguments):
        done = CliRunner().invoke(app, ["try", *(arguments or ("--script", "-"))], input=script)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def sees(self, script):
        done = self.here(script, "--script", "-", "--json")
        assert done.exit_code == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def trial(tmp_path, monkeypatch):
    return Trial(tmp_path, monkeypatch)


def test_a_script_tells_everything_that_anyone_sees(trial):
    seen = trial.sees(
        "# who taps is told alone\n\n"
        "@other #ring\n"
        "@one #ring: /plant Fern\n"
        "@other presses 1\n"
        "@other presses nothing\n"
        "@one #ring: /draw\n"
    )
    assert [(one["to"], one["seen_by"], one["private"], one["text"]) for one in seen] == [
        ("#ring", ["@other", "@one"], False, "Fern is planted."),
        ("@other", ["@other"], True, "Taken back."),
        ("@other", ["@other"], True, "There is no such button or choice here. Its number stands before it."),
        ("@one", ["@one"], True, "A picture of the garden"),
    ]
    (file,) = seen[3]["files"]
    assert file["name"] == "gar-den.png"
    assert Path(file["path"]).read_bytes() == b"\x89PNG"
    assert set(seen[0]) == {"to", "seen_by", "private", "text", "fields", "buttons", "form", "files"}


def test_an_open_form_and_its_answers_outlive_the_process(trial):
    first = trial.run("@one #ring: /mood\n@one presses 2\n", "--json")
    assert json.loads(first.stdout.splitlines()[-1])["form"]["question"] == "Anything to add?"
    again = trial.run("@one answers later\n", "--json")
    assert json.loads(again.stdout.splitlines()[0])["text"] == "Kept: Good enough. later"


def test_a_script_may_play_in_the_past_and_then_only_goes_forward(trial):
    seen = trial.sees(
        "@one #ring\n"
        "clock 2026-03-28T23:00 Europe/London\n"
        "clock 2026-03-29T02:30 Europe/London\n"
        "clock 2026-03-29T01:59 UTC\n"
        "clock 2026-03-28T20:00\n"
        "clock 2026-05-31T01:29 Europe/London\n"
        "clock 2099-01-01T00:00\n"
    )
    # 01:30 does not exist on 29 March: the prompt comes at 02:00, once; the clock is at 02:30 then.
    told = [one["text"] for one in seen]
    asks = [at for at, text in enumerate(told) if text == "How is the garden?"]
    refused = told.index("Time only goes forward here. It is 2026-03-29T02:59 BST now.")
    assert len([at for at in asks if at < refused]) == 3
    assert told[-1] == "That is more than three years ahead."
    assert {one["to"] for one in seen} == {"#ring", "clock"}
    assert len(asks) == 3 + 2 * 63 - 1


def test_a_double_hour_prompts_once(trial):
    seen = trial.sees(
        "@one #ring\n"
        "clock 2026-10-25T00:00 Europe/London\n"
        "clock 2026-10-25T01:30 Europe/London\n"
        "clock 2026-10-25T01:59 UTC\n"
    )
    assert [one["text"] for one in seen] == ["How is the garden?"]


def test_a_script_file_and_piped_lines_are_the_same(trial):
    script = "@one #ring: /plant Fern\nclock 2026-03-29T19:30\n"
    (trial.folder / "story.txt").write_text(script)
    from_file = trial.run("", "--fresh", "--script", "story.txt", stdin=False)
    piped = trial.run(script, "--fresh", stdin=False)
    assert from_file.returncode == piped.returncode == 0
    assert from_file.stdout.decode().splitlines()[:3] == [
        "#ring",
        "Fern is planted.",
        "[1] Take it back  [2] The same again  [3] Read more: https://example.org",
    ]
    assert from_file.stdout == piped.stdout
    assert from_file.stdout.count(b"How is the garden?") == 2


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        (
            "@one #ring: /plant Fern\n\n/plant Fern\n",
            "line 3: this cannot be read; expected @who #room: words",
        ),
        ("clock tomorrow\n", "line 1: this cannot be read; expected a day, a time and a zone"),
        ("clock 2026-03-29T19:30 Europe/Nowhere\n", "line 1: no such zone; expected an IANA name"),
        (b"@one #ring: caf\xe9\n", "line 1: this is not UTF-8; expected a text in UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_ends_with_two(trial, script, complaint):
    done = trial.here(script)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith(complaint)


def test_nothing_of_a_file_is_done_when_a_line_of_it_cannot_be_read(trial):
    (trial.folder / "story.txt").write_text("@one #ring: /plant Fern\nnonsense\n")
    done = trial.run("", "--script", "story.txt", stdin=False)
    assert (done.returncode, done.stdout) == (2, b"")
    done = trial.here("", "--script", "nothing.txt")
    assert done.exit_code == 2
    assert "nothing.txt: No such file" in done.stderr


def test_lines_are_answered_as_they_come(trial):
    """Somebody who drives the process by pipes reads each answer before writing the next line."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "try", "--script", "-", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        for _ in range(2):
            process.stdin.write("@one #ring: /plant Fern\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == "Fern is planted."
        process.stdin.close()
        assert process.wait(60) == 0


# --- the window -----------------------------------------------------------------------------------------


@pytest.fixture
async def window(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(TOYS)
    async with await Chat.open(tmp_path / "hearth", cogs=["toys.garden"], profile=PROFILE) as chat:

        async def passes(line):
            return "Not today."

        terminal = chat.app.platforms["terminal"]
        yield Window(terminal, chat.app.pipeline, passes, "one", "ring", "2026-03-30T19:30"), capsys, chat


async def test_lines_end_between_words_and_addresses_stay_whole(window):
    window, capsys, _ = window
    window._console.width = 30
    address = "https://example.org/" + "a-long-way/" * 4
    window.say(f"Everything that is kept about you stays here and there, at {address}")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Everything that is kept about", "you stays here and there, at"]
    assert lines[2:] == [address]


async def test_the_first_lines_name_a_moment_that_can_be_passed_to(window):
    window, capsys, _ = window
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("\x04")
        await window.run()
    assert "clock 2026-03-30T19:30 passes time" in " ".join(capsys.readouterr().out.split())


async def test_what_is_typed_in_the_window(window):
    window, capsys, _ = window

    async def typed(line):
        await window.takes(line)
        await asyncio.sleep(0)
        return capsys.readouterr().out

    assert "Which of these is nearest?" in await typed("/mood")
    assert "Anything to add?" in await typed("2")
    assert "Kept: Good enough. fine" in await typed("fine")
    assert "Taken back." in await typed("1")
    assert "(said in #ring; commands begin with /)" in await typed("just words")
    assert await typed("") == ""
    assert "Which of these" in await typed("/mood")
    assert "needs an answer" in await typed("")
    await typed("2")
    assert "Kept: Good enough." in await typed("")
    assert "only you" in await typed("/mood")
    assert "Stopped. Nothing was kept." in await typed("stop")
    assert await typed("@mod #green") == ""
    assert (window.who, window.room) == ("mod", "green")
    assert "#green\nWeeded." in await typed("/weed")
    assert await typed("#ring") == ""
    assert (window.who, window.room) == ("mod", "ring")
    assert "@one" in await typed("@one: /mood")
    assert (window.who, window.room) == ("mod", "ring")
    assert await typed("@two:") == ""
    assert (window.who, window.room) == ("two", None)
    assert "I am a bot" in await typed("nonsense")
    assert "Not today." in await typed("clock 2026-03-29T19:30")
    assert "I can't read that." in await typed("@one does things")
    assert await typed("# a remark") == ""


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("/pl", ["plant"]),
        ("/plant so", ["soil:"]),
        ("/plant what:Be", ['"Bell heather"']),
        ("/plant Mo", ["Moss"]),
        ("/plant Moss soil:", ["clay", "sand"]),
        ("/plant Moss soil:sa", ["sand"]),
        ("@one #ring: /we", ["weed"]),
        ("@o", ["@one"]),
        ("@one #r", ["#ring"]),
        ("@one pr", ["presses"]),
        ("go", ["Good enough"]),
        ("/nothing x", []),
    ],
)
async def test_completion(window, line, offered):
    window, _, chat = window
    await window.takes("/mood")
    completions = Completions(
        chat.app.platforms["terminal"], chat.app.pipeline, lambda: (window.who, window.room)
    )
    found = completions.get_completions(Document(line), CompleteEvent())
    assert [one.text for one in found] == offered
