"""Whether a person follows a link, or a program that looks at pages (PUB-11)."""

import re
from collections.abc import Mapping

_PROGRAMS = re.compile(
    r"(?<!cu)bot(?:\b|_)|crawl|spider|slurp|preview|scan|monitor|fetch|archiv|facebookexternalhit|facebot|whatsapp|"
    r"telegram|embed|curl|wget|python|httpx|okhttp|go-http|java/|libwww|axios|node|ruby|headless|phantom|lighthouse",
    re.IGNORECASE,
)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Browsers that people use name themselves, ask with GET, and say when they only fetch ahead (Fetch, Sec-Purpose).

    Programs that lie are counted: nothing is kept of anybody by which they could be told apart.
    """
    agent = headers.get("User-Agent", "")
    if method != "GET" or not agent.startswith("Mozilla/") or _PROGRAMS.search(agent):
        return False
    return not any(
        re.search("prefetch|prerender|preview", headers.get(name, ""), re.IGNORECASE) for name in _AHEAD
    )
