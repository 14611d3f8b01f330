"""Calls of the Graph API: version in the address, token in a header, and a proof that the application itself calls."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

from apps.connections.adapters import AppCredentials, Call, Heard, Progress, Upload, ignore
from apps.connections.platforms import ALONE
from apps.connections.platforms.meta.errors import classify
from apps.connections.platforms.meta.usage import heard_in
from apps.connections.platforms.uploading import part, teller, time_for
from apps.core import http


@dataclass(frozen=True)
class Graph:
    """The Graph API for one token. `service` is the name in sentences: Instagram or Facebook. `hear` is told what each
    answer says of the budgets."""

    app: AppCredentials
    token: str
    service: str
    hear: Callable[[Heard], None] = ignore

    @classmethod
    def of(cls, call: Call, service: str) -> Self:
        """For an account that is called."""
        return cls(call.app, call.token, service, call.hear)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("GET", path, params, idempotent=True)

    def post(
        self, path: str, *, idempotent: bool = False, address: str = "graph", **params: Any
    ) -> dict[str, Any]:
        return self._call("POST", path, params, idempotent=idempotent, address=address)

    def delete(self, path: str) -> dict[str, Any]:
        return self._call("DELETE", path, {}, idempotent=True)

    def post_file(self, path: str, files: dict[str, Any], **params: Any) -> dict[str, Any]:
        """A multipart call with a small file; sending it twice does no harm."""
        with self.client("graph") as client:
            answer = client.post(path, files=files, data={**params, **self._proof()}, idempotent=True)
        return self._checked(answer)

    def send_bytes(
        self,
        url: str,
        upload: Upload,
        progress: Progress,
        source: BinaryIO,
        moved: Callable[[Progress], None],
        names: tuple[str, str] = ("offset", "file_size"),
    ) -> dict[str, Any]:
        """Send the file from the progress's offset on, in one request. `names` are those of the two headers."""
        first, length = progress.offset, upload.size - progress.offset
        headers = {
            "Authorization": f"OAuth {self.token}",
            names[0]: str(first),
            names[1]: str(upload.size),
            "Content-Length": str(length),
            "Content-Type": "application/octet-stream",
        }
        body = part(source, first, length, teller(progress, upload.size, first, moved))
        with self.client("graph") as client:
            # Nothing is public by it: a second time it goes on where it stands, or starts again.
            answer = client.post(
                url, content=body, headers=headers, idempotent=True, timeout_s=time_for(length)
            )
        return self._checked(answer)

    def arrived(self, url: str, name: str) -> int | None:
        """How many bytes the upload address has; None where it does not say (not documented for reels)."""
        with self.client("graph") as client:
            try:
                answer = client.get(url, headers={"Authorization": f"OAuth {self.token}"})
                found = self._checked(answer).get(name)
            except (http.Rejected, http.Unavailable):
                return None
        return int(found) if found is not None and str(found).isdigit() else None

    def client(self, address: str) -> http.Client:
        return http.Client(
            self.app.addresses[address],
            headers={**ALONE, **({"Authorization": f"Bearer {self.token}"} if self.token else {})},
            secrets=(self.token, self.app.client_secret),
            service=self.service,
            label=self.service.lower(),
            guard=self.app.guard,
            classify=self._classified,
        )

    def _call(
        self, method: str, path: str, params: dict[str, Any], *, idempotent: bool, address: str = "graph"
    ) -> dict[str, Any]:
        given = {name: value for name, value in params.items() if value not in (None, "")}
        whole = {name: _plain(value) for name, value in {**given, **self._proof()}.items()}
        content: dict[str, Any] = {"params": whole} if method in ("GET", "DELETE") else {"data": whole}
        with self.client(address) as client:
            answer = client.request(method, path, idempotent=idempotent, **content)
        return self._checked(answer)

    def _checked(self, answer: http.Response) -> dict[str, Any]:
        """The body of an answer. Raises what an error within it means."""
        self._listen(answer)
        body = answer.json_object()
        if "error" in body or "debug_info" in body:
            error = classify(answer)
            if error is not None:
                raise error
        return body

    def _classified(self, answer: http.Response) -> http.OutsideError | None:
        self._listen(answer)
        return classify(answer)

    def _listen(self, answer: http.Response) -> None:
        for heard in heard_in(answer.headers):
            self.hear(heard)

    def _proof(self) -> dict[str, str]:
        """HMAC-SHA256 of the token under the application's secret, for applications that require it."""
        if not (self.token and self.app.client_secret):
            return {}
        made = hmac.new(self.app.client_secret.encode(), self.token.encode(), hashlib.sha256)
        return {"appsecret_proof": made.hexdigest()}


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a list answer."""
    data = answer.get("data")
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
