"""One login, then a stored device: who the bot is on its homeserver.

A login at each start would make a new, unverified device each time, and Synapse allows five logins
and then one in five and a half minutes (`rc_login`).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.sdk.ports import Vault

ACCOUNT = "matrix/account"


@dataclass(frozen=True, slots=True)
class Device:
    """What is needed to go on as the same device. Kept sealed."""

    homeserver: str
    user_id: str = field(repr=False)
    device_id: str = field(repr=False)
    access_token: str = field(repr=False)


class CannotLogIn(Exception):
    """The homeserver does not take the account. `code` is its Matrix error code, or a word of ours."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Answered(Protocol):
    """A server's answer."""

    status: int
    body: Any
    retry_after: float | None


class Asks(Protocol):
    """A connection that can ask without a device yet, with `access_token` empty or set."""

    access_token: str

    async def request(self, method: str, path: str, body: object = None) -> Answered:
        """One request."""


async def device(
    asks: Asks,
    vault: Vault,
    *,
    homeserver: str,
    user_id: str = "",
    password: str | None = None,
    token: str | None = None,
    name: str = "Hearth",
) -> Device:
    """The stored device, else one login (by password, or by a token that somebody made).

    Raises CannotLogIn; OSError when the server cannot be reached.
    """
    saved = await vault.load(ACCOUNT)
    known = json.loads(saved) if saved else {}
    # A full id names its server: the same account behind another address is the same device.
    same = known.get("asked") == user_id and (":" in user_id or known.get("homeserver") == homeserver)
    if same and known.get("access_token") and (token is None or token == known.get("given")):
        return Device(homeserver, known["user_id"], known["device_id"], known["access_token"])
    if token is not None:
        asks.access_token = token
        reply = await asks.request("GET", "/_matrix/client/v3/account/whoami")
        if reply.status != 200:
            raise CannotLogIn(str(reply.body.get("errcode", reply.status)), reply.retry_after)
        if "device_id" not in reply.body:
            raise CannotLogIn("token without a device")
        made = Device(homeserver, reply.body["user_id"], reply.body["device_id"], token)
        return await _keep(vault, made, user_id, token)
    if password is None:
        raise CannotLogIn("neither password nor token")
    # The device's name is chosen and kept first: a crash after the login leads to the same device.
    device_id = known.get("device_id") if same else None
    if device_id is None:
        device_id = "HEARTH" + secrets.token_hex(5).upper()
        meant = {"homeserver": homeserver, "asked": user_id, "device_id": device_id}
        await vault.save({ACCOUNT: json.dumps(meant).encode()})
    reply = await asks.request(
        "POST",
        "/_matrix/client/v3/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user_id},
            "password": password,
            "device_id": device_id,
            "initial_device_display_name": name,
        },
    )
    if reply.status != 200:
        raise CannotLogIn(str(reply.body.get("errcode", reply.status)), reply.retry_after)
    made = Device(homeserver, reply.body["user_id"], reply.body["device_id"], reply.body["access_token"])
    return await _keep(vault, made, user_id, None)


async def start_over(vault: Vault) -> None:
    """Give up the device (after a restored backup: its keys must never be rolled back). Seeds stay.

    The next `device` logs in anew; the keys are to be dropped with `Keys.discard`.
    """
    await vault.save({ACCOUNT: None})


async def _keep(vault: Vault, made: Device, asked: str, given: str | None) -> Device:
    content = {
        "homeserver": made.homeserver,
        "asked": asked,
        "given": given,
        "user_id": made.user_id,
        "device_id": made.device_id,
        "access_token": made.access_token,
    }
    await vault.save({ACCOUNT: json.dumps(content).encode()})
    return made
