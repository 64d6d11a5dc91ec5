"""What secrets look like, so that one typed into a file is found and never printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Shapes as of November 2026. Discord: three base64url parts, the first an id (17 to 20 digits encoded).
# Matrix: Synapse `syt_`, its authentication service `mat_`, `mct_`, `mar_`, `mcr_`; macaroons "MDAx".
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("discord-token", re.compile(r"(?<![\w.-])[\w-]{22,30}\.[\w-]{5,8}\.[\w-]{27,60}(?![\w.-])", re.ASCII)),
    ("discord-webhook", re.compile(r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[\w-]{20,}")),
    ("matrix-token", re.compile(r"(?<!\w)syt_[A-Za-z0-9+/=_-]{8,}")),
    ("matrix-token", re.compile(r"(?<!\w)m(?:at|ct|ar|cr)_[A-Za-z0-9]{20,}(?:_[A-Za-z0-9]+)?")),
    ("matrix-token", re.compile(r"(?<!\w)MDAx[A-Za-z0-9_-]{60,}")),
    ("private-key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20,}")),
    ("password-in-address", re.compile(r"://[^/\s:@\"']{0,100}:[^/\s@\"']{1,200}@")),
)

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:token|tokens|password|passwd|passphrase|secret|secrets|master|key|apikey|credential|credentials)$"
)


def secrets_in(text: str) -> Iterator[tuple[int, str]]:
    """Where something that has the shape of a secret stands (offset), and what it seems to be, by
    a text's key."""
    for what, shape in _SHAPES:
        for match in shape.finditer(text):
            yield match.start(), what


def looks_secret(text: str) -> bool:
    """Whether the text holds something that has the shape of a secret."""
    return next(secrets_in(text), None) is not None


def names_secret(name: str) -> bool:
    """Whether a setting of this name would hold a secret itself (and not the name of a variable or file)."""
    return _SECRET_NAME.search(name.casefold().replace("-", "_")) is not None
