"""Every text is there in every language, is used, can be said with what the code fills in, and fits."""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from bot import loading
from bot.config.phrases import FINDINGS
from bot.sdk.texts import CORE, Texts
from bot.sdk.words import Text

from .house import (
    LANGUAGES,
    ROOT,
    called,
    cog_of,
    described_settings,
    folder_of,
    forms_of,
    key_of,
    named,
    needed_keys,
    option_key,
    parsed,
    said_in,
    schemed_keys,
    sources,
    strings_in,
    texts,
)

CORE_TEXTS = ROOT / "bot" / "sdk" / "texts_core"
HOMES = {CORE: CORE_TEXTS, FINDINGS: ROOT / "bot" / "config" / "texts"}
"""Texts that are no cog's."""
OWNERS = (*HOMES, *loading.SHIPPED)
LONGEST_LABEL, LONGEST_HELP, LONGEST_BUTTON, LONGEST_NAME = 45, 100, 80, 32
"""Discord's limits for a question, a description, words on a button, and a name; kept on every platform."""
CHOICE_LABEL = 100
SAMPLE = "A name, twenty long."
"""What fills a text where its length counts."""


def ftl_of(owner: str, language: str) -> Path:
    return HOMES.get(owner, folder_of(owner) / "texts") / f"{language}.ftl"


def _nodes(node: object) -> Iterator[object]:
    yield node
    for part in (
        node if isinstance(node, list) else vars(node).values() if isinstance(node, ftl.SyntaxNode) else ()
    ):
        yield from _nodes(part)


def variables_of(pattern: object) -> set[str]:
    """What fills a text, but for `$prefix`, which is there in every one."""
    found = {one.id.name for one in _nodes(pattern) if isinstance(one, ftl.VariableReference)}
    return found - {"prefix"}


def referred_by(messages: dict[str, ftl.Message]) -> set[str]:
    """The texts that other texts contain."""
    nodes = (one for message in messages.values() for one in _nodes(message))
    return {one.id.name for one in nodes if isinstance(one, ftl.MessageReference)}


@functools.lru_cache(maxsize=64)
def messages_of(owner: str, language: str) -> dict[str, ftl.Message]:
    """Every message of a file, by key. Fails for a key that is there twice."""
    file = ftl_of(owner, language)
    assert file.exists(), f"{owner} has no texts in {language}"
    entries = FluentParser().parse(file.read_text(encoding="utf-8")).body
    messages = [one for one in entries if isinstance(one, ftl.Message)]
    keys = [one.id.name for one in messages]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    assert not twice, f"{owner}/{file.name}: {twice} are there twice"
    return {one.id.name: one for one in messages}


def parts_of(owner: str, language: str) -> dict[str, ftl.Pattern]:
    """Every text of a file with its attributes (`key`, `key.name`)."""
    parts = {}
    for key, message in messages_of(owner, language).items():
        if message.value is not None:
            parts[key] = message.value
        parts |= {f"{key}.{one.id.name}": one.value for one in message.attributes}
    return parts


@functools.lru_cache(maxsize=64)
def variables(owner: str, key: str) -> frozenset[str]:
    """What fills a text in any language, texts it refers to included."""
    found: set[str] = set()
    for language in LANGUAGES:
        message = messages_of(owner, language).get(key) if ftl_of(owner, language).exists() else None
        if message is None:
            continue
        found |= variables_of(message)
    return frozenset(found)


@functools.lru_cache(maxsize=16)
def code_of(owner: str) -> tuple[Path, ...]:
    if owner == CORE:
        return tuple(sources("bot", "cogs"))
    if owner == FINDINGS:
        return tuple(sources("bot/config"))
    return tuple(sorted(folder_of(owner).rglob("*.py")))


# --- there and used ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", loading.SHIPPED)
def test_every_text_that_a_declaration_needs_is_there(name: str, language: str) -> None:
    there = parts_of(name, language)
    missing = {key: what for key, what in needed_keys(cog_of(name), language).items() if key not in there}
    assert not missing, f"{name}/{language}.ftl: {missing}"


@pytest.mark.parametrize("name", OWNERS)
def test_every_language_has_the_same_texts(name: str) -> None:
    by_language = {one: set(messages_of(name, one)) for one in LANGUAGES}
    only_english_needs_less = {one for one in by_language["de"] if one in described_settings()}
    if name not in HOMES:
        only_english_needs_less |= {key_of(one) for one in cog_of(name).commands.values()}
        only_english_needs_less |= {f"form-{form}" for form in forms_of(cog_of(name))}
    english = by_language["en"] | only_english_needs_less
    for language in LANGUAGES[1:]:
        missing, too_many = by_language["en"] - by_language[language], by_language[language] - english
        assert not missing, f"{name}/{language}.ftl lacks {sorted(missing)}"
        assert not too_many, f"{name}/{language}.ftl has {sorted(too_many)}, which English has not"


@pytest.mark.parametrize("name", OWNERS)
def test_every_text_is_used(name: str) -> None:
    strings, patterns = set(), []
    for file in code_of(name):
        if name == CORE and file.parent.name == "texts":
            continue
        plain, made = strings_in(file)
        strings |= {one.partition(".")[0] for one in plain}
        patterns += made
    used = described_settings() | (set() if name in HOMES else schemed_keys(cog_of(name)))
    for language in LANGUAGES:
        there = messages_of(name, language)
        referred = referred_by(there)
        unused = [
            key
            for key in there
            if key not in used | strings | referred
            and not any(pattern.match(key) for pattern in patterns if _is_a_key(pattern))
        ]
        assert not unused, f"{name}/{language}.ftl: nothing says {unused}"


def _is_a_key(pattern: re.Pattern[str]) -> bool:
    return " " not in pattern.pattern


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_a_setting_is_for_is_told_in_every_language(language: str) -> None:
    owners = [name for name in OWNERS for key in messages_of(name, language) if key in described_settings()]
    told = {key for name in set(owners) for key in messages_of(name, language)}
    assert not described_settings() - told
    assert len(owners) == len(described_settings()), "one of these is told twice"


# --- sayable ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OWNERS)
def test_every_text_can_be_said(name: str, language: str) -> None:
    one = Texts()
    one.add(name, ftl_of(name, language).parent)
    for key, pattern in parts_of(name, language).items():
        needed = sorted(variables_of(pattern) | variables(name, key.partition(".")[0]))
        for values in itertools.product((0, 1, 2, 40, "words"), repeat=min(len(needed), 1)):
            args = dict.fromkeys(needed, values[0] if values else "")
            words = one.say(name, Text(key, args), language)
            assert words.strip(), f"{name}/{language}.ftl: {key} says nothing"
            assert words == words.strip(), f"{name}/{language}.ftl: {key} has blanks around it"


@pytest.mark.parametrize("name", OWNERS)
def test_a_translation_is_filled_with_nothing_that_english_is_not(name: str) -> None:
    english = parts_of(name, "en")
    for language in LANGUAGES[1:]:
        for key, pattern in parts_of(name, language).items():
            if key in english:
                more = variables_of(pattern) - variables_of(english[key])
                assert not more, f"{name}/{language}.ftl: {key} wants {sorted(more)}, which nobody fills in"


@pytest.mark.parametrize("name", [FINDINGS, *loading.SHIPPED])
def test_what_code_says_exists_and_is_filled(name: str) -> None:
    for file in code_of(name):
        for said in said_in(file):
            key, _, attribute = said.key.partition(".")
            owner = next((one for one in (name, CORE) if key in messages_of(one, "en")), None)
            assert owner is not None, f"{name}/{said.where}: there is no text {said.key!r}"
            assert not attribute or said.key in parts_of(owner, "en"), f"{name}/{said.where}: {said.key!r}"
            if said.args is not None:
                lacking = variables(owner, key) - said.args
                assert not lacking, f"{name}/{said.where}: {said.key!r} is not filled with {sorted(lacking)}"


FOUND = {
    "wrong": (0, 1), "Wrong": (0, 1), "known": (1,), "Finding": (3, 4), "Complaint": (2, 3),
    "PatternRefused": (0,),
}  # fmt: skip
"""What makes findings, and which of its arguments are sentences."""
NOT_IN_CHAT = {
    "bot/config/operator.py": "the operator's own file, which is read by the command line",
    "bot/config/files.py": "beside it, what lies on the operator's disk",
    "bot/communities.py": "a file that is held, which chat tells in a view of its own",
}
"""Files with findings in English, each with its reason."""


def english_findings_in(tree: ast.Module) -> Iterator[int]:
    """The lines of findings whose words stand in code, where nobody translates them."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or called(call) not in FOUND:
            continue
        slots = [call.args[at] for at in FOUND[called(call)] if at < len(call.args)]
        slots += [one.value for one in call.keywords if one.arg in {"problem", "expected", "called"}]
        while slots:
            slot = slots.pop()
            if isinstance(slot, ast.IfExp | ast.BoolOp | ast.BinOp | ast.JoinedStr | ast.FormattedValue):
                slots += [one for one in ast.iter_child_nodes(slot) if isinstance(one, ast.expr)]
            elif isinstance(slot, ast.Constant) and re.search(r"[^\W\d_]{2}", str(slot.value)):
                yield call.lineno
                break


def test_no_finding_stands_in_code_where_nobody_translates_it() -> None:
    found, allowed = [], set()
    for file in sources("bot", "cogs"):
        lines = list(english_findings_in(parsed(file)))
        if lines and named(file) in NOT_IN_CHAT:
            allowed.add(named(file))
        else:
            found += [f"{named(file)}:{line}" for line in lines]
    assert not found
    assert allowed == NOT_IN_CHAT.keys(), "no longer needed in the list"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('wrong("is no domain", phrase("want-domain"))', True),
        ('wrong(phrase("no-domain"), f"at most {most}")', True),
        ('Finding(file, 1, 1, phrase("a") if x else "is empty")', True),
        ('wrong(phrase("no-domain"), phrase("want-domain"), near="example.org")', False),
        ('Complaint(number, 1, phrase("wide-colon"), ":")', False),
    ],
)
def test_a_finding_in_code_is_seen(code: str, seen: bool) -> None:
    assert bool(list(english_findings_in(ast.parse(code)))) == seen


def test_a_missing_and_an_unfilled_text_are_seen() -> None:
    code = 'View("kept", mood=1, private=True)\nButton(text("stop", x=2) if y else "go", z)\nPlain("kept")'
    said = {one.key: (one.args, one.role) for one in said_in(Path("cog.py"), ast.parse(code))}
    assert said == {
        "kept": (frozenset({"mood"}), "text"),
        "stop": (frozenset({"x"}), "button"),
        "go": (frozenset(), "button"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_told_as_they_are_typed_where_it_is_read(language: str) -> None:
    """A bare name is heard in a direct conversation alone: `$prefix` is `!` on Matrix and `/` elsewhere."""
    say = texts()
    names = set()
    for name in loading.SHIPPED:
        for command in cog_of(name).commands.values():
            if command.listed:
                own = say.in_every_language(name, f"{key_of(command)}.name").get(language, command.name)
                names.add((command.group and command.path.split(" ")[0]) or own)
    told = re.compile(
        rf"(?i)\b(?:say|type|example:|sag|tippe|Beispiel:) (?:{'|'.join(map(re.escape, names))})\b"
    )
    bare = [
        f"{owner}: {line}"
        for owner in OWNERS
        for line in ftl_of(owner, language).read_text("utf-8").splitlines()
        if told.search(line)
    ]
    assert not bare


# --- short enough -----------------------------------------------------------------------------------


def lengths(name: str, language: str) -> Iterator[tuple[str, str, int]]:
    """(key, words, how long they may be) for whatever Discord limits."""
    cog, say = cog_of(name), texts()
    there = parts_of(name, language)

    def words(key: str) -> str:
        return say.say(
            name, Text(key, dict.fromkeys(variables(name, key.partition(".")[0]), SAMPLE)), language
        )

    limits: dict[str, int] = {}
    for command in cog.commands.values():
        limits |= {key_of(command): LONGEST_HELP, f"{key_of(command)}.name": LONGEST_NAME}
        for param in command.params:
            key = option_key(command, param)
            limits |= {key: LONGEST_HELP, f"{key}.name": LONGEST_NAME}
        if command.group:
            limits |= {f"group-{command.group}": LONGEST_HELP, f"group-{command.group}.name": LONGEST_NAME}
    for form, questions in forms_of(cog).items():
        limits[f"form-{form}"] = LONGEST_LABEL
        for question in questions:
            key = f"form-{form}-{question.name.replace('_', '-')}"
            limits |= {key: LONGEST_LABEL, f"{key}.help": LONGEST_HELP}
    limits |= {key: CHOICE_LABEL for key in there if key.startswith("choice-")}
    for file in code_of(name):
        limits |= {said.key: LONGEST_BUTTON for said in said_in(file) if said.role == "button"}
    for key, longest in limits.items():
        if key in there:
            yield key, words(key), longest


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", loading.SHIPPED)
def test_words_fit_where_they_stand(name: str, language: str) -> None:
    found = list(lengths(name, language))
    too_long = [f"{key}: {len(words)} of {most}: {words}" for key, words, most in found if len(words) > most]
    assert not too_long, f"{name}/{language}.ftl: {too_long}"


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_titles_in_docstrings_fit(name: str) -> None:
    for command in cog_of(name).commands.values():
        if command.form is not None:
            title = (command.form.__doc__ or "").strip()
            assert 0 < len(title) <= LONGEST_LABEL, f"{name}: the title of {command.form.__name__}: {title!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_every_language_are_typed_easily_and_are_nobody_elses(language: str) -> None:
    taken: dict[tuple[str, ...], str] = {}
    allowed = re.compile(r"[\w-]{1,32}\Z")
    for name in loading.SHIPPED:
        for command in cog_of(name).commands.values():
            if not command.listed:
                continue
            own = texts().in_every_language(name, f"{key_of(command)}.name").get(language, command.name)
            group = command.group or ""
            if group:
                group = texts().in_every_language(name, f"group-{group}.name").get(language, group)
            options = [
                texts()
                .in_every_language(name, f"{option_key(command, param)}.name")
                .get(language, param.name.replace("_", "-"))
                for param in command.params
            ]
            for word in filter(None, (own, group, *options)):
                assert allowed.match(word), f"{name}/{language}: {word!r} is no name Discord takes"
                assert word == word.lower(), f"{name}/{language}: {word!r} is not in small letters"
            assert len(set(options)) == len(options), f"{name}/{language}: options of {own!r} share a name"
            other = taken.setdefault((group, own), command.path)
            assert other == command.path, f"{language}: {command.path} and {other} are both called {own!r}"
    groups = {group for group, _ in taken if group}
    assert not groups & {own for group, own in taken if not group}, "a name is a command and a group"
