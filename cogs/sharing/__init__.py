"""Anonymous sharing: say what can't be said under one's name, and be answered; nobody learns who it was."""

from __future__ import annotations

from bot.sdk import Cog, Kept, Quality

from .service import Sharing
from .settings import SharingSettings

cog: Cog[Sharing] = Cog(
    "sharing",
    service=Sharing,
    settings=SharingSettings,
    group_settings=SharingSettings,
    needs=["rules"],
    counted=False,
    keeps=[Kept("agreed"), Kept("waiting"), Kept("shares"), Kept("voices"), Kept("handles")],
    quality={
        Quality.CONVERSATIONS: "tests/cogs/sharing/test_author.py, tests/cogs/sharing/test_reader.py, "
        "tests/cogs/sharing/test_moderator.py, tests/cogs/sharing/test_replier.py, "
        "tests/cogs/sharing/test_invitation.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "tests/cogs/sharing/test_service.py",
        Quality.EXPORT: "tests/cogs/sharing/test_service.py",
        Quality.LIMITS: "a day: 3 shares of 3,000 characters, 20 replies (or as the profile says)",
        Quality.DOCS: "docs/members.md, docs/moderators.md, docs/threat-model.md",
    },
)

from . import answering, asking, coming, desk, panel  # noqa: E402 - they declare their commands on this cog

__all__ = ["answering", "asking", "cog", "coming", "desk", "panel"]
