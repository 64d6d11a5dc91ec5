"""Errors in the shape Discord answers them with.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal by the API: an HTTP status and Discord's JSON error code.

    `errors` is the nested field-by-field object that accompanies code 50035.
    """

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


@dataclass(frozen=True, slots=True)
class Violation:
    """Something in a request that Discord's documents forbid. Holds no member's words."""

    path: tuple[str, ...]  # where in the JSON body, outermost first; "query" or "files" elsewhere
    code: str  # Discord's symbolic error, e.g. BASE_TYPE_MAX_LENGTH
    message: str
    route: str = field(default="")  # "POST /channels/{channel_id}/messages"
    source: str = "documented limit"  # or "openapi"

    def __str__(self) -> str:
        return f"{self.route} at {'.'.join(self.path) or 'body'}: {self.message} [{self.code}, {self.source}]"


def invalid_form(violations: Iterable[Violation]) -> ApiError:
    """Code 50035 with one entry a violation, nested by path as Discord nests them."""
    tree: Json = {}
    for violation in violations:
        node = tree
        for part in violation.path:
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": violation.code, "message": violation.message})
    return ApiError(400, 50035, "Invalid Form Body", tree)


def unknown(what: str) -> ApiError:
    """404 for a thing that is not there, with its own code."""
    return ApiError(404, _UNKNOWN[what], f"Unknown {what}")


_UNKNOWN = {
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Webhook": 10015,
    "Interaction": 10062,
    "Application Command": 10063,
    "Auto Moderation Rule": 10066,
}


def missing_access() -> ApiError:
    """403: the bot does not see the channel or server."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """403: the bot sees it and may not do this."""
    return ApiError(403, 50013, "Missing Permissions")


def dm_closed() -> ApiError:
    """403: the person takes no direct messages from the bot."""
    return ApiError(403, 50007, "Cannot send messages to this user")


def already_acknowledged() -> ApiError:
    """400: an interaction takes one first response."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def invalid_webhook_token() -> ApiError:
    """401: the interaction's fifteen minutes are over."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def empty_message() -> ApiError:
    """400: neither text nor file nor component."""
    return ApiError(400, 50006, "Cannot send an empty message")
