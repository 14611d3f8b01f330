"""Pictures made by OpenAI."""

import base64
import binascii
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.core import http
from apps.media.probe import is_picture
from apps.providers.adapters import Adapter, Cost, Credentials, Done, Work
from apps.providers.capabilities import Capability, Visual, VisualRequest
from apps.providers.errors import NotCovered
from apps.providers.openai.service import FACTS, client, wrong_shape

VISUAL = FACTS["visual"]
SIZES = {"portrait": "1024x1536", "landscape": "1536x1024", "square": "1024x1024"}
LICENCE = "Made by OpenAI for you; yours to use under its terms"
LONGEST_DESCRIPTION = 2000
MAX_BYTES = 60_000_000


class Picture(BaseModel):
    """One picture of an answer."""

    model_config = ConfigDict(extra="ignore")

    b64_json: str


class Pictures(BaseModel):
    """The documented body of an answer."""

    model_config = ConfigDict(extra="ignore")

    data: list[Picture] = Field(min_length=1)


class OpenAIVisual(Adapter[VisualRequest]):
    """Draws a still of what the scene shows."""

    capability = Capability.VISUAL

    def run(self, request: VisualRequest, work: Work) -> Done:
        """Raises NotCovered where nothing says what to draw."""
        model = work.credentials.options.get("image_model") or VISUAL["model"]
        body = {
            "model": model,
            "prompt": _prompt(request),
            "n": 1,
            "size": SIZES[request.orientation],
            "quality": VISUAL["quality"],
            "output_format": "jpeg",
        }
        with client(work.credentials) as service:
            answer = service.post("/images/generations", json=body, max_bytes=MAX_BYTES, idempotent=True)
        path = work.folder / "drawn.jpg"
        path.write_bytes(_packed(answer))
        if not is_picture(path):
            path.unlink()
            raise http.Rejected("OpenAI sent a picture that cannot be read.")
        visual = Visual("still", path, credit=f"Made with {model}", licence=LICENCE)
        return Done(visual, self.estimate(request, work.credentials), str(model))

    def estimate(self, request: VisualRequest, credentials: Credentials) -> Cost:
        """The price of one picture."""
        price = Decimal(credentials.options.get("image_price") or VISUAL["price_of_a_picture"])
        return Cost(price.quantize(Decimal("0.000001")), "USD", {"pictures": 1})


def _prompt(request: VisualRequest) -> str:
    wanted = request.description.strip() or ", ".join(request.keywords)
    if not wanted:
        raise NotCovered("Nothing says what to draw. Describe the scene's picture.")
    lines = (
        f"A photograph-like picture for one scene of a video: {wanted[:LONGEST_DESCRIPTION]}",
        f"It has to do with: {', '.join(request.keywords)}." if request.keywords else "",
        f"Look: {request.aesthetic}." if request.aesthetic else "",
        "No text, no letters, no logos, no watermark.",
    )
    return "\n".join(line for line in lines if line)


def _packed(answer: http.Response) -> bytes:
    try:
        packed = Pictures.model_validate(answer.json_object()).data[0].b64_json
        return base64.b64decode(packed, validate=True)
    except (ValidationError, binascii.Error) as error:
        raise wrong_shape(error) from error
