"""Writing the record, proving that nobody touched it, and keeping it no longer than it may be."""

from apps.audit.models import INSTALLATION
from apps.audit.services.recording import record
from apps.audit.services.retention import clean_up, forget_lines
from apps.audit.services.verifying import Break, chains, check, verify

__all__ = ["INSTALLATION", "Break", "chains", "check", "clean_up", "forget_lines", "record", "verify"]
