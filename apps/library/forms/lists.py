"""Filters of the library, and what is done with the rows that somebody selected."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from apps.library.channels import NOWHERE
from apps.library.forms.fields import IdsField, TagsField
from apps.library.models import VideoSource, VideoStatus
from apps.library.queries import VideoFilter

PERIODS = [("today", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("365", "Last 12 months")]


class VideoFilterForm(forms.Form):
    """The filters of the library; what the address says wrongly is ignored."""

    q = forms.CharField(label="Find a video", required=False, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *VideoStatus.choices])
    source = forms.ChoiceField(label="Source", required=False, choices=[("", ""), *VideoSource.choices])
    tag = forms.CharField(label="Tag", required=False, max_length=50)
    language = forms.CharField(label="Language", required=False, max_length=10)
    channel = forms.CharField(label="Channel", required=False, max_length=36)
    made = forms.ChoiceField(label="Made", required=False, choices=[("", ""), *PERIODS])

    def clean_channel(self) -> str:
        channel: str = self.cleaned_data["channel"]
        if channel not in ("", NOWHERE):
            forms.UUIDField().clean(channel)
        return channel

    def wanted(self) -> VideoFilter:
        """What to narrow the list to: only fields that were given and are valid."""
        self.is_valid()
        good = self.cleaned_data
        return VideoFilter(
            text=good.get("q", ""),
            status=good.get("status", ""),
            source=good.get("source", ""),
            tag=good.get("tag", ""),
            language=good.get("language", ""),
            channel=good.get("channel", ""),
            since=_since(good.get("made", "")),
        )


def _since(period: str) -> datetime | None:
    """The start of the period in the person's zone."""
    if not period:
        return None
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if period == "today" else midnight - timedelta(days=int(period) - 1)


class SelectedForm(forms.Form):
    """Rows selected in a list."""

    ids = IdsField(required=False)


class TagSelectedForm(SelectedForm):
    """A tag to put on the selected videos, or to take off them."""

    tag = TagsField(required=False)
    remove = forms.BooleanField(required=False)
