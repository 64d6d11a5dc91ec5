"""Secrets: read from the environment or a file of one's own, and found where typed by mistake."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

from bot.config.documents import Document
from bot.config.findings import Finding, Path
from bot.config.phrases import phrase
from bot.config.secret_shapes import names_secret, secrets_in

_LARGEST_SECRET = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretUnreadableError(Exception):
    """A secret cannot be read; the message is a sentence for the operator and never holds the secret."""


def read_secret(
    *, env: str | None = None, file: FilePath | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """The secret in the environment variable `env` or in `file`, without white space at its ends.

    `environ` is the environment to read, `os.environ` by default. A file must be readable by its owner
    alone (mode 0600 or less; not checked on Windows). Raises `SecretUnreadableError` where the secret is
    missing, empty, or could be read by others, and `ValueError` unless exactly one source is named.
    """
    if (env is None) == (file is None):
        raise ValueError("name either env or file")
    if env is not None:
        secret = (os.environ if environ is None else environ).get(env, "").strip()
        if not secret:
            raise SecretUnreadableError(f"the environment variable {env} is not set")
        return secret
    assert file is not None
    try:
        # Checked on the open file, so that nobody exchanges it in between. A pipe must not block.
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:  # noqa: PTH123 - opened by its descriptor, which is what was checked
            if problem := _mode_problem(os.fstat(opened.fileno())):
                raise SecretUnreadableError(f"{file} {problem}")
            secret = opened.read(_LARGEST_SECRET + 1).decode("utf-8").strip()
    except OSError as error:
        raise SecretUnreadableError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SecretUnreadableError(f"{file} is not text in UTF-8") from None
    if not secret or len(secret) > _LARGEST_SECRET:
        raise SecretUnreadableError(f"{file} is {'too large' if secret else 'empty'}")
    return secret


def _mode_problem(found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return "is not a file"
    if os.name == "posix" and found.st_mode & _OTHERS:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        return f"can be read by others than its owner (mode {mode}); run chmod 600 on it"
    return ""


def open_to_others(file: FilePath) -> str:
    """What is wrong with the mode of a secret's file; empty if nothing is, or if there is no such file."""
    try:
        return _mode_problem(file.stat())
    except (OSError, ValueError):
        return ""


def typed_secrets(text: str, file: str) -> list[Finding]:
    """Findings for everything in a file that has the shape of a secret, comments included."""
    found = []
    for offset, what in secrets_in(text):
        line = text.count("\n", 0, offset) + 1
        column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        problem = phrase("secret-typed", what=phrase(what))
        found.append(Finding(file, line, column, problem, phrase("want-secret-elsewhere")))
    return found


def named_secrets(document: Document) -> Iterator[tuple[Path, Finding]]:
    """Settings that hold a secret by their name, with a text or number typed in, and a finding for each."""
    for path, value in document.leaves():
        name = path[-1] if path else ""
        if isinstance(name, str) and names_secret(name) and isinstance(value, (str, int, float)):
            said = phrase("secret-named", name=name), phrase("want-secret-elsewhere")
            yield path, Finding(document.file, *document.place(path), *said)
