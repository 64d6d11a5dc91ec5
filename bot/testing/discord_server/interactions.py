"""An interaction: what a person started, and what they saw come of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import limits, permissions
from .errors import Json
from .seen import SeenMessage, SeenModal

if TYPE_CHECKING:
    from .state import Channel, Message, User
    from .world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5  # interaction types
# callback types
PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9

ALLOWED_CALLBACKS = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}


@dataclass(frozen=True, slots=True)
class SeenChoice:
    """One suggestion of an autocomplete answer, named in the person's language."""

    name: str
    value: str | int | float


class Interaction:
    """A handle on one command, press, selection, submitted form or autocomplete request.

    Attributes: `id`; `person` (the user who started it); `messages` (what this interaction made that
    the person can see now, oldest first, ephemeral or not); `modal` (the form it opened, or None); `choices`
    (autocomplete suggestions, or None); `updated` (whether it changed the message it was started from);
    `thinking` (deferred, nothing to see yet); `response_type` (the first callback's type, or None);
    `delivered` (how many gateway sessions it went to; 0 when the bot was away); `payload` (as sent).
    """

    def __init__(
        self,
        server: World,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        opener: Interaction | None = None,
        name: str = "",
    ) -> None:
        self._server = server
        self.kind = kind
        self.id = server.snowflake()
        self.token = secrets.token_urlsafe(48)
        self.person = user
        self.channel = channel
        self.source = source
        self.opener = opener  # of a submitted form: the interaction that opened it
        self.created: datetime = server.now()
        self.response_type: int | None = None
        self.original: Message | None = None
        self.made: list[Message] = []
        self.modal_data: Json | None = None
        self.choices: list[SeenChoice] | None = None
        self.updated = False
        self.thinking = False
        self.delivered = 0
        self.name = name
        self.payload = self._payload(data)

    def __repr__(self) -> str:
        return f"<Interaction {self.id} kind={self.kind} response={self.response_type} made={len(self.made)}>"

    @property
    def messages(self) -> list[SeenMessage]:
        """The messages this interaction made and that still stand, oldest first."""
        return [SeenMessage(self._server, one) for one in self.made if not one.deleted]

    @property
    def message(self) -> SeenMessage:
        """The newest of `messages`. Raises IndexError when there is none."""
        return self.messages[-1]

    @property
    def modal(self) -> SeenModal | None:
        """The form the bot opened."""
        return SeenModal(self.modal_data) if self.modal_data is not None else None

    @property
    def text(self) -> str:
        """All that the messages say, for assertions."""
        return "\n".join(one.text for one in self.messages)

    @property
    def failed(self) -> bool:
        """Whether the client shows "The application did not respond" (server's clock)."""
        return self.response_type is None and self.age > limits.FIRST_RESPONSE_SECONDS

    @property
    def age(self) -> float:
        """Seconds since it was started, by the server's clock."""
        return (self._server.now() - self.created).total_seconds()

    @property
    def expired(self) -> bool:
        """Whether its token takes no more follow-ups."""
        return self.age > limits.TOKEN_SECONDS

    @property
    def has_answer(self) -> bool:
        """Whether the person sees something: a message, a form, suggestions, or a changed message."""
        return bool(self.made) or self.modal_data is not None or self.choices is not None or self.updated

    async def answered(self, timeout: float = 5.0) -> Interaction:
        """Wait until the person sees an answer (a mere "thinking" is none). Raises TimeoutError."""
        return await self.until(lambda: self.has_answer, timeout)

    async def acknowledged(self, timeout: float = 5.0) -> Interaction:
        """Wait for the first response of any type. Raises TimeoutError."""
        return await self.until(lambda: self.response_type is not None, timeout)

    async def until(self, true: Callable[[], Any], timeout: float = 5.0) -> Interaction:
        """Wait until a condition on this interaction holds. Raises TimeoutError."""
        await self._server.until(true, timeout)
        return self

    def metadata(self) -> Json:
        """The interaction_metadata of messages made by it."""
        body: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.person.payload(),
            "authorizing_integration_owners": self.payload["authorizing_integration_owners"],
        }
        if self.kind == MODAL_SUBMIT and self.opener is not None:
            body["triggering_interaction_metadata"] = self.opener.metadata()
        elif self.kind == COMPONENT and self.source is not None:
            body["interacted_message_id"] = str(self.source.id)
        return body

    def _payload(self, data: Json) -> Json:
        server, channel, guild = self._server, self.channel, self.channel.guild
        body: Json = {
            "id": str(self.id),
            "application_id": str(server.application_id),
            "type": self.kind,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.payload() | {"permissions": str(permissions.in_channel(channel, self.person))},
            "token": self.token,
            "version": 1,
            "app_permissions": str(permissions.in_channel(channel, server.bot_user)),
            "locale": self.person.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": limits.UPLOAD_BYTES,
        }
        if guild is not None:
            member = guild.members[self.person.id]
            body |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "member": member.payload()
                | {
                    "permissions": str(permissions.in_channel(channel, self.person)),
                    "unusual_dm_activity_until": None,
                },
                "authorizing_integration_owners": {"0": str(guild.id)},
                "context": 0,
            }
        else:
            body |= {
                "user": self.person.payload(),
                "authorizing_integration_owners": {"0": "0"},
                "context": 1,
            }
        if self.source is not None:
            body["message"] = self.source.payload(reader=server.bot_user)
        return body
