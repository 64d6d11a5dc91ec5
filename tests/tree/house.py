"""The whole tree as data: its files, its cogs, and the texts that its code names."""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from bot import loading
from bot.config.check import description_key
from bot.sdk.commands import Cog, Command, Param, form_params
from bot.sdk.texts import Texts

ROOT = Path(__file__).parents[2]
OURS = ("bot", "cogs", "tools", "benchmarks", "tests")
LANGUAGES = ("en", "de")
"""The languages that every cog that ships is complete in."""


def sources(*folders: str) -> list[Path]:
    """Every Python file of ours in these folders, `start.py` with the tools."""
    found = [file for folder in folders or OURS for file in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, ROOT / "start.py"] if "tools" in (folders or OURS) else found


def named(file: Path) -> str:
    """A file as a finding names it."""
    return file.relative_to(ROOT).as_posix()


@functools.lru_cache(maxsize=1024)
def parsed(file: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def folder_of(cog: str) -> Path:
    """The folder of a cog that ships."""
    return ROOT / "cogs" / cog


@functools.lru_cache(maxsize=64)
def cog_of(name: str) -> Cog[Any]:
    """A cog that ships. Raises whatever its import raises."""
    return loading.find(name)


@functools.lru_cache(maxsize=1)
def texts() -> Texts:
    """The texts of the core and of every cog that ships."""
    made = Texts()
    for name in loading.SHIPPED:
        made.add(name, folder_of(name) / "texts")
    return made


def forms_of(cog: Cog[Any]) -> dict[str, tuple[Param, ...]]:
    """A cog's forms by name in small letters, with their questions."""
    forms = {one.form for one in cog.commands.values() if one.form is not None}
    return {form.__name__.lower(): form_params(form) for form in forms}


def key_of(command: Command) -> str:
    """The key of a command's texts."""
    return "command-" + command.path.replace(" ", "-")


def option_key(command: Command, param: Param) -> str:
    """The key of an option's help."""
    return f"{key_of(command)}-{param.name.replace('_', '-')}"


def choices_of(cog: Cog[Any]) -> dict[str, Param]:
    """The keys of every choice that an option or a question of a form offers, listed or not: a button's
    choice is read by its label, too."""
    params = [param for one in cog.commands.values() for param in one.params]
    params += [param for questions in forms_of(cog).values() for param in questions]
    return {
        f"choice-{type(member).__name__.lower()}-{member.value}": param
        for param in params
        if param.choice is not None
        for member in param.choice
    }


def needed_keys(cog: Cog[Any], language: str) -> dict[str, str]:
    """Every key that the sdk looks for by its naming scheme and must find: key -> what it is."""
    needed = dict.fromkeys(choices_of(cog), "a choice")
    for command in cog.commands.values():
        if not command.listed:
            continue
        for param in command.params:
            needed[option_key(command, param)] = f"the help of an option of /{command.path}"
        if command.group:
            needed[f"group-{command.group}"] = "the help of a group"
        if language != "en":
            needed[key_of(command)] = f"the help of /{command.path}"
            needed[f"{key_of(command)}.name"] = f"the name of /{command.path}"
    for form, questions in forms_of(cog).items():
        if language != "en":
            needed[f"form-{form}"] = "the title of a form"
        for question in questions:
            needed[f"form-{form}-{question.name.replace('_', '-')}"] = "a question"
    if cog.keeps:
        needed["kept-title"] = "the heading over what is kept"
    for kept in cog.keeps:
        needed[f"kept-{kept.name}"] = "what is kept"
    return needed


def schemed_keys(cog: Cog[Any]) -> set[str]:
    """Every key that the sdk's naming scheme can lead to, needed or not, without attributes."""
    keys = {key.partition(".")[0] for language in LANGUAGES for key in needed_keys(cog, language)}
    keys |= {key_of(one) for one in cog.commands.values() if one.listed}
    return keys | {f"form-{form}" for form in forms_of(cog)}


@functools.lru_cache(maxsize=1)
def described_settings() -> frozenset[str]:
    """The keys of what settings are for, as far as a finding can say it: of those that can be missing,
    are held against a pattern, or say themselves what is wrong. English has them in code."""
    from bot.communities import profile_model

    found: set[str] = set()
    seen: set[type[BaseModel]] = set()
    models = [profile_model([cog_of(name) for name in loading.SHIPPED])]
    while models:
        model = models.pop()
        seen.add(model)
        decorated = model.__pydantic_decorators__.field_validators.values()
        checked = {name for one in decorated for name in one.info.fields}
        for name, field in model.model_fields.items():
            parts = [field.annotation, *field.metadata, *_inside(field.annotation)]
            if field.is_required() or name in checked or any(getattr(one, "pattern", None) for one in parts):
                found.add(description_key(model, name))
            models += [one for one in parts if _is_model(one) and one not in seen]
    return frozenset(found)


def _inside(annotation: object) -> Iterator[Any]:
    """All that an annotation is made of: types, and what `Annotated` adds to them."""
    for one in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield one
        yield from _inside(one)


def _is_model(one: object) -> bool:
    return isinstance(one, type) and not get_args(one) and issubclass(one, BaseModel)


# --- what code says -----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Said:
    """A text that code names: its key, the arguments it fills in (None where they cannot be read from
    the code), where, and as what (`button`, `form`…)."""

    key: str
    args: frozenset[str] | None
    where: str
    role: str


_VIEW = {"title", "fields", "buttons", "table", "files", "pages", "private", "footer"}
_KEYED = {
    # callee -> positions and keywords that hold a text, and the role they play
    "View": ((0,), ("title", "footer"), "text"),
    "Button": ((0,), (), "button"),
    "Field": ((0, 1), ("name", "text"), "field"),
    "Progress": ((0,), ("text",), "text"),
    "Option": ((1,), ("label",), "choice"),
    "Picture": ((2,), ("alt",), "text"),
    "File": ((2,), ("alt",), "text"),
    "Refused": ((0,), (), "text"),
    "NotAllowed": ((0,), (), "text"),
    "TooMany": ((0,), (), "text"),
    "text": ((0,), (), "text"),
    "phrase": ((0,), (), "text"),
    "say": ((0,), (), "text"),
}


def said_in(file: Path, tree: ast.Module | None = None) -> Iterator[Said]:
    """Every text that a file names where the vocabulary takes one."""
    tree = tree or parsed(file)
    pydantics = {
        alias.asname or alias.name
        for one in ast.walk(tree)
        if isinstance(one, ast.ImportFrom) and one.module == "pydantic"
        for alias in one.names
    }
    on_buttons = {id(one) for call in ast.walk(tree) for one in _inner_texts(call)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = called(call)
        if name not in _KEYED or name in pydantics:
            continue
        positions, keywords, role = _KEYED[name]
        where = f"{file.name}:{call.lineno}"
        slots = [call.args[at] for at in positions if at < len(call.args)]
        slots += [one.value for one in call.keywords if one.arg in keywords]
        for at, slot in enumerate(slots):
            for key in literals(slot):
                args: frozenset[str] | None = frozenset()
                if at == 0 and name in {"View", "text", "phrase", "Refused", "NotAllowed", "TooMany"}:
                    args = _filled(call)
                yield Said(key, args, where, "button" if id(call) in on_buttons else role)
    for table in ast.walk(tree):
        if isinstance(table, ast.Call) and called(table) == "Table" and table.args:
            for column in getattr(table.args[0], "elts", ()):
                for key in literals(column):
                    yield Said(key, frozenset(), f"{file.name}:{table.lineno}", "text")


def _inner_texts(call: ast.AST) -> list[ast.Call]:
    if not isinstance(call, ast.Call) or called(call) != "Button" or not call.args:
        return []
    return [one for one in ast.walk(call.args[0]) if isinstance(one, ast.Call) and called(one) == "text"]


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def literals(node: ast.AST) -> Iterator[str]:
    """The strings that an expression can be, as far as they stand in the code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from literals(one)


def _filled(call: ast.Call) -> frozenset[str] | None:
    if any(one.arg is None for one in call.keywords):
        return None
    return frozenset(str(one.arg) for one in call.keywords) - _VIEW - {"field"}


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are documentation: strings that stand alone as statements."""
    return {
        id(one.value)
        for one in ast.walk(tree)
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    }


def strings_in(file: Path) -> tuple[set[str], list[re.Pattern[str]]]:
    """Every string in a file's code, and a pattern for each that is put together with at least three
    letters to know it by."""
    tree = parsed(file)
    documentation = docstrings(tree)
    plain = {
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in documentation
    }
    patterns = []
    for one in ast.walk(tree):
        if isinstance(one, ast.JoinedStr):
            fixed = [str(part.value) for part in one.values if isinstance(part, ast.Constant)]
            if sum(map(len, fixed)) >= 3:
                patterns.append(
                    re.compile(
                        "".join(
                            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9-]+"
                            for part in one.values
                        )
                        + r"\Z"
                    )
                )
    return plain, patterns
