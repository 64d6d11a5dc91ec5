"""Lines with what a rule should say to them, kept in two halves by a fixed hash: one to tune on, one unseen.

A line is `rule<TAB>text`, `-` for an innocent one; `\\uXXXX` and `\\n` stand for characters that are not
seen.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from cogs.rules.matching.conditions import RulesSettings
from cogs.rules.matching.phones import helpline_numbers
from cogs.rules.matching.rules import Message, RuleSet, Surroundings, compile_rules

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "data"


@dataclass(frozen=True)
class Labelled:
    rule: str
    text: str

    @property
    def tuning(self) -> bool:
        return hashlib.blake2b(self.text.encode(), digest_size=1).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Figures:
    recall: float
    false_positives: float
    missed: tuple[str, ...]
    wrongly: tuple[str, ...]
    lines: int


def _read(name: str) -> list[Labelled]:
    found = []
    for row in (HERE / name).read_text(encoding="utf-8").splitlines():
        rule, text = row.split("\t", 1)
        plain = re.sub(r"\\u([0-9a-f]{4})", lambda each: chr(int(each[1], 16)), text).replace("\\n", "\n")
        found.append(Labelled(rule, plain))
    return found


def all_lines() -> list[Labelled]:
    return _read("harmful.tsv") + _read("innocent.tsv")


def rule_set() -> RuleSet:
    settings = RulesSettings.model_validate(yaml.safe_load((HERE / "rules.yaml").read_text(encoding="utf-8")))
    directory = json.loads((DATA / "helplines" / "index.json").read_text(encoding="utf-8"))
    around = Surroundings(("GB", "US", "DE"), helpline_numbers(directory))
    return compile_rules(settings, {}, ("en", "de"), around)


def figures(rules: RuleSet, lines: list[Labelled]) -> Figures:
    harmful = [each for each in lines if each.rule != "-"]
    innocent = [each for each in lines if each.rule == "-"]
    missed = [
        each.text
        for each in harmful
        if each.rule not in {hit.rule for hit in rules.check(Message(each.text))}
    ]
    wrongly = [each.text for each in innocent if rules.check(Message(each.text))]
    return Figures(
        1 - len(missed) / len(harmful),
        len(wrongly) / len(innocent),
        tuple(missed),
        tuple(wrongly),
        len(lines),
    )
