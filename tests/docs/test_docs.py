"""README.md and docs/*.md say what is true: commands, options, settings, links and examples exist and run.

How the pages are written, so that this can be read from them:

- **Command lines** begin with `hearth`: alone in backticks, or as a line `$ hearth …` (or `hearth …`) in a
  fenced block. Command and options must exist; words in CAPITALS stand for something.
- **Examples that run** are fenced as `console`: the first line is `$ hearth …` (`try` with `--fresh`,
  `crisis`, `check` or `schema`), the lines below it must be said, in that order; a line that is only `…`
  stands for anything. They run in an empty folder that holds the page's *named* blocks: a block is a file
  when a line with its name in backticks and a colon stands just above it. What must not run is fenced as
  `text`.
- **Conversations** are fenced as `script` and run through `hearth try --fresh --script -`. A block fenced as
  `seen` right after one lists lines that somebody must have seen, in order. Nothing in a script may be
  refused as unknown.
- **Settings** stand in tables whose first heading is `Setting`: those of `config.yaml` on docs/operators.md,
  those of a space's profile on docs/moderators.md. The first column names a section or settings in backticks
  (`limits`, `crisis.lines`, `name`), without the names people give and without brackets; the rest of the row
  names, in backticks, what is inside it. Whatever is named there exists (or is a value that a setting
  takes), every setting is named so, and so does every `name: value` in backticks anywhere on the two pages.
- **YAML** in a named block `config.yaml` or `space.yaml` must pass `hearth check`.
- **Chat commands** stand in backticks, `/checkin` or `/reminder at:19:00` (or with `!`), with options that
  exist (not on docs/operators.md, where that may be a path). Every command for members is on
  docs/members.md, every other on docs/moderators.md.
- **Links** within the repository lead somewhere; those with `#` to a heading that is there.

A page that README.md does not link yet may be missing; from then on it may not. docs/cogs.md has, besides, a
test of its own (test_cogs_page.py), which builds what it shows.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot import loading
from bot.cli import app
from bot.communities import profile_model
from bot.config.schema import operator_schema, profile_schema
from bot.sdk.commands import Command
from bot.sdk.people import Level

from .pages import FENCE, ROOT, Block, blocks_of, hearth, shown_in_order

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PROMISED = ("members.md", "moderators.md", "operators.md", "cogs.md", "threat-model.md")
"""The pages that there will be."""
BUILT_ELSEWHERE = {"docs/cogs.md"}
"""Pages whose examples and chat commands belong to a project of their own, with its own test."""
OF_THE_MACHINE = {"docs/operators.md"}
"""Pages where `/word` may be a path or an address, too."""
PAGES = [README, *sorted(DOCS.glob("*.md"))]
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def page_or_skip(name: str) -> Path:
    """A promised page. Skips while README.md does not link it; fails once it does and the page is missing."""
    page = DOCS / name
    linked = f"docs/{name}" in README.read_text(encoding="utf-8")
    if not page.exists():
        assert not linked, f"README.md links docs/{name}, which is missing"
        pytest.skip(f"docs/{name} is not written yet, and README.md does not link it")
    return page


@pytest.mark.parametrize("name", PROMISED)
def test_a_page_that_the_readme_links_is_there_and_linked_once_it_is(name: str) -> None:
    page_or_skip(name)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    written = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(written):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name_of(page)}: {target} leads nowhere"
        if heading:
            assert heading in headings(file), f"{name_of(page)}: {target}: there is no such heading"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


# --- command lines --------------------------------------------------------------------------------------


def command_lines(page: Path) -> Iterator[tuple[int, str]]:
    """Every `hearth …` that a page shows, with its line."""
    written = page.read_text(encoding="utf-8")
    for block in blocks_of(page):
        for number, line in enumerate(block.body.splitlines(), block.line + 1):
            shown = line.strip().removeprefix("$ ")
            if shown.startswith("hearth ") and block.kind in {"", "console", "text", "sh"}:
                yield number, shown.partition(" #")[0].rstrip()
    for number, line in enumerate(written.splitlines(), 1):
        for code in CODE.findall(line):
            if re.match(r"hearth( |$)", code):
                yield number, code
        if re.match(r" {4}(\$ )?hearth ", line):
            yield number, line.strip().removeprefix("$ ").partition(" #")[0].rstrip()


def wrong_command_line(line: str) -> str | None:
    """What is wrong with a command line; None where it could be typed."""
    group = typer.main.get_command(app)
    commands: dict[str, Any] = getattr(group, "commands", {})
    _, *words = shlex.split(line.replace("…", ""))
    if not words:
        return None
    command = commands.get(words[0])
    if command is None:
        return None if words[0] == "--help" or words[0].isupper() else f"there is no hearth {words[0]}"
    while hasattr(command, "commands") and words[1:]:
        first, *words = words
        if words[0] not in command.commands:
            return f"there is no hearth {first} {words[0]}"
        command = command.commands[words[0]]
    options = {name: option for option in command.params for name in option.opts}
    given: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        name, assigned, _ = word.partition("=")
        if word.startswith("-") and word not in {"-", "--help"}:
            if name not in options:
                return f"hearth {words[0]} has no {name}"
            if not getattr(options[name], "is_flag", False) and not assigned and next(rest, None) is None:
                return f"{name} needs a value"
        elif word != "--help":
            given.append(word)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    if len(given) > len(arguments):
        return f"hearth {words[0]} takes {len(arguments)} words, not {len(given)}"
    if words[0] in {"key", "schema"} and given and not given[0].isupper():
        known = set(re.findall(r"[a-z]+", arguments[0].help or ""))
        if given[0] not in known:
            return f"hearth {words[0]} knows no {given[0]!r}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_command_lines_can_be_typed(page: Path) -> None:
    wrong = {
        f"{name_of(page)}:{number}: {line}": why
        for number, line in command_lines(page)
        if (why := wrong_command_line(line))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("hearth run --shards 0-3/16", True),
        ("hearth crisis COUNTRY --json", True),
        ("hearth crisis GB --jason", False),
        ("hearth key rekey", True),
        ("hearth key burn", False),
        ("hearth fly", False),
        ("hearth backup one two", False),
        ("hearth try --script", False),
    ],
)
def test_a_command_line_that_is_not_is_seen(line: str, fine: bool) -> None:
    assert (wrong_command_line(line) is None) == fine


def test_every_command_of_hearth_is_explained_to_operators() -> None:
    page = page_or_skip("operators.md")
    shown = {line.split()[1] for _, line in command_lines(page) if len(line.split()) > 1}
    there = set(getattr(typer.main.get_command(app), "commands", {}))
    assert not there - shown, "docs/operators.md shows no command line of these"


# --- examples -------------------------------------------------------------------------------------------

BLOCKS = [
    (page, block) for page in PAGES for block in blocks_of(page) if name_of(page) not in BUILT_ELSEWHERE
]
CONSOLES = [(page, block) for page, block in BLOCKS if block.kind == "console"]
SCRIPTS = [(page, block) for page, block in BLOCKS if block.kind == "script" and block.name is None]
OFFLINE = {"try", "crisis", "check", "schema", "rules"}
UNKNOWN = (
    "I don't know that one",
    "I am a bot and know only",
    "There is no such button",
    "There is nothing to press",
    "There is no open question",
)


def ids(one: object) -> str | None:
    return str(one) if isinstance(one, Block) else None if not isinstance(one, Path) else one.name


def with_files(page: Path, folder: Path) -> Path:
    """A folder with the page's named blocks as files."""
    for block in blocks_of(page):
        if block.name is not None:
            file = folder / block.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("page", "block"), CONSOLES, ids=ids)
def test_an_example_says_what_it_shows(page: Path, block: Block, tmp_path: Path) -> None:
    command, _, expected = block.body.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert command.startswith("$ hearth "), f"{block}: fence as `text` what must not run"
    assert words[1] in OFFLINE, f"{block}: fence as `text` what must not run"
    assert words[1] != "try" or "--fresh" in words, f"{block}: it would keep something"
    ran = hearth(*words[1:], cwd=with_files(page, tmp_path))
    assert ran.returncode in (0, 1), ran.stderr
    lacking = shown_in_order(expected, ran.stdout + ran.stderr)
    assert lacking is None, f"{block}: not said: {lacking!r}\n{ran.stdout}{ran.stderr}"


def seen_after(page: Path, block: Block) -> str | None:
    """The `seen` block that follows a script, if one does."""
    blocks = blocks_of(page)
    after = blocks[blocks.index(block) + 1 :]
    return after[0].body if after and after[0].kind == "seen" else None


@pytest.mark.parametrize(("page", "block"), SCRIPTS, ids=ids)
def test_a_conversation_goes_as_it_is_shown(page: Path, block: Block, tmp_path: Path) -> None:
    ran = hearth("try", "--fresh", "--script", "-", cwd=with_files(page, tmp_path), stdin=block.body)
    assert ran.returncode == 0, f"{block}: {ran.stderr}"
    assert not [words for words in UNKNOWN if words in ran.stdout], f"{block}:\n{ran.stdout}"
    lacking = shown_in_order(seen_after(page, block) or "", ran.stdout)
    assert lacking is None, f"{block}: nobody saw {lacking!r}\n{ran.stdout}"


def test_what_is_seen_belongs_to_a_script() -> None:
    for page in PAGES:
        blocks = blocks_of(page)
        for before, block in zip([None, *blocks], blocks, strict=False):
            if block.kind == "seen":
                assert before is not None, f"{block}: nothing was said before it"
                assert before.kind == "script", f"{block}: nothing was said before it"


def test_lines_out_of_order_are_seen() -> None:
    said = "one\n\ntwo\nthree\n"
    assert shown_in_order("one\n…\nthree\n", said) is None
    assert shown_in_order("two\none\n", said) == "one"
    assert shown_in_order("four\n", said) == "four"


# --- settings -------------------------------------------------------------------------------------------


Names = tuple[str, ...]


def setting_paths(schema: dict[str, Any]) -> tuple[set[Names], set[Names], set[str]]:
    """Every path of a schema, those that hold values and not further settings, and the values that are
    words. A path leaves out names that people give and places in lists."""
    defined = schema.get("$defs", {})
    every: set[Names] = set()
    values: set[str] = set()

    def walk(node: dict[str, Any], at: Names, within: frozenset[str]) -> None:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if name not in within:
                walk(defined[name], at, within | {name})
        values.update(str(one) for one in (*node.get("enum", ()), node.get("const"), node.get("default")))
        for name, one in node.get("properties", {}).items():
            every.add((*at, name))
            walk(one, (*at, name), within)
        inside = [
            node.get("additionalProperties"),
            node.get("items"),
            *node.get("patternProperties", {}).values(),
        ]
        for one in (*node.get("anyOf", ()), *node.get("allOf", ()), *node.get("oneOf", ()), *inside):
            if isinstance(one, dict):
                walk(one, at, within)

    walk(schema, (), frozenset())
    return every, every - {path[:-1] for path in every}, values


@functools.lru_cache(maxsize=2)
def settings_of(document: str) -> tuple[set[Names], set[Names], set[str]]:
    if document == "config.yaml":
        return setting_paths(operator_schema())
    cogs, broken = loading.find_all(loading.SHIPPED)
    assert not broken
    return setting_paths(profile_schema(profile_model(cogs)))


IDENTIFIER = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)*\Z")


def rows_of_settings(page: Path) -> list[tuple[list[Names], list[str]]]:
    """Of every row of every table of settings: what the first column names, and what the others do."""
    rows = []
    for table in re.findall(r"^\| *Setting *\|.*\n\|[ :|-]+\n((?:\|.*\n?)*)", prose(page), re.MULTILINE):
        for row in table.splitlines():
            _, first, rest = row.split("|", 2)
            named = [tuple(one.split(".")) for one in CODE.findall(first)]
            rows.append((named, [one for one in CODE.findall(rest) if IDENTIFIER.match(one)]))
    return rows


def within(part: Names, path: Names) -> bool:
    """Whether some names stand in a path, next to one another."""
    return any(path[at : at + len(part)] == part for at in range(len(path)))


def unnamed_and_unknown(
    rows: list[tuple[list[Names], list[str]]], every: set[Names], leaves: set[Names], values: set[str]
) -> tuple[set[str], set[str]]:
    """The settings that no row names, and what rows name that is none."""
    unknown, named = set(), set()
    for sections, others in rows:
        under = {path for path in every for section in sections if within(section, path)}
        unknown |= {".".join(one) for one in sections if not any(within(one, path) for path in every)}
        words = {tuple(one.split(".")) for one in others}
        unknown |= {
            ".".join(one)
            for one in words
            if not any(within(one, path) for path in under) and ".".join(one) not in values
        }
        inside = words | {section[-1:] for section in sections}
        named |= {path for path in under for word in inside if path[-len(word) :] == word}
    return {".".join(path) for path in leaves - named}, unknown


@pytest.mark.parametrize(
    ("name", "document"), [("operators.md", "config.yaml"), ("moderators.md", "space.yaml")]
)
def test_every_setting_is_named_and_exists(name: str, document: str) -> None:
    page = page_or_skip(name)
    every, leaves, values = settings_of(document)
    unnamed, unknown = unnamed_and_unknown(rows_of_settings(page), every, leaves, values)
    assert not unknown, f"docs/{name} names settings that {document} has not"
    assert not unnamed, f"docs/{name} lacks settings of {document}"


@pytest.mark.parametrize("name", ["operators.md", "moderators.md"])
def test_settings_that_are_shown_with_a_value_exist(name: str) -> None:
    both = settings_of("config.yaml")[0] | settings_of("space.yaml")[0]
    known = {part for path in both for part in path}
    for code in CODE.findall(prose(page_or_skip(name))):
        if shown := re.match(r"([a-z][a-z_]*): ", code):
            assert shown[1] in known, f"docs/{name}: there is no setting {shown[1]!r}"


def test_a_setting_that_is_missing_or_made_up_is_seen() -> None:
    every, leaves, values = settings_of("config.yaml")
    assert {("limits", "commands_per_minute"), ("spaces", "profile"), ("discord", "token_env")} <= leaves
    assert ("limits",) in every - leaves
    assert "lifted" in values
    profile = settings_of("space.yaml")[1]
    assert {("groups", "room"), ("groups", "checkins", "prompts", "at"), ("crisis", "lines", "id")} <= profile
    rows = [([("matrix",)], ["homeserver", "lifted", "speed"]), ([("colour",)], []), ([("limits",)], [])]
    unnamed, unknown = unnamed_and_unknown(rows, every, leaves, values)
    assert unknown == {"speed", "colour"}
    assert "matrix.homeserver" not in unnamed
    assert {"matrix.user", "limits.commands_per_minute"} <= unnamed


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_yaml_that_is_shown_is_valid(page: Path, tmp_path: Path) -> None:
    if name_of(page) in BUILT_ELSEWHERE:
        return
    with_files(page, tmp_path)
    for block in blocks_of(page):
        if block.name and Path(block.name).name in {"config.yaml", "space.yaml"}:
            ran = hearth("check", block.name, cwd=tmp_path)
            assert ran.returncode == 0, f"{block}: {ran.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_variables_of_the_environment_are_read_somewhere(page: Path) -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "bot").rglob("*.py")))
    code += (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    code += (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for name in set(re.findall(r"\bHEARTH_[A-Z_]+\b", page.read_text(encoding="utf-8"))):
        assert name in code, f"{name_of(page)}: nothing reads {name}"


# --- chat commands --------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1)
def chat_commands() -> dict[str, Command]:
    """Every listed command of the cogs that ship, by path."""
    cogs = [loading.find(name) for name in loading.SHIPPED]
    return {path: one for cog in cogs for path, one in cog.commands.items() if one.listed}


def chat_commands_on(page: Path) -> Iterator[tuple[str, list[str]]]:
    """(path or what stands for one, words after it) of every chat command in backticks."""
    for code in CODE.findall(prose(page)):
        if not re.match(r"[/!][a-z][a-z-]*( |$)", code):
            continue
        first, *rest = code[1:].split()
        if rest and f"{first} {rest[0]}" in chat_commands():
            first, rest = f"{first} {rest[0]}", rest[1:]
        yield first, rest


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_chat_commands_that_are_named_exist(page: Path) -> None:
    if name_of(page) in BUILT_ELSEWHERE | OF_THE_MACHINE:
        return
    groups = {one.group for one in chat_commands().values() if one.group}
    for path, words in chat_commands_on(page):
        where = f"{name_of(page)}: /{path}"
        command = chat_commands().get(path)
        if command is None:
            assert path in groups, f"{where} is no command"
            assert not words, f"{where} {words[0]} is no command"
            continue
        options = {param.name.replace("_", "-") for param in command.params}
        for word in words:
            option = re.match(r"([a-z-]+):", word)
            assert option is None or option[1] in options, f"{where} has no option {option and option[1]!r}"


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("members.md", {Level.MEMBER}),
        ("moderators.md", {Level.FACILITATOR, Level.MODERATOR, Level.OPERATOR}),
    ],
)
def test_every_chat_command_is_explained(name: str, levels: set[Level]) -> None:
    page = page_or_skip(name)
    wanted = {path for path, command in chat_commands().items() if command.level in levels}
    lacking = wanted - {path for path, _ in chat_commands_on(page)}
    assert wanted
    assert not lacking, f"docs/{name} does not name {sorted(lacking)}"
