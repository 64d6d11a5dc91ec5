"""The examples that ship, the schemas, and files on disk."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from bot.communities import profile_model
from bot.config.documents import MAX_BYTES, load
from bot.config.files import check_file, kind_of_document
from bot.config.operator import OperatorConfig, parse_operator
from bot.config.profile import GroupProfile, SpaceProfile, parse_profile
from bot.config.schema import operator_schema, profile_schema
from bot.loading import SHIPPED, find_all

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.example.yaml"
SPACE = ROOT / "space.example.yaml"
Profile = profile_model(find_all(OperatorConfig().cogs)[0])


def settings_of(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        yield from within(field.annotation)


def within(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from settings_of(annotation)
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, dict) or get_args(annotation):
        for each in get_args(annotation):
            yield from within(each)


def named_in(path: Path) -> set[str]:
    """Every name of a setting in a file, those behind a # included."""
    lines = path.read_text().splitlines()
    found = {line.strip().lstrip("#- ").partition(":")[0] for line in lines if ":" in line}
    return found | {str(part) for part in names(yaml.safe_load(path.read_text()))}


def names(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for name, each in data.items():
            yield name
            yield from names(each)
    elif isinstance(data, list):
        for each in data:
            yield from names(each)


def test_the_example_of_the_configuration_is_valid_and_complete() -> None:
    config, findings = parse_operator(CONFIG.read_bytes(), "config.example.yaml", ROOT)

    assert findings == []
    assert config is not None
    assert set(settings_of(OperatorConfig)) - named_in(CONFIG) == set()


def test_the_example_of_a_profile_is_valid_and_complete() -> None:
    profile, findings = parse_profile(SPACE.read_bytes(), "space.example.yaml", Profile)

    assert findings == []
    assert profile is not None
    assert {*settings_of(SpaceProfile), *settings_of(GroupProfile)} - named_in(SPACE) == set()
    assert set(profile.sections()) == {"checkins", "crisis", "rules"}
    assert set(profile.group_sections("evening")) == {"checkins", "sharing"}


def test_the_example_loads_every_cog_that_ships_as_it_says() -> None:
    config, findings = parse_operator(CONFIG.read_text(encoding="utf-8"), "config.example.yaml")
    assert findings == []
    assert config is not None
    assert set(config.cogs) == set(OperatorConfig().cogs) == set(SHIPPED)


def test_the_examples_may_be_checked_as_files() -> None:
    assert check_file(CONFIG, Profile) == []
    assert check_file(SPACE, Profile) == []


@pytest.mark.parametrize("made", [operator_schema(), profile_schema(Profile)], ids=["operator", "profile"])
def test_the_schemas_are_of_2020_and_explain_every_setting(made: dict[str, Any]) -> None:
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(made)
    for part in (made, *made["$defs"].values()):
        for name, setting in part.get("properties", {}).items():
            assert len(setting.get("description", "")) > 5, name


def test_editors_find_the_examples_valid_and_mistakes_not() -> None:
    # Editors read YAML 1.2, where 19:00 is text; so does our own reader.
    for path, made in ((CONFIG, operator_schema()), (SPACE, profile_schema(Profile))):
        document, _ = load(path.read_bytes(), path.name)
        assert document is not None
        validator = jsonschema.Draft202012Validator(made)
        assert list(validator.iter_errors(document.data)) == []
        assert not validator.is_valid({**document.data, "nothing_like_it": 1})
    assert not validator.is_valid({**document.data, "zone": "Europe/Lundon"})


def test_which_document_a_file_is() -> None:
    assert kind_of_document({"language": "en", "discord": {}}, Profile) == "operator"
    assert kind_of_document({"language": "en", "groups": {}}, Profile) == "profile"
    assert kind_of_document({"name": "x", "crisis": {}}, Profile) == "profile"
    assert kind_of_document({"language": "en"}, Profile) == "profile"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))

    assert str(check_file(tmp_path / "none.yaml")[0]).endswith(
        "none.yaml:1:1: the file is not there; expected a YAML file"
    )
    assert check_file(tmp_path)[0].problem == "the file is a folder"
    assert check_file(large)[0].problem == "the file is too large"
    assert check_file(Path("\0"))[0].line == 1


def test_what_a_configuration_names_on_disk(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("x")
    secret.chmod(0o644)
    config = tmp_path / "config.yaml"
    config.write_text(
        "discord:\n  token_file: token\nkeys: {master_file: none}\nspaces: {a: {profile: gone.yaml, terminal: true}}\n"
    )

    found = [(each.line, each.column, each.problem) for each in check_file(config, Profile)]
    assert found == [
        (
            2,
            15,
            f"token_file: {secret} can be read by others than its owner (mode 0644); run chmod 600 on it",
        ),
        (4, 23, f"profile names {tmp_path / 'gone.yaml'}, which is not there"),
    ]
    secret.chmod(0o600)
    (tmp_path / "gone.yaml").touch()
    assert check_file(config, Profile) == []


def test_a_profile_of_two_thousand_lines_is_read_whole() -> None:
    group = (
        "  g{0}:\n    name: Group {0}\n    room: room-{0}\n    checkins:\n      prompts: [{{at: 19:00}}]\n"
    )
    text = "name: Many\nzone: UTC\ngroups:\n" + "".join(group.format(number) for number in range(400))
    profile, findings = parse_profile(text, "f", Profile)

    assert findings == []
    assert profile is not None
    assert len(profile.groups) == 400
