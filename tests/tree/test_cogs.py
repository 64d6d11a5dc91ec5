"""Every cog that ships keeps to the shape of a cog: what it declares, where it lies, what it imports."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import loading
from bot.config.operator import SHIPPED_COGS
from bot.sdk.commands import Cog, Quality

from .house import LANGUAGES, ROOT, cog_of, folder_of, named, parsed

ALWAYS_ALLOWED = {"__init__.py", "service.py", "tables.py", "settings.py", "forms.py", "on_discord.py"}
FOLDERS = {
    "texts": re.compile(r"[a-z]{2}(-[A-Z]{2})?\.ftl\Z"),
    "migrations": re.compile(r"\d{4}_[a-z_]+\.py\Z"),
}
MODULES_OF_THEIR_OWN = {
    "checkins/chart.py": "draws one's own history; Pillow loads with it, off the event loop",
    "checkins/group_picture.py": "when a picture of a group may exist, a rule long enough to stand alone",
    "checkins/showing.py": "a check-in on its way into the room, out once or its person told",
    "checkins/questions.py": "the sets of prompts and whose turn it is",
    "checkins/times.py": "what people type as a time, days or a zone",
    "config/first.py": "the first profile of a community, written from a few answers",
    "config/wording.py": "a change of the profile in words",
    "crisis/countries.py": "which country somebody means",
    "crisis/desk.py": "the directory as one community sees it",
    "crisis/directory.py": "the helplines as they lie in data/",
    "crisis/wording.py": "a helpline in words, for the chat and for `hearth crisis`",
    "rules/native.py": "rules as a platform keeps them by itself",
    "sharing/agenda.py": "enters in the agenda what the rules say is to come out",
    "sharing/answering.py": "the face of readers: taps, replies, reports",
    "sharing/asking.py": "the face of writing: the form, the preview, the receipt",
    "sharing/coming.py": "what comes out by itself",
    "sharing/desk.py": "the face of moderators",
    "sharing/here.py": "which part of the profile is meant, and which room",
    "sharing/leaving.py": "export, forget, growing old",
    "sharing/moderating.py": "the rules of moderating, blind",
    "sharing/moments.py": "random moments within delays and hours",
    "sharing/names.py": "names for voices and shares",
    "sharing/outbox.py": "the rules of what leaves by itself",
    "sharing/panel.py": "the face of whoever holds a receipt's code",
    "sharing/pictures.py": "a picture made anew; Pillow loads with it, off the event loop",
    "sharing/plans.py": "what is to come out later, as values",
    "sharing/receipts.py": "the rules of receipts: codes, cuts, appeals",
    "sharing/records.py": "secrets, look-ups, mutes and counts that all parts use",
    "sharing/replying.py": "the rules of reading: taps and reports",
    "sharing/said.py": "what somebody says, and where it is to go",
    "sharing/screening.py": "what is looked at before anything anonymous is posted",
    "sharing/showing.py": "how shares and replies look",
    "sharing/standing.py": "how it stands with a share, as one sealed record",
    "sharing/taps.py": "taps, and numbers in words",
    "sharing/writing.py": "the rules of writing: preview, promise, sending",
    "rules/appeals.py": "one's own cases, and the rules of a second look",
    "rules/book.py": "a community's rules made ready, and what follows from those that are met",
    "rules/carrying.py": "what is carried out by itself: breaks that end, what was held, native filters",
    "rules/cases.py": "the rules of what moderators see and do",
    "rules/consent.py": "what somebody said yes to, and what they want no more of",
    "rules/judging.py": "what somebody wrote, held against the rules, and what follows",
    "rules/leaving.py": "export, forget, growing old",
    "rules/limits.py": "the rules of what is in force about people, and of what is put back",
    "rules/owing.py": "what was decided and is still to be done, kept until it is done",
    "rules/records.py": "cases, their lines and who did them, as rows that all parts use",
    "rules/watching.py": "the face of what people write to each other",
    "rules/matching/": "the matching engine: pure functions over text, used by `hearth rules test` as well",
    "rules/story.py": "a case of the record, and what follows from its lines",
    "rules/wording.py": "the record in words, for its person and for moderators",
}
"""Files (and, with a slash at the end, folders) besides the usual ones, each with what it is for. A cog that
outgrows its files says so here."""

PARTS_OF_A_SERVICE = (
    {
        f"sharing/{part}.py"
        for part in ("leaving", "moderating", "outbox", "receipts", "records", "replying", "writing")
    }
    | {"checkins/showing.py"}
    | {
        f"rules/{part}.py"
        for part in ("appeals", "cases", "consent", "judging", "leaving", "limits", "owing", "records")
    }
)
"""Rules that outgrew `service.py`: they are held to what that may import."""
PARTS_OF_A_FACE = {
    f"sharing/{part}.py" for part in ("agenda", "answering", "asking", "coming", "desk", "panel")
} | {"rules/carrying.py", "rules/watching.py"}
"""Commands that outgrew `__init__.py`: they declare them on its cog."""
MATCHING = {"re2", "ahocorasick", "decancer_py"}
THIRD_PARTY = {"pydantic", "yaml", "babel", "phonenumbers", "matplotlib", "fluent", "PIL"} | MATCHING
"""Libraries that a cog may use anywhere."""
HEAVY = {"babel", "phonenumbers", "matplotlib", "alembic", "nio"} | MATCHING
"""Libraries that load only inside the function that uses them."""
CHAT = {"discord", "nio", "prompt_toolkit"}


def files_of(name: str) -> list[Path]:
    return [
        file
        for file in sorted(folder_of(name).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]


# --- declared -----------------------------------------------------------------------------------------


def test_the_lists_of_what_ships_agree() -> None:
    faces = (ROOT / "cogs").glob("*/__init__.py")
    there = {one.parent.name for one in faces if re.search(r"^cog\b.*= Cog\b", one.read_text("utf-8"), re.M)}
    assert set(loading.SHIPPED) == set(SHIPPED_COGS) == there
    assert loading.SHIPPED[0] == "crisis", "the crisis lines come first in every list"


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_a_cog_is_called_what_its_folder_is_called_and_does_something(name: str) -> None:
    cog = cog_of(name)
    assert cog.name == name
    assert cog.package == f"cogs.{name}"
    assert any(command.listed for command in cog.commands.values())


def test_commands_have_names_of_their_own_and_groups_one_level() -> None:
    owners: dict[str, str] = {}
    groups: dict[str, set[object]] = {}
    alone = set()
    for name in loading.SHIPPED:
        for path, command in cog_of(name).commands.items():
            assert owners.setdefault(path, name) == name, f"{path!r} belongs to {owners[path]} and {name}"
            if command.group:
                groups.setdefault(command.group, set()).add((name, command.level))
            else:
                alone.add(path)
    assert not set(groups) & alone, "a name is either a command or a group"
    assert all(len(one) == 1 for one in groups.values()), f"a group has one cog and one level: {groups}"


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_what_a_member_does_is_private_unless_it_is_for_everyone(name: str) -> None:
    """No cog that ships answers in public so far; one that does is named here with its reason."""
    public: dict[str, str] = {}
    found = {path for path, command in cog_of(name).commands.items() if not command.private}
    assert found == {path for path in public if path in cog_of(name).commands}


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_only_the_crisis_lines_and_nothing_else_always_answer(name: str) -> None:
    assert {one.always for one in cog_of(name).commands.values()} == {name == "crisis"}


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_who_keeps_can_export_and_forget(name: str) -> None:
    cog, folder = cog_of(name), folder_of(name)
    keeps_rows = (folder / "tables.py").exists()
    migrates = any((folder / "migrations").glob("*.py"))
    assert bool(cog.keeps) == keeps_rows == migrates, (
        "what is kept is named, has tables and migrations, or none"
    )
    if not cog.keeps:
        return
    assert cog.stores
    for method in ("export", "forget"):
        found = getattr(cog.service, method, None)
        assert inspect.iscoroutinefunction(found), f"{name}: the service has no async {method}"
        first, *more = list(inspect.signature(found).parameters.values())[1:]
        assert first.name == "person"
        assert all(one.default is not one.empty for one in more), f"{name}: {method} needs more than a person"
    assert "session" in inspect.signature(cog.service.forget).parameters, "erasing is one transaction for all"


def wrong_quality(cog: Cog[object], folder: Path) -> Iterator[str]:
    """What is wrong with a cog's QUALITY list."""
    for one in Quality:
        answer = cog.quality.get(one, "").strip()
        if not answer:
            yield f"{one.value}: no answer"
        elif answer.startswith("exempt"):
            sentence = answer.removeprefix("exempt").removeprefix(":").strip()
            if not answer.startswith("exempt: ") or len(sentence.split()) < 2:
                yield f"{one.value}: exempt needs a sentence"
        else:
            for path in re.findall(r"(?:tests|docs)/[\w/.-]+", answer):
                if not (folder.parents[1] / path).exists() and not _page_to_come(path):
                    yield f"{one.value}: there is no {path}"
    if "exempt" not in cog.quality.get(Quality.TEXTS, ""):
        told = {word.strip() for word in cog.quality.get(Quality.TEXTS, "").split(",")}
        if told != {file.stem for file in (folder / "texts").glob("*.ftl")}:
            yield "texts: names other languages than there are"
        if not told >= set(LANGUAGES):
            yield f"texts: {LANGUAGES} are what ships"
    for one in (Quality.CONVERSATIONS, Quality.DOCS):
        if not re.search(r"(tests|docs)/", cog.quality.get(one, "")):
            yield f"{one.value}: names no file"
    if cog.keeps and any("exempt" in cog.quality.get(one, "") for one in (Quality.FORGET, Quality.EXPORT)):
        yield "who keeps something is not exempt from forgetting and exporting it"


def _page_to_come(path: str) -> bool:
    # A page that the README does not link yet may be missing; see tests/docs/test_docs.py.
    return path.startswith("docs/") and path not in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_a_cog_answers_for_its_quality(name: str) -> None:
    assert not list(wrong_quality(cog_of(name), folder_of(name)))


def test_a_careless_quality_list_is_seen() -> None:
    careless = Cog[object]("careless", quality={Quality.LIMITS: "exempt", Quality.FORGET: "tests/none.py"})
    found = list(wrong_quality(careless, folder_of("careless")))
    assert {one.partition(":")[0] for one in found} == {one.value for one in Quality}


# --- where it lies ------------------------------------------------------------------------------------


def misplaced(paths: list[str]) -> set[str]:
    """Paths within `cogs/` that have no place there."""
    found = set()
    for path in paths:
        _, _, inside = path.partition("/")
        folder, _, file = inside.rpartition("/")
        usual = inside in ALWAYS_ALLOWED or (folder in FOLDERS and FOLDERS[folder].match(file))
        of_its_own = path in MODULES_OF_THEIR_OWN or f"{path.rpartition('/')[0]}/" in MODULES_OF_THEIR_OWN
        if not usual and not of_its_own:
            found.add(path)
    return found


def test_a_cog_holds_the_agreed_files_and_no_others() -> None:
    paths = [
        file.relative_to(ROOT / "cogs").as_posix() for name in loading.SHIPPED for file in files_of(name)
    ]
    assert not misplaced(paths)
    gone = {one for one in MODULES_OF_THEIR_OWN if not any(path.startswith(one) for path in paths)}
    assert not gone, f"no longer needed in the list: {gone}"
    assert misplaced(["x/helpers.py", "x/texts/de.txt", "x/migrations/first.py", "x/deep/service.py"]) == {
        "x/helpers.py", "x/texts/de.txt", "x/migrations/first.py", "x/deep/service.py",
    }  # fmt: skip


# --- what it imports ----------------------------------------------------------------------------------


def imported(tree: ast.Module, package: str) -> Iterator[tuple[str, str, bool]]:
    """(module, name in it or "", whether it is imported inside a function), absolute."""
    inside = {
        id(one)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for one in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            written = "." * node.level + (node.module or "")
            module = importlib.util.resolve_name(written, package)
            for alias in node.names:
                yield module, alias.name, id(node) in inside


def trespasses(
    tree: ast.Module, cog: str, file: str, modules: set[str], needs: tuple[str, ...] = ()
) -> Iterator[str]:
    """What a module of a cog imports against the table of the design. `modules` are those of the cog."""
    package = ".".join(["cogs", cog, *file.split("/")[:-1]])
    rules = file in {"service.py", "tables.py"} or f"{cog}/{file}" in PARTS_OF_A_SERVICE
    libraries = set(THIRD_PARTY) | ({"sqlalchemy"} if rules else set())
    if file.startswith("migrations/"):
        libraries = {"sqlalchemy", "alembic"}
    for module, name, inside in imported(tree, package):
        top = module.split(".")[0]
        if top in sys.stdlib_module_names:
            continue
        if top == "bot":
            public = module in {"bot.sdk", "bot.sdk.profiles"} or (
                module == "bot.sdk.settings" and file != "service.py"
            )
            natively = file == "on_discord.py" and module.startswith("bot.platforms.discord")
            if not (public or natively):
                yield f"{file}: {module}"
        elif top == "cogs":
            yield from _own(module, name, cog, file, modules, needs, rules)
        elif top in CHAT and not (file == "on_discord.py" and top == "discord"):
            yield f"{file}: {module}, a chat library"
        elif file == "on_discord.py" and top == "discord":
            continue
        elif top not in libraries:
            yield f"{file}: {module}"
        elif top in HEAVY - {"alembic"} and not inside:
            yield f"{file}: {module} is heavy; import it inside the function that uses it"


def _own(
    module: str, name: str, cog: str, file: str, modules: set[str], needs: tuple[str, ...], rules: bool
) -> Iterator[str]:
    parts = module.split(".")
    if len(parts) < 2 or parts[1] != cog:
        if not (len(parts) == 3 and parts[1] in needs and parts[2] == "service" and file == "__init__.py"):
            yield f"{file}: {module}, the inside of another cog"
        return
    if file.startswith("migrations/"):
        yield f"{file}: {module}; a migration stands alone"
    face = file in {"__init__.py", "on_discord.py"} or f"{cog}/{file}" in PARTS_OF_A_FACE
    if len(parts) == 2 and name not in modules and (rules or not face):
        yield f"{file}: {name} from the cog's face"
    if "on_discord" in (*parts, name):
        yield f"{file}: on_discord, which only the loader imports"


@pytest.mark.parametrize("name", loading.SHIPPED)
def test_a_cog_imports_what_the_design_allows(name: str) -> None:
    folder = folder_of(name)
    modules = {file.stem for file in folder.glob("*.py")}
    found = [
        one
        for file in sorted(folder.rglob("*.py"))
        for one in trespasses(
            parsed(file), name, file.relative_to(folder).as_posix(), modules, cog_of(name).needs
        )
    ]
    assert not found


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("__init__.py", "import discord"),
        ("__init__.py", "import bot.storage.store"),
        ("__init__.py", "from bot.sdk.pipeline import Pipeline"),
        ("__init__.py", "from cogs.checkins.tables import Checkin"),
        ("__init__.py", "from cogs.checkins.service import Checkins"),
        ("__init__.py", "from . import on_discord"),
        ("__init__.py", "import sqlalchemy"),
        ("__init__.py", "import matplotlib"),
        ("__init__.py", "import requests"),
        ("service.py", "def work():\n    from . import cog"),
        ("service.py", "from cogs.jar import cog"),
        ("service.py", "def work():\n    import nio"),
        ("tables.py", "from bot.platforms.terminal import Seen"),
        ("settings.py", "from . import cog"),
        ("migrations/0001_first.py", "from ..tables import Row"),
        ("migrations/0001_first.py", "import yaml"),
        ("on_discord.py", "from bot.storage import store"),
    ],
)
def test_a_trespass_is_seen(file: str, line: str) -> None:
    assert list(trespasses(ast.parse(line), "jar", file, {"service", "tables", "on_discord"}))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("__init__.py", "from cogs.peers.service import Peers"),
        ("__init__.py", "from . import times"),
        ("service.py", "import sqlalchemy\nfrom .tables import Row"),
        ("on_discord.py", "import discord\nfrom bot.platforms.discord import native\nfrom . import Letter"),
        ("times.py", "def told():\n    import babel"),
    ],
)
def test_what_is_allowed_is_no_trespass(file: str, line: str) -> None:
    assert not list(trespasses(ast.parse(line), "jar", file, {"service", "tables", "times"}, ("peers",)))


def test_no_one_but_the_loader_imports_a_native_rendering() -> None:
    found = [
        named(file)
        for folder in ("bot", "cogs")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if any(
            "on_discord" in f"{module}.{name}" for module, name, _ in imported(parsed(file), _package(file))
        )
    ]
    assert set(found) <= {"bot/loading.py"}


def _package(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1])


@pytest.mark.parametrize("name", [one for one in loading.SHIPPED if (folder_of(one) / "service.py").exists()])
def test_a_service_loads_no_chat_library_and_no_platform(name: str) -> None:
    script = f"import sys, cogs.{name}.service; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(ran.stdout.split())
    assert f"cogs.{name}.service" in loaded
    assert not {one for one in loaded if one.split(".")[0] in CHAT | HEAVY or one.startswith("bot.platforms")}
