"""What an adapter is: one capability of one platform. No database in it, and no network outside `apps.core.http`.

Every method raises an `OutsideError` of `apps.core.http` for what went wrong outside – `AuthExpired`, `RateLimited`,
`QuotaExceeded`, `Rejected`, `Unavailable`, and `OutcomeUnknown` where a call that changes something was sent and
no clear answer came – and a `UserError` for what a person must change.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Self

from apps.connections.capabilities import PostKind


@dataclass(frozen=True)
class AppCredentials:
    """This installation's own registration at a platform, and where the platform is: from settings, never a team's.

    `addresses` are base addresses by name ("api", "upload", "authorize", "token" …); `audited` says whether the
    platform lets the application post publicly; `guard` is off only where the operator's settings name a private
    address. `hook_secret` is what the platform signs its calls with, where it is the platform that chooses it.
    """

    client_id: str
    client_secret: str = field(repr=False)
    addresses: Mapping[str, str]
    audited: bool = False
    guard: bool = True
    hook_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Grant:
    """What a person allowed us: tokens, until when (aware; None: no end known), and for what."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """An account that a grant reaches. `token` is its own where the platform gives one (a Facebook page's).

    `figures` are counts to show ("followers", "videos"); `facts` are what publishing has to know, such as the ways of
    being seen that the account allows, or how long its videos may be.
    """

    external_id: str
    name: str
    handle: str = ""
    picture_url: str = ""
    link: str = ""
    token: str = field(default="", repr=False)
    figures: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What a platform said beside an answer about its own budget: how full the bucket is (0 to 1), and in how many
    seconds something comes back, where it says so."""

    bucket: str
    share: float
    free_after_s: float | None = None


def ignore(heard: Heard) -> None:
    """For calls that nobody keeps a ledger of."""


@dataclass(frozen=True)
class Call:
    """Whom an adapter speaks for: the installation's registration, the account, and its valid token. `hear` is told
    what the platform says of its budgets."""

    app: AppCredentials
    token: str = field(repr=False)
    account_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    hear: Callable[[Heard], None] = field(default=ignore, repr=False, compare=False)


class Identity(ABC):
    """OAuth 2 with one platform, and who is behind a grant."""

    @abstractmethod
    def authorize_url(self, app: AppCredentials, *, redirect_uri: str, state: str, verifier: str) -> str:
        """Where a person is sent to allow it. `verifier` is the PKCE verifier; platforms without PKCE leave it out."""

    @abstractmethod
    def exchange(self, app: AppCredentials, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant for a code. Raises AuthExpired where the code is refused."""

    @abstractmethod
    def refresh(self, app: AppCredentials, grant: Grant) -> Grant:
        """A fresh grant; keeps the old refresh token where the platform gives no new one. Raises AuthExpired where the
        person has to connect again."""

    @abstractmethod
    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        """All accounts that the grant reaches (channels, pages). Empty where the person has none."""

    @abstractmethod
    def account(self, call: Call) -> Account:
        """The account as it is now: also the harmless call by which a connection is checked."""

    @abstractmethod
    def revoke(self, app: AppCredentials, grant: Grant) -> None:
        """Give the grant back. Does nothing where it is gone already, or where the platform knows no such call
        (`Platform.taken_back_at` says then where a person does it)."""

    def why_refused(self, error: str, description: str) -> str:
        """A plain sentence for what the platform sent a person back with instead of a code; "" where none is known."""
        return ""


class Hooks(ABC):
    """Has the platform call us when something happens on an account (`apps/connections/hooks.py` takes the calls)."""

    needs: tuple[str, ...] = ()  # the rights without which it is not asked

    @abstractmethod
    def subscribe(self, call: Call) -> None:
        """From now on; asked again, nothing is told twice."""

    @abstractmethod
    def unsubscribe(self, call: Call) -> None:
        """No more. Does nothing where it tells nothing."""


@dataclass(frozen=True)
class Upload:
    """Everything that one publication consists of, as one account gets it.

    `key` is ours, the same for every attempt (at most 64 characters of [a-z0-9-]): adapters put it where the platform
    keeps it, so that a lost answer can be settled by asking. `publish_at` only where the platform itself is to make it
    public. `privacy` is the platform's own word. `thumbnail` and `captions` are files here; captions by language.
    """

    key: str
    kind: PostKind
    size: int
    content_type: str
    duration_s: float
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    category: str = ""
    privacy: str = ""
    publish_at: datetime | None = None
    made_for_kids: bool = False
    ai_made: bool = False
    paid_promotion: bool = False
    thumbnail: Path | None = None
    thumbnail_at_s: float | None = None
    captions: Mapping[str, Path] = field(default_factory=dict)
    playlist: str = ""
    first_comment: str = ""
    options: Mapping[str, Any] = field(
        default_factory=dict
    )  # the platform's own switches (duet, stitch, share_to_feed …)


class Stage(Enum):
    """How far a publication is at its platform. The order is the order they are gone through."""

    OPEN = "open"  # nothing is there yet: `begin`
    TRANSFER = "transfer"  # the platform waits for bytes: `send`
    PROCESSING = "processing"  # it has them and works: `look` until it is done
    COMMIT = "commit"  # everything is there; one call makes it public: `commit`
    SETTLING = "settling"  # public soon, its id or link is not known yet: `look`
    FINISHING = "finishing"  # public; what goes with it is not (thumbnail, captions, playlist, first comment): `finish`
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """Where a publication stands, to be saved after every call and handed to the next one.

    `session` holds what the platform gave for going on (an upload address, a container's id): it is secret and kept
    encrypted. `offset` is how many bytes the platform has for certain. `look_after_s` is how long to wait before the
    next look. `finished` names the extras that are done. `commits_on_last_byte` says that sending the last byte is the
    irreversible call here.
    """

    stage: Stage = Stage.OPEN
    session: Mapping[str, Any] = field(default_factory=dict, repr=False)
    offset: int = 0
    external_id: str = ""
    link: str = ""
    finished: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # extras that the platform refused: published all the same
    look_after_s: float = 5.0
    share: float = 0.0  # how far the platform says it is, 0 to 1

    def at(self, stage: Stage, **changes: Any) -> Self:
        return replace(self, stage=stage, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; its `session` is a secret."""
        return {
            "stage": self.stage.value,
            "session": dict(self.session),
            "offset": self.offset,
            "external_id": self.external_id,
            "link": self.link,
            "finished": list(self.finished),
            "warnings": list(self.warnings),
            "look_after_s": self.look_after_s,
            "share": self.share,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        tuples = {name: tuple(data.get(name, ())) for name in ("finished", "warnings")}
        return cls(**{**data, "stage": Stage(data["stage"]), **tuples})


@dataclass(frozen=True)
class Published:
    """A post as the platform shows it now. `privacy` is the platform's word; `link` may be empty (private ones of
    TikTok)."""

    external_id: str
    link: str = ""
    title: str = ""
    description: str = ""
    privacy: str = ""


@dataclass(frozen=True)
class Playlist:
    """A list of videos that the account keeps there. `privacy` is the platform's own word."""

    external_id: str
    title: str
    videos: int = 0
    privacy: str = ""


@dataclass(frozen=True)
class PlaylistPage:
    """Some of an account's playlists; `following` asks for the next ones, and is empty on the last page."""

    playlists: tuple[Playlist, ...] = ()
    following: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a platform refused a post: its own word, and a sentence."""

    reason: str
    sentence: str


class Publisher(ABC):
    """Publishes on one platform. The caller writes an attempt before each call and saves the Progress after it; each
    method may be called again after a crash with the Progress saved last, and never makes a second post by it.

    `begin` and `send` make nothing public on their own, except that on some platforms the last byte does
    (`last_byte_publishes`); `commit` is the one call that does on the others. Whenever one of those raised
    OutcomeUnknown, or a crash came before its answer was saved, the caller calls `settle` before anything else.
    """

    last_byte_publishes: bool = False
    tells_views: bool = False  # whether `views` is answered
    views_need: tuple[str, ...] = ()  # the rights without which it is not asked
    tells_refusals: bool = False  # whether `refused` is answered

    @abstractmethod
    def begin(self, call: Call, upload: Upload) -> Progress:
        """Open an upload session. An abandoned session is never seen by anybody."""

    @abstractmethod
    def resume(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Ask where an interrupted transfer stands: the same with a true `offset`, a later stage where the platform has
        everything, or stage OPEN where the session is gone and must be begun anew."""

    @abstractmethod
    def send(
        self,
        call: Call,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
    ) -> Progress:
        """Send the bytes from `progress.offset` on, in the platform's chunks, with constant memory; `moved` is called
        after each chunk that the platform has taken (and may raise to stop)."""

    @abstractmethod
    def look(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Ask how far it is. Raises Rejected, without a status, with the platform's reason where it failed there;
        `retryable` where it may be sent again from the start."""

    @abstractmethod
    def commit(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Make it public: the irreversible call of platforms that have one."""

    @abstractmethod
    def settle(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """After a call whose outcome is unknown: ask the platform, without changing anything, whether it was done.
        Answers the stage it is truly in."""

    @abstractmethod
    def finish(self, call: Call, upload: Upload, progress: Progress) -> Progress:
        """Do the next extra that is not in `progress.finished`; stage DONE when none is left. Each is asked for first
        where doing it twice would show (a first comment)."""

    @abstractmethod
    def edit(self, call: Call, external_id: str, upload: Upload) -> Published:
        """Change the words of what is published. Raises Rejected where the platform does not allow it."""

    @abstractmethod
    def delete(self, call: Call, external_id: str) -> None:
        """Take it down. Does nothing where it is gone already."""

    @abstractmethod
    def published(self, call: Call, external_id: str) -> Published | None:
        """The post as it is there now; None where it is gone."""

    def views(self, call: Call, external_ids: Sequence[str]) -> dict[str, int]:
        """How often each of these posts (at most 20) was seen until now; those that the platform tells nothing of are
        left out. Only where `tells_views`."""
        return {}

    def refused(self, call: Call, external_ids: Sequence[str]) -> dict[str, Refusal]:
        """Which of these posts (at most 20) were refused after they were out. Only where `tells_refusals`."""
        return {}

    def playlists(self, call: Call, page: str = "") -> PlaylistPage:
        """The account's own playlists, a page of them. Only where the platform has `Capability.PLAYLIST`."""
        return PlaylistPage()
