"""Texts read quickly are the texts that the library reads."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.errors import FluentReferenceError
from fluent.syntax.ast import Message
from hypothesis import given
from hypothesis import strategies as st

from bot.config.ftl import Ftl, NotFluent

FILES = sorted(
    (*Path("bot/sdk/texts_core").glob("*.ftl"), *Path("cogs").glob("*/texts/*.ftl")),
    key=lambda file: str(file),
)


def compared(source: str, language: str, value: object) -> int:
    """Reads both ways; how many texts were the same."""
    resource = FluentResource(source)
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(resource)
    file, args, count = Ftl(source, language), dict.fromkeys(re.findall(r"\$([\w-]+)", source), value), 0
    for entry in resource.body:
        if not isinstance(entry, Message):
            continue
        name = entry.id.name
        message = bundle.get_message(name)
        assert file.has(name)
        assert (file.words(name) is None) == (message.value is None)
        own = {"": message.value} | dict(message.attributes)
        for attribute, pattern in own.items():
            if pattern is None:
                continue
            said, problems = bundle.format_pattern(pattern, args)
            words = file.words(name, attribute)
            assert words is not None
            if problems:
                with pytest.raises(type(problems[0])):
                    words.filled(args)
            else:
                assert words.filled(args) == str(said), name
            count += 1
        assert file.words(name, "no-such-attribute") is None
    assert file.words("no-such-text") is None
    return count


@pytest.mark.parametrize("value", ["words", 7, 1234567])
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_every_text_reads_as_by_the_library(file: Path, value: object) -> None:
    assert compared(file.read_text(encoding="utf-8"), file.stem, value) > 0


PIECES = [
    "a = One\n",
    "b = { $x }\n",
    "c =   spaces around   \n",
    "d = { a } again\n",
    "e =\n    Two\n    lines\n",
    "f = One\n    .help = Help { $x }\n",
    "g = { $n ->\n    [one] one\n   *[other] { $n }\n}\n",
    "-term = T\n",
    "h = { -term }\n",
    'i = {"{"}\n',
    "j = x\n\n\n    goes on\n",
    "k = { $x }{ $y }.\n",
    "l = {$x} {   $y}  \n",
    "# comment\n",
    "## group\n",
    "### file\n",
    "\n",
    "m =\n    .only = attribute\n",
    "n = { f.help }\n",
    "o=tight\n",
    "p = a # b = c\n",
    "q = 1 } 2\n",
    "r = { $x\n",
    "just words\n",
    "#no comment\n",
    "s = [x]\n",
    "t = é “q” — x\n",
    "a = twice\n",
    "u = { $n ->\n   *[other] x\n    [one] { a }\n  }, then\n",
    "v = a\n    { $x }\n\n  { v }\n",
    "w = { $n ->\n    [one] no default\n}\n",
    "x = a\n    *b\n",
    "y = a\n  [b] c\n",
    "z = a\n    .b = { $n ->\n   *[other] x\n}\n",
    "aa = { $n ->\n   *[other] x\n   *[one] y\n}\n",
    "ab = { $n -> [one] x\n   *[other] y\n}\n",
    "ac = a\n  } b\n",
    "u = x\r\n",
    "v = NUMBER\n    .a-b = { NUMBER($x) }\n",
    "w = \t tab\n",
    "    lost = line\n",
    "x =\n",
    "x1 =  \n    .only = attribute\n  .more = { $x }\n",
    "x2 =   \n",
    "y = {\n$x\n}\n",
    'z = { "a" }\n  .b = c\n  .b = d\n',
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_file_reads_as_by_the_library(pieces: list[str]) -> None:
    source = "".join(pieces)
    broken = any(type(entry).__name__ == "Junk" for entry in FluentResource(source).body)
    if broken:
        with pytest.raises(NotFluent):
            Ftl(source, "en")
    else:
        compared(source, "en", "x")


def test_a_file_is_refused_by_the_line_that_is_wrong() -> None:
    with pytest.raises(NotFluent, match="two words"):
        Ftl("fine = yes\ntwo words\nalso = fine\n", "en")


def test_a_gap_that_nothing_fills() -> None:
    words = Ftl("a = Hello { $name }\n", "en").words("a")
    assert words is not None
    with pytest.raises(FluentReferenceError):
        words.filled({})


def test_simple_texts_need_no_library_that_formats() -> None:
    code = (
        "import sys; from bot.config.ftl import Ftl\n"
        "assert Ftl('a = { $n } of { $x }', 'en').words('a').filled({'n': 3, 'x': 'y'}) == '3 of y'\n"
        "print([name for name in ('babel', 'fluent.runtime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
