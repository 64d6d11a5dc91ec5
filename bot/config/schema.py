"""JSON Schema of both documents, so that editors complete settings and explain them on hover."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bot.config.fields import ZONE_FORMAT
from bot.config.operator import OperatorConfig
from bot.config.profile import SpaceProfile
from bot.config.zones import zone_names

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def operator_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of `config.yaml`."""
    return _schema(OperatorConfig, "Hearth: configuration")


def profile_schema(model: type[SpaceProfile]) -> dict[str, Any]:
    """JSON Schema 2020-12 of a space profile with the sections of `model` (see `build_profile_model`)."""
    return _schema(model, "Hearth: space profile")


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    made = model.model_json_schema()
    zones: list[dict[str, Any]] = []
    _tidied(made, zones)
    if zones:
        # Six hundred names, once: every zone refers to them.
        made.setdefault("$defs", {})["TimeZone"] = {"type": "string", "enum": sorted(zone_names())}
        for zone in zones:
            zone.clear()
            zone["$ref"] = "#/$defs/TimeZone"
    return {"$schema": _DIALECT, **made, "title": title}


def _tidied(node: Any, zones: list[dict[str, Any]]) -> None:
    """Without the titles that pydantic makes of attribute names; time zones are collected on the way."""
    if isinstance(node, list):
        for each in node:
            _tidied(each, zones)
    elif isinstance(node, dict):
        if node.get("format") == ZONE_FORMAT:
            kept = {name: node[name] for name in ("description",) if name in node}
            zone = dict(node)
            node.clear()
            node.update(kept, allOf=[zone])
            zones.append(zone)
            return
        if isinstance(node.get("title"), str):
            del node["title"]
        for each in node.values():
            _tidied(each, zones)
