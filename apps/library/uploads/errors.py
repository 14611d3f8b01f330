"""What can go wrong with a file on its way in, each with a sentence for who sends it."""

from apps.library.errors import LibraryError


class OffsetConflict(LibraryError):
    """The piece does not begin where the last one ended: ask for the offset and go on from there."""


class UploadBusy(LibraryError):
    """Another request writes to this upload right now."""


class ChecksumMismatch(LibraryError):
    """The bytes are not those that the client meant."""


class PiecesLost(OffsetConflict):
    """Less is there than was confirmed before."""


class TooMuch(LibraryError):
    """More than may be, or than was announced."""


class Expired(LibraryError):
    """It was left alone for too long."""


class TooManyUploads(LibraryError):
    """As many uploads of the team as may be are unfinished already."""
