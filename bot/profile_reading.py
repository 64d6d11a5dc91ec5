"""Texts read as profiles: mended where phones typed them, held against one another, and not read twice.

All of it is heavy for a long profile, and meant to be called beside the event loop.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from bot.config.findings import Finding
from bot.config.parts import Part, parts_in
from bot.config.phone import Mend, mended
from bot.config.profile import Difference, SpaceProfile, differences, parse_profile, read_profile
from bot.sdk.profiles import Checked, began_from, stamped, unstamped

_LATELY = 4
"""Texts that were read last, and are not read again when they are confirmed."""


class Read(NamedTuple):
    """A text that was read: the profile and its parts, or what is wrong with it."""

    profile: SpaceProfile | None
    findings: Sequence[Finding]
    parts: Sequence[Part]


@functools.cache
def _known() -> Mapping[str, Collection[str]]:
    from bot.cli.names import known_names  # as `hearth check` has it

    return known_names()


class Reading:
    """Reads profiles. `model` is set once the cogs are known."""

    def __init__(self) -> None:
        self.model: type[SpaceProfile] = SpaceProfile
        self._lately: collections.OrderedDict[str, Read] = collections.OrderedDict()

    def stored(self, text: str, called: str) -> Read:
        """A text that was in force before: names of what shipped then may be gone by now."""
        if (known := self._lately.get(text)) is not None:
            return known
        profile, findings, document = read_profile(text, called, self.model)
        parts = parts_in(document, text) if profile is not None and document is not None else ()
        return Read(profile, findings, parts)

    def proposed(self, text: str) -> Read:
        """A text that may come into force, held against all that ships as well."""
        if (known := self._lately.get(text)) is not None:
            return known
        profile, findings, document = read_profile(text, "", self.model, known=_known())
        if profile is None or document is None:
            return Read(None, findings, ())
        read = self._lately[text] = Read(profile, (), parts_in(document, text))
        while len(self._lately) > _LATELY:
            self._lately.popitem(last=False)
        return read

    def check(self, source: str | bytes, base: int, now: SpaceProfile | None) -> Checked:
        """A text as it came, held against the profile in force (`now`, version `base`)."""
        if isinstance(source, bytes):
            try:
                source = source.decode("utf-8")
            except UnicodeDecodeError:
                return Checked("", tuple(parse_profile(source, "", self.model)[1]), (), (), base)
        began, text = began_from(source), unstamped(source)
        mends: list[Mend] = []
        profile, findings, _ = self.proposed(text)
        if profile is None:
            text, mends = mended(text, findings)
            if mends:
                profile, findings, _ = self.proposed(text)
        changes = differences(now, profile) if profile is not None else ()
        if began is not None:  # lines are counted as whoever sent it sees them
            text = stamped(text, began)
            findings = [dataclasses.replace(one, line=one.line + 1) for one in findings]
            mends = [mend._replace(line=mend.line + 1) for mend in mends]
        return Checked(text, tuple(findings), tuple(mends), tuple(changes), base, began)

    def compare(self, old: str, new: str) -> Sequence[Difference]:
        """What changed between two versions; nothing where either cannot be read any more."""
        before, after = (self.stored(text, "").profile for text in (old, new))
        return differences(before, after) if before is not None and after is not None else ()
