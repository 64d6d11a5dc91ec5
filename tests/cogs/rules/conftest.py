from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.sdk import Person, Space, Supplies
from bot.storage.migrations import Source
from bot.storage.store import Storage
from cogs.rules.service import Moderation
from cogs.rules.settings import RulesProfile

ROOT = Path(__file__).parents[3]
RULES = Source("rules", ROOT / "cogs" / "rules" / "migrations")
ADA = Person("terminal", "ada", "ring", name="Ada")
BEN = Person("terminal", "ben", "ring", name="Ben")
MAY = Person("terminal", "may", "ring", name="May")
MOE = Person("terminal", "moe", "ring", name="Moe")
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)

SECTION = """
list:
  - {id: calls, say: Please keep numbers out of the room., when: phone, then: [nudge, hold]}
  - {id: zebra, say: No zebras., when: {words: [zebra]}, then: [nudge]}
  - {id: lion, say: No lions., when: {words: [lion]}, then: [slow: 2h, time out: 1d]}
  - {id: hint, when: {words: [giraffe]}, then: [suggest: Say what it did.]}
  - {id: often, when: {repeat: {same_text: 3, within: 1m}}, then: [report]}
escalation:
  forgets_after: 10d
  steps:
    - {nudges: 3, within: 7d, then: [slow: 10m]}
    - {nudges: 4, within: 7d, then: [time out: 1d, ask]}
keep: 30d
"""


def space_with(section: str = SECTION, id: str = "ring") -> Space:
    return Space(id, "Ring", settings={"rules": RulesProfile.model_validate(yaml.safe_load(section))})


@pytest.fixture
def space() -> Space:
    return space_with()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{path}", lambda: NOON)
    storage.unlock(await Keyring.open([keys.make()], storage.secrets))
    await storage.migrate(RULES)
    yield storage
    await storage.close()


@pytest.fixture
def moderation(storage: Storage) -> Moderation:
    return Moderation(Supplies(storage.store("rules"), ROOT / "data", lambda: NOON))
