"""The composer: one video, the words that all channels share, what differs on each, and when it goes out (PUB-01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from apps.connections.capabilities import Capability, PostKind
from apps.connections.models import Connection
from apps.connections.queries import Warning, warnings_for
from apps.connections.queries import connections as connections_of
from apps.connections.registry import PLATFORMS, Platform
from apps.core.ids import new_id
from apps.library.models import Asset, AssetKind, Video, VideoStatus
from apps.publishing import clock, words
from apps.publishing.checks import Checked, check
from apps.publishing.errors import PublishingError
from apps.publishing.files import rendition_for
from apps.publishing.forms.channel import ChannelForm, field_of, prefix_of
from apps.publishing.forms.fields import HashtagsField, TagsField
from apps.publishing.forms.when import WhenForm
from apps.publishing.models import Post, PostKindChoice, QueueSlot, Target, TargetStatus
from apps.publishing.services.submitting import At, Submission
from apps.publishing.words import Words
from apps.teams.models import Team

NOW, AT_A_TIME, QUEUE = "now", "at", "queue"
WHENS = [(NOW, "Now"), (AT_A_TIME, "At a time")]
DRAFT, GO = "draft", "go"
OUT = (TargetStatus.PUBLISHED, TargetStatus.DELETED)
COMMON = (
    "title", "text", "hashtags", "tags", "first_comment", "privacy", "made_for_kids", "ai_made", "paid_promotion",
)  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """A channel that the post can go to, with the form of what differs there. `is_out` where it is out already."""

    connection: Connection
    platform: Platform
    form: ChannelForm
    chosen: bool
    is_out: bool
    warnings: tuple[Warning, ...]

    @property
    def prefix(self) -> str:
        return prefix_of(self.connection)


class ComposerForm(WhenForm):
    """A new post, or one that is not out yet. What the platforms refuse is said only when it is to go out."""

    ref = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    video = forms.ModelChoiceField(
        Video.objects.none(),
        required=False,
        error_messages={"invalid_choice": "This video is not there any more. Choose another one."},
    )
    kind = forms.ChoiceField(label="Post it as", choices=PostKindChoice.choices, initial=PostKindChoice.VIDEO)
    thumbnail = forms.ModelChoiceField(Asset.objects.none(), required=False)
    title = forms.CharField(required=False, max_length=words.TITLE_LENGTH)
    text = forms.CharField(
        required=False, max_length=words.TEXT_LENGTH, widget=forms.Textarea({"rows": 5, "dir": "auto"})
    )
    hashtags = HashtagsField(required=False)
    tags = TagsField(required=False)
    first_comment = forms.CharField(
        required=False,
        max_length=words.TEXT_LENGTH,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text="Written under the post as soon as it is out, where the platform allows it.",
    )
    privacy = forms.ChoiceField(
        label="Who may see it",
        choices=[("public", "Everybody"), ("unlisted", "Whoever has the link"), ("private", "Only you")],
        initial="public",
    )
    made_for_kids = forms.BooleanField(label="Made for children", required=False)
    ai_made = forms.BooleanField(label="Made or changed with AI", required=False)
    paid_promotion = forms.BooleanField(label="Contains paid promotion", required=False)
    connections = forms.MultipleChoiceField(
        label="Channels",
        required=False,
        error_messages={"invalid_choice": "One of the channels is not there any more. Choose again."},
    )
    when = forms.ChoiceField(
        label="When",
        choices=WHENS,
        initial=AT_A_TIME,
        widget=forms.RadioSelect,
    )

    note = forms.CharField(
        label="A word to whoever decides",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )

    field_order = ("ref", "video", "kind", "title", "text")

    def __init__(self, data: Any = None, *, team: Team, post: Post | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.team, self.post = team, post
        self.initial.setdefault("ref", new_id())
        self._offer_videos()
        self._offer_queue()
        self.targets = {target.connection_id: target for target in _targets(post)}
        if any(target.status in OUT for target in self.targets.values()):
            self._lock_common()
        self.channels = self._channels()
        field = self.fields["connections"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (str(channel.connection.pk), str(channel.connection)) for channel in self.channels
            ]

    def _offer_videos(self) -> None:
        videos, stills = self.fields["video"], self.fields["thumbnail"]
        if isinstance(videos, forms.ModelChoiceField):
            videos.queryset = Video.objects.in_team(self.team).filter(status=VideoStatus.READY)
        self.chosen_video = self._chosen_video()
        if isinstance(stills, forms.ModelChoiceField) and self.chosen_video:
            stills.queryset = self.chosen_video.assets.filter(kind=AssetKind.THUMBNAIL)

    def _offer_queue(self) -> None:
        """The next free time, where the team has posting times."""
        when = self.fields["when"]
        self.has_queue = QueueSlot.objects.in_team(self.team).exists()
        if self.has_queue and isinstance(when, forms.ChoiceField):
            when.choices = [*WHENS, (QUEUE, "In the next free time")]

    def _chosen_video(self) -> Video | None:
        """The one that is written in the form now, good or not for publishing."""
        value = self["video"].value()
        try:
            wanted = UUID(str(getattr(value, "pk", value)))
        except ValueError:
            return None
        found: Video | None = Video.objects.in_team(self.team).filter(pk=wanted).first()
        return found

    def _lock_common(self) -> None:
        """What is out somewhere already keeps the words it went out with; other channels may still differ."""
        self.is_locked = True
        for name in (*COMMON, "video", "kind", "thumbnail"):
            self.fields[name].disabled = True

    is_locked = False
    written: Mapping[str, Any] = {}  # what was right of it by itself, also where a platform refuses it

    @property
    def post_kind(self) -> PostKind:
        value = str(self["kind"].value())
        return PostKind(value) if value in PostKindChoice.values else PostKind.VIDEO

    def _channels(self) -> list[Channel]:
        chosen = {str(value) for value in self["connections"].value() or ()}
        rows = connections_of(self.team, Capability.PUBLISH).prefetch_related("strikes")
        return [self._channel(row, str(row.pk) in chosen) for row in rows]

    def _channel(self, connection: Connection, chosen: bool) -> Channel:
        platform, target = PLATFORMS[connection.platform], self.targets.get(connection.pk)
        form = ChannelForm(
            self.data if self.is_bound else None,
            connection=connection,
            platform=platform,
            kind=self.post_kind,
            video=self.chosen_video,
            target=target,
        )
        is_out = target is not None and target.status in OUT
        found = warnings_for(connection, self.post_kind)
        return Channel(connection, platform, form, chosen and not is_out, is_out, found)

    @property
    def chosen(self) -> list[Channel]:
        return [channel for channel in self.channels if channel.chosen]

    @property
    def moment(self) -> datetime | None:
        """When it would go out as the form is written now; None for at once, or where no time is meant."""
        data = getattr(self, "cleaned_data", {})
        local, zone = data.get("due_at"), data.get("zone")
        if self["when"].value() != AT_A_TIME or local is None or not zone:
            return None
        try:
            return clock.moment(local, zone, fold=self.chosen_fold)
        except PublishingError:
            return None

    @property
    def action(self) -> str:
        return GO if self.is_bound and self.data.get("action") == GO else DRAFT

    @property
    def is_planned(self) -> bool:
        """A time counts where the post is to go out at one."""
        return self.action == GO and self["when"].value() == AT_A_TIME

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.written, goes_out = dict(data), self.action == GO
        if goes_out and not self.chosen:
            self.add_error("connections", "Choose at least one channel.")
        if goes_out and not data.get("video") and "video" not in self.errors:
            self.add_error("video", "Choose the video that goes out.")
        for channel in self.chosen:
            channel.form.full_clean()
            if goes_out:
                self._clean_channel(channel)
        if any(channel.form.errors for channel in self.chosen):
            self.add_error(
                None, "Something on one of the channels has to be changed first. It is marked below."
            )
        return data

    def _clean_channel(self, channel: Channel) -> None:
        """What the platform would refuse, beside the field that says it: the channel's own, or the common one."""
        form = channel.form
        if form.asks_privacy and not form.cleaned_data.get("privacy") and "privacy" not in form.errors:
            form.add_error("privacy", f"Choose who may see it on {channel.platform.name}.")
        for finding in self.checked(channel).findings:
            if not finding.stops:
                continue
            field = field_of(finding.field)
            own = field in form.fields and bool(form.cleaned_data.get(field))
            if own or field not in self.fields or self.is_locked:
                form.add_error(field if field in form.fields else None, finding.whole)
            elif finding.whole not in self.errors.get(field, []):
                self.add_error(field, finding.whole)

    def said(self, channel: Channel) -> Words:
        """The words on one channel, as they are written now; what can't be kept counts as it was, or not at all."""
        common = {name: self.written.get(name, self[name].initial) for name in COMMON}
        own = {name: value for name, value in channel.form.overrides().items() if name in words.NAMES}
        said = {name: value for name, value in {**common, **own}.items() if value is not None}
        lists = {name: tuple(said.get(name) or ()) for name in ("tags", "hashtags")}
        return Words(**{**said, **lists})

    def asset_of(self, channel: Channel) -> Asset | None:
        """The file that would go out there."""
        own = getattr(channel.form, "cleaned_data", {}).get("asset")
        if own or self.chosen_video is None:
            return own
        return rendition_for(self.chosen_video, channel.platform.slug, self.post_kind)

    def checked(self, channel: Channel) -> Checked:
        return check(
            self.said(channel),
            channel.platform,
            self.post_kind,
            self.asset_of(channel),
            channel.connection.facts,
        )

    def submission(self) -> Submission:
        """What is sent to the service; only of a valid form."""
        data = self.cleaned_data
        changes = (
            None if self.is_locked else {name: data[name] for name in (*COMMON, "kind", "video", "thumbnail")}
        )
        return Submission(
            connections=[channel.connection for channel in self.channels if channel.chosen or channel.is_out],
            changes=changes,
            overrides={channel.connection.pk: channel.form.overrides() for channel in self.chosen},
            at=self._at(),
            note=data["note"],
            seen=data["seen"],
        )

    def _at(self) -> At | str:
        if self.action != GO:
            return ""
        data = self.cleaned_data
        if data["when"] == AT_A_TIME:
            return At(data["due_at"], data["zone"], self.chosen_fold)
        return QUEUE if data["when"] == QUEUE else NOW

    def refuse(self, field: str | None, sentence: str) -> None:
        """Say what the service refused beside its field, or above the form. Whoever was told that the post is another
        one by now may save again."""
        if field == "seen" and isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"], self.data = self.initial["seen"], data
        self.add_error(field if field in self.fields and field != "seen" else None, sentence)


def _targets(post: Post | None) -> Sequence[Target]:
    if post is None:
        return ()
    return list(post.targets.select_related("connection").defer("connection__picture", "progress"))
