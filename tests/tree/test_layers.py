"""What import-linter cannot say: what is really loaded when a module is imported alone."""

import subprocess
import sys

import pytest

NEUTRAL = ("words", "commands", "people", "errors", "ports")
HEAVY = {"nio", "alembic", "babel", "phonenumbers", "matplotlib", "discord", "sqlalchemy"}


def loaded_by(module: str) -> set[str]:
    """The modules that a fresh process has after importing just this one."""
    script = f"import sys, {module}; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def parts(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("bot.")} | {
        name.split(".")[0] for name in modules
    }


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_neutral_module_loads_nothing_else_of_the_house(name: str) -> None:
    loaded = loaded_by(f"bot.sdk.{name}")
    of_ours = {one for one in loaded if one.startswith("bot.") and one.count(".") >= 1}
    allowed = {"bot.sdk"} | {f"bot.sdk.{one}" for one in NEUTRAL}
    assert of_ours <= allowed
    assert not HEAVY & parts(loaded)


@pytest.mark.parametrize(
    "name", ["storage.store", "scheduling.dispatcher", "privacy.keyring", "config.profile"]
)
def test_a_foundation_loads_no_other(name: str) -> None:
    own = name.split(".")[0]
    others = {"storage", "scheduling", "privacy", "config", "platforms"} - {own}
    loaded = loaded_by(f"bot.{name}")
    assert not {one for one in loaded for other in others if one.startswith(f"bot.{other}")}
    assert not (HEAVY - {"sqlalchemy"}) & {one.split(".")[0] for one in loaded}


@pytest.mark.parametrize(
    ("name", "libraries"),
    [("discord", {"discord"}), ("matrix", {"nio"}), ("terminal", set())],
)
def test_a_platform_loads_its_own_chat_library_alone(name: str, libraries: set[str]) -> None:
    loaded = loaded_by(f"bot.platforms.{name}")
    assert not {
        one for one in loaded if one.startswith(("bot.storage", "bot.scheduling", "bot.config", "cogs"))
    }
    assert not ({"discord", "nio", "sqlalchemy"} - libraries) & {one.split(".")[0] for one in loaded}


def test_the_command_line_loads_no_chat_library_to_show_a_helpline() -> None:
    loaded = {one.split(".")[0] for one in loaded_by("bot.cli.crisis_line")}
    assert not {"discord", "nio", "alembic", "matplotlib", "phonenumbers"} & loaded
