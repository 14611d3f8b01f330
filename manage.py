#!/usr/bin/env python
"""Django's command-line entry; starts the embedded servers when no others are configured."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    from config.embedded.servers import ensure_for_command

    ensure_for_command(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
