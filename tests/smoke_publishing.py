"""The second half of `make smoke`: the four channels connected, the video on all of them, and one that is broken.

Everything goes by the pages in the browser; the database is only asked what came of it.
"""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.smoke_steps import check, step

CHANNELS = {"youtube": "YouTube", "tiktok": "TikTok", "instagram": "Instagram", "facebook": "Facebook"}
AHEAD_MINUTES = 2
LATE_LIMIT_S = 240
BROKEN = "google"


def publish_everywhere(page: Any, studio: str, run: Any) -> None:
    """`studio` is the address of the team's studio, `run` has made the video."""
    with step("connect four channels by their consent pages") as found:
        for slug, name in CHANNELS.items():
            found(_connect(page, studio, slug, name))
    with step(f"schedule the video to all four, {AHEAD_MINUTES} minutes ahead") as found:
        post = _write(page, studio, run, "A harbour in nine lamps", ahead=True)
        found(f"due at {post.due_at:%H:%M:%S}")
    page.goto("about:blank")  # nobody looks at it
    with step("see it published on all four, with links") as found:
        _wait(post, "published")
        page.goto(f"{studio}posts/{post.pk}/")
        for target in post.targets.select_related("connection"):
            late = (target.published_at - post.due_at).total_seconds()
            check(late >= 0, f"{target.connection.platform} went out {-late:.0f} s early")
            check(page.locator(f"a[href='{target.link}']").count() > 0, f"no link to {target.connection}")
            answer = page.request.get(target.link)
            check(answer.ok, f"{target.link} answers {answer.status}")
            found(f"{target.connection.platform} {late:.0f} s late")
    with step("break one platform: only that one fails, and says why") as found:
        _break(page, studio)
        second = _write(page, studio, run, "A harbour once more", ahead=False)
        _wait(second, "partly_published")
        states = {target.connection.platform: target.status for target in _targets(second)}
        wanted = {slug: "failed" if slug == "youtube" else "published" for slug in CHANNELS}
        check(states == wanted, f"it stands as {states}")
        failed = next(target for target in _targets(second) if target.status == "failed")
        page.goto(f"{studio}posts/{second.pk}/")
        card = page.locator(f"#target-{failed.pk}")
        check(failed.error in card.inner_text(), "the page does not say why it failed")
        found(failed.error)
    with step("mend it by a click") as found:
        card.get_by_role("button", name="Try again").click()
        _wait(second, "published")
        page.locator(f"#target-{failed.pk} a[target=_blank]").first.wait_for(timeout=30_000)  # by itself
        found("published on all four")


def _connect(page: Any, studio: str, slug: str, name: str) -> str:
    from apps.connections.models import Connection

    page.goto(f"{studio}channels/connect/")
    page.click(f"form[action$='/connect/{slug}/'] button")
    page.wait_for_url("**/sandbox/consent/**")
    page.click("button:has-text('Allow')")
    page.wait_for_url("**/studio/**")
    if "/sign-ins/" in page.url:
        page.locator("input[name=account]").first.check()
        page.click("#choose button:has-text('Connect')")
    page.wait_for_url(lambda url: "/channels/" in url and "/sign-ins/" not in url)
    connection = Connection.objects.filter(platform=slug).first()
    check(connection is not None and connection.is_usable, f"{name} is not connected")
    return name


def _write(page: Any, studio: str, run: Any, title: str, *, ahead: bool) -> Any:
    """Fill in the composer and send it; returns the post."""
    from apps.publishing.models import Post

    page.goto(f"{studio}posts/new/?video={run.video.pk}")
    for box in page.locator("input[name=connections]").all():
        box.check()
    page.fill("[name=title]", title)
    for field in page.locator("select[name$='-privacy']").all():  # TikTok wants it chosen each time
        if field.is_visible() and not field.input_value():
            offered = [one.get_attribute("value") for one in field.locator("option").all()]
            field.select_option(next(value for value in offered if value))
    page.locator(f"input[name=when][value={'at' if ahead else 'now'}]").check(force=True)
    if ahead:
        zone = ZoneInfo(page.locator("[name=zone]").input_value())
        due = datetime.now(zone) + timedelta(minutes=AHEAD_MINUTES)
        page.fill("[name=due_at]", due.strftime("%Y-%m-%dT%H:%M"))
    page.click("button[name=action][value=go]")
    page.wait_for_url(lambda url: "/posts/" in url and "/new/" not in url)
    return Post.objects.get(title=title)


def _break(page: Any, studio: str) -> None:
    """On the panel of the sandbox: YouTube refuses the next video."""
    page.goto(f"{studio.split('/studio/')[0]}/sandbox/")
    page.select_option("[name=platform]", BROKEN)
    page.select_option("[name=kind]", "rejected")
    page.fill("[name=reason]", "copyright")
    page.fill("[name=times]", "1")
    page.click("button:has-text('Switch on')")
    page.locator("td:has-text('all accounts')").first.wait_for()


def _targets(post: Any) -> list[Any]:
    return list(post.targets.select_related("connection"))


def _wait(post: Any, status: str) -> None:
    end = time.monotonic() + AHEAD_MINUTES * 60 + LATE_LIMIT_S
    while True:
        post.refresh_from_db()
        if post.status == status:
            return
        said = {
            one.connection.platform: f"{one.status} {one.wait_reason or one.error}" for one in _targets(post)
        }
        check(time.monotonic() < end, f"it stands as {post.status}: {said}")
        time.sleep(0.5)
