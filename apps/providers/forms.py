"""The key form, made of what a provider declares, and the filters of the costs page."""

from typing import Any

from django import forms

from apps.providers.capabilities import Capability
from apps.providers.models import ProviderKey
from apps.providers.queries import PERIODS
from apps.providers.registry import PROVIDERS, Provider
from apps.providers.services import KeyWishes


class KeyForm(forms.Form):
    """A key of one provider. The stored secret is never put into the form again."""

    label = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        help_text="How the team calls it; empty takes the provider's name.",
    )
    secret = forms.CharField(required=False, max_length=500, strip=True)
    base_address = forms.CharField(label="Address", required=False, max_length=300)

    def __init__(self, *args: Any, provider: Provider, key: ProviderKey | None = None, **kwargs: Any) -> None:
        self.provider = provider
        self.key = key
        kwargs["initial"] = self._stored()
        super().__init__(*args, **kwargs)
        secret = self.fields["secret"]
        secret.label = provider.secret_label
        secret.widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        secret.required = provider.secret_required and key is None
        if key is not None and key.secret_is_kept:
            secret.help_text = f"Leave it empty to keep {key.masked}."
        if provider.address_is_open:
            self.fields["base_address"].widget.attrs["placeholder"] = provider.base_address
            self.fields["base_address"].help_text = f"Empty for {provider.base_address}."
        else:
            del self.fields["base_address"]
        for declared in provider.fields:
            self.fields[declared.name] = forms.CharField(
                label=declared.label, help_text=declared.hint, required=declared.required, max_length=200
            )

    def _stored(self) -> dict[str, str]:
        declared = {field.name: field.default for field in self.provider.fields}
        if self.key is None:
            return declared
        return {
            **declared,
            **self.key.options,
            "label": self.key.label,
            "base_address": self.key.base_address,
        }

    def clean(self) -> dict[str, Any]:
        """Prices must be numbers."""
        data = super().clean() or {}
        for field in self.provider.fields:
            if "price" in field.name and data.get(field.name) and not _is_price(data[field.name]):
                self.add_error(field.name, "Enter a number such as 0.40.")
        return data

    def wishes(self) -> KeyWishes:
        """What was entered, of a valid form."""
        data = self.cleaned_data
        options = {field.name: data.get(field.name, "") for field in self.provider.fields}
        return KeyWishes(data["label"], data["secret"], data.get("base_address", "").rstrip("/"), options)

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)


def _is_price(text: str) -> bool:
    whole, _, part = text.partition(".")
    return whole.isdigit() and len(whole) < 6 and (not part or (part.isdigit() and len(part) <= 6))


class OrderForm(forms.Form):
    """A new order of a capability's providers, or one step of one of them."""

    capability = forms.ChoiceField(
        choices=[(capability.value, capability.value) for capability in Capability]
    )
    order = forms.CharField(required=False, max_length=4000)
    move = forms.CharField(required=False, max_length=60)

    def refs(self) -> list[str]:
        """The references in the new order."""
        return [ref for ref in self.cleaned_data["order"].split(",") if ref]

    def step(self) -> tuple[str, int] | None:
        """Which one goes up (-1) or down (1)."""
        ref, _, step = self.cleaned_data["move"].partition(":")
        return (ref, int(step)) if step in ("-1", "1") else None


class CostFilterForm(forms.Form):
    """The filters of the costs page; what the address says wrongly is ignored."""

    days = forms.TypedChoiceField(choices=[(days, days) for days in PERIODS], coerce=int, required=False)
    provider = forms.ChoiceField(choices=[], required=False)
    capability = forms.ChoiceField(
        choices=[("", ""), *((c.value, c.value) for c in Capability)], required=False
    )
    by = forms.ChoiceField(choices=[("day", "day"), ("provider", "provider"), ("run", "run")], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [("", ""), *((slug, slug) for slug in PROVIDERS)]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Cleaned values with the defaults: 30 days, by day."""
        self.is_valid()
        good = self.cleaned_data
        return {
            "days": good.get("days") or 30,
            "provider": good.get("provider", ""),
            "capability": good.get("capability", ""),
            "by": good.get("by") or "day",
        }
