"""Uploaded pictures are decoded and written anew: an upright picture of a sane size, and nothing else, comes out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from apps.library.errors import LibraryError, room_needed
from apps.media.memory import one_at_a_time

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
LONGEST_SIDE = 4096  # pixels; more than any format that the product delivers
MOST_PIXELS = 64_000_000
POSTER_SIDE = 640
SMALLEST_SIDE = 16
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

NOT_A_PICTURE = "This is not a picture that can be read. Choose a JPEG, PNG or WebP file."


@dataclass(frozen=True)
class Picture:
    """A written picture file; sizes in pixels."""

    path: Path
    width: int
    height: int


def rewrite(source: Path, folder: Path) -> Picture:
    """Write the picture anew into the folder: PNG where it has transparency, JPEG otherwise.

    Turned as its camera says, without its metadata, at most LONGEST_SIDE wide and high. One at a time in a process:
    a large one takes half a gigabyte for a moment. Raises LibraryError for what is no still picture, StorageFull.
    """
    with one_at_a_time:
        return _rewrite(source, folder)


def _rewrite(source: Path, folder: Path) -> Picture:
    image = _opened(source)
    if min(image.size) < SMALLEST_SIDE:
        raise LibraryError(
            f"This picture is too small: use one of at least {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels."
        )
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if image.mode == "RGBA":
        return _write(image, folder / "picture.png", optimize=False)
    return _write(image, folder / "picture.jpg", quality=92)


def poster(picture: Path, target: Path) -> Picture:
    """A small JPEG of a picture file for lists, at most POSTER_SIDE wide and high; transparency becomes mid-grey."""
    with Image.open(picture) as image:
        image.thumbnail((POSTER_SIDE, POSTER_SIDE), Image.Resampling.LANCZOS)
        if image.mode == "RGBA":
            ground = Image.new("RGB", image.size, "#808080")
            ground.paste(image, mask=image.getchannel("A"))
            return _write(ground, target, quality=82)
        return _write(image.convert("RGB"), target, quality=82)


def _opened(source: Path) -> Image.Image:
    try:
        with Image.open(source, formats=FORMATS) as file:
            if getattr(file, "n_frames", 1) > 1 and file.format != "TIFF":
                raise LibraryError(
                    "An animated picture can't be a still. Save it as MP4 and upload that as a clip."
                )
            _decode_no_larger(file)
            upright = ImageOps.exif_transpose(file)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if has_alpha else "RGB")
    except UnidentifiedImageError as error:
        raise LibraryError(NOT_A_PICTURE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LibraryError("This picture has too many pixels. Make it smaller than 8,000 × 8,000.") from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow's decoders raise for damaged data
        raise LibraryError("This picture is damaged or incomplete. Export it once more.") from error


def _decode_no_larger(file: Image.Image) -> None:
    """A JPEG that is far larger than it will be kept is decoded at half, a quarter or an eighth of its size."""
    share = LONGEST_SIDE / max(file.size)
    if share < 1:
        file.draft("RGB", (round(file.width * share), round(file.height * share)))


def _write(image: Image.Image, target: Path, **options: Any) -> Picture:
    with room_needed():
        image.save(target, **options)
    return Picture(target, *image.size)
