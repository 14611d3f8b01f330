"""The browser files that come from npm: an allow-list, served below `vendor/` and never committed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage

# Static name → file in node_modules. Nothing else of node_modules is reachable.
VENDOR_FILES = {
    "vendor/alpine-csp.js": "@alpinejs/csp/dist/module.esm.min.js",
    "vendor/chart.js": "chart.js/dist/chart.umd.min.js",
    # The faces that captions are burnt in, for previews of them.
    "vendor/fonts/anton.ttf": "@expo-google-fonts/anton/400Regular/Anton_400Regular.ttf",
    "vendor/fonts/inter.ttf": "@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf",
    "vendor/fonts/montserrat.ttf": "@expo-google-fonts/montserrat/800ExtraBold/Montserrat_800ExtraBold.ttf",
    "vendor/fonts/poppins.ttf": "@expo-google-fonts/poppins/700Bold/Poppins_700Bold.ttf",
    "vendor/sortable.js": "sortablejs/modular/sortable.esm.js",
    "vendor/tus.js": "tus-js-client/dist/tus.min.js",
}


class VendorStorage(FileSystemStorage):
    """Reads the allowed files under their static names."""

    def path(self, name: str) -> str:
        return str(Path(self.location) / VENDOR_FILES[name])


class VendorFinder(BaseFinder):
    """Finds the files of `VENDOR_FILES`."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = VendorStorage(location=settings.BASE_DIR / "node_modules")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [file for name, file in VENDOR_FILES.items() if not self.storage.exists(name)]
        hint = "Run `make setup`."
        return [Warning(f"node_modules lacks {file}.", hint=hint, id="vendor.W001") for file in missing]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in VENDOR_FILES and self.storage.exists(path) else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in VENDOR_FILES:
            if not matches_patterns(name, list(ignore_patterns or [])) and self.storage.exists(name):
                yield name, self.storage
