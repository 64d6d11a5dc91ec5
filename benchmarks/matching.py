"""What the rules cost: ratios against raw RE2 and against a loop over Python's `re`, and the worst line
found.

    python -m benchmarks.matching

Times are CPU time of this thread, the best of several runs. Ratios are what counts; the microseconds depend
on the machine. On a busy one even CPU time is up to twice as long: the yardstick, a fixed piece of work, says
how busy.
"""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cogs.rules.matching.characters import skeletons
from cogs.rules.matching.cleaned import Cleaned
from cogs.rules.matching.conditions import RulesSettings
from cogs.rules.matching.packs import read_packs
from cogs.rules.matching.patterns import PatternSet, options, prepare
from cogs.rules.matching.phones import helpline_numbers
from cogs.rules.matching.rules import Message, RuleSet, Surroundings, compile_rules
from cogs.rules.matching.text import lines
from cogs.rules.matching.words import Lexicon, Term

DATA = Path(__file__).resolve().parent.parent / "data"
ENGLISH = (
    "I have been feeling really down this week, and my sister said I should talk to somebody here. "
    "Hello all! It was "
    "good to see you on Tuesday; thanks for the kind words, they helped more than you know."
)[:200]
GERMAN = (
    "Ich fühle mich heute nicht so gut – aber es war schön, mit euch zu reden. Größe ist nicht "
    "alles. Danke euch allen "
    "für die lieben Worte, ihr habt mir sehr geholfen und ich komme morgen wieder zu euch."
)[:200]


class Chance:
    """A fixed sequence that looks like chance."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, end: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % end


def made_words(count: int, seed: int = 1) -> list[str]:
    """Different made-up words of five to ten letters, as often as letters are in English."""
    chance, letters = Chance(seed), "eeeetttaaaooiinnsshhrrddlluucmfwypvbgkjqxz"
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(letters[chance.below(len(letters))] for _ in range(5 + chance.below(6)))] = None
    return list(words)


def made_patterns(count: int) -> list[str]:
    return [rf"\b{word[:4]}\s?(?:ing|ed)?\s(?:you|me)\s{word[3:]}" for word in made_words(count, 2)]


def microseconds(call: Callable[[], object], times: int = 2000) -> float:
    best = float("inf")
    for _ in range(7):
        start = time.thread_time()
        for _ in range(times):
            call()
        best = min(best, (time.thread_time() - start) / times)
    return best * 1e6


def yardstick() -> int:
    """A fixed piece of work."""
    total = 0
    for number in range(20_000):
        total += number * number % 7
    return total


def a_set(words: list[str], patterns: list[str], *, contacts: bool = False) -> RuleSet:
    listed: list[dict[str, object]] = [
        {"id": "words", "when": {"words": words}, "then": ["hold"]},
        {"id": "patterns", "when": {"patterns": patterns}, "then": ["hold"]},
    ]
    if contacts:
        listed.append(
            {
                "id": "contacts",
                "when": {"any": ["phone", "email", "postal_address", "invites"]},
                "then": ["hold"],
            }
        )
    return compile_rules(
        RulesSettings.model_validate({"list": listed}), {}, ("en",), Surroundings(("GB", "US", "DE"))
    )


def hot_path() -> Iterator[tuple[str, str, str]]:
    words, patterns = made_words(1000), made_patterns(100)
    import re2

    raw = re2.Set.SearchSet(options(64 << 20))
    for each in patterns:
        raw.Add(prepare(each).scan)
    raw.Compile()
    python = [re.compile(rf"\b{re.escape(each)}\b", re.IGNORECASE) for each in words]
    python += [re.compile(each, re.IGNORECASE) for each in patterns]
    rules = a_set(words, patterns)
    for name, text in (("English", ENGLISH), ("German", GERMAN)):
        message = Message(text)
        raw_cost = microseconds(lambda text=text: raw.Match(text))
        normal = microseconds(lambda text=text: ([each.letters for each in lines(text)], Cleaned(text)))
        ours = microseconds(lambda message=message: rules.check(message))
        loop = microseconds(lambda text=text: [each.search(text) for each in python], 20)
        yield f"{name}, 200 characters, 1,000 words, 100 patterns", f"{ours:.1f} µs", "at most 25 µs"
        yield (
            f"{name}, against raw RE2 set and normaliser",
            f"{ours / (raw_cost + normal):.2f} x",
            "at most 3 x",
        )
        yield f"{name}, faster than a loop over Python re", f"{loop / ours:.0f} x", "at least 50 x"
    full = a_set(words, patterns, contacts=True)
    yield (
        "English, with contacts and invites too",
        f"{microseconds(lambda: full.check(Message(ENGLISH))):.1f} µs",
        "",
    )


def growth() -> Iterator[tuple[str, str, str]]:
    costs = []
    for count in (100, 10_000):
        lexicon = Lexicon([Term(0, each) for each in made_words(count)])
        costs.append(microseconds(lambda lexicon=lexicon: list(lexicon.find(lines(ENGLISH)))))
    yield "10,000 words against 100", f"{costs[1] / costs[0]:.2f} x", "at most 2 x"


HARD = (
    "a", "1", "7 ", "a ", "a.", "a-", "ss", "p s y c h o ", "p.s.y.c.h.o ", "psyyycho ", "p5ych0 ",
    "рѕусһо ", "psусho ",
    "p\u0335s\u0335y\u0335", "p\u200bs\u200b", "\U0001f1f5", "𝓅𝓈𝓎𝒸𝒽ℴ ", "attention seeker ",
    "attenti0n s33k", "%70", "%7",
    "[a](b)", "](", "||a||", "$", "a$", "@", "a@b.c ", "a@", "@a.", "a.b", "a (at) ", "http://",
    "discord.gg/a ", "t.me/+a ",
    "07700 900123 ", "+44 ", "1234567 ", "1 2 3 ", "020 7946 0958, ", "2125550123 ", "one two ",
    "zero seven ", "12 Elm Street ",
    "12 a ", "Lindenstraße 12 ", "İ", "ß", "ﷺ", "\u0300", "中", "ก้", "שָׁ", "حِ", "\U0001f469\u200d",
    "<:a:1>", ":a:",
    "Aa", "I", "l1!|", "\x00", "\n", "\ud800", "ΝΑ ", "е", "x\u0489", "\u2028", "kill yourself ",
    "kill. yourself ", "die ",
)  # fmt: skip


def hard_lines(size: int) -> Iterator[str]:
    """Lines of `size` characters that may be hard: repeats, mixtures, many different characters."""
    for each in HARD:
        yield (each * (size // len(each) + 1))[:size]
    for seed in range(40):
        chance = Chance(seed + 1)
        some = [HARD[chance.below(len(HARD))] for _ in range(1 + chance.below(6))]
        yield "".join(some[chance.below(len(some))] for _ in range(size))[:size]
    for first in (0x100, 0x400, 0x1E00, 0x2460, 0x4E00, 0xAC00, 0xF900, 0x1D400, 0x1F000, 0x20000):
        yield "".join(chr(first + number) for number in range(size))
    for seed in range(10):
        chance = Chance(100 + seed)
        yield "".join(chr(33 + chance.below(94 if seed % 2 else 0x3000)) for _ in range(size))


LIKE = {
    "a": "аα@4", "b": "8ь", "c": "сϲ¢", "d": "ԁ", "e": "еє3€", "g": "9ɡ", "h": "һ", "i": "іι1!|", "k": "κк",
    "l": "1|ӏ", "m": "м", "n": "ո", "o": "оο0ö", "p": "рρ", "r": "г", "s": "ѕ5$", "t": "т7", "u": "υ",
    "v": "ν", "w": "ѡ", "x": "х", "y": "уγ", "z": "ᴢ2",
}  # fmt: skip


def disguised(size: int) -> Iterator[str]:
    """Lines of the words that are looked for, each in another disguise, with and without signs between."""
    for words in (["psycho"], ["attention seeker"], ["psycho", "attention seeker", "ass"], made_words(1000)):
        for seed in range(6):
            chance, line = Chance(seed), ""
            while len(line) < size:
                letters = []
                for letter in words[chance.below(len(words))]:
                    like = LIKE.get(letter, "") + letter
                    letters.append(like[chance.below(len(like))] * max(1, chance.below(5) - 1))
                line += (".-* "[chance.below(4)] if seed % 2 else "").join(letters) + " "
            yield line[:size]


def crossed(first: str, second: str, chance: Chance) -> str:
    size, parts = len(first), []
    while sum(map(len, parts)) < size:
        parent = (first, second)[chance.below(2)]
        start = chance.below(max(1, size - 50))
        parts.append(parent[start : start + 5 + chance.below(300)])
    return "".join(parts)[:size]


def shipped_rules() -> RuleSet:
    """All packs, a thousand words and a hundred patterns: more than any space has."""
    settings = RulesSettings.model_validate(
        {
            "use": ["kind-words", "no-contact-details", "calm-room", "strict-newcomers"],
            "list": [
                {
                    "id": "words",
                    "when": {
                        "words": [*made_words(1000), "psycho", "attention seeker*", "ass"],
                        "forms": True,
                    },
                    "then": ["hold"],
                },
                {"id": "patterns", "when": {"patterns": made_patterns(100)}, "then": ["hold"]},
                {"id": "invites", "when": {"any": ["invites", "links"]}, "then": ["hold"]},
            ],
        }
    )
    packs = {name: pack.rules for name, pack in read_packs(DATA / "rules", "en").items()}
    numbers = helpline_numbers(json.loads((DATA / "helplines" / "index.json").read_text(encoding="utf-8")))
    return compile_rules(settings, packs, ("en", "de"), Surroundings(("GB", "US", "DE"), numbers))


def worst() -> Iterator[tuple[str, str, str]]:
    rules = shipped_rules()

    def cost(line: str) -> float:
        best = float("inf")
        for _ in range(7):
            start = time.thread_time()
            rules.check(Message(line))
            best = min(best, time.thread_time() - start)
        return best * 1000

    hard = itertools.chain(hard_lines(4000), disguised(4000))
    ranking = sorted(((cost(line), line) for line in hard), reverse=True)[:12]
    chance = Chance(5)
    for _ in range(120):
        line = crossed(ranking[chance.below(len(ranking))][1], ranking[chance.below(len(ranking))][1], chance)
        ranking = sorted([*ranking, (cost(line), line)], reverse=True)[:12]
    # What disturbs lasts longer than a few runs in a row: each of the worst has its turn many times.
    again = {line: cost(line) for _, line in ranking}
    for _ in range(10):
        again = {line: min(spent, cost(line)) for line, spent in again.items()}
    ranking = sorted(((spent, line) for line, spent in again.items()), reverse=True)
    yield "Yardstick", f"{microseconds(yardstick, 1) / 1000:.2f} ms", ""
    yield "Worst line of 4,000 characters, all packs", f"{ranking[0][0]:.2f} ms", "at most 5 ms"
    for spent, line in ranking[:8]:
        yield f"  {line[:24]!a}", f"{spent:.2f} ms", ""


def main() -> None:
    """Print the table."""
    skeletons()
    for part in (hot_path, growth, worst):
        for what, found, wanted in part():
            print(f"{what:<56} {found:>12}   {wanted}")
    assert PatternSet(()).patterns == ()


if __name__ == "__main__":
    main()
