"""A real Synapse for tests: its own folder, SQLite, loopback only, up in about a second.

Nothing leaves the machine: no federation listener, no key servers, no statistics, no previews.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LIFTED = {"per_second": 100_000, "burst_count": 100_000}
NAME = "hearth.test"
_SECRET = "only-for-tests"  # noqa: S105 - a server that lives for one test run


@dataclass(frozen=True, slots=True)
class Login:
    """An account with a device: what a client needs to go on without logging in."""

    user_id: str
    device_id: str
    access_token: str = field(repr=False)
    password: str = field(repr=False)


class Synapse:
    """One server process. `limits`: `lifted` (default) or `default`, which is what a public server grants."""

    def __init__(self, folder: Path, *, limits: str = "lifted", extra: dict[str, Any] | None = None) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
        (folder / "log.yaml").write_text(yaml.safe_dump(_log_config(folder / "synapse.log")))
        config = _config(folder, self.port) | (_LIFTED_LIMITS if limits == "lifted" else _ONLY_LOGIN_LIFTED)
        (folder / "homeserver.yaml").write_text(yaml.safe_dump(config | (extra or {})))

    def start(self, *, patience: float = 60) -> None:
        """Start (or start again, on the same port and data) and return when it answers.

        Raises RuntimeError with the end of its log when it does not come up within `patience` seconds.
        """
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        with (self.folder / "out.log").open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml")],
                cwd=self.folder,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                self.call("GET", "/_matrix/client/versions")
                return
            time.sleep(0.05)
        log = (self.folder / "out.log").read_text(errors="replace")[-4000:]
        self.kill()
        raise RuntimeError(f"Synapse did not come up:\n{log}")

    def stop(self) -> None:
        """End it cleanly; after ten seconds by force."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._process = None

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """One plain request, answered with its JSON. Raises urllib's HTTPError for anything but 2xx."""
        request = urllib.request.Request(  # noqa: S310 - always our loopback address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def register(self, name: str, *, admin: bool = False, password: str | None = None) -> Login:
        """Make an account through the shared secret; its first device is logged in."""
        password = password or secrets.token_hex(8)
        path = "/_synapse/admin/v1/register"
        nonce = self.call("GET", path)["nonce"]
        words = [nonce, name, password, "admin" if admin else "notadmin"]
        mac = hmac.new(_SECRET.encode(), b"\0".join(w.encode() for w in words), hashlib.sha1).hexdigest()
        made = self.call(
            "POST",
            path,
            {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac},
        )
        return Login(made["user_id"], made["device_id"], made["access_token"], password)

    def lift(self, user_id: str) -> None:
        """Lift the message limits for one account, as a server's owner can."""
        if not hasattr(self, "_admin"):
            self._admin = self.register(f"admin-{secrets.token_hex(4)}", admin=True)
        self.call(
            "POST",
            f"/_synapse/admin/v1/users/{user_id}/override_ratelimit",
            {"messages_per_second": 0, "burst_count": 0},
            token=self._admin.access_token,
        )


@contextlib.contextmanager
def running(
    folder: Path, *, limits: str = "lifted", extra: dict[str, Any] | None = None
) -> Iterator[Synapse]:
    """A started server that is stopped on leaving."""
    server = Synapse(folder, limits=limits, extra=extra)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _config(folder: Path, port: int) -> dict[str, Any]:
    return {
        "server_name": NAME,
        "pid_file": str(folder / "pid"),
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [
            {
                "port": port,
                "type": "http",
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": _SECRET,
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "report_stats": False,
        "enable_registration": False,
        "url_preview_enabled": False,
        "presence": {"enabled": False},
        # Work that nobody here sees: how busy rooms are.
        "stats": {"enabled": False},
        # Hashing passwords slowly protects nobody here.
        "bcrypt_rounds": 4,
    }


def _log_config(path: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(path), "formatter": "plain"}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }


_ONLY_LOGIN_LIFTED: dict[str, Any] = {
    "rc_login": {"address": LIFTED, "account": LIFTED, "failed_attempts": LIFTED},
}
_LIFTED_LIMITS: dict[str, Any] = _ONLY_LOGIN_LIFTED | {
    "rc_message": LIFTED,
    "rc_room_creation": LIFTED,
    "rc_registration": LIFTED,
    "rc_joins": {"local": LIFTED, "remote": LIFTED},
    "rc_joins_per_room": LIFTED,
    "rc_invites": {"per_room": LIFTED, "per_user": LIFTED, "per_issuer": LIFTED},
    "rc_key_requests": LIFTED,
}
