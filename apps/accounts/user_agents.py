"""What a browser calls itself, in words that a person recognises."""

# The first that occurs counts: nearly every browser also claims to be some other.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """The browser's name; empty where it is not recognised."""
    return next((name for sign, name in BROWSERS if sign in user_agent), "")


def system_of(user_agent: str) -> str:
    """The name of what it runs on; empty where it is not recognised."""
    return next((name for sign, name in SYSTEMS if sign in user_agent), "")


def device_name(user_agent: str) -> str:
    """ "Firefox on Windows"; "Unknown browser" where nothing is recognised."""
    browser, system = browser_of(user_agent) or "Unknown browser", system_of(user_agent)
    return f"{browser} on {system}" if system else browser


def is_phone(user_agent: str) -> bool:
    return any(sign in user_agent for sign in ("iPhone", "Android", "Mobile"))
