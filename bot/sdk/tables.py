"""What a cog's tables and service keep things with."""

from bot.storage.rows import (
    ACCOUNT_LENGTH,
    Row,
    Sealed,
    UtcTime,
    account_parts,
    account_text,
    person_hash,
    sealed,
)
from bot.storage.store import Store

__all__ = [
    "ACCOUNT_LENGTH", "Row", "Sealed", "Store", "UtcTime", "account_parts", "account_text", "person_hash",
    "sealed",
]  # fmt: skip
