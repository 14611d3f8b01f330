"""Piper and eSpeak NG are GPL: they run as programs of their own and are imported nowhere else (decision 6)."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"piper_program.py": {"piper"}, "espeak_program.py": {"espeakng_loader"}}
GPL = {"piper", "espeakng_loader"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_only_the_two_programs_import_gpl_libraries():
    found = {path.name: names for path in (ROOT / "apps").rglob("*.py") if (names := imported(path) & GPL)}
    assert found == PROGRAMS


def test_the_programs_import_nothing_of_showrunner():
    for name in PROGRAMS:
        assert not imported(ROOT / "apps" / "providers" / "builtin" / name) & {"apps", "config", "django"}


def test_speaking_loads_no_gpl_library_into_our_process(tmp_path):
    script = (
        "import sys, pathlib\n"
        "from apps.providers.adapters import Work\n"
        "from apps.providers.builtin.voice import BuiltinVoice\n"
        "from apps.providers.capabilities import VoiceRequest\n"
        f"work = Work(pathlib.Path({str(tmp_path)!r}))\n"
        "BuiltinVoice().run(VoiceRequest('Guten Morgen.', 'de'), work)\n"
        "found = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(found & {'piper', 'espeakng_loader', 'onnxruntime'}))\n"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
