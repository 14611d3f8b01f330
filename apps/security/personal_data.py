"""What proofs of consent hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.security.models import Consent


@collects("consents", Consent)
def of_person(user: Any) -> Iterator[Part]:
    """Which notices the person agreed to, when, and from where."""
    rows = Consent.objects.filter(person=user).order_by("created_at")
    yield Part("consents.json", rows=list(rows.values("notice", "created_at", "address")))
