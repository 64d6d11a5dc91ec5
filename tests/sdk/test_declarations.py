"""What a cog's author may not write is found at import, in a sentence to them; texts fall back in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest

from bot.sdk import Button, Choice, Cog, Form, Level, Plain, View, text
from bot.sdk.catalogue import Catalogue, Loaded
from bot.sdk.errors import Declaration
from bot.sdk.texts import MissingText, Texts

from .door import Door


class Loud(Choice):
    """Values that are no short lower-case words."""

    LOUD = "VERY LOUD"


class Counted(Choice):
    """Values that are no words at all."""

    ONE = 1


Many = Choice("Many", {f"N{n}": f"n{n}" for n in range(26)})


class Empty(Form):
    """Nothing to ask"""


class Long(Form):
    """Too much to ask"""

    a: str
    b: str
    c: str
    d: str
    e: str
    f: str


class Odd(Form):
    """What nobody can ask"""

    when: float


class Fine(Form):
    """Fine"""

    words: str


async def undocumented(ctx: Any) -> None: ...
async def longwinded(ctx: Any) -> None: ...


longwinded.__doc__ = "x" * 101


async def listed(ctx: Any, words: list[str]) -> None:
    """Take a list."""


async def unmarked(ctx: Any, words) -> None:
    """Take anything."""


async def either(ctx: Any, words: str | int) -> None:
    """Take one or the other."""


async def loud(ctx: Any, how: Loud) -> None:
    """Shout."""


async def counted(ctx: Any, how: Counted) -> None:
    """Count."""


async def many(ctx: Any, how: Many) -> None:
    """Choose among too many."""


async def none(ctx: Any, how: Choice) -> None:
    """Choose among nothing."""


async def empty(ctx: Any, form: Empty) -> None:
    """Ask nothing."""


async def long(ctx: Any, form: Long) -> None:
    """Ask six things."""


async def odd(ctx: Any, form: Odd) -> None:
    """Ask for a fraction."""


async def twice(ctx: Any, one: Fine, other: Fine) -> None:
    """Ask twice."""


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        (undocumented, "docstring"), (longwinded, "docstring"), (listed, "of no kind"),
        (unmarked, "of no kind"),
        (either, "one kind of thing"), (loud, "lower-case word"),
        (counted, "lower-case word"), (many, "25"),
        (none, "none or more"),
        (empty, "one to 5"), (long, "one to 5"), (odd, "of no kind"), (twice, "two forms"),
    ],
)  # fmt: skip
def test_what_no_platform_could_show_is_refused_at_import(handler: Callable[..., Any], why: str) -> None:
    with pytest.raises(Declaration, match=why):
        Cog("toy").command()(handler)


@pytest.mark.parametrize("name", ["", "Toy", "to_y", "1toy", "x" * 33, "core", "toy!", "tö"])
def test_names_of_cogs(name: str) -> None:
    with pytest.raises(Declaration):
        Cog(name)


@pytest.mark.parametrize("name", ["Say", "s_ay", "1say", "x" * 33, "say it", "say!"])
def test_names_of_commands(name: str) -> None:
    async def handler(ctx: Any) -> None:
        """Say."""

    with pytest.raises(Declaration):
        Cog("toy").command(name=name)(handler)
    with pytest.raises(Declaration):
        Cog("toy").command(group=name, name="x")(handler)


def test_twenty_six_options_and_doubled_names() -> None:
    async def handler(ctx: Any) -> None:
        """Say."""

    async def plan(planning: Any) -> list[Any]:
        return []

    toy = Cog("toy")
    toy.command(name="say")(handler)
    with pytest.raises(Declaration, match="two commands"):
        toy.command(name="say")(handler)
    toy.schedule(plan)(handler)
    with pytest.raises(Declaration, match="two schedules"):
        toy.schedule(plan)(handler)
    options = ", ".join(f"a{n}: str = ''" for n in range(26))
    space: dict[str, Any] = {"Any": Any}
    exec(f"async def wide(ctx: Any, {options}) -> None:\n    'Wide.'", space)
    with pytest.raises(Declaration, match="more than 25"):
        toy.command()(space["wide"])


def declared(cog: Cog[Any], path: str, **flags: Any) -> None:
    async def handler(ctx: Any) -> None:
        """Do."""

    group, _, name = path.rpartition(" ")
    cog.command(name=name, group=group or None, **flags)(handler)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("say", {}), ("say", {}), "two cogs"),
        (("box", {}), ("box open", {}), "both a command and a group"),
        (("box open", {}), ("box", {}), "both a command and a group"),
        (("box open", {"level": Level.MODERATOR}), ("box shut", {}), "different levels"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_no_two_commands_may_be(
    first: tuple[str, Any], second: tuple[str, Any], why: str, together: bool
) -> None:
    one = Cog[Any]("one", stores=False)
    other = one if together else Cog[Any]("other", stores=False)
    declared(one, first[0], **first[1])
    if together and first[0] == second[0]:
        with pytest.raises(Declaration):
            declared(other, second[0], **second[1])
        return
    declared(other, second[0], **second[1])
    with pytest.raises(Declaration, match=why):
        Catalogue([Loaded(cog, None, None) for cog in dict.fromkeys((one, other))], Texts())


def test_a_button_leads_to_one_thing() -> None:
    with pytest.raises(ValueError):
        Button("label")
    with pytest.raises(TypeError):
        View(Plain("words"), name="x")


def test_an_option_without_a_text_leaves_its_cog_out() -> None:
    toy = Cog[Any]("toy", stores=False)

    async def handler(ctx: Any, words: Annotated[str, 1] = "") -> None:
        """Do."""

    toy.command(name="do")(handler)
    catalogue = Catalogue([Loaded(toy, None, None)], Texts())
    with pytest.raises(Declaration, match="has no text"):
        catalogue.described()


# --- texts --------------------------------------------------------------------------------------------


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    for language, lines in {
        "en": "hello = Hello\nboth = Both { $n }\nonly-en = Only\npoints = { $n ->\n"
        "    [one] a point\n   *[other] { $n } points\n }\n",
        "de": "hello = Hallo\nboth = Beide { $n }\n",
        "de-AT": "hello = Servus\n",
    }.items():
        (tmp_path / f"{language}.ftl").write_text(lines)
    made = Texts()
    made.add("toy", tmp_path)
    return made


def test_texts_fall_back_from_region_to_language_to_english_to_the_core(texts: Texts) -> None:
    assert [texts.say("toy", "hello", one) for one in ("de-AT", "de-CH", "de", "en-GB", "fr")] == [
        "Servus", "Hallo", "Hallo", "Hello", "Hello",
    ]  # fmt: skip
    assert texts.say("toy", text("both", n=1), "de-AT") == "Beide 1"
    assert texts.say("toy", "only-en", "de-AT") == "Only"
    assert texts.say("toy", "again", "de-AT") == texts.say("core", "again", "de")
    assert texts.say("toy", "again", "fr") == "Try again"
    assert [texts.say("toy", text("points", n=n), "en") for n in (1, 2)] == ["a point", "2 points"]
    assert texts.say("toy", Plain("hello"), "de") == "hello"


def test_a_text_that_is_missing_or_lacks_an_argument_is_an_error_without_words(texts: Texts) -> None:
    for says in ("gone", text("gone"), text("both"), text("both", other=1)):
        with pytest.raises(MissingText):
            texts.say("toy", says, "de")
    with pytest.raises(MissingText) as caught:
        texts.say("toy", text("both", other="zq7mark"), "de")
    assert "zq7mark" not in str(caught.value)
    with pytest.raises(MissingText) as caught:
        texts.say("toy", "zq7mark, a member's words where a key belongs", "de")
    assert "zq7mark" not in str(caught.value)


def test_a_file_of_no_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text("this is no text\n")
    with pytest.raises(MissingText):
        Texts().add("toy", tmp_path)


async def test_the_language_is_the_clients_then_the_communitys(house: Door) -> None:
    from bot.sdk.ports import Called

    for language, says in (("de-AT", "!"), ("fr", ""), (None, "")):
        replies = await house.does(Called("plant", {"what": "F"}), who=house.person(language=language))
        assert replies.text == f"F, any, 1, no{says}"
