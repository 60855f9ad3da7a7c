"""The reference site as a reader meets it: opened from disk in Chromium.

One walk opens every page once and collects all that can be seen of it: console errors, requests
that leave the disk, sideways scrolling at 360 px, weight. Pages of every kind are then looked at
by axe in both schemes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import yaml
from playwright.sync_api import expect

from fengqiao.kinds import find_kinds
from tests.browser.page import Browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Engine
    from playwright.sync_api import Page as PlaywrightPage

pytestmark = pytest.mark.browser

SLICES = 8
HEAVIEST = 60 * 1024
"""Bytes of HTML a page may have."""
PHONE = {"width": 360, "height": 640}

QUERIES = {
    "六步接办": "practices/shulan-six-step.html",
    "行走的调解室": "practices/dalad-tongqing-dali.html",
    "四真四实": "practices/dongliao-four-real.html",
    "五聯合": "practices/dalad-tongqing-dali.html",
    "1136": "practices/nanguan-1136.html",
}


def pages_of(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.fixture(scope="session")
def practices(repository: Path) -> dict[str, str]:
    """Title → page of every practice."""
    found = {}
    for file in sorted((repository / "casebook" / "practices").glob("*.yml")):
        record = yaml.safe_load(file.read_text(encoding="utf-8"))
        found[record["title"]] = f"practices/{record['id']}.html"
    return found


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("part", range(SLICES))
def test_every_page_opens_clean(browser: Engine, reference_site: Path, part: int) -> None:
    pages = pages_of(reference_site)
    assert len(pages) > 400, "the reference site has its records"
    faults = []
    with Browser(browser, viewport=PHONE, is_mobile=True, has_touch=True) as reader:
        opened = reader.open(reference_site / "index.html")
        page = opened.page
        for path in pages[part::SLICES]:
            opened.errors.clear()
            opened.requests.clear()
            page.goto(path.as_uri())
            name = path.relative_to(reference_site).as_posix()
            faults += [f"{name}: {error}" for error in opened.errors]
            faults += [f"{name}: asks for {url}" for url in opened.foreign]
            root = reference_site.as_uri()
            faults += [
                f"{name}: outside the site: {url}"
                for url in opened.requests
                if url.startswith("file:") and not url.startswith(root)
            ]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                faults.append(f"{name}: scrolls {wide} px sideways at 360 px")
            if path.stat().st_size > HEAVIEST:
                faults.append(f"{name}: {path.stat().st_size} bytes of HTML")
        opened.errors.clear()
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- search


def results(page: PlaywrightPage) -> list[tuple[str, str]]:
    """Kind and address, relative to the site, of the hits on the results page, in their order."""
    return page.evaluate(
        """() => Array.from(document.querySelectorAll("[data-fq-results] a[href]"), (link) =>
            [link.closest("[data-kind]") ? link.closest("[data-kind]").dataset.kind : "",
             decodeURI(link.getAttribute("href"))])"""
    )


def search(reader: Browser, site: Path, query: str) -> list[str]:
    """Addresses of the hits for ``query``, best first."""
    opened = reader.open(site / "search.html", "q=" + quote(query))
    opened.page.wait_for_selector("[data-fq-results] a[href]")
    return [address for _, address in results(opened.page)]


@pytest.mark.parametrize("query", QUERIES)
def test_mottoes_and_mechanisms_find_their_practice(
    browser: Engine, reference_site: Path, query: str
) -> None:
    with Browser(browser) as reader:
        hits = search(reader, reference_site, query)
    assert QUERIES[query] in hits[:3]
    assert next(hit for hit in hits if hit.startswith("practices/")) == QUERIES[query]


def test_every_practice_is_found_by_its_name(
    browser: Engine, reference_site: Path, practices: dict[str, str]
) -> None:
    assert len(practices) == 13
    with Browser(browser) as reader:
        for title, address in practices.items():
            hits = search(reader, reference_site, title)
            assert address in hits[:3], title
            assert next(hit for hit in hits if hit.startswith("practices/")) == address, title


def test_the_box_in_the_header_leads_to_the_record(browser: Engine, reference_site: Path) -> None:
    with Browser(browser) as reader:
        opened = reader.open(reference_site / "laws" / "renmin-tiaojie-fa.html")
        before = len(opened.requests)
        assert not any("/search/" in url for url in opened.requests), "nothing before it is focused"
        box = opened.page.locator("header form[role=search] input")
        box.fill("四真四实")
        option = opened.page.locator("header [role=option]").first
        expect(option).to_contain_text("四真四实")
        assert any("/search/" in url for url in opened.requests[before:])
        box.press("ArrowDown")
        box.press("Enter")
        opened.page.wait_for_url("**/practices/dongliao-four-real.html*")


def test_the_sample_mark_stands_on_hits(browser: Engine, reference_site: Path) -> None:
    with Browser(browser) as reader:
        opened = reader.open(reference_site / "search.html", "q=" + quote("示例县"))
        opened.page.wait_for_selector("[data-fq-results] a[href]")
        expect(opened.page.locator("[data-fq-results]")).to_contain_text("示例")


@pytest.mark.parametrize("folder", ["一 个 # 文件夹", "with space & (1) %20"])
def test_search_works_wherever_the_stick_is_mounted(
    browser: Engine, reference_site: Path, tmp_path: Path, folder: str
) -> None:
    moved = tmp_path / folder
    moved.symlink_to(reference_site, target_is_directory=True)
    with Browser(browser) as reader:
        assert "practices/shulan-six-step.html" in search(reader, moved, "六步接办")[:3]


# ---------------------------------------------------------------- self-test


def answer(page: PlaywrightPage, form: Any, *, rightly: bool) -> None:
    """Chooses the right options of a question, or one wrong option, and submits."""
    right = {int(index) for index in (form.get_attribute("data-right") or "").split(",")}
    inputs = form.locator("input[type=radio], input[type=checkbox]")
    wrong = next(index for index in range(inputs.count()) if index not in right)
    for index in sorted(right) if rightly else [wrong]:
        inputs.nth(index).check()
    form.locator("button[type=submit]").click()


def test_the_self_test_scores_right_and_wrong_answers(
    browser: Engine, reference_site: Path
) -> None:
    with Browser(browser) as reader:
        page = reader.open(reference_site / "courses" / "shulan-self-test.html").page
        forms = page.locator("form.fq-question")
        count = forms.count()
        assert count >= 5
        for number in range(count):
            answer(page, forms.nth(number), rightly=number != 0)
            expect(forms.nth(number).locator("[role=status]")).not_to_be_empty()
        score = page.locator(".fq-score")
        expect(score).to_contain_text(f"{count - 1}")
        expect(score).to_contain_text(f"{count}")


def test_answers_can_be_read_without_javascript(browser: Engine, reference_site: Path) -> None:
    with Browser(browser, java_script_enabled=False) as reader:
        page = reader.open(reference_site / "courses" / "shulan-self-test.html").page
        details = page.locator("form.fq-question details").first
        details.locator("summary").click()
        expect(details).to_contain_text("不对")
        expect(details).to_contain_text("落实")


# ---------------------------------------------------------------- without JavaScript, and by axe


def one_of_each(site: Path) -> dict[str, Path]:
    """Home, lists, the pages that stand alone and the largest page of each kind."""
    chosen = {name: site / f"{name}.html" for name in ("index", "search", "dispute-types")}
    for name, folder in find_kinds().items():
        pages = sorted((site / folder.kind.folder).rglob("*.html"))
        chosen[f"{name}-list"] = site / folder.kind.folder / "index.html"
        chosen[name] = max(pages, key=lambda path: (path.name != "index.html", path.stat().st_size))
    return chosen


def test_records_read_without_javascript(browser: Engine, reference_site: Path) -> None:
    with Browser(browser, java_script_enabled=False) as reader:
        for name, path in one_of_each(reference_site).items():
            page = reader.open(path).page
            assert len(page.locator("main").inner_text()) > 20, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Engine, reference_site: Path, repository: Path, scheme: str
) -> None:
    axe = repository / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"
    source = axe.read_text(encoding="utf-8")
    found = []
    # The site's own policy forbids scripts from elsewhere; axe is the test's, not the site's.
    with Browser(browser, color_scheme=scheme, bypass_csp=True) as reader:
        for name, path in one_of_each(reference_site).items():
            page = reader.open(path).page
            page.evaluate(source)
            report = page.evaluate("axe.run(document, {preload: false})")
            found += [
                f"{name} ({scheme}): {one['id']}: {one['help']}: "
                + json.dumps([node["html"][:120] for node in one["nodes"][:3]], ensure_ascii=False)
                for one in report["violations"]
                if one["impact"] in ("serious", "critical")
            ]
    assert not found, "\n".join(found)
