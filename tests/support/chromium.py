"""A real Chromium, headless, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Quiet on a machine without a network: no updates, no sync, no look-ups of its maker's hosts.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def chromium_binary() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium(*extra: str) -> Iterator[Browser]:
    """The browser; each test opens a context of its own with `browser.new_context()`."""
    # Chromium's sandbox refuses root; the pages shown are our own.
    flags = [*FLAGS, *extra, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium_binary(), args=flags, headless=True
        )
        try:
            yield browser
        finally:
            browser.close()
