"""What moves on a page without anybody having asked for it."""

from playwright.sync_api import Page as Tab

SHIFT_LIMIT = 0.05
WATCH_SHIFTS = """
    window.shift = 0;
    window.moved = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        window.shift += entry.value;
        for (const { node, previousRect: from, currentRect: to } of entry.sources)
          window.moved.push(`${node?.id || node?.className || node?.nodeName} ${JSON.stringify([from, to])}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
"""


def moved(tab: Tab) -> list[str]:
    """What moved while the page was opened, where that is more than a person would bear."""
    return tab.evaluate("window.moved") if tab.evaluate("window.shift") >= SHIFT_LIMIT else []
