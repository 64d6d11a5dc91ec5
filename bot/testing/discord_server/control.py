"""Driving a stand-in that runs in a process of its own, over HTTP.

Every action is `POST /control/<action>` with a JSON object and answers a JSON object; a mistake answers 400
with {"error": …} (`ClientRefuses` included), a wait that ends in vain 408. People, servers and channels are
meant by name, messages and interactions by id.

| action | body | answer |
| --- | --- | --- |
| user | name, locale? | id |
| guild | name, channels?, members?, roles?, crowd?, bot_permissions? | id, channels {name: id} |
| populate | guilds, channels, members | count: that many servers, for load |
| connected | shards?, timeout? | sessions |
| slash | user, guild and channel? (none: direct), command, options?, wait?, deliveries? | interaction |
| autocomplete | user, guild?, channel?, command, option, typed | choices [{name, value}] |
| press | user, message, button, wait?, deliveries? | interaction |
| select | user, message, menu, chosen [], wait?, deliveries? | interaction |
| submit_modal | user, interaction, values?, wait?, deliveries? | interaction |
| interaction | interaction, wait? | interaction |
| say | user, guild?, channel?, text | message or null |
| messages | guild and channel, or user (their direct conversation); as? (a person) | messages [] |
| fail | pattern, status?, drop?, times?, retry_after?, code?, delay? | ok |
| clear_faults | | ok |
| drop_gateway | resumable?, how?, accepting? | dropped |
| accept | accepting | ok: let connections in, or not |
| close_dms | user, closed? | ok |
| remove_permission | guild, channel?, names [] | ok |
| delete_channel | guild, channel | ok |
| advance | seconds | now |
| stats | reset? | counts, violations [], refusals [], unsupported [], identifies, resumes |
| commands | | global [] and guilds {id: []}, as registered |

`wait` is "answered" or "acknowledged" with `timeout` seconds (default 5): the answer then shows the outcome.
An interaction is {id, delivered, response_type, failed, thinking, updated, modal, messages}; a message is
{id, author, ephemeral, text, buttons, selects, files}.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, cast

from aiohttp import web

from .composing import ClientRefuses
from .errors import Json
from .interactions import Interaction
from .people import Person
from .seen import SeenMessage
from .server import DiscordServer
from .state import Channel, Guild


class Control:
    """The actions of the control endpoint; one method each, taking and giving JSON."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one control request."""
        action = getattr(self, f"do_{request.match_info['action']}", None)
        if action is None:
            return web.json_response({"error": "no such action"}, status=404)
        body: Json = await request.json() if request.can_read_body else {}
        try:
            result = cast(Callable[[Json], Any], action)(body)
            if inspect.isawaitable(result):
                result = await result
        except TimeoutError:
            return web.json_response({"error": "timed out"}, status=408)
        except (ClientRefuses, KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response(result if result is not None else {"ok": True})

    # --- finding things by name ----------------------------------------------------------------------------

    def _person(self, name: str) -> Person:
        for person in self._server.people.values():
            if name in (person.name, str(person.id)):
                return person
        raise KeyError(f"no person {name!r}")

    def _guild(self, name: str) -> Guild:
        for guild in self._server.guilds.values():
            if name in (guild.name, str(guild.id)):
                return guild
        raise KeyError(f"no server {name!r}")

    def _place(self, body: Json, person: Person | None = None) -> Channel | Guild:
        if "guild" not in body:
            if person is None:
                raise KeyError("guild")
            return person.direct
        guild = self._guild(body["guild"])
        return guild.channel(body["channel"]) if "channel" in body else guild

    async def _outcome(self, interaction: Interaction, body: Json) -> Json:
        timeout = float(body.get("timeout", 5.0))
        if body.get("wait") == "answered":
            await interaction.answered(timeout)
        elif body.get("wait") == "acknowledged":
            await interaction.acknowledged(timeout)
        modal = interaction.modal
        return {
            "id": str(interaction.id),
            "delivered": interaction.delivered,
            "response_type": interaction.response_type,
            "failed": interaction.failed,
            "thinking": interaction.thinking,
            "updated": interaction.updated,
            "modal": modal.raw if modal else None,
            "messages": [_message(one) for one in interaction.messages],
        }

    # --- the actions ---------------------------------------------------------------------------------------

    def do_user(self, body: Json) -> Json:
        """Make a person."""
        return {"id": str(self._server.add_user(body["name"], body.get("locale", "en-GB")).id)}

    def do_guild(self, body: Json) -> Json:
        """Make a server."""
        guild = self._server.add_guild(
            body["name"],
            channels=body.get("channels", ["general"]),
            roles=body.get("roles"),
            members=[self._person(name) for name in body.get("members", ())],
            crowd=body.get("crowd", 0),
            bot_permissions=body.get("bot_permissions", ()),
        )
        return {
            "id": str(guild.id),
            "channels": {one.name: str(one.id) for one in guild.channels.values()},
        }

    def do_populate(self, body: Json) -> Json:
        """Make many servers."""
        names = [f"channel-{index}" for index in range(body["channels"])]
        for index in range(body["guilds"]):
            self._server.add_guild(f"server-{index}", channels=names, crowd=body["members"])
        return {"count": len(self._server.guilds)}

    async def do_connected(self, body: Json) -> Json:
        """Wait for the bot."""
        await self._server.connected(body.get("shards", 1), body.get("timeout", 10.0))
        return {"sessions": len(self._server.gateway.connected())}

    async def do_slash(self, body: Json) -> Json:
        """Use a command."""
        person = self._person(body["user"])
        handle = await person.slash(
            self._place(body, person),
            body["command"],
            body.get("options") or {},
            deliveries=body.get("deliveries", 1),
        )
        return await self._outcome(handle, body)

    async def do_autocomplete(self, body: Json) -> Json:
        """Type into an option."""
        person = self._person(body["user"])
        choices = await person.autocomplete(
            self._place(body, person), body["command"], body["option"], body["typed"]
        )
        return {"choices": [{"name": one.name, "value": one.value} for one in choices]}

    async def do_press(self, body: Json) -> Json:
        """Press a button."""
        message = self._server.message(int(body["message"]))
        deliveries = body.get("deliveries", 1)
        handle = await self._person(body["user"]).press(message, body["button"], deliveries=deliveries)
        return await self._outcome(handle, body)

    async def do_select(self, body: Json) -> Json:
        """Choose in a menu."""
        message = self._server.message(int(body["message"]))
        deliveries = body.get("deliveries", 1)
        handle = await self._person(body["user"]).select(
            message, body["menu"], *body["chosen"], deliveries=deliveries
        )
        return await self._outcome(handle, body)

    async def do_submit_modal(self, body: Json) -> Json:
        """Send a form."""
        handle = await self._person(body["user"]).submit_modal(
            self._server.interactions[int(body["interaction"])],
            body.get("values") or {},
            deliveries=body.get("deliveries", 1),
        )
        return await self._outcome(handle, body)

    async def do_interaction(self, body: Json) -> Json:
        """Look at an interaction again."""
        return await self._outcome(self._server.interactions[int(body["interaction"])], body)

    def do_say(self, body: Json) -> Json:
        """Write a message."""
        person = self._person(body["user"])
        said = person.say(self._place(body, person), body["text"])
        return {"message": _message(said) if said else None}

    def do_messages(self, body: Json) -> Json:
        """Read a place, as everybody or as one person sees it."""
        person = self._person(body["user"]) if "user" in body else None
        place = self._place(body, person)
        if isinstance(place, Guild):
            raise KeyError("channel")
        found = self._person(body["as"]).sees(place) if "as" in body else self._server.messages(place)
        return {"messages": [_message(one) for one in found]}

    def do_fail(self, body: Json) -> None:
        """Lay a fault in wait."""
        pattern = body.pop("pattern")
        self._server.fail_next(pattern, body.pop("status", None), **body)

    def do_clear_faults(self, body: Json) -> None:
        """Take all faults away."""
        self._server.faults.clear()

    async def do_drop_gateway(self, body: Json) -> Json:
        """Break the gateway."""
        if "accepting" in body:
            self._server.gateway.accepting = body["accepting"]
        how: Literal["close", "abort", "reconnect", "invalid"] = body.get("how", "close")
        return {"dropped": await self._server.drop_gateway(resumable=body.get("resumable", True), how=how)}

    def do_accept(self, body: Json) -> None:
        """Let gateway connections in, or not."""
        self._server.gateway.accepting = body["accepting"]

    def do_close_dms(self, body: Json) -> None:
        """Close or open someone's direct messages."""
        self._server.close_dms(self._person(body["user"]), closed=body.get("closed", True))

    def do_remove_permission(self, body: Json) -> None:
        """Take permissions from the bot."""
        self._server.remove_permission(self._place(body), *body["names"])

    def do_delete_channel(self, body: Json) -> None:
        """Delete a channel."""
        self._server.delete_channel(self._guild(body["guild"]).channel(body["channel"]))

    def do_advance(self, body: Json) -> Json:
        """Let time pass."""
        self._server.advance(body["seconds"])
        return {"now": self._server.now().isoformat()}

    def do_stats(self, body: Json) -> Json:
        """What went over the wire."""
        server = self._server
        found: Json = dict(server.stats.summary()) | {
            "violations": [str(one) for one in server.violations],
            "refusals": [list(one) for one in server.refusals],
            "unsupported": server.unsupported,
            "identifies": server.gateway.identifies,
            "resumes": server.gateway.resumes,
        }
        if body.get("reset"):
            server.stats.reset()
        return found

    def do_commands(self, body: Json) -> Json:
        """The commands registered."""
        return {
            "global": list(self._server.global_commands.values()),
            "guilds": {str(key): list(store.values()) for key, store in self._server.guild_commands.items()},
        }


def _message(message: SeenMessage) -> Json:
    return {
        "id": str(message.id),
        "author": message.author.name,
        "ephemeral": message.ephemeral,
        "text": message.text,
        "buttons": [
            {"label": one.label, "custom_id": one.custom_id, "url": one.url, "disabled": one.disabled}
            for one in message.buttons
        ],
        "selects": [
            {"custom_id": one.custom_id, "options": [option.label for option in one.options]}
            for one in message.selects
        ],
        "files": [{"name": one.name, "url": one.url, "type": one.content_type} for one in message.files],
    }


class ControlledServer(DiscordServer):
    """The stand-in with the control endpoint beside the API."""

    def _add_more_routes(self, app: web.Application) -> None:
        app.router.add_post("/control/{action}", Control(self).handle)
