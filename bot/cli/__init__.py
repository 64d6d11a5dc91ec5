"""The `hearth` command. Each of its commands says what it does with `--help`."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Peer-support groups inside the chat servers people already use.",
)  # fmt: skip

rules = typer.Typer(no_args_is_help=True, help="Moderators' rules, offline.")
app.add_typer(rules, name="rules")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The operator's config.yaml; ./config.yaml when it is there."),
]


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        _say(f"Hearth {version('hearth-bot')}")
        raise typer.Exit


@app.callback()
def hearth(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which Hearth this is.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Peer-support groups inside the chat servers people already use."""


def main() -> None:
    """Run the command line. What was not foreseen is one sentence and the places it came through: the text
    of an exception may hold anything."""
    from bot.privacy.redact import place_of, set_up

    # Every command logs through the net: without it Python prints warnings and exceptions with all they say.
    set_up(_to_stderr, readable=True, level=logging.WARNING)
    try:
        app()
    except Exception as error:
        print("Something went wrong that Hearth did not foresee. Where:", file=sys.stderr)
        print("\n".join(f"  {place}" for place in place_of(error)), file=sys.stderr)
        sys.exit(70)


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


def _stop(sentence: str, code: int = 1) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)


def _say(line: str = "") -> None:
    print(line)


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _config(path: Path | None) -> Any:
    """The operator's config; every finding is printed and ends the command."""
    from bot.config.files import read_source
    from bot.config.operator import OperatorConfig, parse_operator

    chosen = path or Path("config.yaml")
    if path is None and not chosen.exists():
        return OperatorConfig()
    source, findings = read_source(chosen)
    config = None
    if not findings:
        config, findings = parse_operator(source, str(chosen), chosen.parent)
    if config is None or findings:
        _stop("\n".join(str(finding) for finding in findings))
    return config


def _config_if_readable(path: Path | None) -> Any:
    """The operator's config, or, where it cannot be read, the defaults: the findings are printed, and what
    was asked for is done all the same."""
    from bot.config.operator import OperatorConfig

    try:
        return _config(path)
    except typer.Exit:
        return OperatorConfig()


def _same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except (OSError, ValueError):
        return False


@app.command()
def run(
    config: ConfigOption = None,
    shards: Annotated[
        str, typer.Option(help="Which part of Discord's shards this process serves, such as 0-3/16.")
    ] = "",
) -> None:
    """Serve the communities of the config, on every platform it names."""
    # What a start makes stays: looking through it for what to throw away takes a twelfth of it. `App.run`
    # switches the collector on again.
    gc.disable()
    from bot.cli.ending import run_to_the_end
    from bot.cli.running import serve

    try:
        code = run_to_the_end(serve(_config(config), shards))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


@app.command(name="try")
def try_(
    script: Annotated[
        str, typer.Option(help="Run the lines of a file, or of standard input with -, without a person.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything anyone sees, one JSON object a line.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin with an empty community that is forgotten at the end.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Open the local terminal chat on a sample community. No token, no account."""
    import tempfile

    from bot.cli.trying import run as attempt
    from bot.config.operator import Database, Keys, Space
    from bot.shipped import SPACE_EXAMPLE
    from bot.storage.errors import AlreadyRunning

    chosen = _config(config)
    if not any(space.terminal for space in chosen.spaces.values()):
        sample = Space(profile=SPACE_EXAMPLE, terminal=True)
        chosen = chosen.model_copy(update={"spaces": {**chosen.spaces, "sample": sample}})
    with tempfile.TemporaryDirectory(prefix="hearth-") as folder:
        if fresh:
            empty = {"home": Path(folder), "database": Database(), "keys": Keys()}
            chosen = chosen.model_copy(update=empty)
        try:
            code = attempt(chosen, script=script or None, as_json=as_json)
        except AlreadyRunning as error:
            _stop(str(error))
        except KeyboardInterrupt:
            code = 130
    raise typer.Exit(code)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A config.yaml or a space profile.")],
    config: ConfigOption = None,
) -> None:
    """Check a config or a space profile. Prints one finding a line; exits 0 when there is none, else 1."""
    from bot.cli.names import known_names
    from bot.communities import profile_model
    from bot.config.files import check_file
    from bot.config.operator import OperatorConfig
    from bot.loading import find_all

    names = OperatorConfig().cogs
    if config is not None or not _same(file, Path("config.yaml")):
        # Which sections a profile may have depends on the cogs; a config that is checked itself needs none.
        names = _config(config).cogs
    cogs, _ = find_all(names)
    findings = check_file(file, profile_model(cogs), known=known_names())
    for finding in findings:
        _say(str(finding))
    raise typer.Exit(1 if findings else 0)


@app.command()
def schema(
    what: Annotated[str, typer.Argument(help="config or profile")] = "profile", config: ConfigOption = None
) -> None:
    """Print the JSON Schema of a config or profile, so that editors complete and explain it."""
    from bot.communities import profile_model
    from bot.config.schema import operator_schema, profile_schema
    from bot.loading import find_all

    if what not in ("config", "profile"):
        _stop(f"{what!r} has no schema; there is one of config and one of profile.", 2)
    cogs, _ = find_all(_config(config).cogs)
    made = operator_schema() if what == "config" else profile_schema(profile_model(cogs))
    _say(json.dumps(made, indent=2, ensure_ascii=False))


@app.command()
def crisis(
    country: Annotated[str, typer.Argument(help="A country, by name or two-letter code.")],
    kind: Annotated[str, typer.Option(help="A kind of help, such as suicide or domestic-violence.")] = "",
    language: Annotated[str, typer.Option(help="A language to talk in, by its code.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every fact with its source, as JSON.")] = False,
    config: ConfigOption = None,
) -> None:
    """Show helplines offline, with their sources. Needs neither storage nor network."""
    from bot.cli.crisis_line import lookup

    raise typer.Exit(lookup(country, kind, language, as_json, _config_if_readable(config)))


@rules.command(name="test")
def rules_test(
    profile: Annotated[Path, typer.Option("--profile", help="The space profile whose rules are tried.")],
    file: Annotated[
        Path | None, typer.Argument(help="Lines, or JSON lines with a text; by default standard input.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one JSON object a line: id, rules, actions.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say which rules of a profile each line would meet, where in it, and what would happen."""
    from bot.cli.rules_line import try_lines

    raise typer.Exit(try_lines(profile, file, jsonl, _config(config)))


@app.command()
def doctor(
    config: ConfigOption = None,
    helplines: Annotated[
        bool, typer.Option("--helplines", help="List helplines checked over six months ago.")
    ] = False,
) -> None:
    """Say what is missing where: key, storage, cogs, profiles, permissions. Exits 1 if anything is."""
    from bot.cli.doctor import examine, stale_helplines

    chosen = _config(config)
    raise typer.Exit(stale_helplines(chosen) if helplines else _run(examine(chosen)))


@app.command()
def migrate(config: ConfigOption = None) -> None:
    """Bring the database up to date, with a copy made first. `run` does the same at start."""
    from bot.cli.keeping import migrate as work

    raise typer.Exit(_run(work(_config(config))))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to put it.")], config: ConfigOption = None
) -> None:
    """Make a consistent copy of the database, while Hearth runs or not. The key is not in it."""
    from bot.cli.keeping import back_up

    raise typer.Exit(_run(back_up(_config(config), file)))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")], config: ConfigOption = None) -> None:
    """Put a backup in place and keep the present database. Erasures made since are applied again."""
    from bot.cli.keeping import bring_back

    raise typer.Exit(_run(bring_back(_config(config), file)))


@app.command()
def key(
    what: Annotated[str, typer.Argument(help="show, confirm, rotate, rekey, recover or matrix")],
    config: ConfigOption = None,
) -> None:
    """The master key: show it, confirm that it is written down, change it, or put it back."""
    from bot.cli.keeping import key_command

    raise typer.Exit(_run(key_command(_config(config), what)))
