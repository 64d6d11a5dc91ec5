"""The packs of rules that ship: `data/rules/NAME.LANGUAGE.yaml`, rules like those of a profile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from bot.sdk import Profile
from bot.sdk.settings import Language, Line, ShortName, Words

from .conditions import Rule

NAMES = ("kind-words", "no-contact-details", "calm-room", "strict-newcomers")
FALLBACK = "en"


class Pack(Profile):
    """A pack: what it is for, in the language of its rules, and the rules."""

    pack: ShortName = Field(description="Its name, as `use` names it.")
    language: Language = Field(description="The language of its words.")
    title: Line = Field(description="What it is called.")
    about: Words = Field(description="What it is for and what it does, for moderators.")
    rules: tuple[Rule, ...] = Field(min_length=1, description="Its rules, written as in a profile.")


def read_pack(text: str) -> Pack:
    """A pack from its YAML. Raises pydantic.ValidationError or yaml.YAMLError for one that is not well
    made."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Pack.model_validate(yaml.load(text, Loader=loader))  # noqa: S506  # both are safe loaders


def pack_languages(folder: Path) -> tuple[str, ...]:
    """The languages in which there are packs, the one that others fall back to first."""
    found = {path.name.split(".")[1] for path in folder.glob("*.*.yaml")}
    return (FALLBACK, *sorted(found - {FALLBACK}))


def read_packs(folder: Path, language: str) -> dict[str, Pack]:
    """All packs of a folder by name, each in a language, or in English where it has not been translated."""
    packs: dict[str, Pack] = {}
    short = language.replace("_", "-").split("-")[0].casefold()
    for name in sorted({path.name.split(".")[0] for path in folder.glob("*.*.yaml")}):
        for code in (language, short, FALLBACK):
            path = folder / f"{name}.{code}.yaml"
            if path.is_file():
                packs[name] = read_pack(path.read_text(encoding="utf-8"))
                break
    return packs
