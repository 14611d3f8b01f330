"""Forms about teams."""

from django import forms

from apps.teams.models import Membership, Team


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ["name"]
        labels = {"name": "Name of the team"}
        help_texts = {"name": "Your show, channel or company. It can be changed later."}
        widgets = {"name": forms.TextInput({"autocomplete": "organization", "placeholder": "Night Kitchen"})}


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ["role"]
