"""Marked words and identities, and the search for them that somebody who means harm would make."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

NOTE = "zephyrine told nobody 4471"
SHARED = "quillon says it aloud 8830"
DRAFTED = "no ombrelle was here 5127"
CARELESS = "marzipan-obsidian-2206"
PAPER = "perdita-diagnosis-9914.txt"
PAGE = "what stands in vesperine's letter 3378"
ZONE = "America/Argentina/Ushuaia"
TIMES = ("20:30", "06:25")
"""On the walls of zones in which they are other hours than in UTC."""
ROOM = "wintergarten-7051"
ONE = "isolde-4c19"
OTHER = "tamsin-8e02"

WORDS = (NOTE, SHARED, DRAFTED, CARELESS, PAPER, PAGE)
"""What was written, sent or named by a member."""
NAMES = (ONE, OTHER, ROOM)
"""What people and rooms are called."""


def spellings(canary: str) -> set[bytes]:
    """The bytes by which a canary can be recognised: plain, escaped, encoded."""
    plain = canary.encode()
    found = {
        plain,
        canary.encode("utf-16-le"),
        json.dumps(canary)[1:-1].encode(),
        urllib.parse.quote(canary).encode(),
        urllib.parse.quote_plus(canary).encode(),
        plain.hex().encode(),
        plain[::-1],
    }
    for shift in range(3):
        # Whatever stands before it, some inner part of it is spelt so in base64.
        encoded = base64.b64encode(b"\0" * shift + plain)
        found.add(encoded[4 if shift else 0 : len(encoded) - 4])
    if canary.isdecimal():
        number = int(canary)
        size = (number.bit_length() + 7) // 8
        found |= {number.to_bytes(size, "big"), number.to_bytes(size, "little"), f"{number:x}".encode()}
    return {one for one in found if len(one) >= 5}


def found_in(held: bytes, canaries: Iterable[str]) -> list[str]:
    """Which of these canaries some bytes hold, in whatever spelling and case."""
    folded = held.lower()
    return [
        canary
        for canary in canaries
        if any(one in held or one.lower() in folded for one in spellings(canary))
    ]


def files_under(*folders: Path) -> list[Path]:
    """Every file there."""
    return sorted(
        file for folder in folders if folder.exists() for file in folder.rglob("*") if file.is_file()
    )


def leaks(files: Iterable[Path], canaries: Iterable[str]) -> list[tuple[str, str]]:
    """(file, canary) for every canary that stands in a file or in its name."""
    wanted = list(canaries)
    return [
        (file.name, canary)
        for file in files
        for canary in found_in(file.read_bytes() + b"\n" + str(file.name).encode(), wanted)
    ]


def holding(files: Iterable[Path], needles: Iterable[bytes]) -> set[str]:
    """The names of the files that hold any of these bytes."""
    wanted = set(needles)
    return {file.name for file in files if (held := file.read_bytes()) and any(one in held for one in wanted)}
