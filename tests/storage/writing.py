"""Writes and acknowledges until killed; started by a test."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from storage.samples import ADA, SAMPLE, Answer, Mood

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.storage.rows import account_text
from bot.storage.store import Storage


def now() -> datetime.datetime:
    return datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


async def main() -> None:
    storage = await Storage.open(f"sqlite:///{sys.argv[1]}", now)
    storage.unlock(await Keyring.open([keys.parse(sys.argv[2])], storage.secrets))
    await storage.migrate(SAMPLE)
    store = storage.store("sample")
    who = await store.who(ADA)
    for number in itertools.count():
        note = f"note-{number}."
        async with store.write() as session:
            session.add(Answer(who=who, account=account_text(ADA), mood=Mood.LIGHT, note=note, at=now()))
        print(note, flush=True)


asyncio.run(main())
