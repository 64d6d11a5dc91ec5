"""Files in and out: encrypted where the room is, described in words, never larger than we can hold."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

from nio.crypto.attachments import (  # type: ignore[import-untyped, unused-ignore]  # nio ships no types
    decrypt_attachment,
    encrypt_attachment,
)
from nio.exceptions import EncryptionError  # type: ignore[import-untyped, unused-ignore]  # as above

from bot.sdk.errors import Refused
from bot.sdk.words import ShownFile, Upload

from .client import Client
from .read import Media

MOST = 8 * 1024 * 1024
"""Bytes of a file that somebody sends; the core takes no more into a form."""
_SPOILER = "page.codeberg.everypizza.msc4193.spoiler"
_TRIES = 4
_MOST_ANSWER = 65_536


class NotUploaded(OSError):
    """The server did not take a file."""


class SentFile(Upload):
    """A file somebody sent, fetched and opened when it is wanted."""

    def __init__(self, client: Client, media: Media) -> None:
        self.name, self.type, self.size = media.name, media.mime, media.size
        self._client, self._media = client, media

    async def read(self) -> bytes:
        """The bytes. Raises `Refused` when they cannot be had, or are too many."""
        server, _, media_id = self._media.url.removeprefix("mxc://").partition("/")
        tail = f"{quote(server, safe='')}/{quote(media_id, safe='')}"
        # Authenticated since specification v1.11; older servers know the second path only.
        for path in ("/_matrix/client/v1/media/download/", "/_matrix/media/v3/download/"):
            try:
                answer, data = await self._client.transfer("GET", path + tail, most=MOST)
            except OSError:
                raise Refused("answer-file") from None
            if answer.status == 200 and len(data) <= MOST:
                return await asyncio.to_thread(self._opened, data)
            if answer.status not in (400, 404):
                break
        raise Refused("answer-file")

    def _opened(self, data: bytes) -> bytes:
        crypt = self._media.crypt
        if crypt is None:
            return data
        try:
            opened: bytes = decrypt_attachment(
                data, crypt["key"]["k"], crypt["hashes"]["sha256"], crypt["iv"]
            )
        except (KeyError, TypeError, EncryptionError):
            raise Refused("answer-file") from None
        return opened


async def content_of(
    client: Client,
    file: ShownFile,
    *,
    encrypted: bool,
    warning: str = "",
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> dict[str, Any]:
    """The content of the event that shows a file, which is uploaded first. Raises `NotUploaded`.

    Under a warning a picture goes as a mere file: every client shows that by its name alone, to be opened,
    while the mark for folded pictures (MSC4193, open) is known to some clients only.
    """
    data, crypt = file.data, None
    if encrypted:
        data, crypt = await asyncio.to_thread(encrypt_attachment, file.data)
    # The name of an encrypted file would tell the server what it is.
    query = "" if encrypted else "?" + urlencode({"filename": file.name})
    mime = "application/octet-stream" if encrypted else file.type
    url = await _upload(client, f"/_matrix/media/v3/upload{query}", data, mime, sleep)
    made: dict[str, Any] = {
        "msgtype": "m.image" if file.picture else "m.file",
        "body": file.alt or file.name,
        "filename": file.name,
        "info": {"mimetype": file.type, "size": len(file.data)},
        "m.mentions": {},
    }
    if warning:
        made |= _folded(file, warning)
    return made | ({"url": url} if crypt is None else {"file": crypt | {"url": url}})


def _folded(file: ShownFile, warning: str) -> dict[str, Any]:
    reason, alt = html.escape(warning), html.escape(file.alt)
    return {
        "msgtype": "m.file",
        "body": f"\u26a0 {warning}",
        "format": "org.matrix.custom.html",
        "formatted_body": f'\u26a0 {reason} <span data-mx-spoiler="{reason}">{alt}</span>',
        _SPOILER: True,
        f"{_SPOILER}.reason": warning,
    }


async def _upload(
    client: Client, path: str, data: bytes, mime: str, sleep: Callable[[float], Awaitable[object]]
) -> str:
    for attempt in range(_TRIES):
        wait = 0.5 * 2**attempt
        try:
            answer, _ = await client.transfer("POST", path, data, mime=mime, most=_MOST_ANSWER)
        except OSError:
            pass  # a file uploaded twice is shown once
        else:
            url = answer.body.get("content_uri")
            if answer.status == 200 and isinstance(url, str):
                return url
            if answer.status < 500 and answer.status != 429:
                raise NotUploaded(f"HTTP {answer.status}")
            wait = max(wait, answer.retry_after or 0.0)
        await sleep(wait)
    raise NotUploaded("no answer")
