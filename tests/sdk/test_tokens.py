"""Buttons: what a token carries, that nobody else can make one, and what pressing it may do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.sdk.errors import Declaration
from bot.sdk.ports import Called, Pressed, Submitted, Typed
from bot.sdk.tokens import LONGEST, OpenSigner, Sort, Token, path_of, read_token

from .door import Door

STALE = "This button no longer works. Please use the command again."
SIGNER = OpenSigner()
VALUES = some.text(max_size=20)
NAMES = some.from_regex(r"[a-z][a-z-]{0,10}( [a-z][a-z-]{0,10})?", fullmatch=True)
TOKENS = some.builds(
    Token,
    NAMES,
    some.dictionaries(some.from_regex(r"[a-z_]{1,8}", fullmatch=True), VALUES, max_size=2),
    some.sampled_from(Sort),
    some.from_regex(r"[A-Za-z0-9_-]{0,12}", fullmatch=True),
    some.booleans(),
    some.from_regex(r"[a-f0-9]{0,16}", fullmatch=True),
)


@given(token=TOKENS)
def test_a_token_says_again_what_it_was_told_or_is_refused_for_its_length(token: Token) -> None:
    try:
        written = token.write(SIGNER)
    except (Declaration, UnicodeEncodeError):
        return
    assert len(written) <= LONGEST
    assert written.isascii()
    assert read_token(written, SIGNER) == token
    assert path_of(written) == token.path


@given(token=TOKENS, at=some.integers(0, LONGEST - 1), other=some.characters())
def test_no_changed_character_passes(token: Token, at: int, other: str) -> None:
    try:
        written = token.write(SIGNER)
    except (Declaration, UnicodeEncodeError):
        return
    at %= len(written)
    if written[at] == other:
        return
    assert read_token(written[:at] + other + written[at + 1 :], SIGNER) is None
    assert read_token(written[:at], SIGNER) is None


@given(anything=some.text(max_size=120), signed=some.booleans())
def test_what_is_no_token_is_none(anything: str, signed: bool) -> None:
    try:
        token = f"{anything}!{SIGNER.sign(anything)}" if signed else anything
    except UnicodeEncodeError:
        return
    found = read_token(token, SIGNER)
    assert found is None or (signed and isinstance(found.sort, Sort))
    path_of(token)


async def test_a_token_over_a_hundred_characters_is_the_authors_error() -> None:
    with pytest.raises(Declaration, match="over 100"):
        Token("look", {"count": "9" * 90}).write(SIGNER)


async def pressed(house: Door, token: str, **more: Any) -> str:
    own = more.pop("own", True)
    return (await house.does(Pressed(token, own=own), **more)).text


async def test_a_button_runs_its_command_with_its_arguments_and_everybody_gets_their_own(house: Door) -> None:
    first = await house.does(Called("look"))
    token = first.token("Look")
    assert await pressed(house, token) == "Looked 1"
    other = await house.does(Pressed(token), who=house.person("other"))
    assert (other.text, other.last.private) == ("Looked 1", True)


async def test_forged_cut_and_borrowed_tokens_do_nothing(house: Door) -> None:
    token = (await house.does(Called("look"))).token("Look")
    body, _, signature = token.rpartition("!")
    borrowed = f"r!sweep!!!!{signature}"
    checksum = f"{body}!{SIGNER.sign(body)}"
    for forged in (
        "", "!", "!!!!!", token[:-1], token + "0", token.upper(), token.replace("look", "fill"), borrowed,
        checksum, f"r!look!!!count=9!{signature}", f"rg!look!!!count=1!{signature}", "\ud800!\ud800!\ud800",
        "r!gone!!!!000000000000", "x" * 5000,
    ):  # fmt: skip
        assert await pressed(house, forged) == STALE, forged
        assert (await house.does(Submitted(forged, {}, own=True))).text == STALE
    again = await house.does(Pressed(token.replace("r!", "f!"), own=True))
    assert again.text == STALE


async def test_the_buttons_of_crisis_can_be_made_by_anybody_and_reach_nothing_else(house: Door) -> None:
    for body in (
        "r!crisis!!!", "x!crisis!!!", "!crisis!!!", "rg!crisis!!!kind=nonsense&country=zz&page=x",
        "r!crisis-more!!!", "r!crisis-more!!!country=GB&page=99999999999999999999", "r!crisis",
        "a!crisis!!zzz!",
        "f!crisis!!!", "r!crisis!nowhere!!country=GB", "r!crisis-keep!!!country=%FF&page=-1",
    ):  # fmt: skip
        replies = await house.does(Pressed(f"{body}!{SIGNER.sign(body)}", own=True))
        assert len(replies.shown) >= 1
        assert "went wrong" not in replies.shown[-1].text, body
    for path in ("sweep", "privacy-erase", "secret"):
        body = f"rg!{path}!!!"
        assert await pressed(house, f"{body}!{SIGNER.sign(body)}") == STALE


async def test_arguments_of_the_wrong_kind_are_refused(house: Door) -> None:
    signer = house.app.pipeline.showing.signer_for(house.app.catalogue.commands["look"])
    assert signer is not None
    for args, says in (
        ({"count": "x"}, "A number, please, such as 3."),
        ({"size": "huge"}, "Please choose one of these: Little, Medium, Grand."),
        ({"unknown": "1"}, "Looked 0"),
        ({"count": ""}, "A number, please, such as 3."),
    ):
        assert await pressed(house, Token("look", args).write(signer)) == says


async def test_an_unlisted_command_is_reached_by_its_button_alone(house: Door) -> None:
    planted = await house.does(Called("plant", {"what": "Fern"}))
    assert await pressed(house, planted.token("Hide"), own=False) == "A secret"
    assert (await house.does(Typed("secret", "secret"))).text.startswith("I am a bot")
    assert "secret" not in [one.path for one in house.app.pipeline.described()]


async def test_pages_turn_and_end(house: Door) -> None:
    replies = await house.does(Called("pages"))
    assert [one.text for one in replies.last.fields] == ["row 0", "row 1", "row 2"]
    replies = await house.does(Pressed(replies.token("More"), own=True))
    replies = await house.does(Pressed(replies.token("More"), own=True))
    assert [one.text for one in replies.last.fields] == ["row 6"]
    assert [one.label for one in replies.last.buttons] == ["Back"]


async def test_a_button_too_long_for_any_platform_is_an_apology_not_half_an_answer(house: Door) -> None:
    replies = await house.does(Called("wordy"))
    assert replies.text.startswith("Something went wrong on my side")
    assert len(replies.shown) == 1


async def test_the_same_button_after_a_restart_and_never_in_another_house(tmp_path: Any) -> None:
    from .door import door

    async with door(tmp_path / "one") as house:
        token = (await house.does(Called("look"))).token("Look")
    async with door(tmp_path / "one") as house:
        assert await pressed(house, token) == "Looked 1"
    async with door(tmp_path / "two") as house:
        assert await pressed(house, token) == STALE
