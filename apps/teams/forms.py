"""Forms about teams."""

from typing import Any

from django import forms

from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.services.invitations import INVITABLE


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ["name"]
        labels = {"name": "Name of the team"}
        help_texts = {"name": "Your show, channel or company. It can be changed later."}
        widgets = {"name": forms.TextInput({"autocomplete": "organization", "placeholder": "Night Kitchen"})}


class SecondFactorForm(forms.Form):
    required = forms.BooleanField(
        label="Every member needs a second factor",
        required=False,
        help_text="Whoever has none is asked to set one up before they see anything of the team.",
    )


class RoleForm(forms.Form):
    """The new role, and the one that the page showed."""

    role = forms.ChoiceField(choices=Role.choices)
    seen = forms.ChoiceField(choices=Role.choices, required=False)

    def roles(self) -> tuple[Role, Role | None]:
        """What was chosen, and what was seen."""
        seen = self.cleaned_data["seen"]
        return Role(self.cleaned_data["role"]), Role(seen) if seen else None


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "placeholder": "name@example.com"}),
        help_text="They get a link that is good for seven days, and sign in with this address.",
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in INVITABLE],
        initial=Role.EDITOR,
        help_text="It can be changed at any time.",
    )


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Names may be alike, addresses are not."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user} ({obj.user.email})"


class TransferForm(forms.Form):
    """Who becomes the owner, and the team's name typed once more."""

    to = MemberField(label="New owner", queryset=Membership.objects.none(), empty_label="Choose a member")
    typed_name = forms.CharField(
        label="The team's name", max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data)
        to = self.fields["to"]
        if isinstance(to, forms.ModelChoiceField):
            others = Membership.objects.in_team(team).exclude(role=Role.OWNER).select_related("user")
            to.queryset = others.order_by("user__display_name", "user__email")
