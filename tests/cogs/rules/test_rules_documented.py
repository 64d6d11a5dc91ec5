"""Every condition and action stands in docs/rules.md, and every example there is true."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cogs.rules.matching.conditions import KIND_ORDER, Condition, Except, RulesSettings, Scope
from cogs.rules.matching.facts import Attachment
from cogs.rules.matching.habits import Seen, fingerprint
from cogs.rules.matching.packs import NAMES
from cogs.rules.matching.rules import Message, RuleSet, Surroundings, compile_rules

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
CODE = re.compile(r"`([^`]+)`")


def rows(first: str) -> list[list[str]]:
    """The cells of every row of the table whose first column is called so."""
    written = PAGE.read_text(encoding="utf-8")
    table = re.search(rf"^\| {first} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", written, re.MULTILINE)
    assert table is not None
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in table[1].splitlines()
    ]


def rule_set(condition: str) -> RuleSet:
    when = yaml.safe_load(condition)
    settings = RulesSettings.model_validate({"list": [{"id": "one", "when": when, "then": ["hold"]}]})
    around = Surroundings(("GB", "US"), frozenset({"116123"}))
    return compile_rules(settings, {}, ("en", "de"), around)


def message(example: str) -> Message:
    """An example: a text, or what else there is to know about a message."""
    if not example.startswith("{"):
        return Message(example, at=NOON)
    said: dict[str, Any] = yaml.safe_load(example)
    text = str(said.get("text", "hello"))
    more: dict[str, Any] = {}
    for earlier in range(1, said.get("again", said.get("messages", 1))):
        at = NOON - datetime.timedelta(seconds=earlier)
        mark = fingerprint(text) if "again" in said else str(earlier).encode()
        more["recent"] = (Seen(at, "", mark), *more.get("recent", ()))
    if "joined" in said:
        more["joined_at"] = NOON - span(said["joined"])
    if "edited" in said:
        more["edited_at"] = NOON + span(said["edited"])
    kinds = {"png": "image/png", "txt": "text/plain", "exe": "application/octet-stream"}
    files = tuple(
        Attachment(name, kinds[name.rsplit(".")[-1]], said.get("kib", 1) * 1024)
        for name in said.get("files", ())
    )
    return Message(
        text, at=NOON, people=tuple(map(str, range(said.get("mentions", 0)))), attachments=files,
        everyone=bool(said.get("everyone")), here=bool(said.get("here")), whole_room=bool(said.get("room")),
        **more,
    )  # fmt: skip


def span(written: str) -> datetime.timedelta:
    return datetime.timedelta(**{{"d": "days", "h": "hours"}[written[-1]]: int(written[:-1])})


def examples() -> Iterator[tuple[str, str, bool]]:
    for condition, meets, lets_be in rows("Condition"):
        (written,) = CODE.findall(condition)
        for cell, expected in ((meets, True), (lets_be, False)):
            found = CODE.findall(cell)
            assert found, f"{written} has no example"
            yield from ((written, each, expected) for each in found)


@pytest.mark.parametrize(("condition", "example", "holds"), list(examples()))
def test_an_example_is_true(condition: str, example: str, holds: bool) -> None:
    assert bool(rule_set(condition).check(message(example))) is holds


def names(model: Any) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_condition_has_examples() -> None:
    shown = {name for row in rows("Condition") for name in yaml.safe_load(CODE.findall(row[0])[0])}
    assert shown == names(Condition)


def test_every_part_of_the_conditions_has_examples() -> None:
    shown: dict[str, set[str]] = {}
    for row in rows("Condition"):
        for name, value in yaml.safe_load(CODE.findall(row[0])[0]).items():
            if isinstance(value, dict):
                shown.setdefault(name, set()).update(value)
    for name, parts in shown.items():
        annotation = Condition.model_fields[name].annotation
        (model,) = (each for each in getattr(annotation, "__args__", ()) if hasattr(each, "model_fields"))
        assert parts == names(model), name


def test_every_action_is_explained() -> None:
    shown = [CODE.findall(row[0])[0].split(":")[0].replace(" ", "_") for row in rows("Action")]
    assert shown == list(KIND_ORDER)
    for row in rows("Action"):
        then = [yaml.safe_load(CODE.findall(row[0])[0])]
        RulesSettings.model_validate({"list": [{"id": "one", "when": "phone", "then": then}]})


def test_exceptions_and_scope_are_explained_whole() -> None:
    shown: dict[str, set[str]] = {"except": set(), "scope": set()}
    for row in rows("In a rule"):
        ((name, parts),) = yaml.safe_load(CODE.findall(row[0])[0]).items()
        shown[name] |= set(parts)
        RulesSettings.model_validate(
            {"list": [{"id": "one", "when": "phone", "then": ["hold"], name: parts}]}
        )
    assert shown == {"except": names(Except), "scope": names(Scope)}


def test_every_pack_is_named() -> None:
    assert {CODE.findall(row[0])[0] for row in rows("Pack")} == set(NAMES)
