"""The preview in a browser: pages follow the site, faults are laid over the last good page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.serve.preview import Preview, copy_of_package, is_bad
from tests.site import Site, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Engine
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TERM = "casebook/terms/example-term.yml"
TITLE, NEW_TITLE = "试水（示例）", "放水（示例）"
PATIENCE = 60_000
"""Milliseconds for whatever needs a build."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return copy_of_package(tmp_path_factory.mktemp("package"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """With a term long enough to scroll."""
    site = Site.starter(tmp_path)
    lines = "".join(f"  第{number}段。\n\n" for number in range(200))
    return site.replace_in(TERM, "definition: |\n", f"definition: |\n{lines}")


@pytest.fixture
def page(browser: Engine) -> Iterator[Page]:
    """A page that must not log an error, as it would if its policy forbade what it does."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: errors.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
    # Chromium logs connections that a server ended and pages that are not there yet
    expected = ("net::ERR", "status of 503")
    assert [error for error in errors if not any(word in error for word in expected)] == []


def test_pages_follow_and_keep_their_place(
    site: Site, environment: dict[str, str], page: Page
) -> None:
    with Preview(site, environment=environment) as preview:
        preview.ready()
        page.goto(f"{preview.url}terms/example-term.html")
        expect(page.locator("h1")).to_contain_text(TITLE)
        page.evaluate("window.scrollTo(0, 1500)")
        site.replace_in(TERM, f"title: {TITLE}", f"title: {NEW_TITLE}")
        expect(page.locator("h1")).to_contain_text(NEW_TITLE, timeout=PATIENCE)
        # not wait_for_function, which evaluates in the page: the policy forbids that
        used = "sessionStorage.getItem('fengqiao-serve-place') === null"
        there = "Math.abs(window.scrollY - 1500) < 5"
        wait_for(lambda: page.evaluate(f"{used} && {there}"), preview.process)


def test_faults_are_laid_over_the_page_until_they_are_mended(
    site: Site, environment: dict[str, str], page: Page
) -> None:
    def break_it() -> Site:
        return site.replace_in(TERM, "\ntitle:", "\ntitel:")

    with Preview(site, environment=environment) as preview:
        preview.ready()
        page.goto(f"{preview.url}terms/example-term.html")
        alert = page.get_by_role("alert")
        expect(alert).to_have_count(0)

        break_it()
        expect(alert).to_be_visible(timeout=PATIENCE)
        expect(alert).to_contain_text("Something is wrong")
        expect(alert.get_by_role("listitem").filter(has_text="error[unknown-key]")).to_contain_text(
            f"{TERM}:"
        )
        expect(page.locator("h1")).to_contain_text(TITLE)

        alert.get_by_role("button", name="Close").click()
        expect(alert).to_have_count(0)
        preview.after(lambda: site.replace_in(TERM, "origin:", "origen:"), is_bad)
        expect(alert).to_contain_text("origen")
        alert.focus()
        page.keyboard.press("Escape")
        expect(alert).to_have_count(0)

        page.reload()
        expect(alert).to_be_visible()
        site.replace_in(TERM, "origen:", "origin:")
        site.replace_in(TERM, "\ntitel:", "\ntitle:")
        expect(alert).to_have_count(0, timeout=PATIENCE)
        expect(page.locator("h1")).to_contain_text(TITLE)


def test_what_is_said_is_never_markup(site: Site, environment: dict[str, str], page: Page) -> None:
    with Preview(site, environment=environment) as preview:
        preview.ready()
        page.goto(f"{preview.url}index.html")
        site.replace_in(TERM, "audience: public", 'audience: "<img src=x onerror=alert(1)>"')
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("<img src=x onerror=alert(1)>", timeout=PATIENCE)
        expect(alert.locator("img")).to_have_count(0)


def test_a_page_that_waits_opens_and_one_that_lost_its_server_comes_back(
    site: Site, environment: dict[str, str], page: Page
) -> None:
    site.replace_in(TERM, "\ntitle:", "\ntitel:")
    with Preview(site, environment=environment) as preview:
        preview.wait(is_bad)
        page.goto(f"{preview.url}terms/example-term.html")
        expect(page.get_by_role("alert")).to_contain_text("titel")
        site.replace_in(TERM, "\ntitel:", "\ntitle:")
        expect(page.locator("h1")).to_contain_text(TITLE, timeout=PATIENCE)
        port = str(preview.port)
    site.replace_in(TERM, f"title: {TITLE}", f"title: {NEW_TITLE}")
    with Preview(site, "--port", port, environment=environment):
        expect(page.locator("h1")).to_contain_text(NEW_TITLE, timeout=PATIENCE)
