"""Comments and links of a review."""

from typing import Any

from django import forms

from apps.library.cues import read_time
from apps.library.services.review import LINK_DAYS, NAME_LENGTH, TEXT_LENGTH


class TimeField(forms.CharField):
    """A time of the video such as 1:02.5; None where none is said."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        seconds = read_time(text)
        if seconds is None:
            raise forms.ValidationError("Write a time such as 1:02.5, or leave it empty.")
        return seconds


class CommentForm(forms.Form):
    """What a member says."""

    at = TimeField(
        label="At",
        required=False,
        max_length=14,
        widget=forms.TextInput({"placeholder": "0:00", "autocomplete": "off"}),
    )
    text = forms.CharField(label="Comment", max_length=TEXT_LENGTH, widget=forms.Textarea({"rows": 3}))


class GuestCommentForm(CommentForm):
    """What a guest says, and who they are."""

    name = forms.CharField(
        label="Your name", max_length=NAME_LENGTH, widget=forms.TextInput({"autocomplete": "name"})
    )


class LinkForm(forms.Form):
    """A link for somebody without an account."""

    name = forms.CharField(label="For whom", max_length=80)
    days = forms.TypedChoiceField(
        label="Open for",
        coerce=int,
        choices=[(days, "1 day" if days == 1 else f"{days} days") for days in LINK_DAYS],
        initial=7,
    )
    may_comment = forms.BooleanField(label="May comment", required=False, initial=True)
