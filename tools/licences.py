"""Check that every dependency's licence may stand beside Hearth's own (MIT), as each package declares it."""

import importlib.metadata
import re
import sys
from pathlib import Path

HOUSE = Path(__file__).parent.parent
FINE = re.compile(
    r"\b(MIT|MIT-CMU|BSD|0BSD|BSD-[23]-Clause|Apache|Apache-2\.0|ISC|PSF|PSF-2\.0|Python Software Foundation|"
    r"Python-2\.0|MPL|MPL-2\.0|Mozilla Public License|HPND|Unlicense|CC0|Zlib|matplotlib|"
    r"Internet Systems Consortium|Public Domain)",
    re.IGNORECASE,
)
MIT_WORDS = "Permission is hereby granted, free of charge, to any person obtaining a copy"


def pinned(file: str) -> list[str]:
    """The packages that a requirements file pins."""
    return re.findall(r"^([A-Za-z0-9_.-]+)==", (HOUSE / file).read_text(), re.MULTILINE)


def licence_of(name: str) -> str | None:
    """What a package declares; None where it is not installed here (another platform's or version's)."""
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return expression
    named = [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    return "; ".join(named) or (about.get("License") or "").split("\n")[0] or from_its_file(name)


def from_its_file(name: str) -> str:
    """What the licence file says that a package brings along."""
    for file in importlib.metadata.files(name) or []:
        if "licen" in file.name.lower() and MIT_WORDS in " ".join(file.read_text().split()):
            return "MIT"
    return ""


def main() -> int:
    """Print what does not fit; 1 if anything does not."""
    wrong = []
    names = pinned("requirements.txt")
    for name in names:
        licence = licence_of(name)
        if licence is not None and not FINE.search(licence):
            wrong.append(f"{name}: {licence or 'declares no licence'}")
    print("\n".join(wrong) or f"{len(names)} dependencies, all under licences that fit")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
