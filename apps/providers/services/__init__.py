"""Asking providers, keeping keys, and counting what calls cost."""

from apps.providers.services.costs import Estimate, cost_of_run, estimate
from apps.providers.services.generating import Outcome, generate

__all__ = ["Estimate", "Outcome", "cost_of_run", "estimate", "generate"]
