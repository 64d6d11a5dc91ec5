"""The base of every table, and columns that say what they hold: sealed values, person hashes, UTC times.

    class Answer(Row):
        __tablename__ = "checkins_answer"
        who: Mapped[bytes] = person_hash(of="account")
        account = sealed(str, length=ACCOUNT_LENGTH)
        mood = sealed(Mood)
        note = sealed(str, optional=True)
        at: Mapped[datetime.datetime]

`row.mood` reads and writes like any attribute. What reaches the database is ciphertext bound to table,
column and row; comparing `Answer.mood` with anything raises, since it could only find nothing.
"""

from __future__ import annotations

import base64
import datetime
import enum
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Literal, NoReturn, TypeVar, cast, overload

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Session, mapped_column
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.types import TypeDecorator, TypeEngine

from .needs import Sealing, Someone

T = TypeVar("T")

ACCOUNT_LENGTH = 448
"""Bytes that every sealed account takes: room for the longest Matrix id and a space, one length for all."""

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_CONSTANTS = {None: b"null", False: b"false", True: b"true"}
"""As `_JSON` writes them, which takes its long way for them."""
_NOT_COMPARABLE = (
    "a sealed column cannot be compared, sorted or selected by itself: the database holds ciphertext. "
    "Load the rows and look at the attribute, or keep a person_hash beside it."
)


def new_id() -> str:
    """A random id of sixteen small letters and digits (80 bits); it tells nothing and fits into a button."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def account_text(person: Someone) -> str:
    """A person's account as sealed beside a person hash; `account_parts` reads it back."""
    return json.dumps([person.platform, person.account, person.space], ensure_ascii=False)


def account_parts(text: str) -> tuple[str, str, str]:
    """Platform, account and space from `account_text`."""
    platform, account, space = json.loads(text)
    return str(platform), str(account), str(space)


class UtcTime(TypeDecorator[datetime.datetime]):
    """An instant, kept in UTC. Refuses naive datetimes, gives aware ones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL keeps the zone by itself; SQLite keeps text in UTC."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        value = value.astimezone(datetime.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


class _Ciphertext(bytes):
    """Bytes that were sealed; nothing else gets into a sealed column."""


class _Plain:
    """A value that waits for the flush to be sealed."""

    __slots__ = ("encoded", "value")

    def __init__(self, value: object, encoded: bytes) -> None:
        self.value = value
        self.encoded = encoded

    def __repr__(self) -> str:
        return "<sealed>"


class _SealedType(TypeDecorator[Any]):
    impl = LargeBinary
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[Any]):  # noqa: N801 - SQLAlchemy's name
        """Refuses every comparison."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> NoReturn:
            raise TypeError(_NOT_COMPARABLE)

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> NoReturn:
            raise TypeError(_NOT_COMPARABLE)

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        """Let ciphertext through, and nothing else."""
        if not isinstance(value, _Ciphertext):
            raise TypeError("only a sealed value can be stored here; set the attribute of a Row instead")
        return bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> _Ciphertext:
        """Mark what came from the database as ciphertext."""
        return _Ciphertext(value)


class Row(DeclarativeBase):
    """A row with a random id, made before it is stored so that sealed values can be bound to it.

    `__cog__` names whose secrets seal it: the folder's name for `cogs.X.tables`, unless set.
    """

    __cog__: ClassVar[str] = ""
    __abstract__ = True
    __sealed__: ClassVar[Mapping[str, Sealed[Any]]] = {}
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime.datetime: UtcTime, str: Text()}

    id: Mapped[str] = mapped_column(primary_key=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if not cls.__dict__.get("__cog__") and not cls.__cog__:
            parts = cls.__module__.split(".")
            cls.__cog__ = parts[-2] if len(parts) > 1 else parts[-1]
        found: dict[str, Sealed[Any]] = {}
        for base in reversed(cls.__mro__):
            found.update({name: at for name, at in vars(base).items() if isinstance(at, Sealed)})
        cls.__sealed__ = found
        super().__init_subclass__(**kwargs)

    def __init__(self, **values: Any) -> None:
        # Nobody follows what changes in a row that is only being made, so nobody need be told of each value.
        held = self.__dict__
        if "id" not in values:
            held["id"] = new_id()
        for name, value in values.items():
            if (sealed_at := self.__sealed__.get(name)) is not None:
                held[sealed_at.key] = sealed_at.plain(value)
            elif hasattr(type(self), name):
                held[name] = value
            else:
                raise TypeError(f"{type(self).__name__} has no column {name}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id', '?')}>"


class Sealed(Generic[T]):
    """A sealed attribute of a row. Made by `sealed`."""

    __hash__ = object.__hash__

    def __init__(self, kind: Any, *, optional: bool, length: int | None) -> None:
        self.optional = optional
        self.length = length
        self._kind = kind
        self.owner = ""
        self.name = ""
        self.key = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name, self.key = owner.__name__, name, f"_sealed_{name}"
        setattr(owner, self.key, mapped_column(name, _SealedType(), nullable=False))

    @overload
    def __get__(self, row: None, owner: type) -> Sealed[T]: ...
    @overload
    def __get__(self, row: Row, owner: type) -> T: ...
    def __get__(self, row: Row | None, owner: type) -> Sealed[T] | T:
        if row is None:
            return self
        held = getattr(row, self.key)
        if held is None:
            if self.optional:
                return cast(T, None)
            raise AttributeError(f"{type(row).__name__}.{self.name} was not set")
        if isinstance(held, _Plain):
            return cast(T, held.value)
        return cast(T, self._decode(key_of(row).open(held, self.bound(row))))

    def __set__(self, row: Row, value: T) -> None:
        setattr(row, self.key, self.plain(value))

    def plain(self, value: T) -> object:
        """What a row holds of a value until it is sealed. What cannot be stored fails here."""
        if value is None and not self.optional:
            raise TypeError(f"{self.owner}.{self.name} cannot be None")
        return _Plain(value, self._encode(value))

    def bound(self, row: Row) -> tuple[str, str, str]:
        """What the ciphertext is bound to: table, column, row."""
        return row.__tablename__, self.name, row.id

    def sealed(self, row: Row, key: Sealing) -> bytes:
        """The ciphertext of what `row` holds here, under `key`."""
        held = row.__dict__.get(self.key)
        encoded = held.encoded if isinstance(held, _Plain) else self._encode(getattr(row, self.name))
        return _Ciphertext(key.seal(encoded, self.bound(row), self.length))

    def _encode(self, value: Any) -> bytes:
        if value is None or value is False or value is True:
            return _CONSTANTS[value]
        if isinstance(value, enum.Enum):
            value = value.value
        return _JSON.encode(value).encode()

    def _decode(self, plain: bytes) -> Any:
        value = json.loads(plain)
        if value is not None and isinstance(self._kind, type) and issubclass(self._kind, enum.Enum):
            return self._kind(value)
        return value

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(_NOT_COMPARABLE)

    def __clause_element__(self) -> NoReturn:
        raise TypeError(_NOT_COMPARABLE)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    in_ = not_in = like = ilike = is_ = is_not = between = contains = startswith = endswith = _refuse
    asc = desc = label = _refuse


@overload
def sealed(kind: Callable[..., T], *, length: int | None = None) -> Sealed[T]: ...
@overload
def sealed(
    kind: Callable[..., T], *, optional: Literal[True], length: int | None = None
) -> Sealed[T | None]: ...
def sealed(kind: Any, *, optional: bool = False, length: int | None = None) -> Any:
    """A column whose values only the key opens: `str`, `int`, an Enum, or `dict`/`list` of plain values.

    The ciphertext's size is that of the next larger bucket (64, 128, 256… bytes), or always `length`
    (bytes) where one is given; an absent value looks like a short one. Changing a dict in place is
    not noticed: set the attribute again.
    """
    return Sealed(kind, optional=optional, length=length)


def person_hash(
    *, of: str | None = None, index: bool = True, unique: bool = False, purpose: str | None = None
) -> MappedColumn[bytes]:
    """A column for `Store.who(person)`. `of` names the sealed attribute that holds `account_text(person)`.

    Without `of` a new set of secrets (after a theft) cannot compute it again, and rows are lost then;
    leave it out only where the row must not be able to tell whose it is. `purpose` is for the core:
    a hash of the account in no space, under that purpose.
    """
    info = {"person": True, "of": of, "purpose": purpose}
    return mapped_column(LargeBinary(32), index=index, unique=unique, info=info)


def person_columns(kind: type[Row]) -> list[tuple[str, str | None, str | None]]:
    """A table's person hashes: name, the sealed attribute that holds the account, the core's purpose."""
    return [
        (column.name, column.info["of"], column.info["purpose"])
        for column in kind.__table__.columns
        if column.info.get("person")
    ]


def key_of(row: Row) -> Sealing:
    """The key that opens this row. Raises LookupError for a row that no store has loaded or stored."""
    keys = row.__dict__.get("_keys")
    if keys is None:
        session = instance_state(row).session
        keys = session.info.get("keys") if session is not None else None
    if keys is None or row.__cog__ not in keys:
        raise LookupError(f"{type(row).__name__} was not loaded through the store of {row.__cog__}")
    return cast(Sealing, keys[row.__cog__])


def seal_pending(session: Session) -> None:
    """Seal whatever waits for it in this session: called before each flush."""
    keys = session.info["keys"]
    for row in (*session.new, *session.dirty):
        if not isinstance(row, Row):
            continue
        row.__dict__["_keys"] = keys
        for sealed_at in row.__sealed__.values():
            held = row.__dict__.get(sealed_at.key)
            if isinstance(held, _Plain) or (held is None and row in session.new):
                setattr(row, sealed_at.key, sealed_at.sealed(row, key_of(row)))
