"""Every kind of pydantic error in a kind sentence; pydantic's own messages are never shown.

The error types are those of pydantic-core 2.50 (`pydantic_core.core_schema.ErrorType`); a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.config.findings import kind_of, listed, shown

# Type of error -> (what is wrong, what was expected). {v} is the value, {kind} its kind in plain words;
# the rest comes from the error's own context.
_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("is missing", ""),
    "extra_forbidden": ("is not a setting known here", ""),
    "invalid_key": ("has a name that is no text", "a text"),
    "model_type": ("is {v}", "a group of settings, indented below"),
    "model_attributes_type": ("is {v}", "a group of settings, indented below"),
    "dataclass_type": ("is {v}", "a group of settings, indented below"),
    "dataclass_exact_type": ("is {v}", "a group of settings, indented below"),
    "named_tuple_type": ("is {v}", "a list"),
    "none_required": ("is {v}", "nothing at all"),
    "greater_than": ("is {v}", "more than {gt}"),
    "greater_than_equal": ("is {v}", "at least {ge}"),
    "less_than": ("is {v}", "less than {lt}"),
    "less_than_equal": ("is {v}", "at most {le}"),
    "multiple_of": ("is {v}", "a multiple of {multiple_of}"),
    "finite_number": ("is {v}", "a number that has an end"),
    "too_short": ("has too few entries ({actual_length})", "at least {min_length}"),
    "too_long": ("has too many entries", "at most {max_length}"),
    "iterable_type": ("is {v}", "a list"),
    "iteration_error": ("cannot be read", "a list"),
    "string_type": ("is {v}", "text"),
    "path_type": ("is {v}", "a path"),
    "string_unicode": ("holds characters that cannot be read", "text"),
    "string_too_short": ("is {v}, which is too short", "at least {min_length} characters"),
    "string_too_long": ("is too long", "at most {max_length} characters"),
    "string_pattern_mismatch": ("is {v}, which has another form", ""),
    "string_not_ascii": ("is {v}", "letters without accents, digits and signs"),
    "enum": ("is {v}", "{expected}"),
    "literal_error": ("is {v}", "{expected}"),
    "dict_type": ("is {v}", "a group of settings, indented below"),
    "frozen_dict_type": ("is {v}", "a group of settings, indented below"),
    "ordered_dict_type": ("is {v}", "a group of settings, indented below"),
    "counter_type": ("is {v}", "a group of settings, indented below"),
    "mapping_type": ("is {v}", "a group of settings, indented below"),
    "list_type": ("is {v}", "a list"),
    "deque_type": ("is {v}", "a list"),
    "tuple_type": ("is {v}", "a list"),
    "set_type": ("is {v}", "a list"),
    "frozen_set_type": ("is {v}", "a list"),
    "set_item_not_hashable": ("is {v}", "a single value"),
    "bool_type": ("is {v}", "true or false"),
    "bool_parsing": ("is {v}", "true or false"),
    "int_type": ("is {v}", "a whole number"),
    "int_parsing": ("is {v}", "a whole number"),
    "int_parsing_size": ("is a number far too large", "a smaller number"),
    "int_from_float": ("is {v}", "a whole number"),
    "float_type": ("is {v}", "a number"),
    "float_parsing": ("is {v}", "a number"),
    "bytes_type": ("is {v}", "text"),
    "bytes_too_short": ("is too short", "at least {min_length} characters"),
    "bytes_too_long": ("is too long", "at most {max_length} characters"),
    "bytes_invalid_encoding": ("cannot be read as {encoding}", "text"),
    "value_error": ("{error}", ""),
    "assertion_error": ("{error}", ""),
    "date_type": ("is {v}", "a date, such as 2026-11-30"),
    "date_parsing": ("is {v}", "a date, such as 2026-11-30"),
    "date_from_datetime_parsing": ("is {v}", "a date, such as 2026-11-30"),
    "date_from_datetime_inexact": ("is {v}", "a date without a time, such as 2026-11-30"),
    "date_past": ("is {v}", "a day in the past"),
    "date_future": ("is {v}", "a day in the future"),
    "time_type": ("is {v}", "a time of day, such as 19:00"),
    "time_parsing": ("is {v}", "a time of day, such as 19:00"),
    "datetime_type": ("is {v}", "a date and time, such as 2026-11-30 19:00"),
    "datetime_parsing": ("is {v}", "a date and time, such as 2026-11-30 19:00"),
    "datetime_object_invalid": ("is {v}", "a date and time, such as 2026-11-30 19:00"),
    "datetime_from_date_parsing": ("is {v}", "a date and time, such as 2026-11-30 19:00"),
    "datetime_past": ("is {v}", "a moment in the past"),
    "datetime_future": ("is {v}", "a moment in the future"),
    "timezone_naive": ("is {v}", "a time without an offset"),
    "timezone_aware": ("is {v}", "a time with its offset, such as 2026-11-30 19:00+01:00"),
    "timezone_offset": ("is {v}", "another offset"),
    "time_delta_type": ("is {v}", "a length of time, such as 30m or 2h"),
    "time_delta_parsing": ("is {v}", "a length of time, such as 30m or 2h"),
    "union_tag_invalid": ("is of the kind {tag}, which is not known", "{expected_tags}"),
    "union_tag_not_found": ("does not say of which kind it is", "the setting {discriminator}"),
    "url_type": ("is {v}", "an address, such as https://example.org"),
    "url_parsing": ("is {v}", "an address, such as https://example.org"),
    "url_syntax_violation": ("is {v}", "an address, such as https://example.org"),
    "url_too_long": ("is too long for an address", "at most {max_length} characters"),
    "url_scheme": ("is {v}", "an address that begins with {expected_schemes}"),
    "uuid_type": ("is {v}", "a UUID"),
    "uuid_parsing": ("is {v}", "a UUID"),
    "uuid_version": ("is {v}", "a UUID of version {expected_version}"),
    "decimal_type": ("is {v}", "a number"),
    "decimal_parsing": ("is {v}", "a number"),
    "decimal_max_digits": ("is {v}", "at most {max_digits} digits"),
    "decimal_max_places": ("is {v}", "at most {decimal_places} digits after the point"),
    "decimal_whole_digits": ("is {v}", "at most {whole_digits} digits before the point"),
    "fraction_type": ("is {v}", "a fraction, such as 1/2"),
    "fraction_parsing": ("is {v}", "a fraction, such as 1/2"),
    "complex_type": ("is {v}", "a number"),
    "complex_str_parsing": ("is {v}", "a number"),
    # Reached only by a cog whose model asks for what no YAML document can hold.
    "is_instance_of": ("is {v}", "something else"),
    "is_subclass_of": ("is {v}", "something else"),
    "callable_type": ("is {v}", "something else"),
    "needs_python_object": ("is {v}", "something else"),
    "no_such_attribute": ("is not a setting known here", ""),
    "get_attribute_error": ("cannot be read", ""),
    "frozen_field": ("cannot be changed", ""),
    "frozen_instance": ("cannot be changed", ""),
    "default_factory_not_called": ("has no value yet", ""),
    "missing_sentinel_error": ("is {v}", "nothing at all"),
    "ellipsis_error": ("is {v}", "something else"),
    "recursion_loop": ("contains itself", "the settings written out"),
    "recursion_depth_exceeded": ("stands too deep in other settings", "fewer levels"),
    "json_invalid": ("cannot be read as JSON", "JSON"),
    "json_type": ("is {v}", "JSON as text"),
    "arguments_type": ("is {v}", "a group of settings, indented below"),
    "missing_argument": ("is missing", ""),
    "missing_keyword_only_argument": ("is missing", ""),
    "missing_positional_only_argument": ("is missing", ""),
    "unexpected_keyword_argument": ("is not a setting known here", ""),
    "unexpected_positional_argument": ("is one entry too many", ""),
    "multiple_argument_values": ("is given twice", "it once"),
}

#: Errors that say "this is the wrong kind of thing altogether", so that another form was meant.
WRONG_KIND = frozenset(
    name for name in _SENTENCES if name.endswith("_type") and name not in {"json_type", "arguments_type"}
)

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
    problem, expected = _SENTENCES.get(kind, ("cannot be understood", ""))
    filling = {name: str(each) for name, each in context.items()}
    if choices := choices_in(context):
        filling["expected"] = filling["expected_tags"] = listed(choices)
    filling.setdefault("error", "this value cannot be used")
    filling["v"] = "empty" if value is None else shown(value)
    filling["kind"] = kind_of(value)
    if isinstance(value, (list, dict)):
        filling["actual_length"] = str(len(value))
    if kind == "greater_than_equal" and description and filling.get("ge") == "0":
        expected = "no negative number"
    return problem.format_map(_Blank(filling)), expected.format_map(_Blank(filling)) or first_clause(
        description
    )


def first_clause(description: str) -> str:
    """The beginning of a description, short enough to stand at the end of a finding."""
    clause = re.split(r"(?<=[^\d])\.(?:\s|$)|;|\n\n", description.strip(), maxsplit=1)[0]
    clause = " ".join(clause.split())
    return clause[:1].lower() + clause[1:] if clause[1:2].islower() or clause[1:2] == " " else clause


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "another value"
