"""Words and phrases, open and disguised, and where in the original text they stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import hard_lines
from cogs.rules.matching.characters import _FOLDED, _FOLDING, fold, skeleton, skeletons
from cogs.rules.matching.cleaned import Cleaned
from cogs.rules.matching.forms import forms, word_forms
from cogs.rules.matching.text import lines
from cogs.rules.matching.words import Lexicon, Term

WORDS = ("psycho", "attention seeker*", "penis", "moron", "kill yourself", "schwul", "сука", "死ね", "bạn")


def lexicon(*words: str, languages: Sequence[str] = ("en",), inflected: bool = False) -> Lexicon:
    return Lexicon([Term(number, each, inflected) for number, each in enumerate(words)], languages)


def found(terms: Lexicon, text: str) -> list[str]:
    return [text[each.start : each.end] for each in terms.find(lines(text))]


LEXICON = lexicon(*WORDS)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("you psycho!", "psycho"),
        ("so p.s.y.c.h.o here", "p.s.y.c.h.o"),
        ("a p s y c h o here", "p s y c h o"),
        ("such p\u200bsycho", "p\u200bsycho"),
        ("total рѕусһо", "рѕусһо"),
        ("well ⓟⓢⓨⓒⓗⓞ", "ⓟⓢⓨⓒⓗⓞ"),
        ("🇵🇸🇾🇨🇭🇴 you", "🇵🇸🇾🇨🇭🇴"),
        ("see https://a.org/%70sycho", "%70sycho"),
        ("[psy](https://a.org)cho", "psy](https://a.org)cho"),
        ("||psy||cho", "psy||cho"),
        ("an Attention-Seekers club", "Attention-Seekers"),
        ("今すぐ死ねよ", "死ね"),
        ("psyyyychooo", "psyyyychooo"),
        ("𝗸𝗶𝗹𝗹 𝘆𝗼𝘂𝗿𝘀𝗲𝗹𝗳 now", "𝗸𝗶𝗹𝗹 𝘆𝗼𝘂𝗿𝘀𝗲𝗹𝗳"),
    ],
)
def test_a_disguised_word_is_found_where_it_stands(text: str, piece: str) -> None:
    assert piece in found(LEXICON, text)


@pytest.mark.parametrize(
    "text",
    ["my pen is red", "psycho-social help", "Psycho-Onkologie", "mormon", "skill yourself", "ban", "bán",
     "attention. Seekers of peace", "барсука видели", "Это сукно", "5 m 0 r"],
)  # fmt: skip
def test_an_innocent_look_alike_is_spared(text: str) -> None:
    assert found(LEXICON, text) == []


def test_a_language_keeps_its_letters() -> None:
    assert found(lexicon("sik"), "sık sık") == []
    assert found(lexicon("sık", languages=["tr"]), "SIK") == ["SIK"]
    assert found(lexicon("schwul", languages=["de"]), "schwül") == []
    assert found(lexicon("cop"), "Это сор и другое") == []


def test_forms_are_inflections_only() -> None:
    english = frozenset({"en"})
    assert {"stops", "stopped", "stopping"} <= set(word_forms("stop", english))
    assert "killer" not in word_forms("kill", english)
    assert {"Spinnern".casefold(), "spinnerin", "spinners"} <= set(word_forms("spinner", frozenset({"de"})))
    assert forms("attention seeker", english)[0] == "attention seeker"
    assert word_forms("kill", frozenset({"fr"})) == ()


def test_many_of_one_word_hide_no_other() -> None:
    text = "moron " * 200 + "kill yourself"
    owners = [each.owner for each in lexicon("moron", "kill yourself").find(lines(text))]
    assert 1 in owners
    assert owners.count(0) < 200


def test_ten_thousand_words_are_one_pass() -> None:
    many = lexicon(
        *(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}x" for n in range(10_000))
    )
    assert many.size > 7_000
    assert found(many, "wordabcx and wordzzax") == ["wordabcx", "wordzzax"]


EVASIONS: list[Callable[[str], str]] = [
    str.upper,
    ".".join,
    " ".join,
    "-".join,
    "\u200b".join,
    "\u2060".join,
    lambda word: "".join(f"{each}\u0335" for each in word),
    lambda word: "".join(chr(ord(each) + 0xFEE0) for each in word),
    lambda word: "".join(chr(ord(each) - 97 + 0x24D0) for each in word),
    lambda word: "".join(chr(ord(each) - 97 + 0x1D41A) for each in word),
    lambda word: "".join(chr(ord(each) - 97 + 0x1F1E6) for each in word),
    lambda word: word[0] + word[1] * 4 + word[2:],
    lambda word: word.translate(str.maketrans("aeo", "аео")),
    lambda word: "".join(f"%{ord(each):02x}" for each in word),
    lambda word: f"{word[:2]}||{word[2:]}||",
    lambda word: f"{word[:2]}**{word[2:]}**",
]

long_words = st.text("abdefghmnoprstuw", min_size=6, max_size=12).filter(
    lambda word: all(one != two for one, two in pairwise(word))
)


@given(
    long_words,
    st.sampled_from(EVASIONS),
    st.sampled_from(["", "so ", "you are (", "x, "]),
    st.sampled_from(["", " here", "!"]),
)
def test_a_word_in_disguise_is_found(word: str, evade: Callable[[str], str], before: str, after: str) -> None:
    text = before + evade(word) + after
    assert found(lexicon(word), text) != [], text


@given(st.text(max_size=300))
def test_every_place_lies_in_the_original(text: str) -> None:
    for each in LEXICON.find(lines(text)):
        assert 0 <= each.start < each.end <= len(text)
    clean = Cleaned(text)
    for start in range(len(clean.text)):
        one, two = clean.original(start, start + 1)
        assert 0 <= one < two <= len(text)
    assert fold(text) == fold(fold(text)) or not text.isascii()


@given(
    st.lists(
        st.sampled_from(
            [
                "psycho",
                "p.s.y",
                "a",
                " ",
                "\u0301",
                "%70",
                "](x)",
                "||",
                "ΝΑ",
                "中",
                "1",
                "$",
                "\n",
                "ﬁ",
                "p s y c h o",
            ]
        )
    )
)
@settings(max_examples=300)
def test_what_is_found_reads_as_the_word_alone_too(pieces: list[str]) -> None:
    text = "".join(pieces)
    for each in LEXICON.find(lines(text)):
        assert 0 <= each.start < each.end <= len(text)


def calls_made(work: Callable[[], object]) -> int:
    """How many functions are called, those written in C included."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_the_work_grows_no_faster_than_the_text() -> None:
    for short, long in zip(hard_lines(1000), hard_lines(4000), strict=True):
        list(LEXICON.find(lines(long)))
        few = calls_made(lambda short=short: list(LEXICON.find(lines(short))))
        many = calls_made(lambda long=long: list(LEXICON.find(lines(long))))
        assert many <= 6 * few + 20_000, (few, many, ascii(long[:40]))
        assert many <= 60_000, (many, ascii(long[:40]))


_MIXED = st.text(
    st.one_of(st.sampled_from("aLl19 -.'üßþ–…²日本ⓟ\u200b\u0301🇵\ue000"), st.characters()), max_size=40
)


@given(_MIXED)
def test_the_quick_way_to_a_skeleton_leads_to_the_same_one(text: str) -> None:
    assert skeleton(text) == text.translate(skeletons())
    long = text * 60
    assert skeleton(long) == long.translate(skeletons())


@given(_MIXED)
def test_a_text_reads_the_same_whatever_long_text_follows(text: str) -> None:
    # Short texts are cleaned by a quick way of their own.
    assert Cleaned(text + "\n" + "x" * 1000).text == Cleaned(text).text + "\n" + "x" * 1000


def test_a_word_after_many_candidates_is_still_found() -> None:
    crowd = " ".join(f"m0r{each}n" for each in ("ó", "ò", "ô", "õ", "ö", "ő", "ø", "ō", "ŏ") * 20)
    assert found(LEXICON, crowd + " psycho")[-1] == "psycho"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\U00020000 a psycho \U00020001", "psycho"),
        ("\U00020000ps\U000e0041ycho\U00020001", "ps\U000e0041ycho"),
        ("\U00020000 p.s.y.c.h.o \U0003fffd", "p.s.y.c.h.o"),
        ("ﷺ ﬃ 1 2 3, p s y c h o, ﷺ", "p s y c h o"),
        ("a\u0301\u0301 \u01d9 \ufdfa p\u0455ych\u043e", "p\u0455ych\u043e"),
    ],
)
def test_the_place_is_right_beside_characters_that_become_more_or_none(text: str, place: str) -> None:
    found = {text[each.start : each.end] for each in Lexicon([Term(0, "psycho")]).find(lines(text))}
    assert found == {place}


def test_what_is_remembered_of_characters_has_an_end() -> None:
    lexicon = Lexicon([Term(0, "psycho", forms=True)])
    before = len(skeletons())
    for first in range(0x20000, 0x28000, 0x1000):
        text = "".join(map(chr, range(first, first + 0x1000)))
        assert not list(lexicon.find(lines(text)))
        Cleaned(text)
        fold(text)
    assert len(skeletons()) == before
    assert len(_FOLDING) <= _FOLDED
