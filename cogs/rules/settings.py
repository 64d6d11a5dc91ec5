"""What a space sets up about its rules, in its profile."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.sdk import Profile
from bot.sdk.settings import Duration, Line, Words, duration_text, wrong

from .matching.conditions import Action, Do, RulesSettings
from .matching.phrases import phrase

_ESCALATING = ("slow", "time_out", "report", "ask")
LONGEST_KEPT = timedelta(days=730)


def _escalating(action: Action) -> Action:
    if action.kind not in _ESCALATING:
        raise wrong(phrase("finding-not-escalating", name=action.kind), phrase("want-escalating"))
    return action


class Step(Profile):
    """What happens when one person was nudged so often in a time."""

    nudges: int = Field(ge=2, le=50, description="From so many nudges on, this one included.")
    within: Duration = Field(description="Within this time.")
    then: tuple[Annotated[Do, AfterValidator(_escalating)], ...] = Field(
        min_length=1, max_length=4, description="What happens besides: slow, time out, report, ask."
    )


class Escalation(Profile):
    """What repeated nudges lead to, the same for everyone. Nobody sees it but the person and moderators."""

    forgets_after: Duration = Field(
        timedelta(days=30), description="Nudges older than this count no more. By default 30d."
    )
    steps: tuple[Step, ...] = Field((), max_length=10, description="The steps, mildest first.")

    @model_validator(mode="after")
    def _rising(self) -> Escalation:
        for step in self.steps:
            if not timedelta(0) < step.within <= self.forgets_after:
                raise wrong(
                    phrase("finding-nudges-within", within=duration_text(step.within)),
                    phrase("want-before-forgotten", after=duration_text(self.forgets_after)),
                )
        counts = [step.nudges for step in self.steps]
        if sorted(set(counts)) != counts:
            raise wrong(phrase("finding-steps-order"), phrase("want-more-nudges"))
        return self


class Agreement(Profile):
    """What members agree to when they join; they are asked again when a word of it changes."""

    before_writing: bool = Field(
        False, description="Whether what somebody writes who has not agreed yet is taken down."
    )
    parts: tuple[Annotated[Words, StringConstraints(max_length=1000)], ...] = Field(
        min_length=1,
        max_length=20,
        description="The agreement in parts that fit a phone, each up to 1,000 characters.",
    )

    @property
    def mark(self) -> str:
        """Stands for these words: other words have another."""
        return hashlib.blake2s("\0".join(self.parts).encode(), digest_size=8).hexdigest()


def _long_enough(keep: timedelta) -> timedelta:
    if not timedelta(days=1) <= keep <= LONGEST_KEPT:
        problem = phrase("finding-length", length=duration_text(keep))
        raise wrong(problem, phrase("want-between", least="1d", most=f"{LONGEST_KEPT.days}d"))
    return keep


class RulesProfile(RulesSettings):
    """Moderators' rules: packs that ship, rules of the space's own, what members agree to."""

    escalation: Escalation = Field(Escalation(), description="What repeated nudges lead to.")
    moderators_too: bool = Field(False, description="Whether moderators are held to the rules like everyone.")
    keep: Annotated[Duration, AfterValidator(_long_enough)] = Field(
        timedelta(days=180), description="How long the record is kept. By default 180d, at most 730d."
    )
    pace: Duration = Field(
        timedelta(minutes=1),
        description="How long somebody waits between two messages while `slow` holds. By default 1m.",
    )
    talk_to: Line | None = Field(
        None, description="Whom a member can talk to about a decision, such as a name or a room."
    )
    agreement: Agreement | None = Field(None, description="What members read and agree to.")

    @property
    def has_rules(self) -> bool:
        """Whether there is anything to hold messages against."""
        return bool(self.use or self.list)

    @property
    def own(self) -> frozenset[str]:
        """The ids of the rules that are not of a pack, or change one of it."""
        return frozenset(rule.id for rule in self.list)
