"""What findings about rules say."""

from __future__ import annotations

from pathlib import Path

from bot.sdk.settings import Phrases

phrase = Phrases("rules", Path(__file__).parents[1] / "texts")
