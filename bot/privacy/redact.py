"""What never reaches a log: tokens, account ids, addresses, numbers, and what exceptions say.

The rule for whoever writes a log line is to name no one. This is the net below: it cuts out what
looks like an id or a secret, and of an exception it leaves type and place. The texts of exceptions
are not logged, because a library may put a member's words into them.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Discord: three parts of base64url; a webhook's token stands in its address
    ("token", re.compile(r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}(?![\w-])")),
    ("token", re.compile(r"(?<=/)\d{15,21}/[\w-]{40,}")),
    # Matrix access tokens of Synapse (syt_), MAS (mat_, mct_), and whatever stands behind a word for it
    ("token", re.compile(r"\b(?:syt|syr|mat|mct|mcr)_[\w-]{10,}")),
    (
        "token",
        re.compile(
            r"(?i)(?P<kept>\b(?:access_?token|token|authorization|password|secret|api_?key|recovery.key)\b"
            r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|bot\s+)?)[^\s\"',;&)}\]]+"
        ),
    ),
    ("token", re.compile(r"(?i)(?P<kept>\b(?:bearer|bot)\s+)[\w.~+/=-]{16,}")),
    # our own recovery key
    ("token", re.compile(r"(?i)\b(?:[0-9a-hjkmnp-tv-z]{4}-){6,}[0-9a-hjkmnp-tv-z]{4}\b")),
    ("address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    # user, room, alias, event, and events without a server
    ("id", re.compile(r"(?<!\w)[@!#$+][^\s:/\"'<>()\[\]{},;]{1,250}:[\w.-]+(?::\d{1,5})?")),
    ("id", re.compile(r"(?<!\w)[$!][\w-]{43}(?![\w-])")),
    ("id", re.compile(r"(?i)(?:[@!#$]|%40|%21|%23|%24)[\w.=+-]+%3A[\w.%-]+")),
    ("phone", re.compile(r"(?<![\w.:+-])(?:\+|00)\d[\d ().\-/]{5,18}\d(?![\w])")),
    ("id", re.compile(r"(?<![\w.])\d{15,21}(?![\w.])")),
    ("phone", re.compile(r"(?<![\w.:+-])0\d{1,5}[ /.\-]?\d{2,4}(?:[ .\-]?\d{2,5}){1,3}(?![\w:])")),
    # long random strings: keys, signatures, sealed values
    ("secret", re.compile(r"(?<![\w/+=-])(?=[\w/+=-]*\d)(?=[\w/+=-]*[A-Za-z])[\w/+=-]{40,}(?![\w/+=-])")),
)

_log = logging.getLogger("hearth")
_ROOT = str(Path(__file__).resolve().parents[2])
_PLACES = 12


def reference() -> str:
    """A code of eight letters and digits that a person can quote and an operator can search for."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(8))


def redacted(text: str) -> str:
    """`text` without what could be a token, an account's id, an address or a phone number."""
    for name, pattern in _PATTERNS:
        text = pattern.sub(lambda found, name=name: _mark(found, name), text)  # type: ignore[misc]  # a bound default
    return text


def _mark(found: re.Match[str], name: str) -> str:
    kept = found.groupdict().get("kept") or ""
    return f"{kept}[{name}]"


def place_of(error: BaseException) -> list[str]:
    """Type and place of an exception and of those behind it, the first cause last. No message, no values."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        name = (
            kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        )
        frames = traceback.extract_tb(current.__traceback__)[-_PLACES:]
        where = " < ".join(
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames)
        )
        lines.append(f"{name} at {where or 'an unknown place'}")
        if isinstance(current, BaseExceptionGroup):
            for inner in current.exceptions:
                lines.extend(place_of(inner))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines


def _short(path: str) -> str:
    if path.startswith(_ROOT):
        return path[len(_ROOT) :].lstrip("/")
    _, found, rest = path.partition("site-packages/")
    return rest if found else Path(path).name


class Redact(logging.Filter):
    """Makes a record's message plain text without ids, and its exception a type, a place and a code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; it is always let through."""
        if getattr(record, "redacted", False):
            return True
        record.redacted = True
        try:
            # An exception among the arguments would print its own text.
            record.args = _plain(record.args)
            message = record.getMessage()
        except (
            Exception
        ) as error:  # a log line that cannot be put together must not be printed with its parts
            message = f"a log line could not be put together ({type(error).__name__})"
        if record.name == "asyncio":
            # What follows shows tasks with their exceptions' texts, and callbacks with their arguments.
            message = re.split(r"[(<\n]", message.replace("<locals>.", ""), maxsplit=1)[0].rstrip()
        elif record.name == "py.warnings":
            # Where and what kind. Its words are a library's own, and may repeat a value.
            message = ": ".join(message.split(": ", 2)[:2])
        record.msg, record.args = redacted(message), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.places = place_of(record.exc_info[1])
            if not getattr(record, "reference", None):
                record.reference = reference()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _plain(args: object) -> tuple[object, ...] | dict[str, object] | None:
    def plain(value: object) -> object:
        return type(value).__qualname__ if isinstance(value, BaseException) else value

    if isinstance(args, dict):
        return {name: plain(value) for name, value in args.items()}
    if isinstance(args, tuple):
        return tuple(plain(value) for value in args)
    return None if args is None else (plain(args),)


class Lines(logging.Formatter):
    """One readable line, and indented places of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        _FILTER.filter(record)
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        code = getattr(record, "reference", None)
        line = f"{time} {record.levelname.lower():8} {record.name}: {record.getMessage()}"
        if code:
            line += f" [reference {code}]"
        return "\n    ".join((line, *getattr(record, "places", ())))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and reference and places of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        _FILTER.filter(record)
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("reference", "places"):
            if getattr(record, name, None):
                fields[name] = getattr(record, name)
        return json.dumps(fields, ensure_ascii=False)


_FILTER = Redact()


def set_up(stream: Callable[[str], object], *, readable: bool, level: int = logging.INFO) -> None:
    """Send all logging through the net to `stream` (a `write`), readable or as JSON; nothing else is kept.

    Warnings and libraries go the same way, and so does what Python itself would print: exceptions of
    threads, and those that nobody could be handed. A logging failure is not printed with its record.
    """
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(_Handler(stream, Lines() if readable else JsonLines()))
    root.setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_a_thread
    # These say at INFO and below who spoke and what was asked of the platform.
    for noisy in (
        "nio",
        "discord",
        "sqlalchemy",
        "aiosqlite",
        "alembic",
        "apscheduler",
        "asyncio",
        "aiohttp",
        "peewee",
        "matplotlib",
        "PIL",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    _log.error("an error that nobody could be told of", exc_info=found.exc_value)


def _in_a_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_type is not SystemExit:
        _log.error("a thread ended by an error", exc_info=found.exc_value)


class _Handler(logging.Handler):
    def __init__(self, write: Callable[[str], object], formatter: logging.Formatter) -> None:
        super().__init__()
        self._write = write
        self.setFormatter(formatter)
        self.addFilter(_FILTER)

    def emit(self, record: logging.LogRecord) -> None:
        self._write(self.format(record) + "\n")
