"""One account's line to its homeserver: every part of this package, put together."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import nio

from bot.sdk.ports import Handled, Vault

from . import account
from .client import Client
from .direct import Doors
from .inbox import Listener
from .keys import Keys
from .purse import Pace, Purse
from .rooms import Rooms
from .send import PATIENCE, Actions, Speaker
from .signing import Identity, Signing, State
from .sync import SignedOut, Sync

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator's configuration says about one account. Give a password or a token."""

    homeserver: str
    user_id: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    device_name: str = "Hearth"
    lifted: bool = False
    patience: float = PATIENCE


class Line:
    """An open line. Made by `open`, ended by `close`."""

    def __init__(
        self,
        client: Client,
        vault: Vault,
        handled: Handled,
        listener: Listener,
        settings: Settings,
        *,
        now: Callable[[], datetime.datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        dice: random.Random | None,
    ) -> None:
        self.client = client
        self.signing = Signing(client, vault, password=settings.password)
        self.identity = Identity(State.REFUSED)
        self.rooms = Rooms(client.user_id)
        self.pace = Pace(Purse(monotonic, lifted=settings.lifted), sleep)
        self.actions = Actions(
            client, self.pace, sleep=sleep, monotonic=monotonic, dice=dice, patience=settings.patience
        )
        self.speaker = Speaker(client, self.rooms, self.actions)
        self.sync = Sync(
            client, self.rooms, handled, vault, listener, now=now, sleep=sleep, monotonic=monotonic, dice=dice
        )
        self.doors = Doors(self.rooms, self.actions, self.sync.until)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        vault: Vault,
        handled: Handled,
        listener: Listener,
        *,
        now: Callable[[], datetime.datetime],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        dice: random.Random | None = None,
        plain: bool = False,
    ) -> Line:
        """Log in or go on as the stored device, see to its keys and its signature.

        A `plain` line tells no keys and signs nothing: it serves rooms without encryption alone.
        Raises `account.CannotLogIn`; `sync.SignedOut` when the stored device is no more; OSError when the
        server cannot be reached. A device that cannot be
        signed is no error: `identity` says how it stands.
        """
        client = Client(settings.homeserver)
        try:
            device = await account.device(
                client,
                vault,
                homeserver=settings.homeserver,
                user_id=settings.user_id,
                password=settings.password,
                token=settings.token,
                name=settings.device_name,
            )
            keys = await Keys.open(vault, device.user_id, device.device_id, now)
            client.adopt(device.user_id, device.device_id, device.access_token, keys)
            keys.prune()
            client.plain = plain
            if (await client.request("GET", "/_matrix/client/v3/account/whoami")).status == 401:
                raise SignedOut
            if client.should_upload_keys and not plain:
                uploaded = await client.keys_upload()
                if isinstance(uploaded, nio.ErrorResponse):
                    raise ConnectionError("keys were not taken")
                await client.save_keys()
            line = cls(
                client,
                vault,
                handled,
                listener,
                settings,
                now=now,
                monotonic=monotonic,
                sleep=sleep,
                dice=dice,
            )
            if not plain:
                line.identity = await line.signing.establish()
        except BaseException:
            await client.close()
            raise
        if not plain and line.identity.state not in (State.SIGNED, State.NEW):
            log.error("matrix: this device is not signed (%s)", line.identity.state.value)
        return line

    async def forget(self, person: str) -> bool:
        """Leave the rooms shared with this person alone, and remove their devices, sessions and keys.

        False when they are in an encrypted room with the bot and others: what encryption needs there
        stays until they leave it. Committed on return. Raises OSError.
        """
        for room in self.rooms:
            if self.rooms.partner(room.room_id) == person:
                await self.doors.leave(room.room_id)
                self.client.keys.forget_room(room.room_id)
                self.client.end_session(room.room_id)
        if any(room.encrypted and person in room.members for room in self.rooms):
            await self.client.keys.commit()
            return False
        self.client.forget(person)
        await self.client.keys.commit()
        return True

    async def run(self) -> None:
        """Sync until `stop`. Raises `sync.SignedOut`."""
        await self.sync.run()

    def stop(self) -> None:
        """Ask `run` to end."""
        self.sync.stop()

    async def close(self) -> None:
        """Close the connection. After `run` has ended."""
        await self.pace.close()
        await self.client.close()
