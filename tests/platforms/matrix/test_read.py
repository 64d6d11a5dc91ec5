from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.matrix.read import (
    Changed,
    Invited,
    Member,
    Reacted,
    Removed,
    Said,
    Upgraded,
    Withdrawn,
    addressed,
    own_join,
    person_of,
    read,
    read_invite,
    with_ids,
    without_quote,
)

ME = "@hearth:example.org"
ANN = "@ann:example.org"
ROOM = "!room"


def event(kind: str = "m.room.message", sender: str = ANN, **content: Any) -> dict[str, Any]:
    return {"type": kind, "sender": sender, "event_id": "$1", "origin_server_ts": 1, "content": content}


def text(body: str, **more: Any) -> dict[str, Any]:
    return event(msgtype="m.text", body=body, **more)


def said(source: dict[str, Any]) -> Said:
    found = read(ROOM, source, ME)
    assert isinstance(found, Said)
    return found


def test_words_are_heard() -> None:
    assert said(text("!join quiet")).line == "!join quiet"


def test_notices_and_own_words_are_not() -> None:
    assert read(ROOM, event(msgtype="m.notice", body="!join"), ME) is None
    assert read(ROOM, event(sender=ME, msgtype="m.text", body="!join"), ME) is None


def test_a_request_to_verify_by_emoji_is_no_message() -> None:
    asked = event(msgtype="m.key.verification.request", body="verify", to=ME, methods=["m.sas.v1"])
    assert read(ROOM, asked, ME) is None


def test_an_edit_is_a_change_and_not_a_second_command() -> None:
    found = read(
        ROOM,
        text(
            "* !join x",
            **{
                "m.new_content": {"msgtype": "m.text", "body": "!join x"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"},
            },
        ),
        ME,
    )
    assert isinstance(found, Changed)
    assert (found.target, found.line) == ("$0", "!join x")


def test_a_reply_loses_its_quoted_lines() -> None:
    relation = {"m.in_reply_to": {"event_id": "$0"}}
    found = said(text("> <@x:y> first\n> second\n\n2", **{"m.relates_to": relation}))
    assert (found.line, found.reply_to, found.thread) == ("2", "$0", None)


def test_a_quote_somebody_typed_stays() -> None:
    assert said(text("> not a reply")).line == "> not a reply"


def test_a_thread_is_kept_and_its_fallback_is_no_reply() -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$last"},
    }
    found = said(text("here", **{"m.relates_to": relation}))
    assert (found.thread, found.reply_to) == ("$root", None)
    found = said(text("here", **{"m.relates_to": relation | {"is_falling_back": False}}))
    assert (found.thread, found.reply_to) == ("$root", "$last")


def test_a_pill_becomes_the_id_it_stands_for() -> None:
    html = 'thanks <a href="https://matrix.to/#/@bea:example.org">Bea</a> and <a href="https://x.org">you</a>'
    found = said(
        text(
            "!thanks Bea and you",
            format="org.matrix.custom.html",
            formatted_body=html,
            **{"m.mentions": {"user_ids": ["@bea:example.org"]}},
        )
    )
    assert found.line == "!thanks @bea:example.org and you"
    assert found.body == "!thanks Bea and you"
    assert found.mentions == {"@bea:example.org"}


def test_pills_in_a_quoted_reply_do_not_count() -> None:
    html = '<mx-reply><a href="https://matrix.to/#/@x:y">X</a></mx-reply>X is here'
    assert with_ids("X is here", html) == "X is here"


@pytest.mark.parametrize(
    ("link", "user_id"),
    [
        ("https://matrix.to/#/@ann:example.org", "@ann:example.org"),
        ("https://matrix.to/#/%40ann%3Aexample.org", "@ann:example.org"),
        ("matrix:u/ann:example.org?action=chat", "@ann:example.org"),
        ("https://matrix.to/#/!room:example.org", None),
        ("https://matrix.to/#/@ann", None),
        ("https://example.org/#/@ann:example.org", None),
    ],
)
def test_links_to_people(link: str, user_id: str | None) -> None:
    assert person_of(link) == user_id


@pytest.mark.parametrize(
    ("words", "mentions", "rest"),
    [
        ("Hearth: help", [], "help"),
        ("hearth, help", [], "help"),
        ("Hearth help", [ME], "help"),
        ("Hearth", [ME], ""),
        ("Hearth help", [], None),
        ("Hearthstone: help", [], None),
        (f"{ME}: help", [], "help"),
        ("please help, Hearth", [ME], None),
    ],
)
def test_being_spoken_to_by_name(words: str, mentions: list[str], rest: str | None) -> None:
    assert addressed(said(text(words, **{"m.mentions": {"user_ids": mentions}})), ME, "Hearth") == rest


def test_reactions_and_redactions() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$0", "key": "1️⃣"}
    found = read(ROOM, event("m.reaction", **{"m.relates_to": relation}), ME)
    assert isinstance(found, Reacted)
    assert (found.target, found.key) == ("$0", "1️⃣")
    for source in (event("m.room.redaction", redacts="$0"), event("m.room.redaction") | {"redacts": "$0"}):
        withdrawn = read(ROOM, source, ME)
        assert isinstance(withdrawn, Withdrawn)
        assert withdrawn.target == "$0"


def member(who: str, membership: str, sender: str, before: str | None = None) -> dict[str, Any]:
    source = event("m.room.member", sender, membership=membership) | {"state_key": who}
    if before:
        source["unsigned"] = {"prev_content": {"membership": before}}
    return source


def test_who_comes_and_goes() -> None:
    found = read(ROOM, member(ANN, "join", ANN), ME)
    assert isinstance(found, Member)
    assert found.membership == "join"
    assert read(ROOM, member(ANN, "join", ANN, before="join"), ME) is None
    kicked = read(ROOM, member(ME, "ban", ANN), ME)
    assert isinstance(kicked, Removed)
    assert kicked.banned
    assert read(ROOM, member(ME, "leave", ME), ME) is None


def test_the_own_join_is_not_a_change_of_name() -> None:
    assert own_join(member(ME, "join", ME, before="invite"), ME)
    assert not own_join(member(ME, "join", ME, before="join"), ME)
    assert not own_join(member(ANN, "join", ANN), ME)


def test_an_upgrade_names_its_replacement() -> None:
    found = read(ROOM, event("m.room.tombstone", replacement_room="!new") | {"state_key": ""}, ME)
    assert isinstance(found, Upgraded)
    assert found.replacement == "!new"
    assert read(ROOM, event("m.room.tombstone", replacement_room="!new"), ME) is None


def test_an_invitation() -> None:
    stripped = {
        "type": "m.room.member",
        "state_key": ME,
        "sender": ANN,
        "content": {"membership": "invite", "is_direct": True},
    }
    found = read_invite(ROOM, [stripped], ME, 7)
    assert isinstance(found, Invited)
    assert (found.sender, found.direct, found.at) == (ANN, True, 7)


def test_nothing_of_a_person_is_in_a_repr() -> None:
    shown = repr(said(text("my words"))) + repr(read(ROOM, member(ANN, "join", ANN), ME))
    assert "ann" not in shown
    assert "words" not in shown
    assert ROOM not in shown


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_KINDS = ["m.room.message", "m.reaction", "m.room.member", "m.room.redaction", "m.room.tombstone"]
_FIELDS = ["msgtype", "body", "m.relates_to", "m.mentions", "formatted_body", "membership", "redacts", "info"]


@given(
    st.sampled_from(_KINDS), st.dictionaries(st.sampled_from(_FIELDS), json), st.none() | st.just(ME) | json
)
def test_nothing_malformed_breaks_it(kind: str, content: dict[str, Any], key: object) -> None:
    read(ROOM, {**event(kind), "content": content, "state_key": key}, ME)


@given(st.text())
def test_what_is_no_reply_keeps_every_line_that_is_no_quote(body: str) -> None:
    kept = without_quote("> a\n\n" + body)
    assert body.endswith(kept)


def test_what_needs_no_nio_does_not_load_it() -> None:
    """Importing nio takes half a second and many megabytes."""
    modules = ["account", "direct", "purse", "read", "rooms", "send", "signing"]
    code = f"import sys; import {', '.join(f'bot.platforms.matrix.{m}' for m in modules)}; "
    code += "sys.exit(bool({'nio', 'vodozemac', 'aiohttp', 'peewee'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
