"""A picture made anew: what can be seen stays; place, time, camera, thumbnail and name are gone."""

from __future__ import annotations

import io

from bot.sdk import Refused

LARGEST = 8 * 1024 * 1024
"""Bytes that are taken; the smallest limit among the platforms."""
_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2048
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85


def made_anew(data: bytes) -> tuple[str, bytes]:
    """The media type and the bytes of a new picture that shows the same. Slow: run it aside.

    Raises `Refused("picture-kind")` for anything but JPEG, PNG and WebP, `Refused("picture-large")` for one
    that is too large, however small its file.
    """
    from PIL import Image, ImageOps

    if len(data) > LARGEST:
        raise Refused("picture-large", field="picture")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise Refused("picture-large", field="picture")
            upright = ImageOps.exif_transpose(opened)
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            plain = upright.convert("RGBA" if clear else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("picture-large", field="picture") from None
    except Refused:
        raise
    except Exception:  # whatever a broken or hostile file makes the decoder raise
        raise Refused("picture-kind", field="picture") from None
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # A fresh canvas has pixels and nothing else: no profile, no text chunk, no thumbnail.
    canvas = Image.new(plain.mode, plain.size)
    canvas.paste(plain)
    out = io.BytesIO()
    if clear:
        canvas.save(out, "PNG")
        return "image/png", out.getvalue()
    canvas.save(out, "JPEG", quality=_QUALITY)
    return "image/jpeg", out.getvalue()
