"""Forms about approvals."""

from django import forms

from apps.approvals.registry import KINDS


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label="What you want to say about it",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Whoever asked reads it. To decline, say why.",
    )


class RulesForm(forms.Form):
    """Which kinds of things need approval."""

    kinds = forms.MultipleChoiceField(required=False)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["kinds"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(kind.name, kind.label) for kind in KINDS.values()]
