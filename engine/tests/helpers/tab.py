"""One page of a browser, with its faults, and with what it shows where a wait for something ends."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request, TimeoutError

PATIENCE = 60_000  # milliseconds in which anything comes that comes at all, on a slow machine


class Tab:
    """One page of the browser, and its faults.

    Tests with the same settings share it, because a new one takes twice the processor time.
    """

    def __init__(self, page: Page, site: str, dark: bool) -> None:
        self.page, self.site = page, site
        self._colors = "dark" if dark else "light"
        page.emulate_media(color_scheme=self._colors)
        self.requests: list[str] = []
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.said: deque[str] = deque(maxlen=5)
        page.context.set_default_timeout(PATIENCE)
        page.on("request", self._asked)
        page.on("console", lambda m: self.said.append(f"{m.type}: {m.text}"))
        page.on(
            "console", lambda m: m.type == "error" and self.errors.append(f"{page.url}: {m.text} ({m.location['url']})")
        )
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))

    def go(self, name: str, fragment: str = "") -> Page:
        """Open a page by its name in `_toc.yml`, like "book/index", and wait until it has finished loading."""
        self.page.goto(f"{self.site}/{name}.html" + (f"#{fragment}" if fragment else ""), wait_until="load")
        return self.page

    @contextmanager
    def explained(self, more: str = "") -> Iterator[None]:
        """Add to a wait that ends what the page shows: title, beginning, last messages, and `more` in JavaScript."""
        try:
            yield
        except TimeoutError as error:
            shows = f"() => [document.title, document.body.innerText.slice(0, 800), {more}].join('\\n')"
            seen = self.page.wait_for_function(shows).json_value()
            error.add_note(f"{self.page.url} shows: {seen}\nIts last messages: {[*self.said]}")
            raise

    def forget(self) -> None:
        """Clear everything that a test left behind."""
        self.page.evaluate("localStorage.clear()")
        self.page.emulate_media(media="null", color_scheme=self._colors)
        self.page.goto("about:blank")
        for reported in (self.requests, self.outside, self.errors, self.said):
            reported.clear()

    def _asked(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        self.requests.append(request.url)
        if not request.url.startswith(f"{self.site}/"):
            self.outside.append(f"{self.page.url} asked for {request.url}")
