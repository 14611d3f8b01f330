"""The form that starts many videos from one list."""

from typing import Any

from django import forms

from apps.core.errors import UserError
from apps.core.ids import new_id
from apps.creation.forms.fields import set_choices
from apps.creation.models import Template
from apps.creation.queries import templates_for
from apps.creation.services.many import COLUMNS, MOST, BadRow, ideas_of
from apps.creation.services.runs import Idea
from apps.jobs.rows import Row, read_csv
from apps.library.languages import language_choices
from apps.teams.models import Team

LARGEST_FILE = 1_000_000  # bytes


class ManyForm(forms.Form):
    """A CSV file, or lines with a topic or a link each; a template for all of them."""

    batch = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    file = forms.FileField(label="CSV file", required=False)
    lines = forms.CharField(
        label="Topics or links, one in each line",
        required=False,
        widget=forms.Textarea(
            {
                "rows": 6,
                "placeholder": "Why bread smells of home\nhttps://example.com/an-article",
                "dir": "auto",
            }
        ),
    )
    template = forms.ModelChoiceField(
        Template.objects.none(),
        label="Template",
        empty_label=None,
        error_messages={"required": "Choose how they are told."},
    )
    language = forms.ChoiceField(label="Language", required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ideas: list[Idea] = []
        self.bad: list[BadRow] = []
        templates = self.fields["template"]
        if isinstance(templates, forms.ModelChoiceField):
            templates.queryset = templates_for(team)
        set_choices(self, "language", [("", "As the text"), *language_choices()])

    def clean(self) -> dict[str, Any]:
        """Reads the list. Every row that is wrong is in `bad`, beside one error of the form."""
        data = super().clean() or {}
        try:
            rows = self._rows(data)
        except UserError as error:
            raise forms.ValidationError(error.message) from None
        self.ideas, self.bad = ideas_of(rows, language=data.get("language", ""))
        if self.bad:
            many = "One row is" if len(self.bad) == 1 else f"{len(self.bad)} rows are"
            raise forms.ValidationError(
                f"{many} not right, so nothing was started. Mend them and send the list again."
            )
        return data

    def _rows(self, data: dict[str, Any]) -> list[Row]:
        file, lines = data.get("file"), data.get("lines", "").strip()
        if bool(file) == bool(lines):
            raise UserError("Choose a file or write lines: one of both.")
        if file:
            if file.size > LARGEST_FILE:
                raise UserError("The file is larger than 1 MB. A list of topics and links is smaller.")
            return read_csv(file.read(), columns=COLUMNS, most=MOST)
        found = [(number, line.strip()) for number, line in enumerate(lines.splitlines(), 1) if line.strip()]
        if len(found) > MOST:
            raise UserError(f"These are {len(found)} lines; {MOST} can be started at once.")
        return [Row(number, {_column(line): line}) for number, line in found]


def _column(line: str) -> str:
    return "link" if line.startswith(("http://", "https://")) else "topic"
