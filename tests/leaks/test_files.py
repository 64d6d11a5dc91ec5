"""What a thief of the disk could read: every file is searched for words, names, ids, zones and times."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.testing.chat import Chat

from . import canaries
from .conversation import COGS, PROFILE, home, identities, rich

pytestmark = [pytest.mark.faces("terminal", "discord"), pytest.mark.hearth(cogs=COGS, profile=PROFILE)]


async def test_no_file_tells_who_or_what(chat: Chat, tmp_path: Path) -> None:
    await rich(chat, tmp_path / canaries.PAPER)
    names = set(identities(chat))
    wanted = [*canaries.WORDS, *names, canaries.ZONE, "Kolkata", *canaries.TIMES]
    files = canaries.files_under(home(chat))
    assert {"hearth.db", "hearth.db-wal", "hearth.db-shm"} <= {file.name for file in files}
    assert canaries.leaks(files, wanted) == []
    assert chat.app.storage is not None
    assert await chat.app.storage.database.empty_log()  # what lay in the log is in the file now
    assert canaries.leaks(canaries.files_under(home(chat)), wanted) == []
