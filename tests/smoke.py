"""The main job in a real browser: `make smoke`.

Starts the whole product with data and ports of its own, signs up, signs in with a second factor, pastes an
article, waits for the video, checks the files, edits one scene and checks that only its steps ran again; then connects
the four channels and publishes the video there (smoke_publishing.py). One line a step; the exit code says whether all
went well.
"""

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.smoke_steps import Failed, check, step

ARTICLE = Path(__file__).parent / "data" / "article.txt"
EMAIL, PASSWORD = "smoke@example.com", "nine lamps above the harbour"
SIZES = {"9x16": (1080, 1920), "16x9": (1920, 1080), "1x1": (1080, 1080)}
TEMPLATE = "viral-hook"
MAKE_LIMIT_S = 900
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")
LOUDNESS = (-14.5, -13.5)
TRUE_PEAK_LIMIT = -1.0


def main() -> int:
    from playwright.sync_api import Error as PlaywrightError

    from benchmarks.stack import running_product

    log = Path(os.environ.get("SMOKE_LOG", "var/smoke.log"))
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with running_product(log=log) as (address, folder):
            print(f"ok      the product answers at {address}", flush=True)
            _prepare_django(folder)
            _drive(address)
    except (Failed, PlaywrightError) as error:
        print(f"FAILED  {error}\n        the product's own words are in {log}", flush=True)
        return 1
    print("ok      everything", flush=True)
    return 0


def _prepare_django(folder: Path) -> None:
    """Let this process read the running product's database beside the browser."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.embedded"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    from config.embedded.keys import ensure_keys
    from config.embedded.servers import ensure_running

    for name, value in ensure_keys(folder).items():
        os.environ[name] = value
    addresses = ensure_running(folder)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = addresses.database_url, addresses.redis_url
    import django

    django.setup()


def _drive(address: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser import launch_options
    from tests.smoke_publishing import publish_everywhere

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_context().new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if _is_trouble(line) else None)
        with step("sign up") as found:
            _sign_up(page, address)
            found(page.url.removeprefix(address))
        with step("set up an authenticator app and sign in with it") as found:
            found(_second_factor(page, address))
        run = _make(page)
        _check_files(run)
        _edit(page, run)
        publish_everywhere(page, f"{address}/studio/smoke-signals/", run)
        with step("no errors in the browser's console") as found:
            page.wait_for_load_state("networkidle")
            check(not problems, "; ".join(problems))
            found("none")
        browser.close()


def _is_trouble(line: Any) -> bool:
    """An error in the console, but for what HTMX says of a request that a newer one, or another page, overtook."""
    return line.type == "error" and not line.text.startswith(OVERTAKEN)


def _sign_up(page: Any, address: str) -> None:
    page.goto(f"{address}/accounts/signup/")
    page.fill("[name=display_name]", "Smoke")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=birth_date]", "1990-02-28")
    page.click("button:has-text('Create account')")
    page.wait_for_selector("[name=code]")
    mailbox = page.context.new_page()
    mailbox.goto(f"{address}/dev/mail/")
    mailbox.click("a[href^='/dev/mail/2'], a[href*='/dev/mail/'] >> nth=0")
    code = _code_in(mailbox.inner_text("main"))
    mailbox.close()
    page.fill("[name=code]", code)
    page.click("button:has-text('Confirm')")
    page.wait_for_selector("[name=name]")
    page.fill("[name=name]", "Smoke Signals")
    page.click("button:has-text('Create the team')")
    page.wait_for_url("**/studio/smoke-signals/**")


def _second_factor(page: Any, address: str) -> str:
    page.goto(f"{address}/accounts/security/")
    page.click("form[action$='/app/begin/'] button")
    key = page.locator("[data-secret-key]").inner_text().replace(" ", "")
    page.fill("[name=code]", _time_code(key))
    page.click("button:has-text('Put into use')")
    page.wait_for_selector(".backup-codes code")
    codes = page.locator(".backup-codes code").count()
    check(codes == 10, f"{codes} backup codes are shown")
    page.goto(f"{address}/accounts/logout/")
    page.click("main button[type=submit]")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("[name=code]")
    page.goto(f"{address}/studio/smoke-signals/")
    check("/accounts/login/" in page.url, f"without the code {page.url} opened")
    page.goto(f"{address}/accounts/login/second-step/")
    page.fill("[name=code]", _time_code(key, later_s=30))  # the first one opens no second time
    page.click("button:has-text('Sign in')")
    page.wait_for_url("**/studio/smoke-signals/**")
    return f"{codes} backup codes, asked for at the next sign-in"


def _time_code(key: str, *, later_s: int = 0) -> str:
    """What an authenticator app shows (RFC 6238)."""
    from django_otp.oath import TOTP

    totp = TOTP(base64.b32decode(key))
    totp.time = time.time() + later_s
    return f"{totp.token():06d}"


def _code_in(text: str) -> str:
    """The code of the e-mail: the one line that is nothing but capitals and digits."""
    found = re.search(r"^\s*([A-Z0-9]{4,8}(?:-[A-Z0-9]{2,8})*)\s*$", text, re.MULTILINE)
    check(found is not None, f"no code in the e-mail:\n{text}")
    assert found is not None
    return found[1]


def _make(page: Any) -> Any:
    from apps.creation.models import Run, Template

    with step("start a video from an article of 600 words") as found:
        page.goto(page.url.split("/studio/")[0] + "/studio/smoke-signals/create/")
        page.fill("textarea[name=text]", ARTICLE.read_text(encoding="utf-8"))
        template = Template.objects.get(team=None, slug=TEMPLATE)
        page.locator(f"input[name=template][value='{template.pk}']").check(force=True)
        for name in SIZES:
            page.locator(f"input[name=formats][value='{name}']").check(force=True)
        page.click("#create-form button[type=submit]:visible")
        page.wait_for_url("**/create/runs/**")
        run = Run.objects.get()
        found(run.title)
    with step("make the video") as found:
        _wait(run)
        page.locator("video").first.wait_for(timeout=30_000)  # by itself
        found(f"{run.steps.count()} steps, {run.scenes.count()} scenes")
    return run


def _wait(run: Any) -> None:
    end = time.monotonic() + MAKE_LIMIT_S
    while run.status == "running":
        check(time.monotonic() < end, f"the run did not end within {MAKE_LIMIT_S} s")
        time.sleep(0.5)
        run.refresh_from_db()
    check(run.status == "done", f"the run ended as {run.status}: {run.error}")


def _check_files(run: Any) -> None:
    from apps.library.models import AssetKind
    from apps.media.probe import probe
    from apps.media.sound import measure

    length = run.parsed.structure
    for name, size in SIZES.items():
        with step(f"check {name}") as found:
            asset = run.video.assets.get(kind=AssetKind.RENDITION, format=name)
            with asset.local_path() as path:
                facts, loudness = probe(path), measure(path)
            check((facts.video.width, facts.video.height) == size, f"{name} is {facts.video}")
            check((facts.video.codec, facts.audio.codec) == ("h264", "aac"), f"codecs {facts}")
            check(length.min_s <= facts.duration_s <= length.max_s, f"it lasts {facts.duration_s} s")
            check(LOUDNESS[0] <= loudness.lufs <= LOUDNESS[1], f"it is at {loudness.lufs} LUFS")
            check(loudness.true_peak_dbtp <= TRUE_PEAK_LIMIT, f"it peaks at {loudness.true_peak_dbtp} dBTP")
            found(f"{size[0]}×{size[1]}, {facts.duration_s:.1f} s, {loudness.lufs:.1f} LUFS")
    with step("check the captions") as found:
        cues = _cues(run)
        spoken = [word for scene in run.scenes.all() for word in scene.narration.split()]
        check(
            [word for _, _, words in cues for word in words] == spoken,
            "the captions' words are the narration's",
        )
        times = [time for start, end, _ in cues for time in (start, end)]
        check(
            times == sorted(times) and times[-1] <= run.video.duration_s + 0.05, f"times of captions {times}"
        )
        found(f"{len(spoken)} words in {len(cues)} cues")
    with step("check the thumbnails") as found:
        thumbnails = list(run.video.assets.filter(kind=AssetKind.THUMBNAIL))
        check(
            [(t.width, t.height) for t in thumbnails] == [(1280, 720)] * 3, "three thumbnails of 1280 × 720"
        )
        check(all(t.file.size < 2_000_000 for t in thumbnails), "each under 2 MB")
        found(f"{len(thumbnails)}")


def _cues(run: Any) -> list[tuple[float, float, list[str]]]:
    """Start, end and words of each cue of the VTT file."""
    from apps.library.models import AssetKind

    asset = run.video.assets.get(kind=AssetKind.CAPTION, title="VTT")
    with asset.open() as file:
        blocks = file.read().decode().split("\n\n")[1:]
    cues = []
    for block in blocks:
        lines = [line for line in block.strip().splitlines() if line]
        if timing := next((line for line in lines if "-->" in line), None):
            start, _, end = timing.partition(" --> ")
            words = " ".join(lines[lines.index(timing) + 1 :]).split()
            cues.append((_seconds(start), _seconds(end.split()[0]), words))
    return cues


def _seconds(time_code: str) -> float:
    parts = [float(part) for part in time_code.split(":")]
    return sum(value * 60**place for place, value in enumerate(reversed(parts)))


def _edit(page: Any, run: Any) -> None:
    from apps.creation.models import StepResult

    with step("edit one scene, and only its steps run again") as found:
        before = set(StepResult.objects.values_list("key", flat=True))
        scene = run.scenes.all()[1]
        page.wait_for_load_state("networkidle")  # what leaving a page cuts off stands in the console
        page.goto(page.url.split("/create/")[0] + f"/create/runs/{run.pk}/storyboard/")
        words = scene.narration.split()
        words[0] = "Really," if words[0] != "Really," else "Truly,"
        field = page.locator(f"[data-scene='{scene.pk}'] [name=narration]")
        field.fill(" ".join(words))
        page.locator(f"[data-scene='{scene.pk}'] button[type=submit]").first.click()
        end = time.monotonic() + 30
        while run.status != "running" and time.monotonic() < end:
            time.sleep(0.1)
            run.refresh_from_db()
        _wait(run)
        made = StepResult.objects.exclude(key__in=before)
        kinds: dict[str, int] = {}
        for kind in made.values_list("kind", flat=True):
            kinds[kind] = kinds.get(kind, 0) + 1
        formats = len(SIZES)
        expected = {
            "moderation": 1,
            "voice": 1,
            "segment": formats,
            "captions": 1,
            "sound": 1,
            "join": formats,
        }
        check(kinds == expected, f"made again: {kinds}, expected {expected}")
        cues = _cues(run)
        spoken = [word for each in run.scenes.all() for word in each.narration.split()]
        check([word for _, _, said in cues for word in said] == spoken, "the new words are in the captions")
        found(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
