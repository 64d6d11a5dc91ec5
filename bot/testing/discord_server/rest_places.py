"""The application, users, servers, channels, threads, members and AutoMod rules.

Source: https://docs.discord.com/developers/resources/channel, …/guild, …/user, …/auto-moderation
"""

from __future__ import annotations

from typing import Any

from . import limits, permissions
from .errors import ApiError, Json, Violation, missing_permissions, unknown
from .gateway import AUTOMOD_CONFIGURATION
from .rest import Call, route
from .state import ANNOUNCEMENT, DM, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Guild


def _application(call: Call) -> Json:
    server = call.server
    return {
        "id": str(server.application_id),
        "name": server.bot_user.name,
        "icon": None,
        "description": "",
        "type": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_authorization_count": 0,
        "flags_new": str(server.application_flags),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": server.application_flags,
        "rpc_origins": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": server.operator.payload(),
        "team": None,
        "bot": server.bot_user.payload(),
        "approximate_guild_count": len(server.guilds),
        "approximate_user_install_count": 0,
        "integration_types_config": {"0": {}},
    }


@route("GET", "/applications/@me")
def application(call: Call) -> Json:
    """The bot's application."""
    return _application(call)


@route("GET", "/oauth2/applications/@me")
def oauth_application(call: Call) -> Json:
    """The same, by its older address, which discord.py asks."""
    return _application(call)


@route("GET", "/gateway")
def gateway(call: Call) -> Json:
    """Where the gateway is."""
    return {"url": call.server.gateway_url}


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Json:
    """Where the gateway is, shards advised, and how often one may still identify."""
    gate = call.server.gateway
    return {
        "url": call.server.gateway_url,
        "shards": gate.recommended_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": max(0, gate.starts_left),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    }


@route("GET", "/users/@me")
def me(call: Call) -> Json:
    """The bot's own account."""
    extra = {"verified": True, "mfa_enabled": True, "email": None, "locale": "en-US"}
    return call.server.bot_user.payload() | extra


@route("GET", "/users/{user_id}")
def user(call: Call) -> Json:
    """Any account."""
    found = call.server.users.get(call.id("user_id"))
    if found is None:
        raise unknown("User")
    return found.payload()


@route("GET", "/users/@me/guilds")
def guilds(call: Call) -> list[Json]:
    """The bot's servers, by id."""
    after = int(call.query.get("after", 0))
    most = int(call.query.get("limit", 200))
    found = sorted((one for one in call.server.guilds.values() if one.id > after), key=lambda one: one.id)
    return [
        {
            "id": str(one.id),
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(permissions.in_guild(one, call.server.bot_user)),
            "features": [],
        }
        for one in found[:most]
    ]


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave(call: Call) -> None:
    """Leave a server."""
    call.server.remove_guild(call.guild())


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Json:
    """Open a direct conversation."""
    person = call.server.users.get(int(call.body.get("recipient_id") or 0))
    if person is None or person.bot:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    return call.server.direct(person).payload()


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Json:
    """One server."""
    found = call.guild()
    body = found.payload(call.server.bot_user, whole=False)
    if call.query.get("with_counts", "").lower() in ("1", "true"):
        body |= {"approximate_member_count": found.member_count, "approximate_presence_count": 1}
    return body


@route("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> list[Json]:
    """A server's channels, without threads."""
    return [one.payload() for one in call.guild().channels.values() if not one.is_thread]


@route("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> list[Json]:
    """A server's roles."""
    return [one.payload() for one in call.guild().roles.values()]


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Json:
    """A server's open threads that the bot sees."""
    me = call.server.bot_user
    found = [
        one
        for one in call.guild().channels.values()
        if one.is_thread and not one.archived and permissions.allows(one, me, "view_channel")
    ]
    return {
        "threads": [one.payload(member=me) for one in found],
        "members": [one.thread_member(me) for one in found if me.id in one.thread_members],
        "has_more": False,
    }


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Json:
    """One member."""
    found = call.guild().members.get(call.id("user_id"))
    if found is None:
        raise unknown("Member")
    return found.payload()


@route("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> list[Json]:
    """The member list; only with the privileged Members intent."""
    if "members" not in call.server.privileged_intents:
        raise ApiError(403, 50001, "Missing Access")
    after, most = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    found = sorted(one for one in call.guild().members if one > after)
    return [call.guild().members[one].payload() for one in found[:most]]


def _change_role(call: Call, *, add: bool) -> None:
    found = call.guild()
    if not permissions.in_guild(found, call.server.bot_user) & permissions.BITS["manage_roles"]:
        raise missing_permissions()
    person, role = found.members.get(call.id("user_id")), found.roles.get(call.id("role_id"))
    if person is None:
        raise unknown("Member")
    if role is None:
        raise unknown("Role")
    if add and role not in person.roles:
        person.roles.append(role)
    elif not add and role in person.roles:
        person.roles.remove(role)
    call.server.member_changed(found, person)


@route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def add_role(call: Call) -> None:
    """Give a role."""
    _change_role(call, add=True)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def take_role(call: Call) -> None:
    """Take a role."""
    _change_role(call, add=False)


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Json:
    """One channel, thread or direct conversation."""
    return call.channel().payload(member=call.server.bot_user)


@route("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Json:
    """Rename a channel; archive, lock or rename a thread."""
    found, body = call.channel(), call.body or {}
    if found.kind == DM:
        raise ApiError(403, 50003, "Cannot execute action on a DM channel")
    if body == {"archived": False} and found.is_thread and not found.locked:
        call.need(found, "send_messages_in_threads")
    elif not (found.is_thread and found.owner is call.server.bot_user and "locked" not in body) or (
        found.locked
    ):
        call.need(found, "manage_threads" if found.is_thread else "manage_channels")
    found.name = body.get("name", found.name)
    found.archived = body.get("archived", found.archived)
    found.locked = body.get("locked", found.locked)
    found.invitable = body.get("invitable", found.invitable)
    found.auto_archive = body.get("auto_archive_duration", found.auto_archive)
    if body.get("permission_overwrites") is not None:
        found.overwrites = {
            int(one["id"]): (int(one.get("allow") or 0), int(one.get("deny") or 0))
            for one in body["permission_overwrites"]
        }
    call.server.channel_changed(found)
    return found.payload(member=call.server.bot_user)


@route("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Json:
    """Delete a channel or thread; closing a direct conversation keeps it."""
    found = call.channel()
    if found.kind != DM:
        call.need(found, "manage_threads" if found.is_thread else "manage_channels")
        call.server.delete_channel(found)
    return found.payload()


@route("POST", "/guilds/{guild_id}/channels")
def create_channel(call: Call) -> Json:
    """Make a channel."""
    found = call.guild()
    if not permissions.in_guild(found, call.server.bot_user) & permissions.BITS["manage_channels"]:
        raise missing_permissions()
    made = call.server.add_channel(found, call.body["name"], kind=call.body.get("type") or TEXT)
    for one in call.body.get("permission_overwrites") or ():
        made.overwrites[int(one["id"])] = (int(one.get("allow") or 0), int(one.get("deny") or 0))
    return made.payload()


@route("POST", "/channels/{channel_id}/threads")
def create_thread(call: Call) -> Json:
    """Start a thread without a message."""
    kind = call.body.get("type") or PRIVATE_THREAD  # #start-thread-without-message: the default in v10
    wanted = "create_public_threads" if kind == PUBLIC_THREAD else "create_private_threads"
    parent = call.channel(wanted)
    name = call.body.get("name") or ""
    if not 1 <= len(name) <= limits.THREAD_NAME:
        call.refuse([Violation(("name",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")])
    return call.server.add_thread(
        parent,
        name,
        private=kind == PRIVATE_THREAD,
        owner=call.server.bot_user,
        invitable=call.body.get("invitable", True),
        auto_archive=call.body.get("auto_archive_duration") or 4320,
    ).payload(member=call.server.bot_user)


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def create_thread_at(call: Call) -> Json:
    """Start a public thread at a message: it has the message's id."""
    parent = call.channel("create_public_threads", "read_message_history")
    if parent.kind not in (TEXT, ANNOUNCEMENT):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    message = call.message(parent)
    name = call.body["name"]
    if not 1 <= len(name) <= limits.THREAD_NAME:
        call.refuse([Violation(("name",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")])
    if message.id in call.server.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = call.server.add_thread(
        parent,
        name,
        private=False,
        owner=call.server.bot_user,
        auto_archive=call.body.get("auto_archive_duration") or 4320,
        number=message.id,
    )
    return thread.payload(member=call.server.bot_user)


def _thread(call: Call) -> Any:
    found = call.channel()
    if not found.is_thread:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return found


@route("GET", "/channels/{channel_id}/thread-members")
def thread_members(call: Call) -> list[Json]:
    """Who is in a thread; only with the privileged Members intent."""
    if "members" not in call.server.privileged_intents:
        raise ApiError(403, 50001, "Missing Access")
    found = _thread(call)
    return [found.thread_member(one) for one in found.thread_members.values()]


@route("GET", "/channels/{channel_id}/thread-members/{user_id}")
def thread_member(call: Call) -> Json:
    """Whether one person is in a thread."""
    found = _thread(call)
    person = found.thread_members.get(call.id("user_id"))
    if person is None:
        raise unknown("Member")
    body: Json = found.thread_member(person)
    return body


def _thread_person(call: Call) -> Any:
    if call.params.get("user_id", "@me") == "@me":
        return call.server.bot_user
    found = call.server.users.get(call.id("user_id"))
    if found is None:
        raise unknown("User")
    return found


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
@route("PUT", "/channels/{channel_id}/thread-members/@me")
def add_thread_member(call: Call) -> None:
    """Add someone, or the bot itself, to a thread."""
    found, person = _thread(call), _thread_person(call)
    call.need(found, "send_messages_in_threads")
    if found.archived:
        raise ApiError(400, 50083, "Thread is archived")
    if person is not call.server.bot_user and person.id not in found.guild.members:
        raise unknown("Member")
    if person is not call.server.bot_user and not permissions.allows(found.parent, person, "view_channel"):
        raise missing_permissions()
    call.server.add_to_thread(found, person)


@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
@route("DELETE", "/channels/{channel_id}/thread-members/@me")
def remove_thread_member(call: Call) -> None:
    """Remove someone from a thread, or leave it."""
    found, person = _thread(call), _thread_person(call)
    mine = found.owner is call.server.bot_user and found.is_private_thread
    if person is not call.server.bot_user and not mine:
        call.need(found, "manage_threads")
    call.server.remove_from_thread(found, person)


# --- AutoMod -------------------------------------------------------------------------------------------


def _automod_guild(call: Call) -> Guild:
    found = call.guild()
    if not permissions.in_guild(found, call.server.bot_user) & permissions.BITS["manage_guild"]:
        raise missing_permissions()
    return found


def _check_rule(call: Call, found: Guild, rule: Json) -> None:
    metadata = rule.get("trigger_metadata") or {}
    problems: list[Violation] = []
    keywords = metadata.get("keyword_filter") or []
    if len(keywords) > limits.AUTOMOD_KEYWORDS or any(len(one) > limits.AUTOMOD_KEYWORD for one in keywords):
        problems.append(
            Violation(("trigger_metadata",), "BASE_TYPE_BAD_LENGTH", "At most 1000 of 60 letters.")
        )
    for action in rule.get("actions") or ():
        text = (action.get("metadata") or {}).get("custom_message") or ""
        if len(text) > limits.AUTOMOD_MESSAGE:
            problems.append(Violation(("actions",), "BASE_TYPE_BAD_LENGTH", "Block message: at most 150."))
    keyword_rules = [one for one in found.automod.values() if one["trigger_type"] == 1]
    if rule.get("trigger_type") == 1 and len(keyword_rules) >= limits.AUTOMOD_KEYWORD_RULES:
        problems.append(
            Violation((), "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", "At most 6 keyword rules.")
        )
    call.refuse(problems)


def _rule(call: Call) -> tuple[Guild, Json]:
    found = _automod_guild(call)
    rule = found.automod.get(call.id("rule_id"))
    if rule is None:
        raise unknown("Auto Moderation Rule")
    return found, rule


@route("GET", "/guilds/{guild_id}/auto-moderation/rules")
def automod_rules(call: Call) -> list[Json]:
    """The server's AutoMod rules."""
    return list(_automod_guild(call).automod.values())


@route("GET", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}")
def automod_rule(call: Call) -> Json:
    """One rule."""
    return _rule(call)[1]


@route("POST", "/guilds/{guild_id}/auto-moderation/rules")
def create_automod_rule(call: Call) -> Json:
    """Make a rule."""
    found = _automod_guild(call)
    _check_rule(call, found, call.body)
    rule: Json = {
        "id": str(call.server.snowflake()),
        "guild_id": str(found.id),
        "creator_id": str(call.server.bot_user.id),
        "enabled": False,
        "exempt_roles": [],
        "exempt_channels": [],
        "trigger_metadata": {},
    } | call.body
    found.automod[int(rule["id"])] = rule
    call.server.gateway.dispatch(
        "AUTO_MODERATION_RULE_CREATE", rule, guild=found, intent=AUTOMOD_CONFIGURATION
    )
    return rule


@route("PATCH", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}")
def edit_automod_rule(call: Call) -> Json:
    """Change a rule."""
    found, rule = _rule(call)
    _check_rule(call, found, call.body | {"trigger_type": None})
    rule |= call.body
    call.server.gateway.dispatch(
        "AUTO_MODERATION_RULE_UPDATE", rule, guild=found, intent=AUTOMOD_CONFIGURATION
    )
    return rule


@route("DELETE", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}")
def delete_automod_rule(call: Call) -> None:
    """Delete a rule."""
    found, rule = _rule(call)
    del found.automod[int(rule["id"])]
    call.server.gateway.dispatch(
        "AUTO_MODERATION_RULE_DELETE", rule, guild=found, intent=AUTOMOD_CONFIGURATION
    )


@route("GET", "/channels/{channel_id}/invites")
def invites(call: Call) -> list[Json]:
    """A channel's invites: there are none."""
    call.channel("manage_channels")
    return []
