from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from bot.privacy import keys, redact


@pytest.fixture
def lines() -> Iterator[list[str]]:
    root = logging.getLogger()
    before, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    written: list[str] = []
    redact.set_up(written.append, readable=True)
    yield written
    logging.captureWarnings(False)
    logging.raiseExceptions = raising
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize(
    "secret",
    [
        "80351110224678912",
        "@ada-lovelace:example.org",
        "@ada:localhost:8448",
        "!OGEhHVWSdvArJzumhm:matrix.org",
        "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        "$15163622445EBvZJ:localhost",
        "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg",
        "#evening:example.org",
        "%40ada%3Aexample.org",
        "ada.lovelace+hearth@example.co.uk",
        "+44 7700 900123",
        "0049 30 901820",
        "020 7946 0018",
        "syt_aGVhcnRo_XvKqPmZtYbRnSdFgHjLk_1a2b3c",
        "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs1234",
        keys.MasterKey(bytes(range(32))).human(),
        "ab" * 8 + "0123456789" * 3 + "cdef",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{}", "sent to {} twice", "user={}", "<{}>", "'{}', ok", "PUT /send/{}/txn"]
)
def test_ids_do_not_reach_a_line(lines: list[str], secret: str, frame: str) -> None:
    logging.getLogger("test").warning("about %s", frame.format(secret))
    assert len(lines) == 1
    assert secret not in lines[0]
    assert "[" in lines[0]


@pytest.mark.parametrize(
    "line",
    [
        "access_token=abc123 failed",
        '{"password": "abc123"}',
        "Authorization: Bearer abc123def456ghi789",
        "token: abc123",
    ],
)
def test_what_is_called_a_secret_is_one(lines: list[str], line: str) -> None:
    logging.getLogger("test").warning(line)
    assert "abc123" not in lines[0]


@pytest.mark.parametrize(
    "line",
    [
        "posted 3 prompts in 1250 ms, 14 left",
        "listening on http://127.0.0.1:8080/healthz",
        "due at 2026-03-29T19:30:00+01:00 in Europe/London",
        "migrated checkins to 0003 with sqlite 3.40.1",
        "bot/storage/engine.py:120 in start",
        "slot ended as unknown (reference k3m9x2pq)",
    ],
)
def test_plain_lines_stay_readable(line: str) -> None:
    assert redact.redacted(line) == line


def test_an_exception_is_type_place_and_code(lines: list[str]) -> None:
    try:
        try:
            raise KeyError("my partner hits me")
        except KeyError as error:
            raise ValueError("I feel so alone") from error
    except ValueError as error:
        logging.getLogger("test").exception("while answering: %s", error)  # noqa: TRY401 - as somebody will
    (line,) = lines
    assert "alone" not in line
    assert "partner" not in line
    assert "ValueError at" in line
    assert "KeyError at" in line
    assert "test_an_exception_is_type_place_and_code" in line
    assert "[reference " in line


def test_json_lines_say_the_same() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "user %s", ("80351110224678912",), None)
    record.reference = "abcd2345"
    fields = json.loads(redact.JsonLines().format(record))
    assert (fields["message"], fields["reference"], fields["level"]) == ("user [id]", "abcd2345", "error")


def test_a_formatter_of_others_finds_nothing_either() -> None:
    try:
        raise ValueError("I feel so alone")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    redact.Redact().filter(record)
    assert "alone" not in logging.Formatter().format(record)


def test_a_line_that_cannot_be_put_together_shows_no_part(lines: list[str]) -> None:
    logging.getLogger("test").warning("%d notes", "I feel so alone")
    assert "alone" not in lines[0]


async def test_a_lost_task_does_not_print_its_exception(lines: list[str]) -> None:
    async def fails() -> None:
        raise RuntimeError("I feel so alone")

    task = asyncio.ensure_future(fails())
    await asyncio.wait([task])
    del task
    import gc

    gc.collect()
    assert any("never retrieved" in line for line in lines)
    assert not any("alone" in line for line in lines)
