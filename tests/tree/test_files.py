"""Every file of ours: short enough to read, named for what is in it, explained, and excused by reasons."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.sdk
import bot.sdk.settings

from .house import OURS, ROOT, named, parsed, sources

LONGEST = 500
REASON = re.compile(r"^(Long because|In one file because)\b.{20,}", re.MULTILINE)
"""What a docstring says where a file is longer."""
BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "base",
    "common",
    "misc",
    "stuff",
    "lib",
}
"""Names where the rest goes to hide."""
EXCUSE = re.compile(r"#\s*(?P<what>type:\s*ignore|noqa|pragma: no cover|nosec)(?P<rest>.*)")
SPECIFIC = re.compile(r"(\[[\w, -]+\]|:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)(?P<reason>.*)\Z")


def test_no_file_is_longer_than_can_be_read() -> None:
    long = []
    for file in sources():
        lines = file.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST and not REASON.search(ast.get_docstring(parsed(file)) or ""):
            long.append(f"{named(file)}: {lines}")
    assert not long, f"split it, or say in its docstring 'Long because …': {long}"


def test_modules_and_folders_have_names_of_the_field() -> None:
    paths = [
        part
        for folder in OURS
        for part in (ROOT / folder).rglob("*")
        if part.is_dir() or part.suffix == ".py"
    ]
    bad = {named(one) for one in paths if one.stem.lstrip("_").lower() in BANNED}
    assert not bad


def unexcused(written: str) -> Iterator[tuple[int, str]]:
    """Suppressed findings of a checker that name no rule, or give no reason. A reason may stand on the
    line itself or at an earlier excuse for the same rules in the same file."""
    excused: set[str] = set()
    for token in tokenize.generate_tokens(io.StringIO(written).readline):
        if token.type != tokenize.COMMENT or (found := EXCUSE.search(token.string)) is None:
            continue
        specific = SPECIFIC.match(found["rest"].strip())
        rules = specific.group(1).replace(" ", "").lstrip(":") if specific else ""
        reason = specific["reason"] if specific else ""
        if re.search(r"[^\W\d_]{4,}", reason):
            excused.add(rules)
        elif rules not in excused:
            yield token.start[0], token.string


def test_whatever_is_excused_has_a_reason() -> None:
    found = [
        f"{named(file)}:{line}: {comment}"
        for file in sources()
        for line, comment in unexcused(file.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("x = 1  # noqa", False),
        ("x = 1  # noqa: T201", False),
        ("x = 1  # noqa: T201 - this is a command line", True),
        ("x = 1  # type: ignore", False),
        ("x = 1  # type: ignore[assignment]", False),
        ("x = 1  # type: ignore[assignment]  # the same for our use", True),
        ("x = 1  # noqa: T201 - this is a command line\ny = 2  # noqa: T201", True),
        ("x = 1  # noqa: T201 - this is a command line\ny = 2  # noqa: S608", False),
        ("x = '# noqa'", True),
    ],
)
def test_an_excuse_without_reason_is_seen(line: str, fine: bool) -> None:
    assert (not list(unexcused(line + "\n"))) == fine


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public classes, functions and methods of a module that say nothing about themselves."""
    if ast.get_docstring(tree) is None and tree.body:
        yield "the module"
    yield from _undocumented(tree.body, "")


def _undocumented(body: list[ast.stmt], within: str) -> Iterator[str]:
    for node in body:
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) or node.name.startswith("_"):
            continue
        decorators = {ast.unparse(one).rpartition(".")[2] for one in node.decorator_list}
        stub = "property" in decorators and ast.unparse(node.body[0]) == "..."  # its Protocol explains it
        if (
            ast.get_docstring(node) is None
            and not stub
            and not decorators & {"overload", "setter", "override"}
        ):
            yield f"{within}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node.body, f"{node.name}.")


def test_what_is_public_is_explained() -> None:
    found = [
        f"{named(file)}: {one}"
        for file in sources("bot", "cogs", "tools")
        for one in undocumented(parsed(file))
    ]
    assert not found


def test_what_is_not_explained_is_seen() -> None:
    code = (
        '"""A module."""\nclass A:\n    """A."""\n    def b(self): ...\n    def _c(self): ...\ndef d(): ...\n'
    )
    assert list(undocumented(ast.parse(code))) == ["A.b", "d"]


@pytest.mark.parametrize("module", [bot.sdk, bot.sdk.settings], ids=["sdk", "settings"])
def test_every_public_name_of_the_sdk_is_there(module: object) -> None:
    public = module.__all__  # type: ignore[attr-defined]  # both have one
    assert len(set(public)) == len(public)
    for name in public:
        assert getattr(module, name) is not None, name


def test_the_lazy_sdk_knows_a_home_for_each_name_and_no_more() -> None:
    assert sorted(bot.sdk._HOME_OF) == sorted(bot.sdk.__all__)
    typed = {
        alias.name
        for node in parsed(Path(bot.sdk.__file__)).body
        if isinstance(node, ast.If)
        for one in node.body
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    }
    assert typed == set(bot.sdk.__all__), "what type checkers see is what there is"
    with pytest.raises(AttributeError, match=r"bot\.sdk\.__all__"):
        _ = bot.sdk.Pipeline


def test_what_cogs_import_from_the_sdk_is_public() -> None:
    taken = {
        alias.name
        for file in sources("cogs")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.module == "bot.sdk"
        for alias in node.names
    }
    assert taken <= set(bot.sdk.__all__)
