"""What people type: names, groups, options, in whatever language and order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.sdk.commands import Param
from bot.sdk.errors import Refused
from bot.sdk.parsing import options_of
from bot.sdk.ports import Called, Typed
from bot.sdk.words import Kind

from .door import Door, door


async def typed(house: Door, line: str, **more: object) -> str:
    replies = await house.does(Typed("/" + line, line), **more)
    return replies.text


ANSWERS = [
    ("plant Fern", "Fern, any, 1, no"),
    ("PLANT Fern", "Fern, any, 1, no"),
    ("plant! Fern", "Fern, any, 1, no"),
    ("plant Fern large 3 yes", "Fern, Grand, 3, yes"),
    ("plant Fern 3", "Fern, Grand, 1, no"),
    ("plant size:small Fern", "Fern, Little, 1, no"),
    ("plant size=small what=Fern", "Fern, Little, 1, no"),
    ('plant "Bell heather" gran', "Bell heather, Grand, 1, no"),
    ("plant \u201cBell heather\u201d Grand", "Bell heather, Grand, 1, no"),
    ("plant \u201eBell heather\u201c 2", "Bell heather, Medium, 1, no"),
    ("plant Bell heather Grand", "Bell heather, Grand, 1, no"),
    ('plant what:"Bell heather" count:2', "Bell heather, any, 2, no"),
    ("plant count:-2 Fern", "Fern, any, -2, no"),
    ("plant Fern deep:ja", "Fern, any, 1, yes"),
    ("plant Fern deep:OUI", "Fern, any, 1, yes"),
    ("plant Fern deep:nein", "Fern, any, 1, no"),
    ("plant Fern tief:ja", "Fern, any, 1, yes"),
    ("plant Fern größe:klein", "Please choose one of these: Little, Medium, Grand."),
    ("plant Fern größe:little", "Fern, Little, 1, no"),
    ("pflanzen Fern", "Fern, any, 1, no"),
    ('plant "don\'t touch" small', "don't touch, Little, 1, no"),
    (r"plant C:\garden small", "C:\\garden, Little, 1, no"),
    ('plant it"s small', 'it"s, Little, 1, no'),
    ("say it's  two   spaces", "it's  two   spaces"),
    ("say one\ntwo", "one\ntwo"),
    ('say "all of it"', "all of it"),
    ('say she said "hello there" once', 'she said "hello there" once'),
    ("plant", "I need one more thing: what."),
    ("plant Fern count:many", "A number, please, such as 3."),
    ("plant Fern count:1_0", "A number, please, such as 3."),
    ("plant Fern count:" + "9" * 30, "A number, please, such as 3."),
    ("plant Fern deep:perhaps", "Please answer yes or no."),
    ("plant Fern size:huge", "Please choose one of these: Little, Medium, Grand."),
    ("plant Fern size:4", "Please choose one of these: Little, Medium, Grand."),
    ("plant Fern size:0", "Please choose one of these: Little, Medium, Grand."),
    ("plant Fern size:1000", "Please choose one of these: Little, Medium, Grand."),
    ("box open wide", "Say /box open without more words, and we begin. What stood behind it was not kept."),
    ("plant Fern size: small", "Fern, Little, 1, no"),
    ("plant what: Fern size: small", "Fern, Little, 1, no"),
    ("plant Fern size:", "Please choose one of these: Little, Medium, Grand."),
    (
        "look 1 small wide",
        "I could not place “wide”. If it belongs together with other words, put quotes around them.",
    ),
    ("boxx", "I don't know that one. Did you mean /box? For helplines, say /crisis."),
    (
        "plant " + "x" * 61,
        "That is longer than I can keep here (60 characters). Could you shorten it a little?",
    ),
    ("plont Fern", "I don't know that one. Did you mean /plant? For helplines, say /crisis."),
    (
        "qqqq",
        "I am a bot and know only a few words. Say /crisis for helplines, or /help to see what I can do.",
    ),
    ("", "I'm here. Say /crisis for helplines, or /help to see what I can do."),
    (
        "secret",
        "I am a bot and know only a few words. Say /crisis for helplines, or /help to see what I can do.",
    ),
    ("box open", "Opened"),
    ("BOX   Close", "Closed"),
    ("kiste öffnen", "Opened"),
    ("box shut", "These belong to box:"),
    ("box", "These belong to box:"),
    ("tools", "This one is for facilitators."),
    ("tools count", "This one is for facilitators."),
]


async def test_each_line_has_its_answer(house: Door) -> None:
    house.app.pipeline.unlimited.add(house.house.name)
    assert [(line, await typed(house, line)) for line, _ in ANSWERS] == ANSWERS


async def test_a_near_name_is_told_in_the_language_of_the_person(house: Door) -> None:
    assert "Meinst Du /pflanzen?" in await typed(house, "plnt", who=house.person(language="de"))
    assert "Did you mean /plant?" in await typed(house, "pflanze")


async def test_a_group_lists_what_its_reader_may_do(house: Door) -> None:
    replies = await house.does(Typed("/box", "box"))
    assert [(one.name, one.text) for one in replies.last.fields] == [
        ("/box open", "Open the box."),
        ("/box close", "Close the box."),
    ]
    assert replies.last.private
    keeper = house.person("k", roles=frozenset({"Facilitator"}))
    replies = await house.does(Typed("/tools", "tools"), who=keeper)
    assert [one.name for one in replies.last.fields] == ["/tools count"]


async def test_choices_and_yes_in_the_language_of_the_person(house: Door) -> None:
    german = house.person(language="de-AT")
    assert await typed(house, "plant Fern size:klein deep:ja", who=german) == "Fern, Klein, 1, yes!"
    assert "Grand" not in await typed(house, "plant Fern size:grand", who=german)
    assert await typed(house, "plant Fern size:small deep:nein", who=german) == "Fern, Klein, 1, no!"


async def test_what_a_platform_told_apart_is_of_the_kind_declared_or_refused(house: Door) -> None:
    good = await house.does(Called("plant", {"what": "Fern", "size": "small", "count": 3, "deep": True}))
    assert good.text == "Fern, Little, 3, yes"
    for wrong in ({"count": 2.5}, {"count": True}, {"count": "x"}, {"deep": 1}, {"size": 3}, {"what": 7}):
        replies = await house.does(Called("plant", {"what": "Fern", **wrong}))
        assert len(replies.said) == 1
        assert "Fern" not in replies.text
        assert "code" not in replies.text, wrong
    assert (await house.does(Called("no such", {}))).text.startswith("I am a bot")


CRIES = [
    "crisis",
    "Crisis!",
    "crisis.",
    "/crisis",
    " !crisis ",
    "CRISIS?!",
    "krise",
    "crisis \u2026",
    "crisis…",
    "crisis new zealand",
    "crisis I want to die",
    "crisis help me please",
    "crisis kind:nonsense",
    'crisis "',
    "crisis country:",
    "crisis united kingdom suicide",
    "crisis " + "x" * 5000,
    "crisis language:klingon kind:9 country:GB what",
    "crisis\nplease",
    "crisis = : = '",
]


async def test_crisis_answers_whatever_stands_behind_it(house: Door) -> None:
    for line in CRIES:
        for what, at in ((Typed(line, line.strip().lstrip("/!")), None), (Typed(line), house.direct())):
            replies = await house.does(what, at=at)
            titles = [one.title for one in replies.shown]
            assert titles == ["You don't have to be alone with this"], (line, replies.text)


async def test_a_cry_for_help_gets_the_communitys_numbers(house: Door) -> None:
    replies = await house.does(Typed("crisis I want to die"), at=house.direct())
    assert "999" in "".join(one.text for one in replies.last.fields)


@pytest.mark.parametrize(
    ("line", "country"), [("new zealand", "New Zealand"), ("united kingdom suicide", "United Kingdom")]
)
async def test_a_country_of_several_words_needs_no_quotes(house: Door, line: str, country: str) -> None:
    assert country in await typed(house, f"crisis {line}")


KINDS = [Param(f"p{n}", kind, required=False, upto=20) for n, kind in enumerate((*Kind, Kind.TEXT))]
ODD = some.one_of(
    some.text(max_size=40), some.text("\"'\u201c\u201d\u201e\u00ab\u00bb:=p01 -\\\n\t!", max_size=60)
)


@given(
    line=ODD, params=some.lists(some.sampled_from(KINDS), max_size=4, unique=True), fitting=some.booleans()
)
def test_reading_options_raises_nothing_but_refused(line: str, params: list[Param], fitting: bool) -> None:
    try:
        taken = options_of(params, line, {"other": "p0"}, lambda _, __: fitting)
    except Refused:
        return
    assert set(taken) <= {one.name for one in params}


@given(words=some.text(min_size=1, max_size=60).map(str.strip).filter(bool))
def test_a_last_text_keeps_every_word(words: str) -> None:
    only = Param("words", Kind.TEXT, required=True)
    taken = options_of([only], words, {})
    kept = taken.get("words", "")
    assert isinstance(kept, str)
    quoted = len(words) > 1 and (words[0], words[-1]) in {
        ('"', '"'),
        ("\u201c", "\u201d"),
        ("\u201e", "\u201c"),
        ("\u201e", "\u201d"),
        ("\u00ab", "\u00bb"),
    }
    named = words.casefold().startswith(("words:", "words="))
    assert kept == words or quoted or named


async def test_any_line_at_all_is_answered_once_and_never_by_an_apology(tmp_path: Path) -> None:
    async with door(tmp_path) as house:
        for line in (
            '"',
            "'",
            "\\",
            "\u202e",
            "plant \x00",
            "plant \ud800",
            "say \ud800",
            "\n",
            "box \n open",
            "plant what:what:what",
            "::",
            "==",
            "crisis\x00",
            "stop",
            "STOP",
            "plant " + "y " * 3000,
        ):
            replies = await house.does(Typed(line, line))
            assert len(replies.shown) == 1, line
            assert "went wrong" not in replies.text, line
            direct = await house.does(Typed(line), at=house.direct())
            assert len(direct.shown) == 1, line
