from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .door import Door, door


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Door]:
    """The whole, with the toy cog, on a platform whose forms are asked question by question."""
    async with door(tmp_path) as opened:
        yield opened


@pytest.fixture
async def native(tmp_path: Path) -> AsyncIterator[Door]:
    """The same on a platform whose forms open as a whole."""
    async with door(tmp_path, native_forms=True) as opened:
        yield opened
