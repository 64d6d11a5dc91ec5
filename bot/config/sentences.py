"""Every kind of pydantic error in a kind sentence; pydantic's own messages are never shown.

The error types are those of pydantic-core 2.50 (`pydantic_core.core_schema.ErrorType`); a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.config.findings import listed, written_as
from bot.config.phrases import Sentence, phrase

# Type of error -> (what is wrong, what was expected), each a text's key. `$v` is the value there; the rest
# comes from the error's own context.
_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("is-missing", ""),
    "extra_forbidden": ("not-known", ""),
    "invalid_key": ("name-no-text", "want-a-text"),
    "model_type": ("is", "want-settings"),
    "model_attributes_type": ("is", "want-settings"),
    "dataclass_type": ("is", "want-settings"),
    "dataclass_exact_type": ("is", "want-settings"),
    "named_tuple_type": ("is", "a-list"),
    "none_required": ("is", "want-nothing"),
    "greater_than": ("is", "want-more"),
    "greater_than_equal": ("is", "want-least"),
    "less_than": ("is", "want-less"),
    "less_than_equal": ("is", "want-most"),
    "multiple_of": ("is", "want-multiple"),
    "finite_number": ("is", "want-finite"),
    "too_short": ("too-few", "want-entries-least"),
    "too_long": ("too-many", "want-entries-most"),
    "iterable_type": ("is", "a-list"),
    "iteration_error": ("unreadable", "a-list"),
    "string_type": ("is", "want-text"),
    "path_type": ("is", "want-path"),
    "string_unicode": ("characters-unreadable", "want-text"),
    "string_too_short": ("value-too-short", "want-characters-least"),
    "string_too_long": ("too-long", "want-characters-most"),
    "string_pattern_mismatch": ("other-form", ""),
    "string_not_ascii": ("is", "want-ascii"),
    "enum": ("is", "choice"),
    "literal_error": ("is", "choice"),
    "dict_type": ("is", "want-settings"),
    "frozen_dict_type": ("is", "want-settings"),
    "ordered_dict_type": ("is", "want-settings"),
    "counter_type": ("is", "want-settings"),
    "mapping_type": ("is", "want-settings"),
    "list_type": ("is", "a-list"),
    "deque_type": ("is", "a-list"),
    "tuple_type": ("is", "a-list"),
    "set_type": ("is", "a-list"),
    "frozen_set_type": ("is", "a-list"),
    "set_item_not_hashable": ("is", "want-single"),
    "bool_type": ("is", "want-boolean"),
    "bool_parsing": ("is", "want-boolean"),
    "int_type": ("is", "want-whole"),
    "int_parsing": ("is", "want-whole"),
    "int_parsing_size": ("far-too-large", "want-smaller"),
    "int_from_float": ("is", "want-whole"),
    "float_type": ("is", "want-number"),
    "float_parsing": ("is", "want-number"),
    "bytes_type": ("is", "want-text"),
    "bytes_too_short": ("too-short", "want-characters-least"),
    "bytes_too_long": ("too-long", "want-characters-most"),
    "bytes_invalid_encoding": ("not-in-encoding", "want-text"),
    "value_error": ("own", ""),
    "assertion_error": ("own", ""),
    "date_type": ("is", "want-date"),
    "date_parsing": ("is", "want-date"),
    "date_from_datetime_parsing": ("is", "want-date"),
    "date_from_datetime_inexact": ("is", "want-date-alone"),
    "date_past": ("is", "want-past-day"),
    "date_future": ("is", "want-future-day"),
    "time_type": ("is", "want-time"),
    "time_parsing": ("is", "want-time"),
    "datetime_type": ("is", "want-moment"),
    "datetime_parsing": ("is", "want-moment"),
    "datetime_object_invalid": ("is", "want-moment"),
    "datetime_from_date_parsing": ("is", "want-moment"),
    "datetime_past": ("is", "want-past"),
    "datetime_future": ("is", "want-future"),
    "timezone_naive": ("is", "want-naive"),
    "timezone_aware": ("is", "want-aware"),
    "timezone_offset": ("is", "want-offset"),
    "time_delta_type": ("is", "want-length"),
    "time_delta_parsing": ("is", "want-length"),
    "union_tag_invalid": ("kind-unknown", "choice"),
    "union_tag_not_found": ("kind-unsaid", "want-discriminator"),
    "url_type": ("is", "want-address"),
    "url_parsing": ("is", "want-address"),
    "url_syntax_violation": ("is", "want-address"),
    "url_too_long": ("address-too-long", "want-characters-most"),
    "url_scheme": ("is", "want-scheme"),
    "uuid_type": ("is", "want-uuid"),
    "uuid_parsing": ("is", "want-uuid"),
    "uuid_version": ("is", "want-uuid-version"),
    "decimal_type": ("is", "want-number"),
    "decimal_parsing": ("is", "want-number"),
    "decimal_max_digits": ("is", "want-digits"),
    "decimal_max_places": ("is", "want-places"),
    "decimal_whole_digits": ("is", "want-whole-digits"),
    "fraction_type": ("is", "want-fraction"),
    "fraction_parsing": ("is", "want-fraction"),
    "complex_type": ("is", "want-number"),
    "complex_str_parsing": ("is", "want-number"),
    # Reached only by a cog whose model asks for what no YAML document can hold.
    "is_instance_of": ("is", "want-other"),
    "is_subclass_of": ("is", "want-other"),
    "callable_type": ("is", "want-other"),
    "needs_python_object": ("is", "want-other"),
    "no_such_attribute": ("not-known", ""),
    "get_attribute_error": ("unreadable", ""),
    "frozen_field": ("unchangeable", ""),
    "frozen_instance": ("unchangeable", ""),
    "default_factory_not_called": ("no-value", ""),
    "missing_sentinel_error": ("is", "want-nothing"),
    "ellipsis_error": ("is", "want-other"),
    "recursion_loop": ("contains-itself", "want-written-out"),
    "recursion_depth_exceeded": ("too-deep", "want-levels"),
    "json_invalid": ("not-json", "want-json"),
    "json_type": ("is", "want-json-text"),
    "arguments_type": ("is", "want-settings"),
    "missing_argument": ("is-missing", ""),
    "missing_keyword_only_argument": ("is-missing", ""),
    "missing_positional_only_argument": ("is-missing", ""),
    "unexpected_keyword_argument": ("not-known", ""),
    "unexpected_positional_argument": ("entry-too-many", ""),
    "multiple_argument_values": ("given-twice", "want-once"),
}

#: Errors that say "this is the wrong kind of thing altogether", so that another form was meant.
WRONG_KIND = frozenset(
    name for name in _SENTENCES if name.endswith("_type") and name not in {"json_type", "arguments_type"}
)

_FILLED_IN = (
    "gt", "ge", "lt", "le", "multiple_of", "actual_length", "min_length", "max_length", "encoding", "tag",
    "discriminator", "expected_schemes", "expected_version", "max_digits", "decimal_places", "whole_digits",
)  # fmt: skip
"""What pydantic's errors bring along that our sentences name."""

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def known_types() -> frozenset[str]:
    """The types of error that have a sentence."""
    return frozenset(_SENTENCES)


def choices_in(context: Mapping[str, Any]) -> list[str]:
    """The valid values that an error about a fixed choice names."""
    return _QUOTED.findall(str(context.get("expected", "") or context.get("expected_tags", "")))


def sentence(kind: str, value: Any, context: Mapping[str, Any], description: str) -> tuple[str, str]:
    """What is wrong (to follow the setting's name) and what was expected, for one pydantic error.

    `description` is the setting's own, for errors that cannot say better what was expected.
    """
    problem, expected = _SENTENCES.get(kind, ("not-understood", ""))
    filling: dict[str, str] = {name: str(context.get(name, "")) for name in _FILLED_IN}
    filling |= {name: phrase("another-value") for name, each in filling.items() if not each}
    if isinstance(value, (list, dict)):
        filling["actual_length"] = str(len(value))
    if kind == "greater_than_equal" and description and filling["ge"] == "0":
        expected = "want-no-negative"
    if expected == "choice":
        wanted = _choice(context)
    else:
        wanted = phrase(expected, **filling) if expected else first_clause(description)
    said = _own(context) if problem == "own" else phrase(problem, v=written_as(value), **filling)
    return said, wanted


def _choice(context: Mapping[str, Any]) -> str:
    """The valid values as a phrase."""
    if choices := choices_in(context):
        return listed(choices)
    told = str(context.get("expected", "") or context.get("expected_tags", ""))
    return listed(re.split(r", | or ", told)) if told else phrase("another-value")


def _own(context: Mapping[str, Any]) -> str:
    """What a validator says by raising `ValueError`."""
    error = context.get("error")
    if error is None:
        return phrase("unusable")
    said = error.args[0] if isinstance(error, Exception) and error.args else None
    return said if isinstance(said, Sentence) else str(error)


def first_clause(description: str) -> str:
    """The beginning of a description, short enough to stand at the end of a finding."""
    clause = re.split(r"(?<=[^\d])\.(?:\s|$)|;|\n\n", description.strip(), maxsplit=1)[0]
    clause = " ".join(clause.split())
    if clause[1:2].islower() or clause[1:2] == " ":
        clause = clause[:1].lower() + clause[1:]
    return Sentence(clause, key=description.key) if isinstance(description, Sentence) else clause
