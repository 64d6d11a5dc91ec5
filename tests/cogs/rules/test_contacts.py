"""Telephone numbers, addresses, links and invites, told from what only looks like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.rules.matching.contacts import emails, postal_addresses
from cogs.rules.matching.links import invite_to, links
from cogs.rules.matching.phones import helpline_numbers, phones, warm

REGIONS = ("GB", "US", "DE")
warm(REGIONS)


def numbers(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    return [text[start:end] for start, end in phones(text, REGIONS, known)]


@pytest.mark.parametrize(
    "number",
    [
        "07700 900123",
        "+44 7700 900 456",
        "(212) 555-0123",
        "0151 23456789",
        "0 7 7 0 0 9 0 0 1 2 3",
        "212.555.0123",
    ],
)
def test_numbers_of_people_are_found(number: str) -> None:
    assert numbers(f"reach me, {number}, any time") == [number]


@pytest.mark.parametrize(
    "text",
    ["12.03.1985 2024-01-15", "21-19, 21-17, 15-21", "ISBN 978-0-306-40615-7", "9780306406157",
    "€1,234,567.00",
     "1.234.567,89 €", "<@123456789012345678>", "order 1234567890", "1 2 3 4 5 6 7 8 9 10", "192.168.100.200",
     "10:30-11:30 14.30-15.45", "0800 1110111", "2024 2025 2026", "one two three four five six seven",
     "https://discord.com/channels/123456789012345678/123456789012345678"],
)  # fmt: skip
def test_other_numbers_are_let_be(text: str) -> None:
    assert numbers(text) == []


def test_helplines_are_known_with_and_without_their_country() -> None:
    known = helpline_numbers({"countries": {"GB": {"emergency": {"numbers": [{"number": "999"}]}, "lines": [
        {"call": ["020 7946 0958", {"number": "116 123"}], "text": ["85258"]}]}}})  # fmt: skip
    assert known == {"999", "02079460958", "116123", "85258"}
    assert numbers("call 020 7946 0958 or +44 20 7946 0958", known) == []
    assert numbers("call 020 7946 0959", known) == ["020 7946 0959"]


@pytest.mark.parametrize(
    ("text", "invite"),
    [
        ("discord.gg/abc", "discord"), ("https://discord.com/invite/abc", "discord"),
        ("discord . gg / abc", "discord"),
        ("https://discord%2Egg/abc", "discord"), ("https://discord.com/channels/1/2/3", ""),
        ("https://matrix.to/#/#room:example.org", "matrix"), ("https://matrix.to/#/!a:b.c/$event", ""),
        ("https://matrix.to/#/@anna:example.org", ""), ("https://t.me/+abc", "telegram"),
        ("t.me/foo/123", ""),
        ("https://chat.whatsapp.com/abc", "whatsapp"), ("https://signal.group/#Cj", "signal"),
        ("https://example.org/invite/abc", ""),
    ],
)  # fmt: skip
def test_an_invite_is_no_link_to_a_message(text: str, invite: str) -> None:
    found = list(links(text))
    assert [text[each.start : each.end] for each in found] == [text]
    assert invite_to(found[0]) == invite


@pytest.mark.parametrize(
    "text", ["e.g. this", "node.js", "it's done.it works", "a@b.com", "Ende.de", "3.5", "ok.so"]
)
def test_a_dot_is_no_link(text: str) -> None:
    assert list(links(text)) == []


@pytest.mark.parametrize(
    "text",
    ["a.b@example.com", "anna (at) example (dot) org", "anna at example dot com", "anna @ example . com"],
)
def test_emails_are_found_as_people_write_them(text: str) -> None:
    assert [text[start:end] for start, end in emails(text)] == [text]


@pytest.mark.parametrize(
    "text", ["@user@mastodon.social", "@anna:example.org", "I'm at home dot", "5 @ 3 for 10"]
)
def test_accounts_are_no_emails(text: str) -> None:
    assert list(emails(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "12 Elm Street",
        "221B Baker St",
        "Lindenstraße 12",
        "12 rue de la Paix",
        "Calle Mayor 5",
        "7 old mill road",
    ],
)
def test_addresses_are_found(text: str) -> None:
    line = f"at {text}, yes"
    assert [line[start:end] for start, end in postal_addresses(line)] == [text]


@pytest.mark.parametrize(
    "text", ["20 miles down the road", "der Weg 5 ist", "the 12 step way", "5 people in the street"]
)
def test_ways_are_no_addresses(text: str) -> None:
    assert list(postal_addresses(text)) == []


@given(st.text(alphabet=st.sampled_from("0123456789 -.()+@/:#aAcdgimostrweßäW,\u0660\n"), max_size=200))
def test_finders_stay_within_the_text(text: str) -> None:
    spans = [
        *phones(text, REGIONS),
        *emails(text),
        *postal_addresses(text),
        *((each.start, each.end) for each in links(text)),
    ]
    for start, end in spans:
        assert 0 <= start < end <= len(text)
