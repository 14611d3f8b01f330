"""The words of what is published already, on one channel."""

from typing import Any

from django import forms

from apps.connections.capabilities import PostKind
from apps.connections.registry import PLATFORMS
from apps.core.errors import UserError
from apps.publishing import words
from apps.publishing.checks import check
from apps.publishing.forms.fields import HashtagsField, TagsField
from apps.publishing.models import Target


class PublishedForm(forms.Form):
    """Only what the platform lets us change, and what it has a place for."""

    title = forms.CharField(required=False, max_length=words.TITLE_LENGTH)
    text = forms.CharField(required=False, widget=forms.Textarea({"rows": 6, "dir": "auto"}))
    hashtags = HashtagsField(required=False)
    tags = TagsField(required=False)

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.said = target, words.of_target(target)
        self.platform = PLATFORMS[target.connection.platform]
        limits = self.platform.limits.get(_kind(target))
        if limits is None or not limits.text.title:
            del self.fields["title"]
        if limits is None or not limits.text.tags:
            del self.fields["tags"]
        self.initial = {name: getattr(self.said, name) for name in self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            said = words.Words(
                **{**vars(self.said), **{k: _frozen(v) for k, v in words.cleaned(data).items()}}
            )
        except UserError as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)
            return data
        for finding in check(said, self.platform, _kind(self.target), None).findings:
            if finding.stops:
                self.add_error(finding.field if finding.field in self.fields else None, finding.whole)
        return data

    def changes(self) -> dict[str, Any]:
        """What differs from what is there."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if _frozen(value) != getattr(self.said, name)
        }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _kind(target: Target) -> PostKind:
    return PostKind(target.post.kind)
