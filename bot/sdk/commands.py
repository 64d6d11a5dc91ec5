"""A cog and its commands: a signature and a docstring, read once into a plain record."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import types
import typing
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pydantic

from .errors import Declaration
from .people import Level, Person, Place
from .words import Choice, Form, Kind, Lines, Message, Option, Upload, Upto

_NAME = re.compile(r"[a-z][a-z-]{0,31}\Z")
_VALUE = re.compile(r"[a-z0-9][a-z0-9-]{0,23}\Z")
_LONGEST_HELP = 100  # Discord's limit for a description, kept everywhere so that a cog fits every face.
_MOST_OPTIONS = 25  # of a Discord command; also of a short list of choices.

Handler = Callable[..., Awaitable[Any]]
Watches = Callable[..., AsyncGenerator[Any, bool]]
T = TypeVar("T")


class Profile(pydantic.BaseModel):
    """Base of a cog's part of the space profile (or of a group in it)."""

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """What is known before a command runs, all of it in memory: for offers and suggestions.

    `settings` is the cog's part of the space profile, `group` of the group whose room this is.
    """

    person: Person
    place: Place
    language: str
    settings: Any
    group: Any
    service: Any
    space: Any = None
    """The community itself (`bot.sdk.Space`)."""
    here: Any = None
    """The group itself whose room this is (`bot.sdk.Group`)."""


Suggester = Callable[[Scene, str], Sequence[Option]]


@dataclasses.dataclass(frozen=True, slots=True)
class Suggest:
    """Marks a text option whose values are suggested while typing. Suggesting touches memory only."""

    by: Suggester


@dataclasses.dataclass(frozen=True, slots=True)
class Param:
    """One option of a command, or one field of its form."""

    name: str
    kind: Kind
    required: bool
    default: Any = None
    choice: type[Choice] | None = None
    upto: int = 1000
    suggest: Suggester | None = None
    personal: bool = False
    """A `Person` option: another member, by mention or name."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A declared command. `path` is what is typed: `checkin`, or `prompts pause`.

    `always`: answers from memory, even with storage gone, is never limited and never recorded.
    `listed=False`: reached by buttons only. `slow`: deferred at once, not after a while.
    `anywhere`: needs no space, so a direct conversation never has to ask which one is meant.
    """

    cog: str
    path: str
    group: str | None
    name: str
    help: str
    handler: Handler = dataclasses.field(repr=False)
    params: tuple[Param, ...]
    form: type[Form] | None
    form_name: str | None
    private: bool
    level: Level
    listed: bool
    always: bool
    slow: bool
    anywhere: bool
    counted: bool = True
    """Whether it is told apart in the sums that the operator is shown."""

    @property
    def about(self) -> Param | None:
        """The option that is a message: then the command stands in the menu of messages."""
        return next((param for param in self.params if param.kind is Kind.MESSAGE), None)

    async def run(self, ctx: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run the handler itself, past the pipeline: for other handlers of the same cog only."""
        return await self.handler(ctx, *args, **kwargs)


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """Something a cog does by itself when it is due. `plan` says when; `handler` what to post; `settled`
    is told what became of it."""

    cog: str
    name: str
    plan: Handler = dataclasses.field(repr=False)
    handler: Handler = dataclasses.field(repr=False)
    settled: Handler | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Watcher:
    """Something a cog does about what people write to each other. `wants` tells from the cog's part of a
    space's profile whether it wants to see that at all."""

    cog: str
    handler: Watches = dataclasses.field(repr=False)
    wants: Callable[[Any], bool] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """One thing a cog keeps about a person: the text `kept-<name>` tells what, why, and who sees it."""

    name: str


class Quality(enum.Enum):
    """What every cog answers for; see `docs/cogs.md`."""

    CONVERSATIONS = "conversations"
    TEXTS = "texts"
    FORGET = "forget"
    EXPORT = "export"
    LIMITS = "limits"
    DOCS = "docs"


class Cog(Generic[T]):
    """A module of Hearth. Its texts lie in `texts/` beside it, its migrations in `migrations/`.

    `service` is called with the cog's `Supplies` and holds the rules. `settings` is the cog's part
    of the space profile, `group_settings` its part of each group there. `keeps` names what is kept
    about a person: then the service has `export(person) -> JSON` and `forget(person)`. `counted=False`: its
    commands stand in none of the operator's sums, for the moment of one tells who wrote what comes later.
    """

    def __init__(
        self,
        name: str,
        *,
        service: Callable[[Any], T] | None = None,
        settings: type[Profile] | None = None,
        group_settings: type[Profile] | None = None,
        keeps: Sequence[Kept] = (),
        needs: Sequence[str] = (),
        quality: Mapping[Quality, str] | None = None,
        stores: bool = True,
        counted: bool = True,
    ) -> None:
        if not _NAME.match(name):
            raise Declaration(f"cog name {name!r}: lower-case letters and hyphens, at most 32")
        if name == "core":
            raise Declaration("a cog cannot be called 'core': texts and tables of that name are Hearth's own")
        self.name = name
        self.service = service
        self.settings = settings
        self.group_settings = group_settings
        self.keeps = tuple(keeps)
        self.needs = tuple(needs)
        self.quality = dict(quality or {})
        self.stores = stores
        self.counted = counted
        self.commands: dict[str, Command] = {}
        self.schedules: dict[str, Schedule] = {}
        self.watchers: list[Watcher] = []
        self.in_force: list[Handler] = []
        self.package = _calling_package()

    def command(
        self,
        *,
        name: str | None = None,
        group: str | None = None,
        private: bool = False,
        level: Level = Level.MEMBER,
        listed: bool = True,
        always: bool = False,
        slow: bool = False,
        anywhere: bool = False,
    ) -> Callable[[Handler], Command]:
        """Declare a command. Its docstring is its help in English, its parameters are its options;
        a single parameter that is a `Form` opens as a form. Raises `Declaration`."""

        def declare(handler: Handler) -> Command:
            called = name or handler.__name__.replace("_", "-")
            path = f"{group} {called}" if group else called
            command = _read(
                self.name, path, group, called, handler,
                private=private, level=level, listed=listed, always=always, slow=slow,
                anywhere=anywhere or always, counted=self.counted,
            )  # fmt: skip
            if path in self.commands:
                raise Declaration(f"cog {self.name}: two commands are called {path!r}")
            self.commands[path] = command
            return command

        return declare

    def schedule(self, plan: Handler, *, settled: Handler | None = None) -> Callable[[Handler], Schedule]:
        """Declare what is posted when it is due. `await plan(planning)` gives a list of `Planned`; the
        decorated handler gets `(ctx, slot)` and returns one `Post`, `Edit` or `Remove`, or None when there
        is nothing to say. It may be called again for the same slot, and must then return the same.

        `await settled(ctx, slot, fate, ref)` hears what became of it (a `Fate`) and what the platform calls
        the post. After a crash it may hear that again, and must then do no more than it did."""

        def declare(handler: Handler) -> Schedule:
            schedule = Schedule(self.name, handler.__name__, plan, handler, settled)
            if schedule.name in self.schedules:
                raise Declaration(f"cog {self.name}: two schedules are called {schedule.name!r}")
            self.schedules[schedule.name] = schedule
            return schedule

        return declare

    def when_in_force(self, handler: Handler) -> Handler:
        """Declare what is done, beside planning, when a space's profile comes into force: at start, and
        whenever it changed. The decorated handler gets a `Planning`. What it does can be done twice."""
        self.in_force.append(handler)
        return handler

    def watch(self, wants: Callable[[Any], bool]) -> Callable[[Watches], Watcher]:
        """Declare what is done about messages that people write to each other in rooms. The decorated
        handler gets `(ctx, wrote)` and yields what to do, one by one; each `yield` gives back whether that
        reached its place. A view reaches the writer alone, by direct message. `wants(settings)` says whether
        a space's messages are looked at; it touches memory only."""

        def declare(handler: Watches) -> Watcher:
            watcher = Watcher(self.name, handler, wants)
            self.watchers.append(watcher)
            return watcher

        return declare


def _calling_package() -> str:
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return "" if frame is None else str(frame.f_globals["__name__"])


def _read(cog: str, path: str, group: str | None, name: str, handler: Handler, **flags: Any) -> Command:
    for part in (name, *([group] if group else [])):
        if not _NAME.match(part):
            raise Declaration(f"{cog}: command {path!r}: lower-case letters and hyphens, at most 32")
    written = (handler.__doc__ or "").strip().split("\n")[0]
    if not written or len(written) > _LONGEST_HELP:
        raise Declaration(f"{cog}: {path!r} needs a one-line docstring of at most {_LONGEST_HELP} characters")
    hints = typing.get_type_hints(handler, include_extras=True, localns={"Any": Any})
    signature = list(inspect.signature(handler).parameters.values())[1:]
    form: type[Form] | None = None
    form_name: str | None = None
    params = []
    for parameter in signature:
        hint = hints.get(parameter.name)
        if isinstance(hint, type) and issubclass(hint, Form):
            if form is not None:
                raise Declaration(f"{cog}: {path!r} has two forms")
            form, form_name = hint, parameter.name
            _check_form(cog, hint)
            continue
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        params.append(_param(f"{cog}: {path!r}", parameter.name, hint, required, default))
    if sum(param.kind is Kind.MESSAGE for param in params) and sum(param.required for param in params) > 1:
        raise Declaration(f"{cog}: {path!r} is about a message: it can require nothing else but by a form")
    if len(params) > _MOST_OPTIONS:
        raise Declaration(f"{cog}: {path!r} has more than {_MOST_OPTIONS} options")
    params.sort(key=lambda one: not one.required)
    return Command(
        cog=cog, path=path, group=group, name=name, help=written, handler=handler,
        params=tuple(params), form=form, form_name=form_name, **flags,
    )  # fmt: skip


def form_params(form: type[Form]) -> tuple[Param, ...]:
    """The questions of a form, in order."""
    hints = typing.get_type_hints(form, include_extras=True)
    return tuple(
        _param(
            form.__name__, name, hints[name], field.is_required(),
            None if field.is_required() else field.get_default(),
        )
        for name, field in form.model_fields.items()
    )  # fmt: skip


def _check_form(cog: str, form: type[Form]) -> None:
    questions = form_params(form)
    if not 1 <= len(questions) <= form.most:
        raise Declaration(f"{cog}: form {form.__name__} needs one to {form.most} questions")


def _param(where: str, name: str, hint: Any, required: bool, default: Any) -> Param:
    extras: tuple[Any, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        extras = tuple(rest)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(parts) != 1:
            raise Declaration(f"{where}: {name!r} may be one kind of thing, or that and None")
        hint = parts[0]
        if typing.get_origin(hint) is typing.Annotated:
            hint, *rest = typing.get_args(hint)
            extras += tuple(rest)
    suggest = next((extra.by for extra in extras if isinstance(extra, Suggest)), None)
    upto = next((extra.characters for extra in extras if isinstance(extra, Upto)), 1000)
    long = any(isinstance(extra, Lines) and extra.lines > 1 for extra in extras)
    choice = None
    personal = False
    if hint is str:
        kind = Kind.LONG_TEXT if long else Kind.TEXT
    elif hint is bool:
        kind = Kind.YES_NO
    elif hint is int:
        kind = Kind.NUMBER
    elif hint is Person:
        kind, personal = Kind.TEXT, True
    elif isinstance(hint, type) and issubclass(hint, Choice):
        kind, choice = Kind.CHOICE, hint
        if not 1 <= len(hint) <= _MOST_OPTIONS:
            raise Declaration(f"{where}: {name!r} offers none or more than {_MOST_OPTIONS} choices")
        for member in hint:
            if not isinstance(member.value, str) or not _VALUE.match(member.value):
                raise Declaration(f"{where}: choice {member.value!r}: a short lower-case word, please")
    elif isinstance(hint, type) and issubclass(hint, Upload):
        kind = Kind.FILE
    elif hint is Message and required:
        kind = Kind.MESSAGE
    else:
        raise Declaration(f"{where}: {name!r} is of no kind that every platform can ask for")
    return Param(name, kind, required, default, choice, upto, suggest, personal)


@dataclasses.dataclass(frozen=True, slots=True)
class DescribedParam:
    """An option of a command with its words in every language (language -> words)."""

    name: str
    kind: Kind
    required: bool
    names: Mapping[str, str]
    helps: Mapping[str, str]
    choices: tuple[tuple[str, Mapping[str, str]], ...]
    suggests: bool
    personal: bool
    upto: int


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """A command (or the group it stands in) with its words in every language: what is registered."""

    path: str
    group: str | None
    name: str
    names: Mapping[str, str]
    helps: Mapping[str, str]
    params: tuple[DescribedParam, ...]
    level: Level
    private: bool
    always: bool
    form: bool
    menu: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What it is called in the menu of a message, by language; empty where it is about none."""
    group_names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    group_helps: Mapping[str, str] = dataclasses.field(default_factory=dict)
