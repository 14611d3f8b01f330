"""The filters of the list of posts."""

from uuid import UUID

from django import forms

from apps.publishing.models import PostStatus
from apps.publishing.queries import PostFilter


class PostFilterForm(forms.Form):
    """What the address says wrongly is ignored."""

    q = forms.CharField(label="Find a post", required=False, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *PostStatus.choices])
    channel = forms.UUIDField(label="Channel", required=False)

    def wanted(self) -> PostFilter:
        self.is_valid()
        good = self.cleaned_data
        channel: UUID | None = good.get("channel")
        return PostFilter(text=good.get("q", ""), status=good.get("status", ""), channel=channel)
