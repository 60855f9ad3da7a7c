"""Open pages of a site from disk and fail on whatever a reader would not want to happen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Engine
    from playwright.sync_api import BrowserContext
    from playwright.sync_api import Page as PlaywrightPage

LOCAL = ("file:", "data:", "blob:", "about:")


@dataclass
class Page:
    """An open page. A test that provokes an error empties ``errors`` after looking at it."""

    page: PlaywrightPage
    errors: list[str] = field(default_factory=list)
    """Messages of console errors and uncaught exceptions."""
    requests: list[str] = field(default_factory=list)
    """URLs of all requests, in order."""

    @property
    def foreign(self) -> list[str]:
        """Requests that leave the disk."""
        return [url for url in self.requests if not url.startswith(LOCAL)]

    def check(self) -> None:
        """Raise ``AssertionError`` on errors and on requests that leave the disk."""
        assert not self.errors, f"{self.page.url}: {self.errors}"
        assert not self.foreign, f"{self.page.url}: {self.foreign}"


class Browser:
    """A context (own cache, own storage) of a running browser; leaving it checks every page.

    ``options`` are those of Playwright's ``new_context`` (viewport, color_scheme, …).
    """

    def __init__(self, engine: Engine, **options: object) -> None:
        self._engine = engine
        self._options = options
        self._pages: list[Page] = []

    def __enter__(self) -> Browser:
        self.context: BrowserContext = self._engine.new_context(**self._options)  # type: ignore[arg-type]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if fault is None:
                for page in self._pages:
                    page.check()
        finally:
            self.context.close()

    def open(self, path: Path, fragment: str = "") -> Page:
        """Open a file; ``fragment`` goes behind ``#`` as it is."""
        opened = Page(self.context.new_page())
        self._pages.append(opened)
        opened.page.on(
            "console",
            lambda message: opened.errors.append(message.text) if message.type == "error" else None,
        )
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(path.absolute().as_uri() + (f"#{fragment}" if fragment else ""))
        return opened
