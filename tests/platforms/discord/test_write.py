"""How each word of the vocabulary looks on Discord, and that no words of a member's do more than be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord import limits, write
from bot.platforms.discord.literal import blank, copyable, literal, plain
from bot.sdk.words import Shown, ShownButton, ShownField, ShownFile, ShownTable, Style
from bot.testing.discord_server.check_components import check_message, walk

PNG = ShownFile("a rose.png", "image/png", b"png", "A red rose", picture=True)


def one(**shown: Any) -> write.Message:
    (message,) = write.messages(Shown(**shown))
    return message


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def assert_within_limits(messages: list[write.Message]) -> None:
    for message in messages:
        body = message.body()
        files = [file.name for file in message.files]
        assert list(check_message(body, flags=body["flags"], files=files)) == []
        assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
        shown = sum(
            limits.length(part["content"]) for _, part in walk(body["components"]) if part["type"] == 10
        )
        assert shown <= limits.TEXT_TOTAL


def test_title_text_fields_and_footer() -> None:
    message = one(
        text="How is it?",
        title="Tonight",
        fields=(
            ShownField("When", "19:30"),
            ShownField("", "no name"),
            ShownField("Number", "116 123", copy=True),
        ),
        footer="one\ntwo",
    )
    assert message.components == [
        text("### Tonight"),
        text("How is it?"),
        text("**When**\n19:30"),
        text("no name"),
        text("**Number**\n116 123"),
        text("-# one\n-# two"),
    ]


def test_buttons_in_rows_of_five_with_their_styles() -> None:
    buttons = (
        ShownButton("Main", "a", style=Style.MAIN),
        ShownButton("Plain", "b"),
        ShownButton("Danger", "c", style=Style.DANGER),
        ShownButton("Page", url="https://x.example"),
        ShownButton("Five", "d"),
        ShownButton("Six", "e"),
        ShownButton("Six again", "e"),
    )
    first, second = one(buttons=buttons).components
    assert [(part["label"], part["style"]) for part in first["components"]] == [
        ("Main", 1), ("Plain", 2), ("Danger", 4), ("Page", 5), ("Five", 2),
    ]  # fmt: skip
    assert first["components"][3]["url"] == "https://x.example"
    assert second == {"type": 1, "components": [{"type": 2, "style": 2, "label": "Six", "custom_id": "e"}]}


def test_a_link_that_no_button_holds_is_spelled_out() -> None:
    message = one(
        buttons=(ShownButton("Chat", url="tel:116123"), ShownButton("Far", url="https://x/" + "a" * 600))
    )
    assert [part["content"] for part in message.components][:2] == ["Chat", "tel:116123"]
    assert all(part["type"] == 10 for part in message.components)


def test_a_narrow_table_is_set_in_columns_and_a_wide_one_in_lines() -> None:
    narrow = one(table=ShownTable(("Day", "Mood"), (("Mon", "*heavy*"), ("Tue", "fine"))))
    assert narrow.components == [text("```\nDay  Mood\nMon  *heavy*\nTue  fine\n```")]
    wide = one(table=ShownTable(("Day", "What"), (("Mon", "a `long` one"), ("", "x" * 40))))
    assert wide.components == [text("**Day** Mon · **What** a \\`long\\` one\n**What** " + "x" * 40)]


def test_every_file_is_shown_by_a_component_with_alternative_text() -> None:
    listing = ShownFile("list.json", "application/json", b"{}", "The list")
    message = one(text="Look", files=(PNG, PNG, listing))
    gallery, file = message.components[1:]
    assert [item["media"]["url"] for item in gallery["items"]] == [
        "attachment://a_rose.png", "attachment://1_a_rose.png",
    ]  # fmt: skip
    assert {item["description"] for item in gallery["items"]} == {"A red rose"}
    assert file == {"type": 13, "file": {"url": "attachment://list.json"}}
    assert message.body()["attachments"][2] == {"id": "2", "filename": "list.json", "description": "The list"}
    assert_within_limits([message])


def test_a_post_stands_in_a_frame_that_carries_its_mark() -> None:
    shown = Shown(text="How is it?", buttons=(ShownButton("Fine", "t"),))
    (message,) = write.messages(shown, "mark-1")
    (frame,) = message.components
    assert frame["type"] == 17
    assert (frame["id"], frame["components"][0]["id"]) == write.mark_ids("mark-1")
    assert write.carries(message.body(), "mark-1")
    assert not write.carries(message.body(), "mark-2")
    assert_within_limits([message])


def test_a_view_with_nothing_in_it_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to see"):
        write.messages(Shown(text=" \u200b", fields=(ShownField("", ""),)))


def test_long_text_goes_on_in_further_messages_and_loses_nothing() -> None:
    words = "\n\n".join(f"paragraph {n} " + "word " * 60 for n in range(40))
    messages = write.messages(Shown(text=words, buttons=(ShownButton("Fine", "t"),)))
    assert len(messages) == 4
    told = "".join(
        part["content"] for message in messages for part in message.components if part["type"] == 10
    )
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", words)
    assert [part["type"] for part in messages[-1].components] == [10, 1]
    assert_within_limits(messages)


@pytest.mark.parametrize(
    ("lines", "pieces"),
    [
        ("*4141", ["*4141"]),
        ("116 123\n+44 20 7946 0000\n(011) 5275-1135", ["116 123\n+44 20 7946 0000\n(011) 5275-1135"]),
        ("*4141\n*2222", ["*4141", "*2222"]),
        ("*21*1#", [r"\*21\*1#"]),
        ("Web: https://a_b.example/c_d", ["Web: https://a_b.example/c_d"]),
        ("[x](https://a.example)", [r"\[x](https://a.example)"]),
        ("<@1> @everyone", [r"\<@1> \@everyone"]),
        ("112. or", [r"112\. or"]),
        ("- one", [r"\- one"]),
        ("call https://a.example or *1 *2", [r"call https://a.example or \*1 \*2"]),
        ("see\n\nhttps://a.example", ["see\n\nhttps://a.example"]),
    ],
)
def test_what_is_to_be_copied_reads_as_dialled(lines: str, pieces: list[str]) -> None:
    assert copyable(lines) == pieces


def test_numbers_of_the_crisis_data_need_no_backslash() -> None:
    """Whatever is dialled is copied as it is dialled."""
    for number in ("*4141", "#31#116123", "1-800-273-8255", "0800 111 0 111", "+353 1 123", "13 11 14"):
        assert copyable(number) == [number]


_MARKS = r"""*a* _a_ * ** _ __ ~~ || ` ``` # -# > >>> - 1. [ ]( ) [a](b) <@1> <@&1> <#1> <:a:1> <t:1:R>
</a:1> <id:customize> @everyone @here \ https://x.example http:// x 😀 a_b steam://run"""
_SPACES = ("\x08", "# ", "-# ", "> ", "- ", "1. ", "\n", " ", "\t", "\u200b", "\u2028")
NASTY = st.sampled_from([*_MARKS.split(), *_SPACES])
MEMBERS_WORDS = st.one_of(st.text(max_size=60), st.lists(NASTY, max_size=25).map("".join))


def rendered(content: str) -> str:
    """What Discord makes of a text display, by its rules in their order. Raises AssertionError where a rule
    other than escaping or plain text would strike: an independent reading of its markdown."""
    out: list[str] = []
    at, start = 0, True
    while at < len(content):
        rest = content[at:]
        if start:
            assert not re.match(r"#{1,3} |-# |[ \t]*>(>>)? |[ \t]*[-*] |[ \t]*\d+\. ", rest), rest
        if (escape := re.match(r"\\([^0-9A-Za-z\s])", rest)) is not None:
            out.append(escape[1])
            at, start = at + 2, False
            continue
        for rule in (
            r"\*\*[\s\S]+?\*\*", r"\*(?=\S)[\s\S]+?\*(?!\*)", r"_[\s\S]+?_", r"~~[\s\S]+?~~",
            r"\|\|[\s\S]+?\|\|", r"(`+)[\s\S]*?[^`]\1(?!`)", r"\[[\s\S]*?\]\([\s\S]*?\)",
            r"<@[!&]?\d+>", r"<#\d+>", r"<a?:\w+:\d+>", r"<t:-?\d+(:\w)?>", r"</[^:]+:\d+>", r"<id:\w+>",
            r"<[a-z]+:[^ >]+>", r"https?://[^\s<]+[^<.,:;\"')\]\s]", r"[a-z]+://\S", r"@(everyone|here)",
        ):  # fmt: skip
            assert not re.match(rule, rest, re.IGNORECASE), (rule, content)
        out.append(content[at])
        start = content[at] == "\n"
        at += 1
    return "".join(out)


@given(MEMBERS_WORDS)
def test_whatever_a_member_writes_is_read_as_it_stands(words: str) -> None:
    assert rendered(literal(words)) == plain(words)


@given(MEMBERS_WORDS)
def test_what_is_copied_pings_nobody_and_hides_no_link(words: str) -> None:
    for piece in copyable(words):
        assert not re.search(r"(?<!\\)<[@#:/]", piece)
        assert not re.search(r"(?<!\\)@(everyone|here)", piece)
        assert not re.search(r"(?<!\\)(\\\\)*\[[^\n]*\]\(", piece)
    told = "".join(copyable(words)).replace("\\", "").split()
    assert (
        "".join(told) == "".join(w for w in plain(words).replace("\\", "").split() if not blank(w))
        or "\u200b" in words
    )


LONG = st.one_of(MEMBERS_WORDS, st.text(min_size=3000, max_size=5000))
FIELDS = st.lists(st.builds(ShownField, MEMBERS_WORDS, LONG, st.booleans()), max_size=25)
BUTTONS = st.lists(
    st.builds(ShownButton, st.text(max_size=120), st.text("abc!", min_size=1, max_size=100)), max_size=28
)
CELLS = st.lists(st.lists(MEMBERS_WORDS, min_size=3, max_size=3).map(tuple), max_size=40)


@given(
    st.one_of(MEMBERS_WORDS, st.text(min_size=3900, max_size=9000)), MEMBERS_WORDS, FIELDS, BUTTONS, CELLS,
    st.lists(st.just(PNG), max_size=14), MEMBERS_WORDS, st.sampled_from([None, "a-mark"]),
)  # fmt: skip
def test_whatever_a_view_holds_its_messages_are_within_discords_limits(
    words: str, title: str, fields: Any, buttons: Any, rows: Any, files: Any, footer: str, mark: str | None
) -> None:
    shown = Shown(
        text=words, title=title, fields=tuple(fields), buttons=tuple(buttons),
        files=tuple(files), footer=footer, table=ShownTable(("a", "b", "c"), tuple(rows)) if rows else None,
    )  # fmt: skip
    try:
        messages = write.messages(shown, mark)
    except ValueError:
        return
    assert_within_limits(messages)
    labels = [
        part["label"] for message in messages for _, part in walk(message.components) if part["type"] == 2
    ]
    assert len(labels) == len({button.token for button in buttons})


def test_only_words_that_nobody_wrote_are_kept_ready() -> None:
    write._common_field.cache_clear()
    own = one(fields=(ShownField("A *star*", "116_123", copy=True),))
    assert write._common_field.cache_info().currsize == 0
    common = one(fields=(ShownField("A *star*", "116_123", copy=True, common=True),))
    assert write._common_field.cache_info().currsize == 1
    assert common == own
