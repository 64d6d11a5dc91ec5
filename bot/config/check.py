"""A document held against a pydantic model: every error with its place, in plain words, all at once."""

from __future__ import annotations

import copy
import functools
import inspect
import math
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from bot.config.documents import Document
from bot.config.findings import MAX_FINDINGS, Finding, Path, in_order, listed, nearest, shortened
from bot.config.phrases import Sentence, phrase, sentence_of
from bot.config.secret_shapes import looks_secret
from bot.config.sentences import WRONG_KIND, choices_in, first_clause, sentence

M = TypeVar("M", bound=BaseModel)

_ABSENT = object()
_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument", "no_such_attribute"})
_WRONGS = "hearth_wrongs"
_NUMERIC = re.compile(r"\s*[-+.0-9nNiI]")
"""How a text begins that could be taken for a number, `nan` and `inf` among them."""
_LOOSE_NUMBER = re.compile(r"[-+]?(?:0[0-9_]+|[0-9]+_[0-9_]*)(?:\.[0-9_]*)?")


class Wrong(NamedTuple):
    """One thing wrong with a value, as a validator says it.

    `problem` follows the setting's name ("is no time zone"), `expected` the word "expected"; where it is
    empty, the setting's description is used. `near` is the nearest valid name, or a function that looks for
    it, called only for findings that are shown. `at` is the path below the value that was validated;
    `by_name` points at a setting's name, not its value. What is wrong and expected can be a `Sentence`, which
    is read in chat in the reader's language; other words stay as they are.
    """

    problem: str
    expected: str = ""
    near: str | Callable[[], str] = ""
    at: Path = ()
    by_name: bool = False


def wrong(problem: str, expected: str = "", near: str | Callable[[], str] = "") -> PydanticCustomError:
    """The error to raise in a validator; see `Wrong`."""
    return all_wrong([Wrong(problem, expected, near)])


def all_wrong(wrongs: Iterable[Wrong]) -> PydanticCustomError:
    """The error to raise in a validator that found several things wrong."""
    return PydanticCustomError(_WRONGS, "not valid", {"wrongs": tuple(wrongs)})


def check(
    document: Document, model: type[M], context: Mapping[str, Any] | None = None
) -> tuple[M | None, list[Finding]]:
    """Validate a document; returns the model, or None and every finding in the order of the file.

    A number or a true or false that stands where text is wanted is taken as it was written. `context` is
    handed to the model's validators.
    """
    data: Any = document.data
    respelled: set[Path] = set()
    while True:
        try:
            checked = model.model_validate(data, context=dict(context or {}))
        except ValidationError as error:
            errors = [_located(each, data) for each in error.errors(include_url=False)]
            respell = {
                each.path
                for each in errors
                if each.kind in WRONG_KIND and each.path in document.spelling and each.path not in respelled
            }
            if not respell:
                return None, _findings(document, model, errors, data)
            data = data if respelled else copy.deepcopy(data)
            respelled |= respell
            for path in respell:
                _put(data, path, document.spelling[path])
        else:
            misread = in_order(_misread(document, checked))
            return (None, misread) if misread else (checked, [])


@dataclass(frozen=True)
class _Error:
    """One of pydantic's errors: where in the data, and which branches of unions it passed (path, tag)."""

    kind: str
    path: Path
    value: Any
    context: Mapping[str, Any]
    branches: tuple[tuple[Path, str], ...]
    by_name: bool


def _located(error: Any, data: Any) -> _Error:
    path: list[str | int] = []
    branches: list[tuple[Path, str]] = []
    by_name = error["type"] in _UNKNOWN
    here = data
    loc = error["loc"]
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        below = _below(here, part)
        if below is not _ABSENT:
            path.append(part)
            here = below
        elif last and error["type"] in _MISSING:
            path.append(part)
        elif last and part == "[key]":
            by_name = True
        else:
            branches.append((tuple(path), str(part)))
    return _Error(
        error["type"], tuple(path), error["input"], error.get("ctx") or {}, tuple(branches), by_name
    )


def _below(data: Any, part: Any) -> Any:
    if isinstance(data, dict) and isinstance(part, str):
        return data.get(part, _ABSENT)
    if isinstance(data, (list, tuple)) and isinstance(part, int) and 0 <= part < len(data):
        return data[part]
    return _ABSENT


def _put(data: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def _findings(document: Document, model: type[BaseModel], errors: list[_Error], data: Any) -> list[Finding]:
    errors = [error for error in _one_branch(errors) if not _miscounted(error)]
    errors.sort(key=lambda each: document.place(each.path, name=each.by_name))
    found: list[Finding] = []
    meant: dict[Path, set[str]] = {}
    missing: list[tuple[Path, Finding]] = []
    for error in errors:
        if len(found) + len(missing) > MAX_FINDINGS:
            break
        for finding in _said(document, model, error):
            if (finding.line, finding.column) in document.faulty:
                continue
            if error.kind in _MISSING:
                missing.append((error.path, finding))
                continue
            if error.kind in _UNKNOWN and finding.nearest:
                meant.setdefault(error.path[:-1], set()).add(finding.nearest)
            found.append(finding)
    # A misspelt name is one mistake, not an unknown setting and a missing one.
    found += [finding for path, finding in missing if path[-1] not in meant.get(path[:-1], ())]
    if not found and not document.faulty:
        found = [Finding(document.file, 1, 1, phrase("this-unusable"))]
    return in_order(found)


def _one_branch(errors: list[_Error]) -> list[_Error]:
    """Errors of a union thinned to the branch that was most likely meant, outermost union first."""
    settled = [error for error in errors if not error.branches]
    unions: dict[Path, list[_Error]] = {}
    for error in errors:
        if error.branches:
            unions.setdefault(error.branches[0][0], []).append(error)
    for point, group in unions.items():
        by_branch: dict[str, list[_Error]] = {}
        for error in group:
            by_branch.setdefault(error.branches[0][1], []).append(replace(error, branches=error.branches[1:]))
        fitting = [
            branch
            for branch in by_branch.values()
            if not any(each.path == point and not each.branches and _wrong_kind(each) for each in branch)
        ]
        one_value = not isinstance(group[0].value, (dict, list)) and all(each.path == point for each in group)
        if fitting and (len(fitting) == 1 or not one_value):
            settled += _one_branch(min(fitting, key=len))
        else:
            meant = fitting or list(by_branch.values())
            settled.append(
                _any_of(point, [each for branch in meant for each in branch if each.path == point])
            )
    return settled


def _miscounted(error: _Error) -> bool:
    """Pydantic counts valid entries only; a list is not too short because some of its entries are wrong."""
    return (
        error.kind == "too_short"
        and isinstance(error.value, list)
        and len(error.value) >= error.context.get("min_length", 0)
    )


def _wrong_kind(error: _Error) -> bool:
    if error.kind in {"literal_error", "enum"}:
        return isinstance(error.value, (dict, list))
    return error.kind in WRONG_KIND


def _any_of(point: Path, errors: list[_Error]) -> _Error:
    """One error for a value that fits no branch: what any of them expected, joined."""
    first = errors[0]
    names = [name for each in errors for name in choices_in(each.context)]
    expected = dict.fromkeys(filter(None, map(_expected, errors)))
    problem = sentence("string_type", first.value, {}, "")[0]
    near = nearest(first.value, names) if isinstance(first.value, str) else ""
    either = functools.reduce(lambda one, other: phrase("either", one=one, other=other), expected or [""])
    said = Wrong(problem, either, near)
    return _Error(_WRONGS, point, first.value, {"wrongs": (said,)}, (), False)


def _expected(error: _Error) -> str:
    wrongs = error.context.get("wrongs")
    return wrongs[0].expected if wrongs else sentence(error.kind, error.value, error.context, "")[1]


def _said(document: Document, model: type[BaseModel], error: _Error) -> Iterator[Finding]:
    description = _description_at(model, error.path)
    for each in error.context.get("wrongs", (None,)):
        path, near, by_name = error.path, "", error.by_name
        if isinstance(each, Wrong):
            path, by_name = (*path, *each.at), each.by_name or by_name
            problem, expected = each.problem, each.expected or first_clause(description)
            near = each.near() if callable(each.near) else each.near
        else:
            problem, expected = sentence(error.kind, error.value, error.context, description)
        if error.kind in _UNKNOWN:
            names = _names_at(model, path[:-1])
            expected = listed(names) if names else phrase("another-name")
            near = nearest(str(path[-1]), names)
        elif choices := choices_in(error.context):
            near = nearest(str(error.value), choices)
        if error.kind in _MISSING:
            line, column = document.place(path[:-1], name=True) if path[:-1] else (1, 1)
        else:
            line, column = document.place(path, name=by_name)
        # A cog's own sentence may hold what was typed.
        problem = phrase("holds-secret") if looks_secret(problem) else sentence_of(problem)
        about = "about-own" if error.kind in {"value_error", "assertion_error"} else "about"
        yield Finding(document.file, line, column, _named(path, problem, about), expected, near)


def _named(path: Path, problem: str, about: str = "about") -> str:
    """The problem with the setting's name in front."""
    name = ""
    for part in path:
        name = f"{name}[{part + 1}]" if isinstance(part, int) else str(part)
    return phrase(about, name=shortened(name), problem=problem) if name else problem


def _misread(document: Document, checked: BaseModel) -> Iterator[Finding]:
    """Values that pydantic took for a number although nobody wrote one: `true`, `0123`, `nan`."""
    for path, written in document.leaves():
        if not isinstance(written, bool) and not (isinstance(written, str) and _NUMERIC.match(written)):
            continue
        read = _read(checked, path)
        if isinstance(read, bool) or not isinstance(read, (int, float)):
            continue
        if isinstance(written, bool):
            loose = read == written
        else:
            loose = _LOOSE_NUMBER.fullmatch(written) is not None or not math.isfinite(read)
        if loose:
            problem, expected = sentence(
                "int_type" if isinstance(read, int) else "float_type", written, {}, ""
            )
            if isinstance(read, int) and not isinstance(written, bool):
                expected = phrase("such-as", expected=expected, example=read)
            line, column = document.place(path)
            yield Finding(document.file, line, column, _named(path, problem), expected)


def _read(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, BaseModel):
            fields = type(value).model_fields
            name = next((name for name, field in fields.items() if (field.alias or name) == part), None)
            value = getattr(value, name, None) if name is not None else None
        elif isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, (list, tuple)) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _forms(annotation: Any) -> Iterator[Any]:
    """The types an annotation allows, without Annotated, Optional and Union around them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _forms(get_args(annotation)[0])
    elif origin is Union or origin is types.UnionType:
        for each in get_args(annotation):
            yield from _forms(each)
    else:
        yield annotation


class _Step(NamedTuple):
    """What a setting may hold, and the model and name of the setting itself, where it has a name."""

    annotation: Any
    model: type[BaseModel] | None = None
    name: str = ""


def _steps(annotation: Any, part: str | int) -> Iterator[_Step]:
    for form in _forms(annotation):
        if inspect.isclass(form) and issubclass(form, BaseModel):
            for name, field in form.model_fields.items():
                if (field.alias or name) == part:
                    yield _Step(field.annotation, form, name)
            continue
        inner = [each for each in get_args(form) if each is not Ellipsis]
        if isinstance(part, int):
            yield from map(_Step, inner)
        elif len(inner) == 2:
            yield _Step(inner[1])


def _reached(model: type[BaseModel], path: Path) -> list[_Step]:
    here = [_Step(model)]
    for part in path:
        here = [step for one in here for step in _steps(one.annotation, part)]
    return here


def _description_at(model: type[BaseModel], path: Path) -> str:
    """What the setting at a path is for; empty where it has no name of its own."""
    for step in _reached(model, path):
        if step.model is not None:
            description = step.model.model_fields[step.name].description or ""
            return Sentence(description, key=description_key(step.model, step.name))
    return ""


def description_key(model: type[BaseModel], name: str) -> str:
    """The text that says in another language what a setting is for: `setting-rule-id` for `Rule.id`. It is
    the one where the setting was declared first."""
    owner = next(one for one in reversed(model.__mro__) if name in getattr(one, "model_fields", {}))
    return f"setting-{owner.__name__}-{name}".lower().replace("_", "-").rstrip("-")


def _names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The names of the settings that may stand at a path."""
    names: dict[str, None] = {}
    for step in _reached(model, path):
        for form in _forms(step.annotation):
            if inspect.isclass(form) and issubclass(form, BaseModel):
                names.update((field.alias or name, None) for name, field in form.model_fields.items())
    return list(names)
