"""A person's picture: decoded and drawn anew, so that a square of a known size and nothing else comes out (ACC-09)."""

import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from apps.accounts.errors import AccountError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE = 256  # pixels
LARGEST_BYTES = 10 * 2**20
MOST_PIXELS = 50_000_000


def square(file: IO[bytes]) -> bytes:
    """The middle of the picture as a WebP of SIDE × SIDE, upright, without its metadata. Raises AccountError."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise AccountError("This picture has too many pixels. Use a smaller one.", field="picture")
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError as error:
        raise AccountError("This is not a picture. Use a JPEG, PNG or WebP file.", field="picture") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AccountError("This picture is damaged. Export it once more.", field="picture") from error
    small = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", small.size, "#ffffff")
    ground.paste(small, mask=small.getchannel("A"))
    buffer = io.BytesIO()
    ground.save(buffer, "WEBP", quality=85)
    return buffer.getvalue()
