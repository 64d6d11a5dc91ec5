"""What comes with a warning stays out of sight until its reader opens it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord import limits, write
from bot.platforms.discord.literal import blank
from bot.sdk.words import Shown, ShownButton, ShownField, ShownFile, ShownTable
from bot.testing.discord_reading import reading
from bot.testing.discord_server.check_components import check_message, walk

ROSE = ShownFile("rose.png", "image/png", b"png", "A red rose", picture=True)
LIST = ShownFile("list.json", "application/json", b"{}", "The list")


def texts(message: write.Message) -> list[str]:
    return [part["content"] for _, part in walk(message.components) if part["type"] == 10]


def folded(**shown: Any) -> write.Message:
    (message,) = write.messages(Shown(warning="loud colours", **shown))
    return message


def test_title_warning_footer_and_buttons_stay_in_sight_and_the_rest_is_folded() -> None:
    message = folded(
        text="Red\nand yellow.",
        title="A sheet",
        fields=(ShownField("Number", "*4141", copy=True), ShownField("", "no name")),
        table=ShownTable(("Day", "Mood"), (("Mon", "a|b"),)),
        files=(ROSE, LIST),
        footer="Mind the pins.",
        buttons=(ShownButton("Wave", "t"), ShownButton("Far", url="tel:116123")),
    )
    assert texts(message) == [
        "### A sheet",
        "\u26a0 loud colours",
        "||Red\nand yellow.||",
        "||**Number**||",
        "||*4141||",
        "||no name||",
        "||**Day** Mon · **Mood** a\\|b||",
        "Far",
        "tel:116123",
        "-# Mind the pins.",
    ]
    gallery, file = (one for one in message.components if one["type"] in (12, 13))
    assert gallery["items"][0]["spoiler"]
    assert file["spoiler"]
    assert [one["label"] for one in message.components[-1]["components"]] == ["Wave"]


def test_nothing_is_folded_without_a_warning() -> None:
    (message,) = write.messages(Shown(text="Red", files=(ROSE, LIST)))
    assert "spoiler" not in str(message.components)
    assert texts(message) == ["Red"]


def test_bars_neither_end_a_spoiler_nor_begin_one() -> None:
    for words in (
        "a || b",
        "||hidden|| and seen",
        "ends with |",
        "|||",
        "\\||",
        "a |\n| b",
        "- item\n# head ||",
    ):
        read = reading(texts(folded(text=words)))
        assert read.folded.rstrip() == words
        assert read.text == "\u26a0 loud colours"


def test_every_piece_of_a_long_text_is_a_spoiler_of_its_own() -> None:
    words = "one | two || three\n" * 800
    shown = Shown(text=words, title="Long", warning="long", table=ShownTable(("a",), (("||" * 3000,),)))
    pieces = [text for message in write.messages(shown, "mark") for text in texts(message)]
    assert pieces[:2] == ["### Long", "\u26a0 long"]
    assert len(pieces) > 5
    for piece in pieces[2:]:
        assert reading([piece]).text == ""
        assert limits.length(piece) <= limits.TEXT_TOTAL


WORDS = st.text(alphabet=st.sampled_from("ab |\\`*_~\n-#>1.@<:/é\U0001f642"), max_size=60)


@given(WORDS, WORDS, WORDS, WORDS)
def test_no_words_get_out_of_their_fold(text: str, name: str, field: str, cell: str) -> None:
    shown = Shown(
        text=text,
        warning="w",
        fields=(ShownField(name, field), ShownField(name, field, copy=True)),
        table=ShownTable(("c",), ((cell,),)),
        footer="foot",
    )
    for message in write.messages(shown, "mark"):
        body = message.body()
        assert list(check_message(body, flags=body["flags"], files=[])) == []
        assert [one for one in texts(message) if not one.startswith("||")] == ["\u26a0 w", "-# foot"]
        assert reading(texts(message)).text == "\u26a0 w\nfoot"


@given(st.text(max_size=9000), st.integers(1, 3))
def test_an_edit_takes_no_more_messages_than_there_are(text: str, most: int) -> None:
    shown = Shown(text=text, title="T", buttons=(ShownButton("Wave", "t"),))
    ids = write.mark_ids("mark")
    parts = write.messages_within(shown, ids, most)
    assert len(parts) <= most
    assert parts[-1].components[0]["components"][-1]["components"][0]["label"] == "Wave"
    if len(write.messages(shown, ids)) <= most:
        assert parts == write.messages(shown, ids)
    elif not blank(text):
        assert "…" in str(parts[-1].components)


def test_each_message_of_a_post_says_which_it_is_and_whether_another_follows() -> None:
    first, second, third = write.messages(Shown(text="word " * 2000), "mark")
    ids = write.mark_ids("mark")
    for at, part in enumerate((first, second, third)):
        assert write.ids_of(part.body()) == write.part_ids(ids, at)
        assert write.goes_on(part.body()) == (at < 2)
    assert write.carries(first.body(), "mark")
    assert not write.carries(second.body(), "mark")
    (again,) = write.messages(Shown(text="short"), ids)
    assert write.carries(again.body(), "mark")
