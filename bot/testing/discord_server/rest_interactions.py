"""Answering interactions: the callback, the original response, follow-ups.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from . import limits
from .check_commands import check_choices
from .check_components import check_modal, complete_components
from .errors import (
    ApiError,
    Json,
    Violation,
    already_acknowledged,
    empty_message,
    invalid_webhook_token,
    unknown,
)
from .interactions import (
    ALLOWED_CALLBACKS,
    CHOICES,
    COMMAND,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
    SeenChoice,
)
from .rest import Call, route
from .rest_messages import build, change
from .state import Message


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def callback(call: Call) -> Json | None:
    """The first response: within three seconds, once."""
    interaction = call.server.interactions.get(call.id("interaction_id"))
    if interaction is None or interaction.token != call.params["interaction_token"]:
        raise unknown("Interaction")
    if interaction.response_type is not None:
        raise already_acknowledged()
    if interaction.age > limits.FIRST_RESPONSE_SECONDS:
        raise unknown("Interaction")
    kind, data = call.body.get("type"), call.body.get("data") or {}
    if kind not in ALLOWED_CALLBACKS[interaction.kind] or (
        kind in (DEFERRED_UPDATE, UPDATE) and interaction.source is None
    ):
        call.refuse(
            [
                Violation(
                    ("type",), "INTERACTION_CALLBACK_TYPE", f"Type {kind} cannot answer this interaction."
                )
            ]
        )
    message: Message | None = None
    if kind == MESSAGE:
        message = _message(call, interaction, data)
        interaction.original = message
        _show(call, interaction, message)
    elif kind == DEFERRED:
        interaction.original = _placeholder(
            call, interaction, (data.get("flags") or 0) & limits.FLAG_EPHEMERAL
        )
        interaction.thinking = True
    elif kind == DEFERRED_UPDATE:
        interaction.original = interaction.source
    elif kind == UPDATE and interaction.source is not None:
        message = interaction.original = interaction.source
        change(call, message, data)
        interaction.updated = True
        call.server.published_again(message)
    elif kind == CHOICES:
        _choices(call, interaction, data)
    elif kind == MODAL:
        if call.server.checks:
            call.refuse(list(check_modal(data)))
        complete_components(data.get("components"))
        interaction.modal_data = data
    interaction.response_type = kind
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return None
    return _response(call, interaction, message)


def _response(call: Call, interaction: Interaction, message: Message | None) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.kind}
    if interaction.original is not None:
        about |= {
            "response_message_id": str(interaction.original.id),
            "response_message_loading": interaction.thinking,
            "response_message_ephemeral": interaction.original.only_for is not None,
        }
    body: Json = {"interaction": about}
    if message is not None:
        body["resource"] = {
            "type": interaction.response_type,
            "message": message.payload(reader=call.server.bot_user),
        }
    return body


def _choices(call: Call, interaction: Interaction, data: Json) -> None:
    choices = data.get("choices") or []
    if call.server.checks:
        call.refuse(list(check_choices(choices, ("data", "choices"))))
    locale = interaction.person.locale
    interaction.choices = [
        SeenChoice((one.get("name_localizations") or {}).get(locale) or one["name"], one["value"])
        for one in choices
    ]


def _message(call: Call, interaction: Interaction, body: Json) -> Message:
    """A new message of an interaction's, ephemeral by its own flag."""
    hidden = (body.get("flags") or 0) & limits.FLAG_EPHEMERAL
    message = build(call, interaction.channel, body, only_for=interaction.person if hidden else None)
    return _from(interaction, message)


def _from(interaction: Interaction, message: Message) -> Message:
    message.from_interaction = True
    message.interaction = interaction.metadata()
    message.kind = 20 if interaction.kind == COMMAND else 19
    return message


def _placeholder(call: Call, interaction: Interaction, flags: int) -> Message:
    """The "thinking" message, shown to nobody as a message until it is filled."""
    message = Message(
        id=call.server.snowflake(),
        channel=interaction.channel,
        author=call.server.bot_user,
        content="",
        sent=call.server.now(),
        flags=flags | limits.FLAG_LOADING,
        only_for=interaction.person if flags else None,
    )
    return _from(interaction, message)


def _show(call: Call, interaction: Interaction, message: Message) -> None:
    interaction.made.append(message)
    call.server.publish(message)


def _fill(call: Call, interaction: Interaction, body: Json) -> Message:
    """Turn the "thinking" message into the real one; the defer's ephemeral flag stays."""
    message = interaction.original
    assert message is not None
    if not (body.get("content") or body.get("embeds") or body.get("components") or call.files):
        raise empty_message()
    change(call, message, body)
    message.flags &= ~limits.FLAG_LOADING
    message.edited = None
    interaction.thinking = False
    _show(call, interaction, message)
    return message


def _interaction(call: Call) -> Interaction:
    """The interaction a webhook token belongs to, if it still takes follow-ups."""
    if call.params["webhook_id"] != str(call.server.application_id):
        raise unknown("Webhook")
    interaction = call.server.by_token.get(call.params["webhook_token"])
    if interaction is None:
        raise unknown("Webhook")
    if interaction.expired:
        raise invalid_webhook_token()
    if interaction.response_type is None:
        raise unknown("Webhook")
    return interaction


def _which(call: Call, interaction: Interaction) -> Message:
    """The message in the path: @original, or one this interaction made."""
    wanted = call.params.get("message_id", "@original")
    if wanted == "@original":
        if interaction.original is None or interaction.original.deleted:
            raise unknown("Message")
        return interaction.original
    known = [*interaction.made, *([interaction.original] if interaction.original else [])]
    for message in known:
        if str(message.id) == wanted and not message.deleted:
            return message
    raise unknown("Message")


@route("POST", "/webhooks/{webhook_id}/{webhook_token}")
def follow_up(call: Call) -> Json:
    """A further message. Right after a defer it takes the place of "thinking"."""
    interaction, body = _interaction(call), call.body or {}
    if interaction.response_type == CHOICES:
        raise unknown("Webhook")
    if interaction.thinking:
        message = _fill(call, interaction, body)
    else:
        message = _message(call, interaction, body)
        _show(call, interaction, message)
    return message.payload(reader=call.server.bot_user)


@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def get(call: Call) -> Json:
    """A message of the interaction's."""
    return _which(call, _interaction(call)).payload(reader=call.server.bot_user)


@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def edit(call: Call) -> Json:
    """Edit a message of the interaction's; fills "thinking"."""
    interaction, body = _interaction(call), call.body or {}
    message = _which(call, interaction)
    if message is interaction.original and interaction.thinking:
        _fill(call, interaction, body)
    else:
        change(call, message, body)
        interaction.updated = interaction.updated or message is interaction.source
        call.server.published_again(message)
    return message.payload(reader=call.server.bot_user)


@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def delete(call: Call) -> None:
    """Delete a message of the interaction's, or "thinking"."""
    interaction = _interaction(call)
    message = _which(call, interaction)
    if message is interaction.original:
        interaction.thinking = False
    if (
        not message.channel.messages.get(message.id)
        and message not in interaction.made
        and not message.only_for
    ):
        raise ApiError(404, 10008, "Unknown Message")
    call.server.remove(message)
