"""Files that people bring, and their right to use them."""

from typing import Any

from django import forms

from apps.library.forms.fields import ManyFilesField
from apps.library.models import AssetKind
from apps.library.provenance import LICENCES, NEEDS_PROOF, Provenance


class RightsForm(forms.Form):
    """The right to use what somebody uploads."""

    licence = forms.ChoiceField(label="Right to use it", choices=LICENCES)
    credit = forms.CharField(max_length=200, required=False, help_text="Whom to name as its author.")
    receipt = forms.CharField(
        label="Proof", max_length=300, required=False, help_text="The number or address of the licence."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = NEEDS_PROOF.get(data.get("licence", ""))
        if wanted and not data.get(wanted, "").strip():
            words = (
                "Say whom to name as the author."
                if wanted == "credit"
                else "Say where the licence can be found."
            )
            self.add_error(wanted, words)
        return data

    def provenance(self, uploader: str) -> Provenance:
        """What the answers say about the file's origin."""
        data = self.cleaned_data
        credit = data["credit"].strip() or (uploader if data["licence"] == "own work" else "")
        receipt = data["receipt"].strip()
        link = receipt if receipt.startswith(("https://", "http://")) else ""
        return Provenance(
            provider="upload", licence=data["licence"], credit=credit, receipt=receipt, source_url=link
        )


class UploadForm(RightsForm):
    """A file of the team's own, and the right to use it."""

    file = forms.FileField()
    kind = forms.ChoiceField(
        label="What it is",
        choices=[(kind.value, kind.label) for kind in (AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC)],
        widget=forms.RadioSelect,
        initial=AssetKind.IMAGE,
    )
    title = forms.CharField(label="Name", max_length=200, required=False, help_text="Empty: the file's name.")


class VideoUploadForm(RightsForm):
    """Video files, and the right to use them."""

    file = ManyFilesField(
        label="Video files",
        allow_empty_file=True,  # the service has a better sentence
        error_messages={"required": "Choose at least one video file."},
    )
