"""Reading in several processes comes to the same as reading in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fengqiao.load import WORTH_A_POOL, load
from tests.project import lay_out

TODAY = date(2026, 11, 22)


def test_a_pool_reads_the_same(tmp_path: Path) -> None:
    count = WORTH_A_POOL + 50
    files = {
        f"casebook/terms/t{number}.yml": f"id: t{number}\ntitle: 词{number}\n"
        f"definition: 另见[[term/t{(number + 1) % count}]]。\n"
        for number in range(count)
    }
    files["casebook/terms/t7.yml"] = "id: t7\ntitel: 词\ndefinition: 意思\n"
    files["casebook/terms/t900.yml"] = "id: t900\ntitle: [\n"
    project = lay_out(files, tmp_path)
    alone, together = load(project, TODAY), load(project, TODAY, jobs=2)
    assert together == alone
    assert alone.casebook is not None
    assert len(alone.casebook.records) == count - 2
    assert {one.where.path for one in alone.diagnostics} == {
        f"casebook/terms/t{number}.yml" for number in (7, 899, 900)
    }
