"""Questions in the page: graded with reasons, scored as a set, readable without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

COURSE = "courses/dunhuang-self-test.html"


@pytest.fixture
def course(browser: Browser, reference_site: Path) -> Iterator[Page]:
    """A self-test with single, multiple and true/false questions."""
    context = browser.new_context()
    page = context.new_page()
    page.goto((reference_site / COURSE).as_uri())
    yield page
    context.close()


def right_of(question: Locator) -> list[int]:
    return [int(index) for index in (question.get_attribute("data-right") or "").split(",")]


def answer(question: Locator, chosen: list[int]) -> None:
    for index in chosen:
        question.locator("label").nth(index).click()
    question.locator("button").click()


def test_right_answers_make_the_full_score(course: Page) -> None:
    questions = course.locator("[data-fq-question]").all()
    for question in questions:
        answer(question, right_of(question))
        assert question.locator("[role=status]").inner_text() == "答对了。"
    count = len(questions)
    assert course.locator("[data-fq-score]").inner_text() == f"全部答完 · 得分 {count} / {count}"


def test_a_wrong_answer_says_so_at_every_option_in_words(course: Page) -> None:
    question = course.locator("[data-type=single]").first
    right = right_of(question)[0]
    wrong = 0 if right else 1
    assert question.locator(".fq-why").first.is_hidden()
    answer(question, [wrong])
    choices = question.locator("[data-fq-choice]")
    assert "选错了" in choices.nth(wrong).inner_text()
    assert "正确答案，没有选" in choices.nth(right).inner_text()
    assert all(reason.is_visible() for reason in question.locator(".fq-why").all())
    assert "得分 0 /" in course.locator("[data-fq-score]").inner_text()


def test_nothing_chosen_is_not_an_answer(course: Page) -> None:
    question = course.locator("[data-fq-question]").first
    answer(question, [])
    assert question.locator("[role=status]").inner_text() == "请先选一个答案。"
    assert "已答 0 题" in course.locator("[data-fq-score]").inner_text()


def test_the_button_keeps_the_focus_and_starts_over(course: Page) -> None:
    question = course.locator("[data-fq-question]").first
    question.locator("input").first.check()
    question.locator("button").focus()
    course.keyboard.press("Enter")
    assert course.evaluate("document.activeElement.textContent") == "再做一次"
    course.keyboard.press("Enter")
    assert question.locator("input:checked").count() == 0
    assert question.locator(".fq-verdict").count() == 0


def test_all_can_be_done_again(course: Page) -> None:
    for question in course.locator("[data-fq-question]").all()[:2]:
        answer(question, right_of(question))
    course.locator("[data-fq-reset]").click()
    assert "已答 0 题" in course.locator("[data-fq-score]").inner_text()
    assert course.locator(".fq-verdict").count() == 0


def test_without_javascript_answers_and_reasons_can_be_read(
    browser: Browser, reference_site: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reference_site / COURSE).as_uri())
    question = page.locator("[data-fq-question]").first
    assert question.locator("button").is_hidden()
    question.locator("summary").click()
    reasons = question.locator("details li")
    assert reasons.count() == question.locator("[data-fq-choice]").count()
    right = right_of(question)[0]
    assert reasons.nth(right).inner_text().startswith("对")
    assert question.locator(".fq-why").first.is_visible()
    context.close()
