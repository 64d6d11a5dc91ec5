"""What is done to words and pictures before anybody sees them."""

from __future__ import annotations

import dataclasses
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from bot.sdk import Person, Place, Refused, Supplies
from bot.storage.store import Storage
from bot.testing.chat import Chat
from cogs.sharing.pictures import made_anew
from cogs.sharing.said import Said
from cogs.sharing.screening import Screening, cleaned
from cogs.sharing.service import Sharing

from .acts import ADA, DATA, NOON, ROOM, where
from .scene import COGS, FACES, PROFILE, gather, labels, post, sends, writes

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""I want, whose parts are held apart by a joiner that nobody sees."""
SECRET = b"made in Xanten by ada's phone"


def photo(kind: str, size: tuple[int, int] = (640, 480), color: str = "teal") -> bytes:
    """A picture that tells where, when and with what it was taken, and turned on its side."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Phonemaker", SECRET.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 39.0, 58.0)
    image = Image.new("RGB", size, color)
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        told = PngInfo()
        told.add_text("Comment", SECRET.decode())
        image.save(out, kind, pnginfo=told, exif=exif)
    elif kind == "JPEG":
        image.save(out, kind, exif=exif, comment=SECRET)
    else:
        image.save(out, kind, exif=exif, xmp=SECRET)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_made_anew_shows_the_same_and_tells_nothing_else(kind: str) -> None:
    taken = photo(kind)
    assert SECRET in taken
    type, made = made_anew(taken)
    assert SECRET not in made
    assert b"Phonemaker" not in made
    with Image.open(io.BytesIO(made)) as shown:
        assert type == Image.MIME[str(shown.format)]
        assert not dict(shown.getexif())
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert shown.size == (480, 640), "upright, as it was seen"
        red, green, blue = shown.convert("RGB").getpixel((10, 10))  # type: ignore[misc]  # three bands
        assert abs(red - 0) < 8
        assert abs(green - 128) < 8
        assert abs(blue - 128) < 8


def test_what_can_be_seen_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 20, 30, 0)).save(out, "PNG")
    type, made = made_anew(out.getvalue())
    assert type == "image/png"
    with Image.open(io.BytesIO(made)) as shown:
        assert shown.mode == "RGBA"


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 points in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (bomb(), "picture-large"),
        (b"x" * (8 * 1024 * 1024 + 1), "picture-large"),
        (b"GIF89a" + bytes(20), "picture-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-kind"),
        (photo("JPEG")[:300], "picture-kind"),
        (b"", "picture-kind"),
    ],
)
def test_everything_else_is_refused_kindly(data: bytes, key: str) -> None:
    with pytest.raises(Refused, match=key):
        made_anew(data)


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
@pytest.mark.faces(*FACES)
async def test_a_shared_picture_has_no_name_and_no_place(chat: Chat, tmp_path: Path) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    taken = tmp_path / "ada-at-home.jpg"
    taken.write_bytes(photo("JPEG"))
    assert "Change it" in labels(await writes(ada, ring, "This is my view.", picture=taken))
    await sends(ada)
    await chat.clock.on(minutes=11)
    (file,) = post(ring).files
    assert file.name.endswith("picture.jpg")
    assert "home" not in file.name
    held = Path(file.path).read_bytes()
    assert SECRET not in held
    assert b"Exif" not in held


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("tags\U000e0041\U000e0042 gone", "tags gone"),
        ("no\u00a0break\u2003space \t here", "no break space here"),
        ("trailing   \n\n\n\nspaces  ", "trailing\n\nspaces"),
        ("a\u200db", "ab"),
        (
            "\U0001f469\u200d\U0001f469\u200d\U0001f467 stays",
            "\U0001f469\u200d\U0001f469\u200d\U0001f467 stays",
        ),
        ("\u2764\ufe0f and a\ufe0f", "\u2764\ufe0f and a"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("bell\x07 null\x00 e\u0301", "bell null \u00e9"),
    ],
)
def test_what_nobody_sees_goes_and_what_is_seen_stays(typed: str, seen: str) -> None:
    assert cleaned(typed) == seen


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("I want to die.", True),
        ("I don’t want to be here any more", True),
        ("Ich will nicht mehr leben.", True),
        ("I could have died laughing", False),
        ("the deadline is killing me", False),
        ("my cat died", False),
        ("Ich habe den Film umgebracht gesehen", False),
    ],
)
def test_words_that_sound_like_danger(text: str, danger: bool) -> None:
    assert Screening(DATA).look(text, ADA).danger is danger


@pytest.mark.parametrize(
    ("text", "named"),
    [("Ada did it", True), ("adagio", False), ("I am ada-account", True), ("ADA!", True), ("nobody", False)],
)
def test_ones_own_name_is_seen(text: str, named: bool) -> None:
    person = Person("terminal", "ada-account", "ring", name="Ada Quill")
    assert Screening(DATA).look(text, person).own_name is named


@dataclasses.dataclass
class Found:
    says: str
    stops: bool


class Rules:
    """A community's rules, as the cog `rules` would tell them."""

    async def privately(self, person: Person, place: Place, words: str, language: str) -> Sequence[Found]:
        found = []
        if "cursed" in words:
            found.append(Found("Please no cursing.", True))
        if "weight" in words:
            found.append(Found("Numbers of kilos hurt some here.", False))
        return found


async def test_the_communitys_rules_are_heard_privately(storage: Storage) -> None:
    sharing = Sharing(Supplies(storage.store("sharing"), DATA, lambda: NOON, other=lambda name: Rules()))
    with pytest.raises(Refused, match="rules-stop"):
        await sharing.writing.share(ADA, Said("a cursed day"), where(), ROOM, "en", at=NOON)
    with pytest.raises(Refused, match="rules-stop"):
        await sharing.writing.share(ADA, Said("a day", warning="cursed"), where(), ROOM, "en", at=NOON)
    seen = await sharing.writing.share(ADA, Said("my weight"), where(), ROOM, "en", at=NOON)
    assert seen.rules == ("Numbers of kilos hurt some here.",)
