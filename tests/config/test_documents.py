"""What is wrong with a file as YAML, and what plain values are read as."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import pytest

from bot.config.documents import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_VALUES, load

BAD = {
    "empty": (b"", "1:1: the file is empty"),
    "only comments": (b"# nothing\n\n", "1:1: the file is empty"),
    "a list at the top": (b"# x\n- a\n", "2:1: the file holds a list at the top"),
    "a text at the top": (b"hello", "1:1: the file holds a single text"),
    "not UTF-8": (b"a: 1\r\nb: caf\xe9\n", "2:7: this character is not UTF-8; expected the file to be saved as UTF-8"),
    "UTF-16": (b"\xff\xfea\x00:\x00", "1:1: the file is saved as UTF-16"),
    "byte order mark": (b"\xef\xbb\xbfname: a\n", "1:1: the file begins with a byte order mark"),
    "a control character": (b"a: 1\nb: x\x00y\n", "2:5: the invisible character U+0000"),
    "a line separator": ("a: x\u2028y\n".encode(), "1:5: the invisible character U+2028"),
    "half a character pair": ("a: '\ud83d'", "1:5: the invisible character U+D83D"),
    "a tab": (b"a:\n\tb: 1\n", "2:1: a tab stands in the indentation; expected spaces"),
    "a tab after spaces": (b"a:\n  \tb: 1\n  c: {\n", "2:3: a tab stands in the indentation"),
    "a name twice": (b"a: 1\nb: 2\na: 3\n", '3:1: "a" is here a second time, first in line 1; expected each name once'),
    "a name twice, deep": (b"a:\n  - b:\n      c: 1\n      c: 2\n", '4:7: "c" is here a second time, first in line 3'),
    "a name twice, quoted": (b"a: 1\n'a': 2\n", '2:1: "a" is here a second time, first in line 1'),
    "a name twice, as number": (b'x: {1: a, "1": b}\n', '1:11: "1" is here a second time'),
    "two documents": (b"a: 1\n---\nb: 2\n", "2:1: a second document begins here"),
    "an object": (b"a: !!python/object/apply:os.system [ls]\n", "1:4: a text that begins with ! has a special meaning"),
    "a tag": (b"a: !!str 5\n", "1:4: a text that begins with ! has a special meaning"),
    "a room's id": (b"a: !room:example.org\n", "1:4: a text that begins with ! has a special meaning"),
    "an account": (b"a: @ann:example.org\n", "1:4: a text cannot begin with this character; expected quotes"),
    "a room by #": (b"a:\n  room: #evening\n", '2:8: after # YAML reads a comment, so nothing stands here; expected quotes'),
    "a room by # in a list": (b"a:\n  - #evening\n", "2:4: after # YAML reads a comment"),
    "rooms by # in brackets": (b"a: [#one, #two]\n", "1:5: after # YAML reads a comment"),
    "a star": (b"a: *hello* there\n", "1:4: a text that begins with * or & has a special meaning"),
    "an alias of nothing": (b"a: &night 1\nb: *nigt\n", '2:4: the alias *nigt is defined nowhere above; expected quotes around a text that begins with *; did you mean "night"?'),
    "a merge": (b"a: &x {b: 1}\nc:\n  <<: *x\n", "3:3: settings cannot be merged with <<"),
    "a list as a name": (b"? [a]\n: 1\n", "1:3: a list or group stands where the name of a setting belongs"),
    "an alias as a name": (b"a: &x y\n*x : 1\n", "2:1: an alias stands where the name of a setting belongs"),
    "an empty name": (b"a: {'': 1}\n", "1:5: the name of a setting is empty"),
    "a long name": (b"n" * 101 + b": 1\n", "1:1: the name of a setting is too long"),
    "a long number": (b"a: " + b"9" * 10_000, "1:4: this number has 10000 digits; expected at most 20 digits"),
    "a number too large": (b"a: 1e999\n", "1:4: this number is too large"),
    "infinity": (b"a: -.inf\n", "1:4: -.inf is no number"),
    "not a number": (b"a: .NaN\n", "1:4: .NaN is no number"),
    "curly quotes": ("a:\n  b: “Evening”\n".encode(), "2:6: the quotes here are curly, as phones type them, and YAML does not read them as quotes; expected straight quotes"),
    "curly quotes with a colon": ("a: “Evening: hello”\n".encode(), "1:4: the quotes here are curly"),
    "a curly name": ("“a”: 1\n".encode(), "1:1: the quotes here are curly"),
    "a no-break space as indentation": ("a:\n\u00a0b: 1\n".encode(), "2:1: a no-break space"),
    "a no-break space after a colon": ("a: 1\nb:\u00a0x\nc: 1\n".encode(), "2:3: a no-break space"),
    "a no-break space at the end": ("a: x\u00a0\n".encode(), "1:4: a no-break space"),
    "a zero-width space in a name": ("na\u200bme: x\n".encode(), "1:1: an invisible character stands in this name"),
    "a wide colon": ("a: 1\nname： x\n".encode(), "2:5: a wide colon stands where a plain one belongs; expected :"),
    "a long dash as item": ("a:\n  – x\n".encode(), "2:3: a long dash, as phones type it"),
    "an open quote": (b"a: 'x\nb: 2\n", "1:4: a quote is opened here and never closed"),
    "an open bracket": (b"a: [1, 2\nb: 3\n", "1:4: a list opened with [ is not closed here"),
    "an open brace": (b"a: {b: 1\n", "1:4: a group opened with { is not closed here"),
    "a second colon": (b"a: b: c\n", "1:5: a colon stands where no name can begin a setting"),
    "no colon": (b"a: 1\nb\nc: 2\n", "2:1: a name stands here without its colon; expected name: value"),
    "odd indentation": (b"a:\n  b: 1\n c: 2\n", "3:2: this does not fit what stands above it"),
    "an item beside a name": (b"a: - b\n", "1:4: a list item cannot begin here"),
    "a name beside an item": (b"a:\n  - b\n  c: 1\n", "3:3: this line stands in a list and is no item of it"),
    "a percent sign": (b"a: 1\nb: %x\n", "2:4: a text cannot begin with this character"),
    "a bad escape": (b'a: "\\q"\n', "1:5: a backslash in double quotes begins nothing known here"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "start"), BAD.values(), ids=BAD.keys())
def test_every_mistake_is_named_with_its_place(source: bytes | str, start: str) -> None:
    _, findings = load(source, "space.yaml")

    assert str(findings[0]).startswith("space.yaml:" + start)
    assert len({(found.line, found.column) for found in findings}) == 1, findings


def test_all_mistakes_at_once_in_the_order_of_the_file() -> None:
    document, findings = load("a: 1\na: 2\nb: !x y\nc: 1e999\nd: {e: 1, e: 2}\n", "f")

    assert [found.line for found in findings] == [2, 3, 4, 5]
    assert document is not None, "the rest can still be checked"


def test_tabs_are_all_named() -> None:
    _, findings = load("a:\n\tb: 1\n\tc: 1\n", "f")

    assert [(found.line, found.column) for found in findings] == [(2, 1), (3, 1)]


def test_a_flood_of_mistakes_ends_with_how_many_more() -> None:
    _, findings = load("a: 0\n" * 301, "f")

    assert len(findings) == 101
    assert findings[-1].problem == "there are more findings after this one"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("19:00", "19:00"),
        ("1:30:00", "1:30:00"),
        ("2026-11-30", "2026-11-30"),
        ("0123", "0123"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("+441234567", "+441234567"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.50", 1.5),
        ("123456789012345678", 123456789012345678),
        ("~", None),
        ("null", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("How’s it going — really?", "How’s it going — really?"),
        ("|-\n  one\n  \ttwo", "one\n\ttwo"),
        ("<<", "<<"),
        ("nan", "nan"),
    ],
)
def test_plain_values_are_read_as_people_mean_them(written: str, value: object) -> None:
    document, findings = load(f"a: {written}\n", "f")

    assert findings == []
    assert document is not None
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)


def test_names_are_text_whatever_they_look_like() -> None:
    document, findings = load("1: a\nno: b\nnull: c\ntrue: d\n2.50: e\n", "f")

    assert findings == []
    assert document is not None
    assert list(document.data) == ["1", "no", "null", "true", "2.50"]


def test_line_ends_of_every_system_count_the_same() -> None:
    for end in ("\n", "\r\n", "\r"):
        _, findings = load(end.join(["a: 1", "b: 2", "a: 3", ""]), "f")
        assert [(found.line, found.column) for found in findings] == [(3, 1)]


def test_places_of_values_and_names() -> None:
    document, _ = load("a:\n  - b: ü\n    c: [1, xy]\n", "f")

    assert document is not None
    assert document.place(("a", 0, "c", 1)) == (3, 12)
    assert document.place(("a", 0, "c"), name=True) == (3, 5)
    assert document.place(("a", 0, "missing")) == (2, 5)
    assert document.place(("a", "missing")) == (1, 1)
    assert document.place(()) == (1, 1)


def test_aliases_are_followed() -> None:
    document, findings = load("a: &x [1, {b: 2}]\nc: *x\n", "f")

    assert findings == []
    assert document is not None
    assert document.data["c"] == [1, {"b": 2}]
    assert document.data["c"] is not document.data["a"]


def bomb(levels: int, width: int) -> str:
    lines = ["l0: &l0 [x]"]
    for level in range(1, levels):
        lines.append(f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * width)}]")
    return "\n".join(lines)


def test_an_alias_bomb_is_refused_before_it_is_expanded() -> None:
    document, findings = load(bomb(10, 10), "f")

    assert document is None
    assert findings[0].problem == "the file holds too many values"
    # Ten thousand fit, a hundred thousand do not: it stops at that line, having counted, not expanded.
    assert findings[0].line == 6


def test_no_document_that_is_accepted_is_larger_than_the_limit() -> None:
    document, findings = load(bomb(5, 10), "f")

    assert findings == []
    assert document is not None
    assert 10_000 < len(document.values) <= MAX_VALUES


def test_an_alias_cannot_contain_itself() -> None:
    document, findings = load("a: &x\n  b: [*x]\n", "f")

    assert document is None
    assert str(findings[0]).startswith("f:2:7: the alias *x contains itself")


def test_limits_of_aliases_depth_values_and_size() -> None:
    def problem(source: str) -> str:
        document, findings = load(source, "f")
        assert document is None
        return findings[-1].problem

    aliases = "a: &x 1\nb: [" + "*x, " * MAX_ALIASES
    assert load(aliases + "]", "f")[1] == []
    assert problem(aliases + "*x]") == "the file uses too many aliases (*name)"
    deep = MAX_DEPTH - 1
    assert load("a: " + "[" * deep + "]" * deep, "f")[1] == []
    assert problem("a: " + "[" * (deep + 1)) == "lists and groups stand too deep in each other"
    assert (
        problem("a: &x " + "[" * deep + "]" * deep + "\nb: [*x]")
        == "lists and groups stand too deep in each other"
    )
    assert problem("a: [" + "1," * MAX_VALUES + "]") == "the file holds too many values"
    assert problem("a: " + "x" * MAX_BYTES) == "the file is too large"
    assert problem("a: " + "ü" * (MAX_BYTES // 2)) == "the file is too large"
