"""What can go wrong at launch, in one sentence that says what to do next."""


class LaunchError(Exception):
    """Fit to be printed as it is, without a traceback."""
