"""`hearth rules test`: lines held against the rules of a profile, offline. Nothing is kept or sent."""

from __future__ import annotations

import dataclasses
import datetime
import io
import json
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import shipped
from bot.config.operator import OperatorConfig

if TYPE_CHECKING:
    from bot.sdk.spaces import Group, Space
    from cogs.rules.book import Nudged, RuleBook
    from cogs.rules.matching.conditions import Action
    from cogs.rules.matching.rules import Hit

_SHOWN = 40


def try_lines(profile: Path, file: Path | None, jsonl: bool, config: OperatorConfig) -> int:
    """Print what would happen to each line. 0, 1 for a profile with findings, 2 for lines that cannot be
    read."""
    space = _space_of(profile, config)
    if space is None:
        return 1
    trial = _Trial(space)
    if file is None:
        return trial.run(io.TextIOWrapper(sys.stdin.buffer, "utf-8", "replace"), jsonl)
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return trial.run(lines, jsonl)
    except OSError as error:
        print(f"{file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 2


def _space_of(file: Path, config: OperatorConfig) -> Space | None:
    """The community of a profile; None after its findings were printed."""
    from bot.cli.names import known_names
    from bot.communities import profile_model, space_from
    from bot.config.files import read_source
    from bot.config.profile import parse_profile
    from bot.loading import find_all

    source, findings = read_source(file)
    if not findings:
        cogs, _ = find_all(dict.fromkeys([*config.cogs, "rules"]))
        profile, findings = parse_profile(source, str(file), profile_model(cogs), known=known_names())
        if profile is not None:
            return space_from("tried", profile)
    for finding in findings:
        print(finding, file=sys.stderr)
    return None


class _Trial:
    """Lines held against the rules of one community, each person's earlier lines kept in mind."""

    def __init__(self, space: Space) -> None:
        from cogs.rules.book import Lately, helpline_numbers_in, make_book
        from cogs.rules.settings import RulesProfile

        key = secrets.token_bytes(32)
        self._space = space
        self._settings = space.settings.get("rules") or RulesProfile()
        numbers = helpline_numbers_in(shipped.DATA)
        self._book: RuleBook = make_book(space, self._settings, shipped.DATA, numbers, key)
        self._lately = Lately(key)
        self._nudged: dict[str, list[Nudged]] = {}

    def run(self, lines: Iterable[str], jsonl: bool) -> int:
        """Read, judge and print line by line."""
        code = 0
        for number, written in enumerate(lines, start=1):
            text = written.rstrip("\r\n")
            if not text.strip():
                continue
            line = _read(text, number)
            if isinstance(line, str):
                print(f"line {number} {line}.", file=sys.stderr)
                code = 2
                continue
            hits, actions = self._judge(line)
            if jsonl:
                told = {
                    "id": line.id,
                    "rules": [hit.rule for hit in hits],
                    "actions": list(dict.fromkeys(_name(each.kind) for each in actions)),
                }
                print(json.dumps(told))
            else:
                print("\n".join(_in_words(line, hits, actions)))
        return code

    def _judge(self, line: _Line) -> tuple[list[Hit], Sequence[Action]]:
        from cogs.rules.book import Nudged, judged
        from cogs.rules.matching.rules import Message, in_kind_order, together

        who = ("tried", line.author, "")
        group = self._group_at(line.room)
        message = Message(
            line.text,
            room=line.room,
            group=group.id if group is not None else "",
            roles=frozenset(line.roles),
            at=line.at,
            joined_at=line.joined,
            recent=self._lately.before(who) if line.author else (),
        )
        hits = self._book.check(message, group.language if group is not None else None)
        if line.author:
            self._lately.add(who, message, self._book.window)
        actions = together(hits)
        if line.author and line.at is not None:
            before = self._nudged.setdefault(line.author, [])
            found = judged(hits, before, self._settings.escalation, line.at)
            if found.nudges:
                before.append(Nudged(line.at, frozenset(found.nudges)))
            # Every rule's own actions are told, also a nudge that would not be said twice on one day.
            kinds = {each.kind for each in found.actions}
            actions = in_kind_order([*found.actions, *(each for each in actions if each.kind not in kinds)])
        return hits, actions

    def _group_at(self, room: str) -> Group | None:
        from bot.sdk.people import Place

        return self._space.group_at(Place("tried", room, name=room)) if room else None


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """A line to try. `at` and `joined` are aware."""

    id: object
    text: str
    author: str = ""
    room: str = ""
    at: datetime.datetime | None = None
    joined: datetime.datetime | None = None
    roles: tuple[str, ...] = ()


def _read(text: str, number: int) -> _Line | str:
    """A line as it was written, or an object of JSON with a text; else what is wrong, to follow "line 3"."""
    if not text.lstrip().startswith("{"):
        return _Line(number, text)
    try:
        written = json.loads(text)
    except ValueError:
        return _Line(number, text)  # a line may begin with a bracket
    if not isinstance(written, dict) or not isinstance(written.get("text"), str):
        return "is JSON without a text in words"
    try:
        at, joined = _moment(written.get("at")), _moment(written.get("joined"))
    except ValueError:
        return "has a time that is no ISO 8601, such as 2026-03-01T19:00:00Z"
    roles = written.get("roles") or ()
    return _Line(
        written.get("id", number), written["text"], str(written.get("author") or ""),
        str(written.get("room") or ""), at, joined, tuple(map(str, roles)) if isinstance(roles, list) else (),
    )  # fmt: skip


def _moment(written: object) -> datetime.datetime | None:
    if written is None:
        return None
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return datetime.datetime.fromtimestamp(written, datetime.UTC)
    at = datetime.datetime.fromisoformat(str(written))
    return at if at.tzinfo is not None else at.replace(tzinfo=datetime.UTC)


def _name(kind: str) -> str:
    return kind.replace("_", " ")


def _in_words(line: _Line, hits: Sequence[Hit], actions: Sequence[Action]) -> Iterator[str]:
    """What a person reads: each rule with the words it is about, then what would happen."""
    if not hits:
        yield f"{line.id}: no rule"
        return
    for hit in hits:
        where = ", ".join(f"{start}-{end} {_short(line.text[start:end])}" for start, end in hit.places)
        yield f"{line.id}: {hit.rule} at {where or 'the message as a whole'}"
    yield f"    then {', '.join(map(_action, actions))}"


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return repr(flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…")


def _action(action: Action) -> str:
    from bot.sdk.settings import duration_text

    value = action.value
    if isinstance(value, datetime.timedelta):
        return f"{_name(action.kind)} {duration_text(value)}"
    return f"{_name(action.kind)}: {value}" if value is not None else _name(action.kind)
