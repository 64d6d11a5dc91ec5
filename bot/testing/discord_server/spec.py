"""Checks requests against Discord's published OpenAPI description.

The description is named by the environment variable HEARTH_DISCORD_SPEC; it is data to read, not part of
this repository. Three readings differ from plain JSON Schema, each for a documented reason:

* a property the schema does not list is reported (Discord ignores it, so it is a mistake that hides);
* ids may be sent as numbers (reference#id-serialization), permission sets as digits in a string
  (topics/permissions), and `nsfw` may stand in a command (interactions/application-commands);
* of a union only the branch with the body's own `type` is tried, so that errors name the field at fault.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import Json, Violation

ENVIRONMENT = "HEARTH_DISCORD_SPEC"

# What documented requests carry although the description does not list it.
_EXTRAS = {
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "ApplicationCommandCreateRequest": ("nsfw",),
    # discord.py sends tts with every message; harmless and documented for new messages only.
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
}


def spec_from_environment() -> Spec | None:
    """The description HEARTH_DISCORD_SPEC names, or None when it is unset.

    Raises OSError when it names a file that cannot be read.
    """
    name = os.environ.get(ENVIRONMENT)
    return load_spec(name) if name else None


@lru_cache(maxsize=2)
def load_spec(name: str) -> Spec:
    """Read and prepare a description once for the process."""
    return Spec(json.loads(Path(name).read_text(encoding="utf-8")))


class Spec:
    """A prepared description; validators are made when a route is first used."""

    def __init__(self, document: Json) -> None:
        self._document = document
        schemas = document["components"]["schemas"]
        schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}
        for name, extras in _EXTRAS.items():
            schemas[name]["properties"] |= {extra: {} for extra in extras}
        for name in ("ApplicationCommandUpdateRequest", "ApplicationCommandCreateRequest"):
            schemas[name]["properties"]["default_member_permissions"] = {
                "type": ["integer", "string", "null"],
                "pattern": "^[0-9]+$",
            }
        self._validators: dict[str, Any] = {}
        self._make: Any = None

    def knows(self, method: str, path: str) -> bool:
        """Whether the description has this operation."""
        return method.lower() in self._document["paths"].get(path, {})

    def check(
        self, method: str, path: str, body: Any, query: Iterable[tuple[str, str]]
    ) -> Iterator[Violation]:
        """Violations in a request's JSON body (None for none) and query."""
        item = self._document["paths"].get(path, {})
        operation = item.get(method.lower())
        if operation is None:
            yield self._found((), "NOT_FOUND", "The description has no such operation.")
            return
        parameters = {
            one["name"]: one
            for one in (*item.get("parameters", ()), *operation.get("parameters", ()))
            if one["in"] == "query"
        }
        for name, text in query:
            if name not in parameters:
                yield self._found(("query", name), "UNKNOWN_PARAMETER", "Is not a parameter of this route.")
                continue
            pointer = f"query {method} {path} {name}"
            yield from self._run(
                pointer, parameters[name]["schema"], _typed(text, parameters[name]), ("query", name)
            )
        content = operation.get("requestBody", {}).get("content", {})
        if body is None:
            if operation.get("requestBody", {}).get("required"):
                yield self._found((), "BASE_TYPE_REQUIRED", "This request needs a body.")
            return
        schema = content.get("application/json") or content.get("multipart/form-data")
        if schema is None:
            if body:
                yield self._found((), "UNKNOWN_BODY", "This route takes no body.")
            return
        yield from self._run(f"body {method} {path}", schema["schema"], body, ())

    def check_answer(self, method: str, path: str, status: int, body: Any) -> Iterator[Violation]:
        """Where an answer of the stand-in's own differs from the description; `body` None for no content."""
        responses = self._document["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
        described = responses.get(str(status)) or (responses.get("201") if status == 200 else None)
        if described is None:
            yield self._found((), "STATUS", f"{method} {path} does not answer {status}.")
        elif body is not None:
            schema = described["content"]["application/json"]["schema"]
            for one in self._run(f"answer {method} {path}", schema, body, ()):
                yield Violation(one.path, one.code, one.message, f"{method} {path}", "openapi")

    def _run(self, key: str, schema: Json, value: Any, prefix: tuple[str, ...]) -> Iterator[Violation]:
        validator = self._validators.get(key)
        if validator is None:
            self._make = self._make or _validator_factory(self._document)
            validator = self._validators[key] = self._make(schema)
        for error in validator.iter_errors(value):
            for leaf in _leaves(error):
                path = prefix + tuple(str(part) for part in leaf.absolute_path)
                yield self._found(path, f"SCHEMA_{str(leaf.validator).upper()}", _sentence(leaf))

    def _found(self, path: tuple[str, ...], code: str, message: str) -> Violation:
        return Violation(path, code, message, source="openapi")


def _typed(text: str, parameter: Json) -> Any:
    """A query text as the type its parameter has."""
    kinds = parameter["schema"].get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if "integer" in kinds and text.lstrip("-").isdigit():
        return int(text)
    if "boolean" in kinds and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    return text


def _sentence(error: Any) -> str:
    """What is wrong, without the value that was sent: it may be a member's words."""
    if error.validator == "required" or error.validator == "properties":
        return str(error.message)
    return f"does not satisfy {error.validator} {json.dumps(error.validator_value)[:120]}"


def _leaves(error: Any) -> Iterator[Any]:
    """The errors worth reporting: of a union, those of the branch that fits best."""
    if not error.context:
        yield error
        return
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    for inner in min(branches.values(), key=len):
        yield from _leaves(inner)


def _validator_factory(document: Json) -> Any:
    """A function from schema to validator, with Discord's unions and unknown properties understood."""
    # Imported here: only a test that names a description needs it, and it ships no types.
    import jsonschema  # type: ignore[import-untyped]  # has no types

    base = jsonschema.Draft202012Validator
    schemas = document["components"]["schemas"]
    keywords = base.VALIDATORS

    def kinds(branch: Json) -> list[Any] | None:
        if "$ref" in branch:
            branch = schemas.get(branch["$ref"].rsplit("/", 1)[1], {})
        if branch.get("type") == "null":
            return [None]
        kind = branch.get("properties", {}).get("type", {}).get("enum")
        return kind if isinstance(kind, list) else None

    def union(keyword: str) -> Any:
        def check(validator: Any, branches: list[Json], instance: Any, schema: Json) -> Iterator[Any]:
            own = instance.get("type") if isinstance(instance, dict) else None
            known = [(branch, kinds(branch)) for branch in branches]
            fitting = branches
            if own is not None and any(kind for _, kind in known):
                fitting = [branch for branch, kind in known if kind is None or own in kind]
            elif isinstance(instance, dict):
                fitting = [branch for branch, kind in known if kind != [None]]
            if len(fitting) == 1:
                yield from validator.descend(instance, fitting[0])
            else:
                # anyOf even for oneOf: Discord's overlapping branches are alternatives, not exclusions.
                yield from keywords["anyOf"](validator, fitting or branches, instance, schema)

        check.__name__ = keyword
        return check

    def properties(validator: Any, listed: Json, instance: Any, schema: Json) -> Iterator[Any]:
        yield from keywords["properties"](validator, listed, instance, schema)
        if isinstance(instance, dict) and "additionalProperties" not in schema:
            for name in instance:
                if name not in listed:
                    yield jsonschema.ValidationError(f"unknown property {name!r}")

    extended = jsonschema.validators.extend(
        base, {"oneOf": union("oneOf"), "anyOf": union("anyOf"), "properties": properties}
    )
    root = extended(document)  # its references are resolved in the whole document
    return lambda schema: root.evolve(schema=schema)
