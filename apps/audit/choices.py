"""What the forms of the audit record offer."""

from django.db import models


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    JSON_LINES = "jsonl", "JSON lines"


class Place(models.TextChoices):
    """Where something was done."""

    TEAMS = "teams", "In teams"
    OUTSIDE = "outside", "Outside of teams"
