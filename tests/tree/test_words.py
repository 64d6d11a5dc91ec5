"""What Hearth says to a member is written in one place, and some things it never says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fluent.syntax import ast as ftl

from bot import loading
from bot.sdk.texts import CORE

from .house import LANGUAGES, ROOT, called, cog_of, docstrings, forms_of, named, parsed, sources
from .test_texts import OWNERS, parts_of

NEVER = {
    "en": {
        "counting days makes a missed one a failure": r"streaks?|in a row|days? running",
        "nobody is measured or compared": (
            r"scores?|scored|points|levels? up|badges?|leaderboards?|rank(ed|ing)?"
        ),
        "praise for answering makes silence a fault, and a bot is proud of nobody": (
            r"well done|good (job|work)|great job|proud of you|congrat\w*|bravo|keep it up|way to go"
        ),
        "people decide for themselves": r"you (should|must|ought to|have to|need to)",
        "Hearth is no clinic, and says nothing about what somebody has": (
            r"diagnos\w*|symptoms?|disorders?|patients?|treatment|therapy session|cure[ds]?"
        ),
        "words that stigmatise": (
            r"suicidal|commit(ted)? suicide|failed attempt|addicts?|junkies?|crazy|insane"
        ),
        "soothing that makes light of what somebody feels": (
            r"cheer up|calm down|don't worry|everything will be (fine|okay|alright)|it gets better"
            r"|stay (strong|positive)"
        ),
        "nobody is chased or made to feel late": (
            r"you (missed|forgot|failed)|you haven't|we missed you|it's been a while|don't forget"
            r"|last chance|hurry"
        ),
        "a bot has no feelings and does not claim them": (
            r"i (understand|know) (exactly )?how you feel|i feel|i love|i miss(ed)? you|i'm proud"
        ),
        "promises that nobody can keep": (
            r"trust me|guaranteed?|100 ?%|completely anonymous|no one can ever|totally (safe|private|secure)"
        ),
        "a machine's words for a person's trouble": (
            r"error \d+|exception|traceback|invalid (input|argument|value)|permission denied|null|undefined"
        ),
    },
    "de": {
        "counting days makes a missed one a failure": r"strähne|serie|tage in folge|am stück",
        "nobody is measured or compared": r"punkte(stand|zahl)?|rangliste|abzeichen|bestenliste",
        "praise for answering makes silence a fault, and a bot is proud of nobody": (
            r"gut gemacht|super gemacht|weiter so|glückwunsch|gratul\w*|bravo|stolz auf dich|tolle leistung"
        ),
        "people decide for themselves": (
            r"du (solltest|musst|sollst)(?!.{0,30} nichts?\b)|ihr (solltet|müsst)(?!.{0,30} nichts?\b)"
        ),
        "Hearth is no clinic, and says nothing about what somebody has": (
            r"diagnos\w*|symptom\w*|patient(en|in|innen)?|therapiesitzung|heilung"
        ),
        "words that stigmatise": r"selbstmord\w*|freitod|suizidal|süchtige[rn]?|verrückt|irre",
        "soothing that makes light of what somebody feels": (
            r"kopf hoch|beruhig dich|keine sorge|alles wird gut|bleib stark|wird schon"
        ),
        "nobody is chased or made to feel late": (
            r"du hast (verpasst|vergessen)|wir haben dich vermisst|lange nicht|letzte chance|vergiss nicht"
        ),
        "a bot has no feelings and does not claim them": (
            r"ich (weiß|verstehe),? wie du dich fühlst|ich fühle|ich liebe|ich vermisse|ich bin stolz"
        ),
        "promises that nobody can keep": (
            r"vertrau mir|garantiert|100 ?%|völlig anonym|absolut (sicher|anonym|privat)"
        ),
        "a machine's words for a person's trouble": (
            r"fehler \d+|ungültige eingabe|ausnahmefehler|zugriff verweigert"
        ),
    },
}
"""By language: why Hearth does not say it, and a pattern of whole words."""
EXCEPTIONS = {
    "grief.yaml/en: quiet": "says that there is nothing one has to say",
}
"""Texts that need such a word, with the reason. One that is no longer needed is taken out."""


def never_said(words: str, language: str) -> Iterator[str]:
    """The reasons why these words are not Hearth's."""
    for reason, pattern in NEVER[language].items():
        if found := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", words, re.IGNORECASE):
            yield f"{found[0]!r}: {reason}"


def plain(pattern: ftl.Pattern) -> str:
    """The words of a text, every variant of it, with `…` where something is filled in."""
    words = []
    for part in pattern.elements:
        if isinstance(part, ftl.TextElement):
            words.append(part.value)
        elif isinstance(part, ftl.Placeable) and isinstance(part.expression, ftl.SelectExpression):
            words.append(" / ".join(plain(one.value) for one in part.expression.variants))
        else:
            words.append("…")
    return " ".join("".join(words).split())


def everything_said(language: str) -> Iterator[tuple[str, str]]:
    """(where it stands, words) of all that a member may read in a language."""
    for owner in OWNERS:
        for key, pattern in parts_of(owner, language).items():
            yield f"{owner}/{language}: {key}", plain(pattern)
    if language == "en":
        for name in loading.SHIPPED:
            for command in cog_of(name).commands.values():
                yield f"{name}/en: /{command.path}", command.help
            for form in forms_of(cog_of(name)):
                title = next(one.form.__doc__ for one in cog_of(name).commands.values()
                             if one.form is not None and one.form.__name__.lower() == form)  # fmt: skip
                yield f"{name}/en: form {form}", title or ""
    for file in sorted((ROOT / "data" / "prompts").glob("*.yaml")):
        for question in yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]:
            if language in question["words"]:
                yield f"{file.name}/{language}: {question['id']}", question["words"][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_some_things_are_never_said(language: str) -> None:
    said = dict(everything_said(language))
    assert len(said) > 150, "all of it is read"
    found = {where: why for where, words in said.items() if (why := list(never_said(words, language)))}
    excused = {where for where in EXCEPTIONS if where in said}
    assert set(found) <= excused, {where: found[where] for where in set(found) - excused}
    stale = excused - set(found)
    assert not stale, f"no longer needed among the exceptions: {stale}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Well done! A streak of 5."),
        ("en", "You should talk to somebody."),
        ("en", "You missed yesterday."),
        ("en", "This is completely anonymous."),
        ("de", "Gut gemacht, du hast eine Serie!"),
        ("de", "Du solltest mit jemandem reden."),
        ("de", "Kopf hoch, alles wird gut."),
    ],
)
def test_what_is_never_said_is_seen(language: str, words: str) -> None:
    assert list(never_said(words, language))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Kept, for you alone: heavy."),
        ("en", "You need not answer. Underscore, pointless, scoreboardless."),
        ("de", "Behalten, nur für dich. Irrelevant. Seriell."),
    ],
)
def test_other_words_are_free(language: str, words: str) -> None:
    assert not list(never_said(words, language))


# --- sentences stand in texts, not in code --------------------------------------------------------------

SENTENCE = re.compile(r"[A-ZÄÖÜ][^\n]*?\w[ ,]+(\S+ )+\S*[.!?:…]\s*\Z", re.DOTALL)
"""Begins like a sentence, has several words, ends like a sentence."""
NOT_FOR_MEMBERS = {
    "log", "debug", "info", "warning", "error", "critical", "exception", "print", "wrong", "all_wrong",
    "Wrong", "tell_operator", "_tell_operator", "TypeVar", "compile", "Finding", "Suspicion",
}  # fmt: skip
"""What takes sentences for operators and authors."""
SENTENCES_ALLOWED = {
    "bot/platforms/terminal/sentences.py": "the window's own words, before any command is reached",
    "bot/platforms/terminal/window.py": "the same, about the window itself",
    "bot/platforms/discord/doctor.py": "what `hearth doctor` tells operators",
}
"""Files with sentences of their own, each with its reason."""


def sentences_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Sentences in code that a member might read: not documentation, nor what is raised, logged, or a
    setting's description."""
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        apart: list[ast.AST] = []
        if isinstance(node, ast.Raise) and node.exc is not None:
            apart = [node.exc]
        elif isinstance(node, ast.Call):
            if called(node) in NOT_FOR_MEMBERS or called(node).endswith(("Error", "Trouble", "Unusable")):
                apart = [node]
            else:
                apart = [one.value for one in node.keywords if one.arg in {"description", "help"}]
        elif isinstance(node, ast.Assert) and node.msg is not None:
            apart = [node.msg]
        skipped |= {id(one) for part in apart for one in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        words = None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        elif isinstance(node, ast.JoinedStr):
            words = "".join(str(one.value) if isinstance(one, ast.Constant) else "x" for one in node.values)
        if words and SENTENCE.match(words):
            yield node.lineno, words


def spoken_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Words in code that are handed to the vocabulary as they stand: `Plain("two words")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in {"Plain", "Shown", "ShownField", "ShownButton"}:
            for slot in [*node.args, *(one.value for one in node.keywords)]:
                parts = slot.values if isinstance(slot, ast.JoinedStr) else [slot]
                for part in parts:
                    words = part.value if isinstance(part, ast.Constant) else None
                    if isinstance(words, str) and re.search(r"[^\W\d_]{2,}[ ,.]+[^\W\d_]{2,}", words):
                        yield node.lineno, words


@pytest.mark.parametrize("folder", ["bot/sdk", "bot/platforms", "cogs"])
def test_no_sentence_for_members_stands_in_code(folder: str) -> None:
    found, allowed = [], set()
    for file in sources(folder):
        lines = [*sentences_in(parsed(file)), *spoken_in(parsed(file))]
        if lines and named(file) in SENTENCES_ALLOWED:
            allowed.add(named(file))
        elif lines:
            found += [f"{named(file)}:{line}: {words}" for line, words in lines]
    assert not found
    stale = {one for one in SENTENCES_ALLOWED if one.startswith(folder)} - allowed
    assert not stale, f"no longer needed in the list: {stale}"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('x = "I could not do that, sorry."', True),
        ('View(Plain(f"{name} is here now"))', True),
        ('Shown(text="nothing here")', True),
        ('raise ValueError("This is for authors, who read it.")', False),
        ('log.warning("This is for the operator.")', False),
        ('Field(description="What the group is called.")', False),
        ('def a():\n    """What a reader of code reads."""', False),
        ('View("kept")', False),
        ('Plain(f"{day}: {words}")', False),
    ],
)
def test_a_sentence_in_code_is_seen(code: str, seen: bool) -> None:
    tree = ast.parse(code)
    assert bool([*sentences_in(tree), *spoken_in(tree)]) == seen


def test_only_texts_of_the_core_and_cogs_are_files_of_texts() -> None:
    homes = {ROOT / "bot/sdk/texts_core", ROOT / "bot/config/texts"}
    homes |= {ROOT / "cogs" / name / "texts" for name in loading.SHIPPED}
    found: set[Path] = {file.parent for folder in ("bot", "cogs") for file in (ROOT / folder).rglob("*.ftl")}
    assert found == homes
    assert CORE not in loading.SHIPPED
