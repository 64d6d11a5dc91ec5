"""People: what a test lets them do, and what they see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import interactions, permissions
from .check_commands import MESSAGE_MENU, USER_MENU
from .check_components import BUTTON, SELECTS, walk
from .composing import (
    ClientRefuses,
    NotOffered,
    Resolved,
    command_options,
    fill_modal,
    find,
    names,
    offered,
    option_value,
)
from .errors import Json
from .gateway import AUTOMOD_EXECUTION
from .interactions import Interaction, SeenChoice
from .rest import Upload
from .seen import SeenMessage, SeenModal, SeenSelect
from .state import Channel, Guild, Message, User

if TYPE_CHECKING:
    from .world import World


class Person:
    """A person at their Discord client.

    Every action raises `ClientRefuses` (or its kind `NotOffered`) where a real client would not send it.
    Actions return at once with a handle; wait for the bot's answer with `await handle.answered()`.
    Where an action takes a place, a server stands for its first channel the person may write in.
    """

    def __init__(self, server: World, account: User) -> None:
        self._server = server
        self.account = account

    def __repr__(self) -> str:
        return f"<Person {self.account.name}>"

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    @property
    def locale(self) -> str:
        """The client's language."""
        return self.account.locale

    # --- places and what is seen ---------------------------------------------------------------------------

    @property
    def direct(self) -> Channel:
        """The direct conversation with the bot (opened if need be)."""
        return self._server.direct(self.account)

    @property
    def direct_messages(self) -> list[SeenMessage]:
        """What stands in the direct conversation, the person's own words included, oldest first."""
        return self.sees(self.direct)

    def can_see(self, channel: Channel) -> bool:
        """Whether the channel is in the person's list."""
        if channel.guild is None:
            return channel.recipient is self.account
        return permissions.allows(channel, self.account, "view_channel")

    def sees(self, channel: Channel) -> list[SeenMessage]:
        """The channel as this person sees it: public messages and ephemeral ones meant for them, by age.

        Empty for a channel they cannot see.
        """
        if not self.can_see(channel):
            return []
        hidden = [
            one for one in self._server.hidden.get(self.id, ()) if one.channel is channel and not one.deleted
        ]
        found = sorted([*channel.messages.values(), *hidden], key=lambda one: one.id)
        return [SeenMessage(self._server, one) for one in found]

    def restart_client(self) -> None:
        """Restart the person's app: ephemeral messages are gone from their view."""
        for message in self._server.hidden.pop(self.id, ()):
            message.deleted = True

    def commands(self, place: Channel | Guild) -> list[str]:
        """The slash commands offered here, as this person reads their names."""
        found = offered(self._server, self, self._channel(place))
        return [names(command, self.locale)[0] for command in found]

    def _channel(self, place: Channel | Guild) -> Channel:
        if isinstance(place, Channel):
            if not self.can_see(place):
                raise ClientRefuses("this person does not see that channel")
            return place
        for channel in place.channels.values():
            if permissions.allows(channel, self.account, "view_channel", "send_messages"):
                return channel
        raise ClientRefuses("this person can write nowhere in that server")

    # --- starting interactions -----------------------------------------------------------------------------

    async def slash(
        self,
        place: Channel | Guild,
        command: str,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        deliveries: int = 1,
        **options: Any,
    ) -> Interaction:
        """Use a slash command: "name" or "name subcommand", with options by (translated) name.

        Values: text, numbers, truth values, choices by label or value, `Person`, `Role`, `Channel`, `Upload`.
        Options whose names are no Python names go into `values`. `deliveries=2` delivers it twice.
        """
        channel = self._channel(place)
        found, path, leaves = find(self._server, self, channel, command)
        resolved = Resolved(self._server, channel)
        filled = command_options(leaves, {**(values or {}), **options}, self, resolved)
        return self._command(interactions.COMMAND, channel, found, path, filled, resolved, deliveries)

    async def autocomplete(
        self,
        place: Channel | Guild,
        command: str,
        option: str,
        typed: str,
        /,
        *,
        timeout: float = 3.0,
        **others: Any,
    ) -> list[SeenChoice]:
        """Type into an option and get the bot's suggestions. Raises TimeoutError when none come."""
        channel = self._channel(place)
        found, path, leaves = find(self._server, self, channel, command)
        asked = [one for one in leaves if option in names(one, self.locale)]
        if not asked or not asked[0].get("autocomplete"):
            raise ClientRefuses(f"/{command} offers no autocomplete for {option!r}")
        resolved = Resolved(self._server, channel)
        filled = command_options(leaves, {**others, option: typed}, self, resolved, focused=option)
        handle = self._command(interactions.AUTOCOMPLETE, channel, found, path, filled, resolved, 1)
        await handle.answered(timeout)
        return handle.choices or []

    def _command(
        self,
        kind: int,
        channel: Channel,
        command: Json,
        path: list[Json],
        options: list[Json],
        resolved: Resolved,
        deliveries: int,
    ) -> Interaction:
        for step in reversed(path):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        data: Json = {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "options": options,
        }
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if resolved.body:
            data["resolved"] = resolved.body
        name = " ".join([command["name"], *(step["name"] for step in path)])
        handle = Interaction(self._server, kind, self.account, channel, data, name=name)
        return self._server.deliver(handle, deliveries)

    async def menu(
        self, target: SeenMessage | Person, command: str, /, *, place: Channel | None = None
    ) -> Interaction:
        """Use a message's menu command, or another person's (then in `place`)."""
        if isinstance(target, SeenMessage):
            self._must_see(target)
            channel, kind = target.raw.channel, MESSAGE_MENU
        elif place is not None:
            channel, kind = self._channel(place), USER_MENU
        else:
            raise ClientRefuses("a person's menu is opened in a place")
        for found in offered(self._server, self, channel, kind):
            if command in names(found, self.locale):
                break
        else:
            raise NotOffered(f"the menu has no {command!r} for this person here")
        resolved = Resolved(self._server, channel)
        if isinstance(target, SeenMessage):
            # A message menu gives the content whatever the intents (events/gateway#message-content-intent).
            body = target.raw.payload(reader=self._server.bot_user)
            resolved.body["messages"] = {str(target.id): body}
        else:
            resolved.user(target)
        data: Json = {
            "id": found["id"],
            "name": found["name"],
            "type": kind,
            "target_id": str(target.id),
            "resolved": resolved.body,
        }
        handle = Interaction(
            self._server, interactions.COMMAND, self.account, channel, data, name=found["name"]
        )
        return self._server.deliver(handle)

    def _must_see(self, message: SeenMessage) -> None:
        if message not in self.sees(message.raw.channel):
            raise ClientRefuses("this person does not see that message")

    async def press(self, message: SeenMessage, button: str, *, deliveries: int = 1) -> Interaction:
        """Press a button by label or custom_id."""
        self._must_see(message)
        for _, part in walk(message.raw.components):
            emoji = (part.get("emoji") or {}).get("name")
            if part.get("type") == BUTTON and button in (part.get("label"), part.get("custom_id"), emoji):
                break
        else:
            raise ClientRefuses(f"there is no button {button!r}; there are {message.labels}")
        if part.get("disabled") or part.get("url"):
            raise ClientRefuses(f"button {button!r} is disabled or a link")
        data = {"component_type": BUTTON, "custom_id": part["custom_id"], "id": part["id"]}
        return self._component(message.raw, data, deliveries)

    async def select(self, message: SeenMessage, menu: str, *chosen: Any, deliveries: int = 1) -> Interaction:
        """Choose in a menu (by custom_id or placeholder): labels or values, people, roles, channels."""
        self._must_see(message)
        found: SeenSelect | None = None
        for one in message.selects:
            if menu in (one.custom_id, one.placeholder):
                found = one
        if found is None:
            raise ClientRefuses(f"there is no menu {menu!r}")
        if found.disabled or not found.min_values <= len(chosen) <= found.max_values:
            raise ClientRefuses(f"menu {menu!r} takes {found.min_values} to {found.max_values} choices")
        resolved = Resolved(self._server, message.raw.channel)
        if found.kind in SELECTS and found.options:
            values = [option_value(found, one) for one in chosen]
        else:
            values = [resolved.anything(one) for one in chosen]
        data: Json = {"component_type": found.kind, "custom_id": found.custom_id, "values": values}
        if resolved.body:
            data["resolved"] = resolved.body
        return self._component(message.raw, data, deliveries)

    def _component(self, message: Message, data: Json, deliveries: int) -> Interaction:
        handle = Interaction(
            self._server, interactions.COMPONENT, self.account, message.channel, data, source=message
        )
        return self._server.deliver(handle, deliveries)

    async def submit_modal(
        self,
        interaction: Interaction,
        values: Mapping[str, Any] | None = None,
        *,
        deliveries: int = 1,
    ) -> Interaction:
        """Fill in the form an interaction opened, by label or custom_id, and send it.

        Text, option labels or values (one, or a list for several), True or False, `Upload`s, people. Fields
        not named keep what the form was filled with.
        """
        if interaction.modal_data is None:
            raise ClientRefuses("no form is open")
        modal = SeenModal(interaction.modal_data)
        resolved = Resolved(self._server, interaction.channel)
        data: Json = {
            "custom_id": modal.custom_id,
            "components": fill_modal(modal, values or {}, resolved),
        }
        if resolved.body:
            data["resolved"] = resolved.body
        handle = Interaction(
            self._server,
            interactions.MODAL_SUBMIT,
            self.account,
            interaction.channel,
            data,
            source=interaction.source,
            opener=interaction,
        )
        return self._server.deliver(handle, deliveries)

    # --- plain messages ------------------------------------------------------------------------------------

    def say(
        self,
        place: Channel | Guild,
        text: str,
        files: Iterable[Upload] = (),
        *,
        reply_to: SeenMessage | None = None,
    ) -> SeenMessage | None:
        """Write a message. None when AutoMod blocked it."""
        server, channel = self._server, self._channel(place)
        if channel.guild is not None:
            needed = "send_messages_in_threads" if channel.is_thread else "send_messages"
            if not permissions.allows(channel, self.account, needed):
                raise ClientRefuses("this person may not write there")
            until = channel.guild.members[self.id].timed_out
            if until is not None and datetime.fromisoformat(until) > server.now():
                raise ClientRefuses("this person is timed out")
            if self._blocked(channel, text):
                return None
        message = Message(server.snowflake(), channel, self.account, text, server.now())
        message.mentions = [one for one in server.users.values() if f"<@{one.id}>" in text]
        calls = "@everyone" in text or "@here" in text
        message.calls_all = calls and permissions.allows(channel, self.account, "mention_everyone")
        if reply_to is not None:
            message.kind, message.reference = 19, reply_to.id
            if reply_to.author not in message.mentions:
                message.mentions.append(reply_to.author)
        message.attachments = [server.store(one, channel.id) for one in files]
        server.publish(message)
        return SeenMessage(server, message)

    def edit(self, message: SeenMessage, text: str) -> None:
        """Edit one's own message."""
        if message.raw.author is not self.account:
            raise ClientRefuses("that is someone else's message")
        message.raw.content, message.raw.edited = text, self._server.now()
        self._server.published_again(message.raw)

    def delete(self, message: SeenMessage) -> None:
        """Delete one's own message."""
        if message.raw.author is not self.account:
            raise ClientRefuses("that is someone else's message")
        self._server.remove(message.raw)

    def react(self, message: SeenMessage, emoji: str) -> None:
        """React to a message."""
        self._must_see(message)
        self._server.react(self.account, message.raw, emoji)

    def _blocked(self, channel: Channel, text: str) -> bool:
        """Whether an AutoMod keyword rule stops the message; the bot hears of it if it has Manage Server.

        Members who may manage the server are exempt (resources/auto-moderation).
        """
        guild = channel.guild
        assert guild is not None
        exempt = permissions.bits("manage_guild")
        if permissions.in_guild(guild, self.account) & exempt:
            return False
        for rule in guild.automod.values():
            words = (rule.get("trigger_metadata") or {}).get("keyword_filter") or []
            hit = next((word for word in words if word.strip("*").lower() in text.lower()), None)
            if not rule["enabled"] or hit is None or str(channel.id) in rule["exempt_channels"]:
                continue
            if permissions.in_guild(guild, self._server.bot_user) & exempt:
                self._tell_blocked(channel, rule, text, hit)
            if any(action["type"] == 1 for action in rule["actions"]):
                return True
        return False

    def _tell_blocked(self, channel: Channel, rule: Json, text: str, hit: str) -> None:
        guild = channel.guild
        assert guild is not None
        for action in rule["actions"]:
            body: Json = {
                "guild_id": str(guild.id),
                "action": action,
                "rule_id": rule["id"],
                "rule_trigger_type": rule["trigger_type"],
                "user_id": str(self.id),
                "channel_id": str(channel.id),
                "content": text,
                "matched_keyword": hit,
                "matched_content": hit,
            }
            self._server.gateway.dispatch(
                "AUTO_MODERATION_ACTION_EXECUTION",
                body,
                guild=guild,
                intent=AUTOMOD_EXECUTION,
                restricted=body | {"content": "", "matched_content": ""},
            )
