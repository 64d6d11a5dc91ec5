"""A button's token: which command was meant, with which arguments, signed.

It is small (Discord's `custom_id` holds 100 characters), holds ids and enums and never text, and
says nothing about who may press it: the pipeline and the services check that.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import urllib.parse
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from .errors import Declaration

_UNQUOTED = re.compile(r"[A-Za-z0-9_.~-]*\Z").match

LONGEST = 100
"""Characters: Discord's limit for a `custom_id`, kept on every platform."""


class Signer(Protocol):
    """Signs with a key that only this Hearth has."""

    def sign(self, text: str) -> str:
        """A short signature, 12 characters."""


class OpenSigner:
    """For `/crisis` alone, whose buttons must work with every key gone: it proves nothing, and
    nothing depends on it."""

    def sign(self, text: str) -> str:
        """A checksum that looks like a signature."""
        return hashlib.blake2s(text.encode(), digest_size=6).hexdigest()


class Sort(enum.Enum):
    """What pressing or submitting a token does."""

    RUN = "r"
    FORM = "f"
    """The values that come with it fill the command's form."""
    AGAIN = "a"
    """Open the form again with the words of the draft that `draft` names."""


class Token(NamedTuple):
    """What a token says. `space` is a tag where the place does not tell the space; `granted`: the
    platform had let this person through to the command whose private answer the button stood on.

    A tuple, because one is made for every button.
    """

    path: str
    args: Mapping[str, str]
    sort: Sort = Sort.RUN
    space: str = ""
    granted: bool = False
    draft: str = ""

    def write(self, signer: Signer) -> str:
        """The signed token. Raises `Declaration` when it is over 100 characters."""
        flags = f"{self.sort.value}g" if self.granted else self.sort.value
        body = f"{flags}!{self.path.replace(' ', '_')}!{self.space}!{self.draft}!{_query(self.args)}"
        token = f"{body}!{signer.sign(body)}"
        if len(token) > LONGEST:
            raise Declaration(f"a button of {self.path!r} needs {len(token)} characters, over {LONGEST}")
        return token


def read_token(token: str, signer: Signer) -> Token | None:
    """What a token says; None if this signer did not sign it."""
    body, _, signature = token.rpartition("!")
    if not body or not token.isascii() or len(token) > LONGEST:
        return None
    if not hmac.compare_digest(signer.sign(body).encode(), signature.encode()):
        return None
    try:
        flags, path, space, draft, query = body.split("!", 4)
        args = _args(query)
        return Token(path.replace("_", " "), args, Sort(flags[:1]), space, "g" in flags, draft)
    except ValueError:  # anybody can sign as `OpenSigner` does
        return None


def _query(args: Mapping[str, str]) -> str:
    # Ids and enums need no quoting, and the library's way there is long.
    if all(map(_UNQUOTED, args.values())):
        return "&".join([f"{name}={value}" for name, value in args.items()])
    return urllib.parse.urlencode(args)


def _args(query: str) -> dict[str, str]:
    if "%" in query or "+" in query:
        return dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    pairs = (one.partition("=") for one in query.split("&") if one)
    return {name: value for name, _, value in pairs}


def path_of(token: str) -> str:
    """The command a token names, unchecked: to choose the signer that checks it."""
    parts = token.split("!", 2)
    return parts[1].replace("_", " ") if len(parts) == 3 else ""
