"""Finding and fetching a stock photo at Unsplash that fits a scene, as its guidelines want it: from the addresses that
it hands out, with credit and marked links, and with each use told to it."""

import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from apps.core import http
from apps.providers.adapters import Adapter, Credentials, Done, Work
from apps.providers.capabilities import Capability, Visual, VisualRequest
from apps.providers.errors import NotCovered

BASE_ADDRESS = "https://api.unsplash.com"
LICENCE = "Unsplash licence: free to use, credit kept"
PER_PAGE = 20
MAX_PHOTO_BYTES = 30_000_000
KEYWORDS_ASKED = 3
CHOICE_AMONG = 5
ORIENTATIONS = {"portrait": "portrait", "landscape": "landscape", "square": "squarish"}
SIZE = {"w": "2160", "fm": "jpg", "q": "85", "fit": "max"}
REFERRAL = {"utm_source": "showrunner", "utm_medium": "referral"}
HOUR_REST_S = 900.0  # the limit is by the hour, and no answer says when the hour is over


class Loose(BaseModel):
    """A part of an answer: what we read of it."""

    model_config = ConfigDict(extra="ignore")


class Person(Loose):
    """Who took it."""

    name: str


class Sizes(Loose):
    """The addresses of a photo; `raw` takes a size in its query."""

    raw: str


class Links(Loose):
    """Its page for people, and where its use is told."""

    html: str
    download_location: str


class Photo(Loose):
    """A photo."""

    urls: Sizes
    links: Links
    user: Person

    @property
    def page(self) -> str:
        """Its page, with the marks that Unsplash asks for in every link."""
        return _with_query(self.links.html, REFERRAL)


class Page(Loose):
    """The documented body of a search."""

    results: list[Photo]


class UnsplashVisual(Adapter[VisualRequest]):
    """A photo, which is set in motion; another one for each seed."""

    capability = Capability.VISUAL

    def run(self, request: VisualRequest, work: Work) -> Done:
        """Raises NotCovered where nothing fits."""
        with client(work.credentials) as service:
            photo = _search(service, request)
            if photo is None:
                raise NotCovered(f"Unsplash has nothing for “{_query(request, KEYWORDS_ASKED)}”.")
            _tell_use(service, photo)
        link = _with_query(photo.urls.raw, SIZE)
        to = work.folder / f"{hashlib.sha256(link.encode()).hexdigest()[:16]}.jpg"
        got = http.download(link, to, max_bytes=MAX_PHOTO_BYTES, allowed_types=("image/*",))
        credit = f"{photo.user.name} / Unsplash"
        return Done(Visual("still", got.path, credit=credit, licence=LICENCE, source_url=photo.page))


def client(credentials: Credentials) -> http.Client:
    """A client with the key's header."""
    return http.Client(
        credentials.base_address or BASE_ADDRESS,
        headers={"Authorization": f"Client-ID {credentials.secret}", "Accept-Version": "v1"},
        timeout_s=30.0,
        secrets=(credentials.secret,),
        service="Unsplash",
        label="unsplash",
        classify=_classify,
    )


def _search(service: http.Client, request: VisualRequest) -> Photo | None:
    """One of the first few for the key words, else for the first of them; another for each seed."""
    for query in dict.fromkeys(_query(request, count) for count in (KEYWORDS_ASKED, 1)):
        found = _found(service, request, query) if query else []
        fitting = [photo for photo in found if photo.page not in request.avoid]
        if fitting:
            return fitting[request.seed % min(len(fitting), CHOICE_AMONG)]
    return None


def _query(request: VisualRequest, count: int) -> str:
    return " ".join(request.keywords[:count]) or (request.description[:80] if count > 1 else "")


def _found(service: http.Client, request: VisualRequest, query: str) -> list[Photo]:
    """The first page of results. Raises Unavailable where it is not one."""
    params = {
        "query": query,
        "per_page": PER_PAGE,
        "orientation": ORIENTATIONS[request.orientation],
        "content_filter": "high",
    }
    answer = service.get("/search/photos", params=params).json_object()
    try:
        return Page.model_validate(answer).results
    except ValidationError as error:
        raise http.Unavailable(
            "Unsplash sent an answer of the wrong shape.", detail=str(error)[:300]
        ) from error


def _tell_use(service: http.Client, photo: Photo) -> None:
    """Unsplash counts uses for its photographers. Only the path is followed, so that the key stays with it."""
    parts = urlsplit(photo.links.download_location)
    service.get(urlunsplit(("", "", parts.path, parts.query, "")))


def _with_query(address: str, more: dict[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **more})))


def _classify(response: http.Response) -> http.OutsideError | None:
    """Unsplash answers 403, in plain words, to calls over the hour's limit."""
    if response.status == 403 and "rate limit" in response.text.lower():
        wait_s = http.retry_after_s(response.headers)
        return http.RateLimited(
            "Unsplash asks to wait: the calls of this hour are used up.",
            retry_after_s=HOUR_REST_S if wait_s is None else wait_s,
            status=403,
        )
    return None
