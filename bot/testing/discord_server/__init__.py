"""Discord on 127.0.0.1, for tests: gateway v10 and REST v10, spoken to by an unmodified discord.py.

    async with DiscordServer.running() as server:
        ana = server.add_user("ana")
        guild = server.add_guild(channels=["evening"], members=[ana])
        with point_discord_py_at(server):
            ...start the bot with server.token...
            await server.connected()
            opened = await ana.slash(guild, "checkin", mood="steady")
            await opened.answered()
            sent = await ana.submit_modal(opened, {"Note": "slept well"})
            await sent.answered()
            assert sent.message.ephemeral
            await ana.press(sent.message, "Take back")
        assert not server.violations

Where to look: `DiscordServer` (state, time, people and places), `faults.Controls` (what may go wrong; the
same object), `Person` (what people do and see), `Interaction` (what came of it), `SeenMessage` and
`SeenModal` (what stands on the screen), `limits` (every documented number with its page). Out of process:
`python -m bot.testing.discord_server` (see its `--help` and `control`).

Checks: documented limits always; the OpenAPI description too where HEARTH_DISCORD_SPEC names it. A violation
is answered with 400 and code 50035, and kept in `server.violations`: assert that it is empty.

Where it is simpler than Discord: a public "thinking" message appears when it is filled, not before; route
limits are the ones seen in practice (`traffic.ROUTE_LIMITS`); voice, embeds' inner limits, stickers, polls
and webhooks other than interactions' are not there, and requests for them are listed in `server.unsupported`.
"""

from __future__ import annotations

from .client import Pointing, point_discord_py_at
from .composing import ClientRefuses, NotOffered
from .errors import Violation
from .interactions import Interaction, SeenChoice
from .people import Person
from .rest import Upload
from .seen import SeenButton, SeenField, SeenFile, SeenMessage, SeenModal, SeenSelect
from .server import DiscordServer
from .state import Channel, Guild, Role
from .traffic import Fault

__all__ = [
    "Channel",
    "ClientRefuses",
    "DiscordServer",
    "Fault",
    "Guild",
    "Interaction",
    "NotOffered",
    "Person",
    "Pointing",
    "Role",
    "SeenButton",
    "SeenChoice",
    "SeenField",
    "SeenFile",
    "SeenMessage",
    "SeenModal",
    "SeenSelect",
    "Upload",
    "Violation",
    "point_discord_py_at",
]
