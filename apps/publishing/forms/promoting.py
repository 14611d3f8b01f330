"""Forms of links, hashtag pools, series and posting plans."""

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms

from apps.core.errors import UserError
from apps.jobs.rows import Row, read_csv
from apps.publishing import clock
from apps.publishing.models import AffiliateLink, HashtagPool, Post, Series
from apps.publishing.plan_rows import COLUMNS, MOST
from apps.publishing.services.links import DISCLOSURE

LARGEST_FILE = 1_000_000  # bytes
APART = "---"


class Refusing(forms.Form):
    """A form whose service may still say no."""

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)


class LinkForm(Refusing):
    """A short address and where it leads."""

    name = forms.CharField(label="Name", max_length=120, help_text="For the team; visitors don't see it.")
    url = forms.CharField(
        label="Leads to",
        max_length=2000,
        widget=forms.URLInput(
            attrs={"spellcheck": "false", "placeholder": "https://shop.example.com/?tag=you"}
        ),
    )
    disclosure = forms.CharField(
        label="Disclosure",
        max_length=300,
        initial=DISCLOSURE,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text="Put below every text with this link that does not say so yet.",
    )
    is_off = forms.BooleanField(label="Switched off: it leads nowhere", required=False)

    def __init__(self, *args: Any, link: AffiliateLink | None = None, **kwargs: Any) -> None:
        if link is not None:
            names = ("name", "url", "disclosure", "is_off")
            kwargs["initial"] = {name: getattr(link, name) for name in names}
        super().__init__(*args, **kwargs)
        if link is None:
            del self.fields["is_off"]


class PoolForm(Refusing):
    """A name and its hashtags."""

    name = forms.CharField(label="Niche", max_length=80)
    tags = forms.CharField(
        label="Hashtags",
        help_text="With or without their sign, spaces or commas between them.",
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, pool: HashtagPool | None = None, **kwargs: Any) -> None:
        if pool is not None:
            kwargs["initial"] = {"name": pool.name, "tags": " ".join(f"#{tag}" for tag in pool.tags)}
        super().__init__(*args, **kwargs)

    def clean_tags(self) -> list[str]:
        return [tag for tag in re.split(r"[\s,;]+", self.cleaned_data["tags"]) if tag]


class SeriesForm(Refusing):
    """How often a post is repeated, and with which other words."""

    name = forms.CharField(label="Name", max_length=200)
    every_days = forms.IntegerField(
        label="Every so many days", min_value=1, max_value=365, initial=7, help_text="7 is weekly."
    )
    starts_on = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(label="At", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends_on = forms.DateField(
        label="Until", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    zone = forms.ChoiceField(label="On the clock of")
    titles = forms.CharField(
        label="Other titles, one in each line",
        required=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="They take turns with the title of the post.",
    )
    texts = forms.CharField(
        label="Other texts",
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        help_text="A line with three hyphens (---) parts one from the next. They take turns with the text of the post.",
    )
    pool = forms.ModelChoiceField(
        HashtagPool.objects.none(),
        label="Hashtags from",
        required=False,
        empty_label="No pool",
        help_text="Each post takes the next five.",
    )

    def __init__(
        self, *args: Any, pattern: Post, today: date, series: Series | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(series) if series else _first(pattern, today)
        super().__init__(*args, **kwargs)
        pools, zones = self.fields["pool"], self.fields["zone"]
        if isinstance(pools, forms.ModelChoiceField) and isinstance(zones, forms.ChoiceField):
            pools.queryset = HashtagPool.objects.in_team(pattern.team)
            zones.choices = [(zone, zone) for zone in sorted(available_timezones())]

    def clean_titles(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]

    def clean_texts(self) -> list[str]:
        parts = re.split(
            rf"^\s*{APART}\s*$", self.cleaned_data["texts"].replace("\r\n", "\n"), flags=re.MULTILINE
        )
        return [part.strip() for part in parts if part.strip()]


def _initial(series: Series) -> dict[str, Any]:
    names = ("name", "every_days", "starts_on", "at", "ends_on", "zone", "pool")
    words = {"titles": "\n".join(series.titles), "texts": f"\n{APART}\n".join(series.texts)}
    return {name: getattr(series, name) for name in names} | words


def _first(pattern: Post, today: date) -> dict[str, Any]:
    """At the time of day at which the post itself went out, or will."""
    zone = pattern.team.time_zone
    at = clock.on_clock(pattern.due_at, zone).time() if pattern.due_at else None
    return {"name": str(pattern), "every_days": 7, "starts_on": today, "zone": zone, "at": at}


class PlanForm(Refusing):
    """A posting plan as a file. `rows` are what was read of it."""

    file = forms.FileField(label="CSV file", error_messages={"required": "Choose the file with the plan."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[Row] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 1 MB. A posting plan is smaller.")
        try:
            self.rows = read_csv(file.read(), columns=COLUMNS, most=MOST)
        except UserError as error:
            raise forms.ValidationError(error.message) from None
        return file
