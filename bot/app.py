"""The one module that names every part: it builds the whole from a config and runs it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import functools
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import loading, shipped
from bot.communities import LOOKS, Communities, profile_model
from bot.config.operator import OperatorConfig
from bot.config.profile import SpaceProfile
from bot.loading import Broken
from bot.opening import discard, home_of, keys_for, migrate_all, open_storage, trouble_of
from bot.privacy.keyring import Keyring
from bot.scheduling.dispatcher import Dispatcher
from bot.scheduling.needs import DueRow, Slot, new_mark
from bot.scheduling.wake import Waker
from bot.sdk.answering import log_failure
from bot.sdk.catalogue import Catalogue
from bot.sdk.commands import Cog
from bot.sdk.context import Account, Directory, Supplies
from bot.sdk.counting import CountedLedger
from bot.sdk.drafts import Drafts
from bot.sdk.errors import Refused
from bot.sdk.pace import Pace
from bot.sdk.people import Person
from bot.sdk.pipeline import Pipeline
from bot.sdk.ports import Filters, Platform
from bot.sdk.runner import SORTS, Runner, traces_of
from bot.sdk.showing import Showing
from bot.sdk.spaces import Space, Spaces
from bot.sdk.texts import CORE, Texts
from bot.sdk.words import Plain, Post, View
from bot.serving import until_none_serves, until_settled
from bot.storage.core.blobs import Handled
from bot.storage.core.drafts import Drafts as DraftTable
from bot.storage.core.ledger import Ledger
from bot.storage.core.profiles import Profiles
from bot.storage.core.reach import Reach
from bot.storage.erase import Eraser, ErasureLog, Forget
from bot.storage.errors import StorageError
from bot.storage.needs import Someone
from bot.storage.store import Storage
from bot.vaults import ReadSoFar, SealedVault

log = logging.getLogger("hearth")

_HANDLED_BATCH = datetime.timedelta(minutes=15)
_LEDGER_KEPT = datetime.timedelta(days=90)
"""So long the ledger remembers what was posted; the latest of each schedule it remembers for good."""
_HOUSEKEEPING = datetime.timedelta(hours=1)
_LAST_POSTS, _LAST_MOMENTS, _FAREWELL = 2.5, 7.5, 1.0
"""Seconds that scheduled posts have to end when Hearth stops, then all that is under way, then the rest."""
_PREFIXES = {"matrix": "!"}


def utc_now() -> datetime.datetime:
    """The time now, aware, in UTC."""
    return datetime.datetime.now(datetime.UTC)


@dataclasses.dataclass
class App:
    """Hearth, built. `trouble` is None, or why there is only `/crisis`, in one sentence for the operator."""

    config: OperatorConfig
    home: Path
    clock: Callable[[], datetime.datetime]
    texts: Texts
    spaces: Spaces
    catalogue: Catalogue
    pipeline: Pipeline
    runner: Runner
    communities: Communities
    platforms: Mapping[str, Platform]
    model: type[SpaceProfile]
    broken: list[Broken]
    storage: Storage | None = None
    keyring: Keyring | None = None
    eraser: Eraser | None = None
    erasures: ErasureLog | None = None
    dispatcher: Dispatcher | None = None
    trouble: str | None = None
    first_run: bool = False
    _tasks: list[asyncio.Task[Any]] = dataclasses.field(default_factory=list)
    _waker: Waker | None = None
    _ledger: CountedLedger | None = None
    _handled: Handled | None = None
    _ending: asyncio.Task[None] | None = None
    _hastened: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    @classmethod
    async def open(
        cls,
        config: OperatorConfig,
        *,
        platforms: Sequence[Platform] = (),
        clock: Callable[[], datetime.datetime] = utc_now,
        environ: Mapping[str, str] | None = None,
        exclusive: bool = True,
    ) -> App:
        """Build everything. Where storage or key cannot be used, what comes back answers `/crisis` alone.

        Raises `AlreadyRunning` when another process serves this database.
        """
        environ = os.environ if environ is None else environ
        home = home_of(config, environ)
        # Charts keep a cache of fonts: it belongs into the one folder of state.
        os.environ.setdefault("MPLCONFIGDIR", str(home / "cache"))
        storage, keyring, trouble = await open_storage(config, home, clock, environ, exclusive)
        if storage is not None:
            try:
                return await cls._assembled(
                    config, home, clock, platforms, storage, keyring, migrating=exclusive
                )
            except Exception as error:
                # A disk that fills up just now, a fault of ours: whatever it is, /crisis answers.
                trouble = trouble_of(error, loud=exclusive)
                await discard(storage)
        app = await cls._assembled(config, home, clock, platforms, None, None, migrating=False)
        app.trouble = trouble
        return app

    @classmethod
    async def around(
        cls, storage: Storage, config: OperatorConfig, home: Path, environ: Mapping[str, str]
    ) -> App:
        """Hearth around a database that is open already (one being restored), without platforms.

        Raises `KeyTrouble` where the key does not fit.
        """
        keyring = await Keyring.open(keys_for(config, home, environ, data_exists=True), storage.secrets)
        storage.unlock(keyring)
        return await cls._assembled(config, home, storage.now, (), storage, keyring, migrating=True)

    @classmethod
    async def _assembled(
        cls,
        config: OperatorConfig,
        home: Path,
        clock: Callable[[], datetime.datetime],
        platforms: Sequence[Platform],
        storage: Storage | None,
        keyring: Keyring | None,
        *,
        migrating: bool,
    ) -> App:
        cogs, broken = loading.find_all(config.cogs)
        if storage is not None and migrating:
            cogs, unfit = await migrate_all(cogs, storage, home, config.database.copies)
            broken += unfit
        builder = _Builder(config, clock, platforms, storage, keyring, cogs)
        await builder.build()
        broken += builder.broken
        for one in broken:
            log.error("cog %s was left out: %s", one.name, one.reason)
        app = cls(
            config=config, home=home, clock=clock, texts=builder.texts, spaces=builder.spaces,
            catalogue=builder.catalogue, pipeline=builder.pipeline, runner=builder.runner,
            communities=builder.communities, platforms=builder.platforms, model=builder.communities.model,
            broken=broken, storage=storage, keyring=keyring,
        )  # fmt: skip
        builder.app = app
        for name, platform in app.platforms.items():
            if storage is not None:
                platform.equip(SealedVault(storage, name), ReadSoFar(storage, name))
            else:
                platform.equip(None, None)
        if storage is not None and keyring is not None:
            forgets: list[Forget] = [
                one.service.forget for one in app.catalogue.cogs.values() if one.cog.keeps
            ]
            forgets += [functools.partial(_forgotten_by, one) for one in app.platforms.values()]
            folder = storage.database.path.parent if storage.database.path is not None else home
            app.erasures = ErasureLog(folder, keyring.beside("erasures"))
            app.eraser = Eraser(storage, app.erasures, forgets, home / "copies")
            if platforms:
                await app._set_going(storage)
        return app

    async def _set_going(self, storage: Storage) -> None:
        await self.communities.open(self.config, terminal="terminal" in self.platforms)
        ledger = Ledger(storage, DueRow, Slot, new_mark, cogs=tuple(self.catalogue.cogs))
        lanes = [*self.platforms, ""] if len(self.platforms) > 1 else []
        await ledger.serve(lanes)
        self._ledger = CountedLedger(ledger, self.pipeline.counts)
        self._waker = Waker(lambda: self.dispatcher.wake() if self.dispatcher is not None else None)
        rings = self._waker.at
        self.dispatcher = Dispatcher(self._ledger, self.runner, self.clock, lanes=lanes, on_next=rings)
        self.runner.dispatcher = self.dispatcher
        # One for as long as it runs: a batch ends by the clock, also where nothing was noted since.
        self._handled = Handled(storage)
        for platform in self.platforms:
            storage.set_batch(platform, await self._handled.begin(platform))
        await self.dispatcher.tell()  # what cogs plan depends on what they have heard
        for space in list(self.spaces):
            await self.replan(space)
        self.communities.on_change = self.replan

    async def replan(self, space: Space) -> None:
        """Plan everything of a space anew; what a cog cannot plan is reported, the rest stands."""
        await self.runner.replan(space)

    # --- running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until `stop`. A platform that ends by an error (a token that was taken back) leaves the
        others serving; when none is left, the last error is raised."""
        # What start-up made stays for good. Left to the collector, looking through it all stops the event
        # loop for a tenth of a second, again and again. `hearth run` starts with the collector off.
        gc.freeze()
        gc.enable()
        self._tasks = [
            asyncio.create_task(platform.run(self.pipeline), name=name)
            for name, platform in self.platforms.items()
        ]
        if self.dispatcher is not None:
            assert self._waker is not None
            self._waker.every(_HANDLED_BATCH, "handled", self._forget_handled)
            self._waker.every(LOOKS, "profiles", self.communities.look)
            self._waker.every(SORTS, "lanes", self.runner.sort)
            self._waker.every(_HOUSEKEEPING, "housekeeping", self.keep_house)
            self._waker.start()
            self._tasks.append(asyncio.create_task(self.dispatcher.run(), name="dispatcher"))
            self._tasks.append(asyncio.create_task(self._keep_house_once_settled(), name="housekeeping"))
        error = await until_none_serves(self._tasks[: len(self.platforms)])
        await self.stop()
        if error is not None:
            raise error

    async def stop(self) -> None:
        """End cleanly, within ten seconds: what is under way is finished; what takes longer is broken off."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    def hasten(self) -> None:
        """Break off at once what `stop` waits for. What was acknowledged is in the database already."""
        self._hastened.set()

    async def _end(self) -> None:
        if self._waker is not None:
            self._waker.stop()
        stops = asyncio.create_task(self._come_to_rest())
        hastened = asyncio.create_task(self._hastened.wait())
        await asyncio.wait({stops, hastened}, timeout=_LAST_MOMENTS, return_when=asyncio.FIRST_COMPLETED)
        tasks: list[asyncio.Future[Any]] = [stops, hastened, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_FAREWELL)

    async def _come_to_rest(self) -> None:
        if self.dispatcher is not None:
            await self.dispatcher.stop(_LAST_POSTS)  # before the connections that its posts go through
        stops = [platform.stop() for platform in self.platforms.values()]
        await asyncio.gather(*stops, return_exceptions=True)

    async def behind(self) -> float:
        """Seconds for which the longest waiting slot has been due, 0 for none. Raises `StorageError`."""
        due = await self._ledger.next_due() if self._ledger is not None else None
        return max(0.0, (self.clock() - due).total_seconds()) if due is not None else 0.0

    async def close(self) -> None:
        """Close the database and give its lock back."""
        if self.storage is not None:
            await self.storage.close()

    async def pass_time(self, to: datetime.datetime, move: Callable[[datetime.datetime], None]) -> None:
        """Let time pass by hand up to `to` (aware): every due slot on the way runs, in order."""
        if self.dispatcher is None:
            move(to)
        else:
            await self.dispatcher.pass_time(to, move)

    async def _keep_house_once_settled(self) -> None:
        await until_settled(self.platforms.values())  # whoever waits for an answer comes first
        await self.keep_house()

    async def keep_house(self) -> None:
        """What is done every hour: expired drafts, finished erasures, and whatever ages out of the cogs."""
        if self.storage is None:
            return
        ledger = Ledger(self.storage, DueRow, Slot, new_mark)
        jobs: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
            (CORE, DraftTable(self.storage).purge),
            (CORE, functools.partial(ledger.forget_before, self.clock() - _LEDGER_KEPT)),
        ]
        if self.eraser is not None:
            jobs.append((CORE, self.eraser.finish))
        for name, loaded in self.catalogue.cogs.items():
            if (age_out := getattr(loaded.service, "age_out", None)) is not None:
                jobs.append((name, functools.partial(age_out, self.clock())))
        # What was taken back or has aged out would lie in the log until that is written over.
        jobs.append((CORE, self.storage.database.empty_log))
        for name, job in jobs:
            try:
                await job()
            except StorageError as error:
                log.warning("housekeeping has to wait: %s", error)
            except Exception as error:  # a broken cog may not keep the others from ageing out
                log_failure(error, f"housekeeping of {name}", None)

    async def _forget_handled(self) -> None:
        if self.storage is None or self._handled is None:
            return
        for platform in self.platforms:
            batch = await self._handled.begin(platform)
            self.storage.set_batch(platform, batch)
            await self._handled.forget(platform, batch - 1)

    # --- one person, over all cogs and spaces -------------------------------------------------------

    async def export(self, person: Person) -> Mapping[str, Any]:
        """Everything that any cog keeps about an account, in every space; None for a cog that could not say.

        Raises what the last of them raised where none could.
        """
        found: dict[str, Any] = {}
        failed: Exception | None = None
        for name, loaded in self.catalogue.cogs.items():
            if loaded.cog.keeps:
                found[name] = None
                try:
                    found[name] = await loaded.service.export(person)
                except Exception as error:  # a broken cog may not keep people from the rest
                    log_failure(error, f"exporting from {name}", None)
                    failed = error
        if failed is not None and all(one is None for one in found.values()):
            raise failed
        return found

    async def erase(self, person: Person) -> bool:
        """Erase an account everywhere. False when that is still being finished."""
        assert self.eraser is not None
        await self.pipeline.forget(person)
        return (await self.eraser.erase(person)).done

    async def spaces_of(self, person: Person) -> list[Space]:
        """The spaces in which an account was met."""
        assert self.storage is not None
        return [self.spaces.get(id) for id in await Reach(self.storage).spaces(person)]


async def _forgotten_by(platform: Platform, person: Someone) -> bool:
    """Let a platform forget an account of its own; False when that is still to be finished."""
    account = Person(person.platform, person.account, person.space)
    return person.platform != platform.name or await platform.forget(account)


class _Builder:
    """Builds the parts that know each other, once storage is open or known to be closed."""

    def __init__(
        self,
        config: OperatorConfig,
        clock: Callable[[], datetime.datetime],
        platforms: Sequence[Platform],
        storage: Storage | None,
        keyring: Keyring | None,
        cogs: list[Cog[Any]],
    ) -> None:
        self.config = config
        self.clock = clock
        self.platforms = {platform.name: platform for platform in platforms}
        self.storage = storage
        self.keyring = keyring
        self.cogs = cogs
        self.broken: list[Broken] = []
        self.app: App | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def build(self) -> None:
        """Texts, cogs, spaces, pipeline and runner."""
        storage = self.storage
        signer = await self.keyring.key("tokens") if self.keyring is not None else None
        tag = await self.keyring.key("tags") if self.keyring is not None else None
        self.texts = Texts()
        self.texts.prefixes = _PREFIXES
        self.spaces = Spaces((lambda id: tag.sign(id)) if tag is not None else (lambda _: ""))
        profiles = Profiles(storage) if storage is not None else None
        self.communities = Communities(self.spaces, profiles, lambda: self.catalogue.cogs.values())
        self.catalogue, self.broken = loading.take_in(
            self.cogs, self.texts, self._supplies, working=storage is not None
        )
        loaded = [one.cog for one in self.catalogue.cogs.values()]
        self.communities.reading.model = profile_model(loading.with_sections(loaded))
        if storage is None:
            await self.communities.open(self.config, terminal="terminal" in self.platforms)
        showing = Showing(self.texts, signer)
        self.runner = Runner(self.catalogue, self.spaces, showing, self.platforms, self.clock)
        self.pipeline = Pipeline(
            catalogue=self.catalogue,
            texts=self.texts,
            spaces=self.spaces,
            clock=self.clock,
            signer=signer,
            drafts=Drafts(DraftTable(storage) if storage is not None else None, self.clock),
            agenda=self.runner,
            reach=Reach(storage) if storage is not None else None,
            act=self.runner.act,
            rooms=self.runner.room,
            readers=self.runner.readers,
            reads=self.runner.reads,
            powers=self.runner.powers,
            pace=Pace(self.config.limits.commands_per_minute),
        )
        self.pipeline.native_forms |= {
            name for name, platform in self.platforms.items() if platform.native_forms
        }

    def _supplies(self, cog: Cog[Any]) -> Supplies:
        options: Mapping[str, Any] = {}
        if cog.name == "crisis":
            options = {"show_unconfirmed": self.config.helplines.show_unconfirmed}
        account = (self._export, self._erase, self._spaces_of, self._kept, self._title)
        return Supplies(
            self.storage.store(cog.name) if self.storage is not None else None,
            data=shipped.DATA,
            clock=self.clock,
            options=options,
            account=Account(*account, lambda person, language: self.catalogue.stays(person, language)),
            directory=Directory(
                lambda level, language: self.catalogue.listing(level, language),
                self.texts.prefix,
                lambda name, language: self.catalogue.options(name, language),
            ),
            profiles=self.communities,
            wipe=functools.partial(self._wipe, cog.name),
            other=functools.partial(self._service_of, cog),
            command=lambda path: self.catalogue.commands.get(path),
            filters=tuple(one for one in self.platforms.values() if isinstance(one, Filters)),
            tell_operator=self._tell_operator,
        )

    def _service_of(self, cog: Cog[Any], name: str) -> Any:
        if name not in cog.needs:
            raise LookupError(f"{cog.name} does not say that it needs {name}")
        loaded = self.catalogue.cogs.get(name)
        return loaded.service if loaded is not None else None

    async def _wipe(self, cog: str, schedule: str, names: Collection[str]) -> None:
        if names and self.storage is not None:
            ledger = Ledger(self.storage, DueRow, Slot, new_mark)
            await ledger.wipe(*traces_of(cog, schedule, names))

    def _tell_operator(self, line: str) -> None:
        log.warning("for the operator: %s", line)
        if self.config.helplines.report_to is not None:
            task = asyncio.ensure_future(self._post_line(self.config.helplines.report_to, line))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _post_line(self, room: str, line: str) -> None:
        for space in self.spaces:
            place = self.runner.room(room, space)
            if place is not None:
                try:
                    await self.runner.act(Post(place, View(Plain(line))), CORE, space)
                except Refused:
                    log.warning("the room %r could not be told", room)
                except Exception as error:
                    log_failure(error, "telling the operator's room", None)
                return

    async def _export(self, person: Person) -> Mapping[str, Any]:
        assert self.app is not None
        return await self.app.export(person)

    async def _erase(self, person: Person) -> bool:
        assert self.app is not None
        return await self.app.erase(person)

    async def _spaces_of(self, person: Person) -> list[Space]:
        assert self.app is not None
        return await self.app.spaces_of(person)

    def _title(self, cog: str, language: str) -> str:
        return self.texts.find(cog, ["kept-title"], language, cog.capitalize())

    def _kept(self, language: str) -> list[tuple[str, str]]:
        return [
            (self._title(name, language), self.texts.say(name, f"kept-{kept.name}", language))
            for name, loaded in self.catalogue.cogs.items()
            for kept in loaded.cog.keeps
        ]
