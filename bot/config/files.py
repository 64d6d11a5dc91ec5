"""Configuration files on disk: which of the two documents a file is, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from bot.config.documents import MAX_BYTES, Document, load
from bot.config.findings import Finding, in_order
from bot.config.operator import OperatorConfig, parse_operator, secret_files
from bot.config.phrases import phrase
from bot.config.profile import SpaceProfile, build_profile_model, parse_profile
from bot.config.secrets import open_to_others


def read_source(path: Path) -> tuple[bytes, list[Finding]]:
    """The content of a file, one byte over the limit at most, or the finding that it cannot be read."""
    problem = phrase("file-unreadable")
    try:
        if path.is_file():
            with path.open("rb") as opened:
                return opened.read(MAX_BYTES + 1), []
        if path.is_dir():
            problem = phrase("file-a-folder")
        else:
            problem = phrase("file-no-file") if path.exists() else phrase("file-not-there")
    except OSError as error:
        problem = phrase("file-unreadable-why", why=str(error.strerror))
    except ValueError:
        problem = phrase("file-no-name")
    return b"", [Finding(str(path), 1, 1, problem, phrase("want-yaml-file"))]


def kind_of_document(data: dict[str, Any], model: type[SpaceProfile]) -> Literal["operator", "profile"]:
    """Whether a document is an operator's configuration or a space profile, by the names at its top."""
    operator, profile = OperatorConfig.model_fields.keys(), model.model_fields.keys()
    for_operator = sum(name in operator and name not in profile for name in data)
    for_profile = sum(name in profile and name not in operator for name in data)
    return "operator" if for_operator >= for_profile and for_operator else "profile"


def check_file(
    path: Path,
    model: type[SpaceProfile] | None = None,
    rooms: Collection[str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
) -> list[Finding]:
    """Everything wrong with an operator's configuration or a space profile, in the order of the file.

    `model` is the model of profiles with the sections of the cogs that are on. For an operator's
    configuration, the profiles it names must be there, and the files of its secrets, if any,
    closed to others. `known` are the names of what ships with Hearth; see `bot.config.fields.known`.
    """
    source, findings = read_source(path)
    if findings:
        return findings
    model = model or build_profile_model({}, {})
    document, _ = load(source, str(path))
    if document is None or kind_of_document(document.data, model) == "profile":
        # What cannot be read at all gives the same findings either way.
        return parse_profile(source, str(path), model, rooms, known)[1]
    config, findings = parse_operator(source, str(path), path.parent)
    return findings if config is None else in_order(_on_disk(document, config))


def _on_disk(document: Document, config: OperatorConfig) -> list[Finding]:
    found = []
    for where, file in secret_files(config).items():
        if problem := open_to_others(file):
            found.append(Finding(document.file, *document.place(where), f"{where[-1]}: {file} {problem}"))
    for name, space in config.spaces.items():
        if not space.profile.is_file():
            place = document.place(("spaces", name, "profile"))
            found.append(
                Finding(document.file, *place, f"profile names {space.profile}, which is not there", "a file")
            )
    return found
