"""What differs on one channel of a post, and the switches that only its platform has."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms

from apps.connections.capabilities import Capability, Limits, PostKind
from apps.connections.models import Connection
from apps.connections.registry import Platform
from apps.library.models import Asset, AssetKind, Video
from apps.library.queries import starting_words
from apps.publishing import options, words
from apps.publishing.filecheck import longest_of
from apps.publishing.files import rendition_for
from apps.publishing.forms.fields import HashtagsField, TagsField
from apps.publishing.models import Target

SAME = "As on all channels"
DIFFERING = ("title", "text", "hashtags", "tags", "first_comment", "privacy", "category", "playlist")


class ChannelForm(forms.Form):
    """Empty fields mean: as on all channels."""

    title = forms.CharField(required=False, max_length=words.TITLE_LENGTH)
    text = forms.CharField(required=False, widget=forms.Textarea({"rows": 3, "dir": "auto"}))
    hashtags = HashtagsField(required=False)
    tags = TagsField(required=False)
    first_comment = forms.CharField(required=False, widget=forms.Textarea({"rows": 2, "dir": "auto"}))
    asset = forms.ModelChoiceField(
        Asset.objects.none(), label="File", required=False, empty_label="The one that fits best"
    )
    privacy = forms.ChoiceField(label="Who may see it", required=False)
    category = forms.ChoiceField(required=False)
    playlist = forms.CharField(
        required=False, max_length=500, help_text="Its address or id. The video is added to it."
    )

    written: Mapping[str, Any] = {}  # what was right of it by itself, also where the platform refuses it

    def __init__(
        self,
        *args: Any,
        connection: Connection,
        platform: Platform,
        kind: PostKind,
        video: Video | None,
        target: Target | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs | {"prefix": prefix_of(connection)})
        self.connection, self.platform, self.target = connection, platform, target
        limits = platform.limits.get(kind) or next(iter(platform.limits.values()))
        self._is_too_long = is_too_long(video, limits, connection)
        self._leave_out(limits)
        self._offer(limits, video)
        self._add_options()
        if target is not None:
            self.initial = self._initial(target, video, kind)
        elif video is not None:
            self.initial = self._said_in_the_library(video)
        for name in ("title", "text", "hashtags", "tags", "first_comment"):
            if name in self.fields:
                self.fields[name].widget.attrs |= {"placeholder": SAME, "data-common": name}
                self.fields[name].help_text = ""

    def _leave_out(self, limits: Limits) -> None:
        """What the platform has no place for is not asked."""
        have = {
            "title": limits.text.title,
            "tags": limits.text.tags,
            "first_comment": self.platform.can(Capability.FIRST_COMMENT),
            "privacy": limits.privacies,
            "category": self.platform.slug in options.CATEGORIES,
            "playlist": self.platform.can(Capability.PLAYLIST),
        }
        for name, has in have.items():
            if not has:
                del self.fields[name]

    def _offer(self, limits: Limits, video: Video | None) -> None:
        asks = self.platform.slug in options.ASKS_PRIVACY
        if "privacy" in self.fields:
            offered = options.privacies(self.platform.slug, limits.privacies, self.connection.facts)
            self._set_choices("privacy", [("", "Choose" if asks else SAME), *offered])
        if "category" in self.fields:
            self._set_choices("category", [("", "Chosen by itself"), *options.CATEGORIES[self.platform.slug]])
        field = self.fields["asset"]
        if isinstance(field, forms.ModelChoiceField) and video is not None:
            kinds = (AssetKind.RENDITION, AssetKind.SOURCE)
            field.queryset = Asset.objects.filter(video=video, kind__in=kinds).select_related("file")
            field.label_from_instance = _file_name  # type: ignore[method-assign, assignment]

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _add_options(self) -> None:
        slug, facts = self.platform.slug, self.connection.facts
        for switch in options.SWITCHES.get(slug, ()):
            if switch.is_offered(facts):
                self.fields[f"option_{switch.name}"] = forms.BooleanField(
                    label=switch.label, help_text=switch.hint, required=False, initial=switch.default
                )
        if self._is_too_long:
            self.fields[field_of(words.MAY_TRIM)] = forms.BooleanField(
                label=options.TRIM.label, help_text=options.TRIM.hint, required=False
            )
        for choice in options.CHOICES.get(slug, ()):
            self.fields[f"option_{choice.name}"] = forms.ChoiceField(
                label=choice.label, choices=choice.choices, required=False, initial=choice.default
            )

    def _initial(self, target: Target, video: Video | None, kind: PostKind) -> dict[str, Any]:
        """A file counts as chosen where it is not the one that is taken by itself."""
        found = {name: value for name, value in target.overrides.items() if name in DIFFERING}
        switches = target.overrides.get("options", {}).items()
        by_itself = rendition_for(video, self.platform.slug, kind) if video else None
        own = target.asset_id if by_itself and target.asset_id != by_itself.pk else None
        return {**found, "asset": own, **{f"option_{name}": value for name, value in switches}}

    def _said_in_the_library(self, video: Video) -> dict[str, Any]:
        """What the video's words differ by on this platform (LIB-04)."""
        common, here = starting_words(video), starting_words(video, self.platform.slug)
        pairs = (
            ("title", here.title, common.title),
            ("text", here.description, common.description),
            ("tags", list(here.tags), list(common.tags)),
            ("category", here.category, ""),
        )
        return {name: value for name, value, same in pairs if value != same}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.written = dict(data)
        return data

    def clean_playlist(self) -> str:
        """YouTube's addresses carry the id in `list`."""
        text = str(self.cleaned_data["playlist"]).strip()
        found = parse_qs(urlsplit(text).query).get("list", [text])[0]
        if found and not all(sign.isalnum() or sign in "-_" for sign in found):
            raise forms.ValidationError("Paste the address of the playlist, or its id.")
        return found

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if isinstance(self.fields[name], forms.BooleanField)]

    @property
    def wordings(self) -> list[forms.BoundField]:
        names = ("title", "text", "hashtags", "tags", "first_comment")
        return [self[name] for name in names if name in self.fields]

    @property
    def choices(self) -> list[forms.BoundField]:
        names = ("asset", "category", "option_license", "playlist")
        return [self[name] for name in names if name in self.fields]

    @property
    def consent(self) -> str:
        return options.CONSENT.get(self.platform.slug, "")

    @property
    def asks_privacy(self) -> bool:
        """Whether the platform wants the person to choose, each time, with nothing chosen beforehand."""
        return self.platform.slug in options.ASKS_PRIVACY

    @property
    def differs(self) -> bool:
        """Whether it is opened when the page is: something in it was changed or is wrong."""
        names = [name for name in self.fields if name in DIFFERING and name != "privacy"]
        return bool(self.errors) or any(self[name].value() for name in names)

    def overrides(self) -> dict[str, Any]:
        """What is to be kept of it: only what differs. Fields that are wrong are left out."""
        data = self.written
        found: dict[str, Any] = {name: data[name] for name in DIFFERING if data.get(name)}
        chosen = self._options(data)
        if chosen:
            found["options"] = chosen
        if data.get("asset"):
            found["asset"] = data["asset"]
        return found

    def _options(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Those that are not as they are by default, and what others keep there."""
        slug = self.platform.slug
        switches = (*options.SWITCHES.get(slug, ()), options.TRIM)
        defaults: dict[str, Any] = {switch.name: switch.default for switch in switches}
        defaults |= {choice.name: choice.default for choice in options.CHOICES.get(slug, ())}
        kept = dict(self.target.overrides.get("options", {})) if self.target else {}
        others = {name: value for name, value in kept.items() if name not in defaults}
        given = {name: data[f"option_{name}"] for name in defaults if f"option_{name}" in data}
        return {
            **others,
            **{name: value for name, value in given.items() if value not in ("", defaults[name])},
        }


def field_of(name: str) -> str:
    """The form's name of what a finding is about."""
    return f"option_{name}" if name == words.MAY_TRIM else name


def is_too_long(video: Video | None, limits: Limits, connection: Connection) -> bool:
    """Whether somebody has to be asked if the video may be cut for this channel."""
    longest_s = longest_of(limits.media, connection.facts)
    return bool(video and video.duration_s and longest_s and video.duration_s > longest_s)


def prefix_of(connection: Connection) -> str:
    """What the names of a channel's fields begin with."""
    return f"c{connection.pk.hex}"


def _file_name(asset: Asset) -> str:
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height else asset.get_kind_display()
    return f"{asset.format.replace('x', ':')} – {size}" if asset.format else size
