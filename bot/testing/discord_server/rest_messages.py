"""Messages in channels and direct conversations.

Source: https://docs.discord.com/developers/resources/message
"""

from __future__ import annotations

import mimetypes
import re
from typing import Any

from . import limits
from .check_components import check_message, complete_components, walk
from .errors import ApiError, Json, dm_closed, empty_message, unknown
from .permissions import allows
from .rest import Call, Upload, route
from .state import DM, Attachment, Channel, Message, User

_ATTACHMENT = re.compile(r"attachment://(.+)")
_MENTION = re.compile(r"<@!?(\d+)>")


def build(
    call: Call,
    channel: Channel,
    body: Json,
    *,
    only_for: User | None = None,
    extra_flags: int = 0,
) -> Message:
    """Check a new message's body and make it; it is not yet in its channel."""
    server = call.server
    flags = (body.get("flags") or 0) | extra_flags
    names = _file_names(call, body, kept=())
    if server.checks:
        call.refuse(list(check_message(body, flags=flags, files=names)))
    if not (
        body.get("content") or body.get("embeds") or body.get("components") or call.files or body.get("poll")
    ):
        raise empty_message()
    message = Message(
        id=server.snowflake(),
        channel=channel,
        author=server.bot_user,
        content=body.get("content") or "",
        sent=server.now(),
        flags=flags,
        embeds=body.get("embeds") or [],
        components=body.get("components") or [],
        nonce=body.get("nonce"),
        only_for=only_for,
    )
    if body.get("message_reference"):
        message.reference = int(body["message_reference"]["message_id"])
        message.kind = 19
    _attach(call, message, body, kept=())
    _mention(call, message, body)
    complete_components(message.components)
    _resolve_media(message)
    return message


def change(call: Call, message: Message, body: Json) -> None:
    """Check an edit against the message it would make, and make it."""
    v2 = message.flags & limits.FLAG_COMPONENTS_V2
    flags = message.flags
    if body.get("flags") is not None:
        wanted = body["flags"]
        if v2 and not wanted & limits.FLAG_COMPONENTS_V2:
            raise ApiError(400, 50035, "Components v2 cannot be taken off a message.")
        flags = (flags & ~limits.FLAG_COMPONENTS_V2) | (wanted & limits.FLAG_COMPONENTS_V2) | v2
    whole: Json = {
        "content": body.get("content", message.content),
        "embeds": body.get("embeds", message.embeds),
        "components": body.get("components", message.components),
    }
    kept = message.attachments
    if body.get("attachments") is not None:
        ids = {str(one.get("id")) for one in body["attachments"]}
        kept = [one for one in message.attachments if str(one.id) in ids]
    names = _file_names(call, body, kept=kept)
    if call.server.checks and "components" in body:
        call.refuse(list(check_message(whole, flags=flags, files=names)))
    elif call.server.checks:
        # The components are as stored, already resolved: only what is new is checked.
        partial = whole | {"components": [], "embeds": whole["embeds"]}
        call.refuse(list(check_message(partial, flags=flags, files=())))
    message.content = whole["content"] or ""
    message.embeds = whole["embeds"] or []
    message.components = whole["components"] or []
    message.flags = flags
    message.edited = call.server.now()
    _attach(call, message, body, kept=kept)
    _mention(call, message, body)
    complete_components(message.components)
    _resolve_media(message)


def _file_names(call: Call, body: Json, *, kept: Any) -> list[str]:
    renamed = {str(one.get("id")): one.get("filename") for one in body.get("attachments") or ()}
    fresh = [renamed.get(number) or upload.filename for number, upload in call.files.items()]
    return [one.filename for one in kept] + fresh


def _attach(call: Call, message: Message, body: Json, *, kept: Any) -> None:
    """Store the uploaded files beside those kept."""
    described = {str(one.get("id")): one for one in body.get("attachments") or ()}
    message.attachments = list(kept)
    for number, upload in call.files.items():
        about = described.get(number, {})
        named = Upload(about.get("filename") or upload.filename, upload.content, upload.content_type)
        message.attachments.append(
            call.server.store(
                named, message.channel.id, about.get("description"), ephemeral=message.only_for is not None
            )
        )


def stored(
    upload: Upload, attachment_id: int, base: str, description: str | None, ephemeral: bool
) -> Attachment:
    """An attachment made of an upload. Its type is guessed from its name, as Discord does."""
    kind = mimetypes.guess_type(upload.filename)[0] or upload.content_type
    return Attachment(
        attachment_id,
        upload.filename,
        upload.content,
        kind,
        f"{base}/{attachment_id}/{upload.filename}",
        description,
        ephemeral,
    )


def _mention(call: Call, message: Message, body: Json) -> None:
    """Who is pinged: those named in text, as far as allowed_mentions lets them be."""
    texts = [message.content]
    texts += [str(part.get("content", "")) for _, part in walk(message.components) if part.get("type") == 10]
    named = {int(number) for text in texts for number in _MENTION.findall(text)}
    allowed = body.get("allowed_mentions")
    if allowed is not None and "users" not in (allowed.get("parse") or ()):
        named &= {int(one) for one in allowed.get("users") or ()}
    message.mentions = [call.server.users[one] for one in named if one in call.server.users]


def _resolve_media(message: Message) -> None:
    """Replace attachment://name by the stored file's address, as answers and events show it."""
    urls = {one.filename: one for one in message.attachments}
    for _, component in walk(message.components):
        holders = [component.get("media"), component.get("file")]
        holders += [item.get("media") for item in component.get("items") or ()]
        for media in holders:
            if not isinstance(media, dict):
                continue
            found = _ATTACHMENT.fullmatch(str(media.get("url")))
            attachment = urls.get(found[1]) if found else None
            if attachment is not None:
                media |= {
                    "url": attachment.url,
                    "proxy_url": attachment.url,
                    "content_type": attachment.content_type,
                    "id": str(attachment.id),
                    "attachment_id": str(attachment.id),
                }
                if component.get("file") is media:
                    component |= {"name": attachment.filename, "size": len(attachment.content)}


@route("POST", "/channels/{channel_id}/messages")
def create(call: Call) -> Json:
    """Post a message as the bot."""
    channel, body, server = call.channel(), call.body or {}, call.server
    if channel.kind == DM:
        person = channel.recipient
        if person is None or person.dms_closed or not server.shares_guild(person):
            raise dm_closed()
    else:
        needed = ["send_messages_in_threads" if channel.is_thread else "send_messages"]
        if call.files:
            needed.append("attach_files")
        call.need(channel, *needed)
        if channel.is_thread and channel.locked and not allows(channel, server.bot_user, "manage_threads"):
            raise ApiError(400, 160005, "Thread is locked")
    message = build(call, channel, body)
    if message.nonce is not None and body.get("enforce_nonce"):
        earlier = server.nonces.get(message.nonce)
        if earlier is not None and (server.now() - earlier.sent).total_seconds() <= server.nonce_memory:
            return _wire(call, earlier)
        server.nonces[message.nonce] = message
    server.publish(message)
    return _wire(call, message)


def _wire(call: Call, message: Message) -> Json:
    return message.payload(
        reader=call.server.bot_user, with_content=call.server.content_visible(message, over_http=True)
    )


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> list[Json]:
    """List messages, newest first."""
    channel = call.channel()
    if channel.guild is not None and not allows(channel, call.server.bot_user, "read_message_history"):
        return []
    count = int(call.query.get("limit", limits.MESSAGES_PAGE_DEFAULT))
    if not 1 <= count <= limits.MESSAGES_PAGE:
        raise ApiError(400, 50035, "limit must be 1 to 100")
    messages = list(channel.messages.values())
    if "before" in call.query:
        messages = [one for one in messages if one.id < int(call.query["before"])]
    elif "after" in call.query:
        messages = [one for one in messages if one.id > int(call.query["after"])][:count]
    elif "around" in call.query:
        middle = int(call.query["around"])
        messages = sorted(messages, key=lambda one: abs(one.id - middle))[:count]
        messages.sort(key=lambda one: one.id)
    return [_wire(call, one) for one in reversed(messages[-count:])]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def get(call: Call) -> Json:
    """One message."""
    return _wire(call, call.message(call.channel("read_message_history")))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call) -> Json:
    """Edit a message of the bot's own."""
    channel = call.channel()
    message = call.message(channel)
    _not_archived(channel)
    if message.author is not call.server.bot_user:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    change(call, message, call.body or {})
    call.server.published_again(message)
    return _wire(call, message)


def _not_archived(channel: Channel) -> None:
    """Only a new message opens an archived thread by itself."""
    if channel.is_thread and channel.archived:
        raise ApiError(400, 50083, "Thread is archived")


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call) -> None:
    """Delete a message; others' need Manage Messages."""
    channel = call.channel()
    message = call.message(channel)
    _not_archived(channel)
    if message.author is not call.server.bot_user:
        if channel.guild is None:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        call.need(channel, "manage_messages")
    call.server.remove(message)


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
def bulk_delete(call: Call) -> None:
    """Delete several messages."""
    channel = call.channel("manage_messages")
    for number in call.body["messages"]:
        message = channel.messages.get(int(number))
        if message is not None:
            call.server.remove(message)


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def react(call: Call) -> None:
    """Add the bot's reaction."""
    message = call.message(call.channel("read_message_history", "add_reactions"))
    call.server.react(call.server.bot_user, message, call.params["emoji_name"])


@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def unreact(call: Call) -> None:
    """Take the bot's reaction back."""
    message = call.message(call.channel())
    users = message.reactions.get(call.params["emoji_name"], [])
    if call.server.bot_user not in users:
        raise unknown("Message")
    users.remove(call.server.bot_user)


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> None:
    """Show that the bot is typing."""
    call.channel("send_messages")
