"""The operator's `config.yaml`: platforms, storage, keys, cogs, and the communities this Hearth serves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, WithJsonSchema, model_validator

from bot.config.check import Wrong, all_wrong, check, wrong
from bot.config.documents import MAX_BYTES, load
from bot.config.fields import Language, RoomName, Settings, ShortName
from bot.config.findings import Finding, in_order
from bot.config.findings import Path as _At
from bot.config.secrets import named_secrets, typed_secrets

#: The cogs that ship and are on unless the operator says otherwise.
SHIPPED_COGS = ("checkins", "crisis", "sharing", "rules", "privacy", "help", "config")

_BASE = "base"


def _against_the_file(path: Path, info: ValidationInfo) -> Path:
    base: Path | None = (info.context or {}).get(_BASE)
    try:
        whole = path.expanduser()
    except RuntimeError:
        raise wrong("names a home folder that is not there", "a path") from None
    return whole if base is None else base / whole


def _variable(name: str) -> str:
    # The value may be a secret that was typed in the wrong place, so it is not shown.
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,99}", name):
        raise wrong(
            "is not the name of an environment variable", "a name in capitals, such as HEARTH_MASTER_KEY"
        )
    return name


def _cog_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", name):
        raise wrong(
            "has a name that no cog can have", f"names such as {', '.join(SHIPPED_COGS)}, or a dotted path"
        )
    return name


def _each_once(cogs: tuple[str, ...]) -> tuple[str, ...]:
    twice = [index for index, cog in enumerate(cogs) if cog in cogs[:index]]
    if twice:
        raise all_wrong(Wrong(f"names {cogs[index]} twice", "each cog once", at=(index,)) for index in twice)
    return cogs


def _homeserver(address: str) -> str:
    found = re.fullmatch(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?/?", address)
    if found is None:
        raise wrong("is no address of a server", "an address such as https://matrix.example.org")
    if found.group(1) == "http" and found.group(2) not in {"localhost", "127.0.0.1", "[::1]"}:
        raise wrong("is an address without encryption", "https://, or http:// on this machine only")
    return address.rstrip("/")


def _database_address(address: str) -> str:
    # It may hold a password, so it is not shown.
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", address):
        raise wrong("is no address of a database", "an address such as postgresql://localhost/hearth")
    return address


def _shards(written: str) -> str:
    found = re.fullmatch(r"(?:([0-9]{1,5})-([0-9]{1,5})/)?([0-9]{1,5})", written.replace(" ", ""))
    if found is not None and int(found.group(3)) > 0:
        first, last, of = (int(part or 0) for part in found.groups())
        if found.group(1) is None or first <= last < of:
            return found.group()
    raise wrong("is no set of shards", "a number of shards, or a part of them such as 0-3/16")


ConfigPath = Annotated[
    Path,
    AfterValidator(_against_the_file),
    WithJsonSchema({"type": "string", "examples": ["secrets/discord.token"]}),
]
"""A path; relative ones count from the folder of the configuration file, `~` is the home folder."""

Variable = Annotated[
    str, AfterValidator(_variable), WithJsonSchema({"type": "string", "pattern": "^[A-Z_][A-Z0-9_]*$"})
]
"""The name of an environment variable."""

CogName = Annotated[str, StringConstraints(max_length=200), AfterValidator(_cog_name)]
_Snowflake = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{15,20}$"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{15,20}$"}, {"type": "integer"}]}),
]
_Shards = Annotated[
    str,
    AfterValidator(_shards),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^([0-9]+-[0-9]+/)?[0-9]+$"},
                {"type": "integer", "minimum": 1},
            ]
        }
    ),
]
_UserId = Annotated[str, StringConstraints(pattern=r"^@[^\s:]{1,200}:[^\s]{1,200}$")]
_MatrixRoom = Annotated[str, StringConstraints(pattern=r"^[!#][^\s]{1,254}$")]
_Allowed = Annotated[str, StringConstraints(pattern=r"^(@[^\s:]+:)?[A-Za-z0-9.\[\]:-]{1,255}$")]


_DatabaseAddress = Annotated[str, AfterValidator(_database_address)]


class SecretSource(NamedTuple):
    """Where a secret is: exactly one of the two is not None. Hand it to `read_secret` by name."""

    env: str | None
    file: Path | None


def _sources(settings: Settings, *names: str) -> list[str]:
    return [
        f"{name}_{where}"
        for name in names
        for where in ("env", "file")
        if getattr(settings, f"{name}_{where}")
    ]


def _one_source(settings: Settings, *names: str, needed: bool = True) -> None:
    given = _sources(settings, *names)
    every = " or ".join(f"{name}_env or {name}_file" for name in names)
    if len(given) > 1:
        raise wrong(f"names {' and '.join(given)}", f"only one of {every}")
    if needed and not given:
        raise wrong("does not say where its secret is", every)


class Database(Settings):
    """Where Hearth keeps its rows: a SQLite file by default, or PostgreSQL by its address."""

    path: ConfigPath | None = Field(
        None, description="The SQLite file. By default hearth.db in the state folder."
    )
    url: _DatabaseAddress | None = Field(
        None,
        description="The address of a database without a password in it, such as postgresql://localhost/hearth.",
    )
    url_env: Variable | None = Field(
        None, description="The environment variable that holds the address, for one that has a password."
    )

    copies: int = Field(
        5, ge=1, le=1000, description="How many of the copies that are made before upgrades are kept."
    )

    @model_validator(mode="after")
    def _only_one(self) -> Database:
        given = [name for name in ("path", "url", "url_env") if getattr(self, name) is not None]
        if len(given) > 1:
            raise wrong(f"names {' and '.join(given)}", "only one of path, url or url_env")
        return self


class Discord(Settings):
    """Hearth on Discord. No privileged intent is needed; one more is used where it is switched on."""

    token_env: Variable | None = Field(
        None, description="The environment variable that holds the bot's token."
    )
    token_file: ConfigPath | None = Field(
        None, description="The file that holds the bot's token; only its owner may read it (chmod 600)."
    )
    shards: _Shards | None = Field(
        None,
        description="How many shards, or which part of them such as 0-3/16. By default Discord decides.",
    )
    message_content: bool = Field(
        False,
        description="Whether Hearth reads what people write to each other, in communities whose rules look "
        "at it. Switch Message Content on in Discord's developer portal first. By default it does not.",
    )

    @model_validator(mode="after")
    def _token(self) -> Discord:
        _one_source(self, "token")
        return self

    @property
    def token(self) -> SecretSource:
        """Where the token is."""
        return SecretSource(self.token_env, self.token_file)

    @property
    def shard_range(self) -> tuple[range | None, int] | None:
        """This process's shards (None: all of them) and how many there are; None where Discord decides."""
        if self.shards is None:
            return None
        part, _, of = self.shards.rpartition("/")
        first, _, last = part.partition("-")
        return (range(int(first), int(last) + 1) if part else None, int(of))


class Matrix(Settings):
    """Hearth on Matrix, encrypted rooms included."""

    homeserver: Annotated[str, AfterValidator(_homeserver)] = Field(
        description="The address of the homeserver, such as https://matrix.example.org."
    )
    user: _UserId = Field(description='The bot\'s account, in quotes, such as "@hearth:example.org".')
    password_env: Variable | None = Field(
        None, description="The environment variable that holds the password, used for the first login only."
    )
    password_file: ConfigPath | None = Field(
        None, description="The file that holds the password; only its owner may read it (chmod 600)."
    )
    access_token_env: Variable | None = Field(
        None,
        description="The environment variable that holds an access token, for servers without passwords.",
    )
    access_token_file: ConfigPath | None = Field(
        None, description="The file that holds an access token; only its owner may read it (chmod 600)."
    )
    rate_limit: Literal["default", "lifted"] = Field(
        "default",
        description="Whether the homeserver limits this account as usual, or its administrator has "
        "lifted the limit. With the limit lifted, public choices are offered as reactions too.",
    )
    invitations: Literal["nobody", "spaces", "anyone"] = Field(
        "spaces",
        description="Whose invitations are accepted: nobody's, those of people in its spaces, or anyone's.",
    )
    allow_from: tuple[_Allowed, ...] = Field(
        (),
        description="Accounts and servers whose invitations are accepted besides, such as example.org.",
        max_length=1000,
    )

    @model_validator(mode="after")
    def _login(self) -> Matrix:
        _one_source(self, "password", "access_token")
        return self

    @property
    def password(self) -> SecretSource | None:
        """Where the password is; None if an access token is used."""
        if self.password_env is None and self.password_file is None:
            return None
        return SecretSource(self.password_env, self.password_file)

    @property
    def access_token(self) -> SecretSource | None:
        """Where the access token is; None if a password is used."""
        if self.access_token_env is None and self.access_token_file is None:
            return None
        return SecretSource(self.access_token_env, self.access_token_file)


class Keys(Settings):
    """The master key that seals what members write. Keep a copy of it away from the backups."""

    master_env: Variable | None = Field(
        None, description="The environment variable that holds the master key."
    )
    master_file: ConfigPath | None = Field(
        None,
        description="The file that holds the master key; only its owner may read it (chmod 600). "
        "By default master.key in the state folder.",
    )

    @model_validator(mode="after")
    def _master(self) -> Keys:
        _one_source(self, "master", needed=False)
        return self


class Space(Settings):
    """A community: its profile, and where it meets."""

    profile: ConfigPath = Field(description="The space profile, a YAML file.")
    discord: _Snowflake | None = Field(
        None,
        description="The id of its Discord server (in Discord: right click on the server, Copy Server ID).",
    )
    matrix: tuple[_MatrixRoom, ...] = Field(
        (),
        description='Its Matrix rooms or space, by address or id in quotes, such as "#circle:example.org".',
    )
    terminal: bool = Field(False, description="Whether it meets in the local terminal (hearth try).")

    @model_validator(mode="after")
    def _somewhere(self) -> Space:
        if self.discord is None and not self.matrix and not self.terminal:
            raise wrong("meets nowhere", "discord, matrix or terminal")
        return self


def _in_one_space(spaces: dict[str, Space]) -> dict[str, Space]:
    owners: dict[str, str] = {}
    wrongs = []
    for name, space in spaces.items():
        places: list[tuple[str, _At]] = [(space.discord, ("discord",))] if space.discord else []
        places += [(room, ("matrix", index)) for index, room in enumerate(space.matrix)]
        for place, at in places:
            if owners.setdefault(place, name) != name:
                problem = f"belongs to the space {owners[place]} already"
                wrongs.append(Wrong(problem, "each server and room in one space", at=(name, *at)))
    if wrongs:
        raise all_wrong(wrongs)
    return spaces


_Spaces = Annotated[dict[ShortName, Space], AfterValidator(_in_one_space)]


class Helplines(Settings):
    """Crisis lines: which are shown, and who is told of mistakes."""

    show_unconfirmed: bool = Field(
        False, description="Whether lines whose facts are not confirmed are shown too, marked as unconfirmed."
    )
    report_to: RoomName | None = Field(
        None,
        description='The room that is told when someone presses "This number is wrong". By default the log.',
    )


class Logging(Settings):
    """What is written to the log. Members' words and ids never are."""

    level: Literal["error", "warning", "info", "debug"] = Field("info", description="How much is logged.")


class Health(Settings):
    """Health and metrics for the operator's own monitoring, over HTTP on this machine alone."""

    port: int = Field(
        ge=1, le=65535, description="The port on 127.0.0.1 for /healthz and /metrics, such as 9464."
    )


class Limits(Settings):
    """How much one person may ask of Hearth. Crisis lines have no limit."""

    commands_per_minute: int = Field(
        30, ge=5, le=600, description="Commands and taps a person may send in a minute."
    )


class OperatorConfig(Settings):
    """The operator's configuration of Hearth."""

    home: ConfigPath | None = Field(
        None,
        description="The folder of Hearth's state. By default HEARTH_HOME, else the user's data folder.",
    )
    language: Language = Field(
        "en", description="The language where neither a person nor a space says another."
    )
    database: Database = Field(
        Database(), description="Where rows are kept. By default a SQLite file in the state folder."
    )
    keys: Keys = Field(
        Keys(), description="The master key. By default the file master.key in the state folder."
    )
    discord: Discord | None = Field(
        None, description="Hearth on Discord; leave it out where Discord is not used."
    )
    matrix: Matrix | None = Field(
        None, description="Hearth on Matrix; leave it out where Matrix is not used."
    )
    cogs: Annotated[tuple[CogName, ...], AfterValidator(_each_once)] = Field(
        SHIPPED_COGS,
        description="The features that are on: names of cogs, or dotted paths to cogs from elsewhere.",
    )
    spaces: _Spaces = Field(
        {}, description="The communities this Hearth serves, each under a short name in small letters."
    )
    helplines: Helplines = Field(Helplines(), description="How crisis lines are shown.")
    logging: Logging = Field(Logging(), description="What is logged.")
    health: Health | None = Field(
        None, description="Health checks and metrics; leave it out where nothing asks for them."
    )
    limits: Limits = Field(Limits(), description="How much one person may ask of Hearth.")


def parse_operator(
    source: bytes | str, file: str, base: Path | None = None
) -> tuple[OperatorConfig | None, list[Finding]]:
    """Read the operator's configuration; returns it, or None with every finding in the order of the file.

    `file` is the name that findings give. Relative paths count from the folder `base`; without it they stay
    as they are. No finding ever holds a secret.
    """
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    shaped = (
        typed_secrets(text.replace("\r\n", "\n").removeprefix("\ufeff"), file)
        if len(source) <= MAX_BYTES
        else []
    )
    document, findings = load(source, file)
    findings = findings + shaped
    config = None
    if document is not None:
        named = list(named_secrets(document))
        at = {place for path, _ in named for place in (document.place(path), document.place(path, name=True))}
        config, wrongs = check(document, OperatorConfig, {_BASE: base})
        findings += [finding for _, finding in named]
        findings += [each for each in wrongs if (each.line, each.column) not in at]
    return (None if findings else config), in_order(findings)


def secret_files(config: OperatorConfig) -> Mapping[tuple[str, str], Path]:
    """The files that hold secrets, by section and setting."""
    named = {
        ("discord", "token_file"): config.discord.token_file if config.discord else None,
        ("matrix", "password_file"): config.matrix.password_file if config.matrix else None,
        ("matrix", "access_token_file"): config.matrix.access_token_file if config.matrix else None,
        ("keys", "master_file"): config.keys.master_file,
    }
    return {where: path for where, path in named.items() if path is not None}
