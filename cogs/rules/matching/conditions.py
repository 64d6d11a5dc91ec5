"""The `rules:` section of a space's profile: conditions, exceptions, actions, checked with kind errors."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from bot.sdk import Profile
from bot.sdk.settings import (
    Duration,
    Language,
    Line,
    RoomName,
    ShortName,
    Words,
    Wrong,
    all_wrong,
    duration_text,
    known,
    wrong,
)

from .characters import fold
from .costs import LIMIT, accept
from .patterns import PatternRefused, prepare
from .phrases import phrase

_FLAGS = ("phone", "email", "postal_address", "links", "invites")
_BARE_ACTIONS = ("nudge", "fold", "hold", "remove", "report", "ask")
_COMPLETED = {"suggest": "", "slow": "10m", "time_out": "1d"}
#: From the kindest to the strictest; a rule's actions are always given in this order.
KIND_ORDER = ("suggest", "nudge", "fold", "hold", "remove", "slow", "time_out", "report", "ask")
MAX_WORDS = 10_000
MAX_PATTERNS = 200
LONGEST_SAY = 150
"""Characters of a rule's words that Discord's AutoMod shows to whom it stops."""
LENIENT = 10
"""A profile in force is refused only at so many times the limit: a stop-watch errs, and rules that protected
people yesterday must not be gone after a restart on a busy machine."""


def _term(written: str) -> str:
    plain = written.strip()
    if "*" in plain.rstrip("*") or plain.endswith("**"):
        raise wrong(phrase("finding-star"), phrase("want-star-at-end"))
    if not fold(plain):
        raise wrong(phrase("finding-no-letter"), phrase("want-term"))
    if plain.endswith("*") and len(fold(plain)) < 3:
        raise wrong(phrase("finding-short-beginning"), phrase("want-three-letters"))
    return plain


def _pattern(written: str) -> str:
    try:
        prepare(written)
    except PatternRefused as refused:
        raise wrong(refused.reason, phrase("want-pattern")) from None
    return written


def _domain(written: str) -> str:
    plain = (
        written.strip()
        .casefold()
        .removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .rstrip("/")
    )
    if "/" in plain or "." not in plain or " " in plain:
        raise wrong(phrase("finding-no-domain"), phrase("want-domain"))
    return plain


Term = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_term)]
"""A word or phrase; `*` at its end makes it a beginning."""
PatternText = Annotated[str, StringConstraints(max_length=500), AfterValidator(_pattern)]
"""A regular expression that RE2 takes."""
Domain = Annotated[str, StringConstraints(max_length=255), AfterValidator(_domain)]
"""A domain, which covers those below it."""
Count = Annotated[int, Field(ge=1, le=100_000)]
"""A whole number from one."""


class _Section(Profile):
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=False, validate_by_alias=True)


class Mentions(_Section):
    """Whom a message mentions."""

    people: Count | None = Field(None, description="So many different people or more.")
    everyone: Literal[True] | None = Field(None, description="Everyone on the server.")
    here: Literal[True] | None = Field(None, description="Everyone who is online.")
    room: Literal[True] | None = Field(None, description="The whole room, as Matrix calls it.")


class Attachments(_Section):
    """Files that come with a message."""

    kinds: tuple[Line, ...] = Field(
        (), max_length=50, description="image, video, audio, text, or endings such as exe."
    )
    over_kib: Count | None = Field(None, description="Larger than so many KiB.")
    count: Count | None = Field(None, description="So many files or more.")


class Capitals(_Section):
    """Words in capitals."""

    percent: int = Field(70, ge=1, le=100, description="So many of a hundred letters or more are capitals.")
    letters: Count = Field(12, description="Only from so many letters on.")


class Repeat(_Section):
    """The same again and again."""

    characters: int | None = Field(None, ge=4, le=4000, description="One character so many times in a row.")
    words: int | None = Field(None, ge=2, le=2000, description="One word so many times in a row.")
    same_text: int | None = Field(None, ge=2, le=50, description="The same text so many times within a time.")
    within: Duration = Field(timedelta(minutes=1), description="The time for same_text. By default a minute.")


class Rate(_Section):
    """Many messages in a short time."""

    messages: int = Field(ge=2, le=50, description="So many messages or more of one person.")
    within: Duration = Field(description="Within this time.")


class Length(_Section):
    """How long a message is, in characters."""

    over: Count | None = Field(None, description="Longer than so many characters.")
    under: Count | None = Field(None, description="Shorter than so many characters.")


class InLanguage(_Section):
    """The language of a message, where it is certain; short messages never are."""

    other_than: tuple[Language, ...] = Field(
        min_length=1, description="Certainly in another language than these."
    )


def _spelled_out(written: Any) -> Any:
    """`phone` is short for `{phone: true}`."""
    if not isinstance(written, str):
        return written
    if written not in _FLAGS:
        raise _no_such(written, _FLAGS, phrase("want-or-condition"))
    return {written: True}


def _no_such(written: str, names: Sequence[str], other: str) -> Exception:
    near = difflib.get_close_matches(written.casefold(), names, 1)
    return wrong(
        phrase("finding-not-known", value=repr(written[:40])),
        phrase("want-among", names=", ".join(names), other=other),
        near[0] if near else "",
    )


class Condition(_Section):
    """When a rule applies. Several conditions side by side must all hold."""

    any: tuple[_Nested, ...] | None = Field(None, min_length=1, description="At least one of these holds.")
    all: tuple[_Nested, ...] | None = Field(None, min_length=1, description="All of these hold.")
    not_: _Nested | None = Field(None, alias="not", description="This does not hold.")
    words: tuple[Term, ...] | None = Field(
        None,
        min_length=1,
        max_length=MAX_WORDS,
        description="Words and phrases; seek* is any word that begins so.",
    )
    forms: bool = Field(
        False, description="Whether words count in their other forms too (English and German)."
    )
    patterns: tuple[PatternText, ...] | None = Field(
        None, min_length=1, max_length=MAX_PATTERNS, description="Regular expressions, as RE2 knows them."
    )
    phone: Literal[True] | None = Field(None, description="A telephone number.")
    email: Literal[True] | None = Field(None, description="An e-mail address.")
    postal_address: Literal[True] | None = Field(None, description="A postal address.")
    links: Literal[True] | None = Field(None, description="Any link.")
    domains: tuple[Domain, ...] | None = Field(
        None, min_length=1, description="A link to one of these domains."
    )
    invites: (
        Literal[True] | tuple[Literal["discord", "matrix", "telegram", "whatsapp", "signal"], ...] | None
    ) = Field(None, description="An invite to a room elsewhere: true, or a list of platforms.")
    mentions: Mentions | None = Field(None, description="Whom the message mentions.")
    attachments: Attachments | None = Field(None, description="Files that come with it.")
    capitals: Capitals | None = Field(None, description="Words in capitals.")
    repeat: Repeat | None = Field(None, description="The same again and again.")
    marks: int | None = Field(
        None, ge=3, le=100, description="So many marks stacked on one letter; 5 suits all scripts."
    )
    length: Length | None = Field(None, description="How long the message is.")
    emoji: Count | None = Field(None, description="So many emoji or more, custom ones included.")
    language: InLanguage | None = Field(None, description="Its language, where it is certain.")
    new_member: Duration | None = Field(None, description="Its author joined less than this time ago.")
    message_age: Duration | None = Field(None, description="An edit of a message older than this.")
    rate: Rate | None = Field(None, description="Its author sends many in a short time.")

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if not self.model_fields_set - {"forms"}:
            raise wrong(phrase("finding-no-condition"), phrase("want-condition"))
        if self.forms and self.words is None:
            raise wrong(phrase("finding-forms-alone"), phrase("want-words-beside"))
        return self


_Nested = Annotated[
    Condition, BeforeValidator(_spelled_out, json_schema_input_type=Condition | Literal[_FLAGS])
]
Condition.model_rebuild()


class Except(_Section):
    """What a rule lets be."""

    allow: tuple[Line, ...] = Field(
        (), max_length=1000, description="Words, numbers or domains that are fine."
    )
    roles: tuple[Line, ...] = Field((), max_length=100, description="People with one of these roles.")
    rooms: tuple[RoomName, ...] = Field((), max_length=200, description="Messages in these rooms.")
    when: _Nested | None = Field(None, description="Messages for which this holds as well.")


class Scope(_Section):
    """Where a rule looks. By default at everything that is written, in every room."""

    rooms: tuple[RoomName, ...] = Field((), max_length=200, description="Only in these rooms.")
    groups: tuple[ShortName, ...] = Field((), max_length=200, description="Only in these groups.")
    roles: tuple[Line, ...] = Field(
        (), max_length=100, description="Only for people with one of these roles."
    )
    anonymous: bool = Field(True, description="Whether anonymous shares and replies count.")
    edits: bool = Field(True, description="Whether messages count again when they are edited.")
    titles: bool = Field(False, description="Whether the titles of threads count, where they are seen.")
    nicknames: bool = Field(False, description="Whether nicknames count, where they are seen.")


def written_action(written: Any) -> Any:
    """An action as people write it (`hold`, `time out: 1d`) as the model takes it."""
    if isinstance(written, str):
        if _key(written) in KIND_ORDER and _key(written) not in _BARE_ACTIONS:
            by = _COMPLETED[_key(written)] or phrase("some-words")
            raise wrong(phrase("finding-alone", name=written), phrase("want-completed", name=written, by=by))
        if _key(written) not in _BARE_ACTIONS:
            raise _no_such(written, _BARE_ACTIONS, phrase("want-or-action"))
        return {_key(written): True}
    if isinstance(written, Mapping):
        for name in written:
            if _key(name) not in KIND_ORDER:
                actions = [each.replace("_", " ") for each in KIND_ORDER]
                raise _no_such(str(name), actions, phrase("want-one-a-dash"))
        return {_key(name): value for name, value in written.items()}
    return written


def _key(name: Any) -> Any:
    return (
        "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
        if isinstance(name, str)
        else name
    )


class Action(_Section):
    """One thing that happens when a rule is met."""

    suggest: Words | None = Field(None, description="A private hint how to say it otherwise.")
    nudge: Literal[True] | None = Field(None, description="A private word with what the rule says.")
    fold: Literal[True] | Line | None = Field(
        None, description="A content warning over it; true, or its words."
    )
    hold: Literal[True] | None = Field(
        None, description="Taken down until a moderator looked; the author is told."
    )
    remove: Literal[True] | None = Field(None, description="Taken down.")
    slow: Duration | None = Field(None, description="The author can write more slowly for this time.")
    time_out: Duration | None = Field(None, description="The author cannot write for this time.")
    report: Literal[True] | None = Field(None, description="Moderators see it in the record.")
    ask: Literal[True] | None = Field(None, description="A moderator is asked to look.")

    @model_validator(mode="after")
    def _one(self) -> Action:
        if len(self.model_fields_set) != 1:
            raise wrong(phrase("finding-several-actions"), phrase("want-one-action"))
        for name in ("slow", "time_out"):
            length = getattr(self, name)
            if length is not None and not timedelta(seconds=1) <= length <= timedelta(days=28):
                problem = phrase("finding-action-length", name=name.replace("_", " "))
                raise wrong(problem, phrase("want-between", least="1s", most="28d"))
        return self

    @property
    def kind(self) -> str:
        """Its name, one of `KIND_ORDER`."""
        return next(iter(self.model_fields_set))

    def __str__(self) -> str:
        """As a profile names it, with its time: `slow: 10m`."""
        name, value = self.kind.replace("_", " "), self.value
        return f"{name}: {duration_text(value)}" if isinstance(value, timedelta) else name

    @property
    def value(self) -> str | timedelta | None:
        """Its words or its time, where it has one."""
        value = getattr(self, self.kind)
        return None if value is True else value


Do = Annotated[
    Action, BeforeValidator(written_action, json_schema_input_type=Action | Literal[_BARE_ACTIONS])
]
"""An action, bare (`hold`) or with what completes it (`slow: 10m`)."""


def _said(written: str) -> str:
    if len(written) > LONGEST_SAY:
        problem = phrase("finding-say-long", length=len(written))
        raise wrong(problem, phrase("want-say-short", most=LONGEST_SAY))
    return written


class Rule(_Section):
    """What may not be written here, and what then happens."""

    id: ShortName = Field(description="The rule's short name, which never changes.")
    say: Annotated[Words, AfterValidator(_said)] | None = Field(
        None,
        description=f"What the rule says to whoever meets it: plain, warm, at most {LONGEST_SAY} characters.",
    )
    when: _Nested = Field(description="When the rule applies.")
    except_: Except = Field(Except(), alias="except", description="What it lets be.")
    then: tuple[Do, ...] = Field(min_length=1, max_length=9, description="What happens, kindest first.")
    scope: Scope = Field(Scope(), description="Where it looks.")

    @model_validator(mode="after")
    def _each_once(self) -> Rule:
        kinds = [each.kind for each in self.then]
        if len(set(kinds)) < len(kinds):
            raise wrong(phrase("finding-action-twice"), phrase("want-each-action-once"))
        return self


class RulesSettings(_Section):
    """Moderators' rules: packs that ship, and rules of the space's own."""

    use: tuple[Annotated[ShortName, known("packs", phrase("want-pack"))], ...] = Field(
        (), max_length=20, description="Packs of rules that ship, such as kind-words."
    )
    without: tuple[Annotated[ShortName, known("pack rules", phrase("want-pack-rule"))], ...] = Field(
        (), max_length=200, description="Rules of those packs that are switched off, by their ids."
    )
    list: tuple[Rule, ...] = Field(
        (), max_length=500, description="The space's own rules. One with the id of a pack's rule replaces it."
    )

    @model_validator(mode="after")
    def _together(self, info: ValidationInfo) -> RulesSettings:
        ids = [rule.id for rule in self.list]
        twice = [place for place, each in enumerate(ids) if each in ids[:place]]
        if twice:
            raise all_wrong(
                Wrong(
                    phrase("finding-rule-twice", id=ids[place]),
                    phrase("want-own-name"),
                    at=("list", place, "id"),
                )
                for place in twice
            )
        placed = {
            source: path
            for number, rule in enumerate(self.list)
            for path, source in _patterns_of(rule, ("list", number))
        }
        patterns = [(0, prepare(each)) for each in placed]
        if len(patterns) > MAX_PATTERNS:
            raise wrong(
                phrase("finding-many-patterns", count=len(patterns)),
                phrase("want-at-most", most=MAX_PATTERNS),
            )
        writing = bool((info.context or {}).get("known"))  # it is checked for its author
        try:
            accept(patterns, LIMIT if writing else LENIENT * LIMIT)
        except PatternRefused as refused:
            if refused.source:
                mend = phrase("want-short-repeats", short="{0,5}", long="{0,40}")
            else:
                mend = phrase("want-few-patterns")
            raise all_wrong([Wrong(refused.reason, mend, at=placed.get(refused.source, ()))]) from None
        return self


_Path = tuple[str | int, ...]


def _patterns_of(rule: Rule, path: _Path) -> Iterator[tuple[_Path, str]]:
    yield from _patterns_in(rule.when, (*path, "when"))
    if rule.except_.when is not None:
        yield from _patterns_in(rule.except_.when, (*path, "except", "when"))


def _patterns_in(condition: Condition, path: _Path) -> Iterator[tuple[_Path, str]]:
    """All patterns in a condition and those within it, each with its place in the profile."""
    for number, source in enumerate(condition.patterns or ()):
        yield (*path, "patterns", number), source
    for name in ("any", "all"):
        for number, each in enumerate(getattr(condition, name) or ()):
            yield from _patterns_in(each, (*path, name, number))
    if condition.not_ is not None:
        yield from _patterns_in(condition.not_, (*path, "not"))
