"""The swap: every branch of it, and what a kill leaves behind."""

from __future__ import annotations

import ctypes
import errno
import os
import runpy
import shutil
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest

from fengqiao.errors import FengqiaoError
from fengqiao.publish import lock as locking
from fengqiao.publish import swap as swapping
from fengqiao.publish.folder import MARKER, ForeignFolderError, SiteFolder, UnwritableError, writing
from fengqiao.publish.lock import Holder, LockHeldError, SiteLock, holder
from fengqiao.publish.swap import Recovery, recover, staging, swap

SCRIPT = Path(__file__).with_name("swapper.py")
SWAPPER = runpy.run_path(str(SCRIPT))
build, whole, publish = SWAPPER["build"], SWAPPER["whole"], SWAPPER["publish"]

on_posix = pytest.mark.skipif(os.name != "posix", reason="kills and forks as POSIX has them")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux'")
WAYS = ("exchange", "renames")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "site"


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to swap; the second is forced by hiding the system call."""
    if request.param == "renames":
        monkeypatch.setattr(swapping, "_renameat2", lambda: None)
    return str(request.param)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swapping, "_PAUSES", (0.0, 0.0, 0.0))


def start(mode: str, out: Path, way: str = "exchange") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), mode, str(out), way],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(
    mode: str,
    out: Path,
    way: str = "exchange",
    *,
    before: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> list[str]:
    command = [*before, sys.executable, str(SCRIPT), mode, str(out), way, *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()


def neighbours(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


def sentence(error: FengqiaoError) -> str:
    """What the user reads; both languages must be there and filled in."""
    assert error.message("zh") != error.message("en")
    assert "{" not in error.message("zh") + error.message("en")
    return error.message("en")


# Publishing


def test_publishes_where_nothing_was(out: Path, way: str) -> None:
    publish(out, 1)
    assert whole(out) == 1
    assert neighbours(out) == ["site"]


def test_replaces_the_old_site_whole(out: Path, way: str) -> None:
    publish(out, 1)
    (out / "gone.html").write_text("of the old site only")
    publish(out, 2)
    assert whole(out) == 2
    assert neighbours(out) == ["site"]


def test_makes_the_folders_above(out: Path) -> None:
    publish(out / "deeper" / "site", 1)
    assert whole(out / "deeper" / "site") == 1


def test_fills_an_empty_folder(out: Path, way: str) -> None:
    out.mkdir()
    publish(out, 1)
    assert whole(out) == 1


def test_the_old_site_stands_while_the_new_one_is_built(out: Path) -> None:
    publish(out, 1)
    with SiteLock(out) as folder:
        stage = staging(folder)
        assert stage.parent == out.parent
        assert [path.name for path in stage.iterdir()] == [MARKER]
        build(stage, 2)
        assert whole(out) == 1


def test_a_failed_build_is_cleared_up_by_recover(out: Path) -> None:
    publish(out, 1)
    with SiteLock(out) as folder:
        stage = staging(folder)
        assert recover(folder) == Recovery(removed=(stage,))
        assert recover(folder) == Recovery()
    assert whole(out) == 1
    assert neighbours(out) == ["site"]


def test_the_marker_returns_when_the_builder_empties_its_folder(out: Path, way: str) -> None:
    with SiteLock(out) as folder:
        stage = staging(folder)
        (stage / MARKER).unlink()
        build(stage, 1)
        swap(stage, folder)
    assert whole(out) == 1


def test_a_marker_that_is_there_is_not_written_again(out: Path) -> None:
    """On a full disk that would empty it."""
    with SiteLock(out) as folder:
        stage = staging(folder)
        (stage / MARKER).write_text("kept")
        swap(stage, folder)
    assert (out / MARKER).read_text() == "kept"


def test_staging_recovers_first(out: Path) -> None:
    folder = SiteFolder(out)
    build(folder.sibling("stage", "1"), 5)
    build(folder.sibling("stage", "2"), 6)
    folder.sibling("swap", "1").touch()
    with SiteLock(out) as folder:
        stage = staging(folder)
        assert sorted(neighbours(out)) == sorted(["site", folder.lock.name, stage.name])
    assert (out / "case/0.html").read_text() == "5"


def test_only_a_staging_folder_is_published(out: Path) -> None:
    publish(out, 1)
    other = out.parent / "other"
    other.mkdir()
    with SiteLock(out) as folder, pytest.raises(ValueError, match="no staging folder"):
        swap(other, folder)
    assert whole(out) == 1


def test_sites_beside_each_other_do_not_touch_each_other(out: Path) -> None:
    other = out.with_name("site-training")
    with SiteLock(out) as folder, SiteLock(other) as second:
        stage = staging(folder)
        build(stage, 1)
        build(staging(second), 2)
        recover(second)
        swap(stage, folder)
    assert whole(out) == 1
    assert neighbours(out) == ["site"]


def test_folders_that_only_look_like_ours_stay(out: Path) -> None:
    publish(out, 1)
    names = [".site.fengqiao-stage-mine", ".site.fengqiao-old-1.bak", ".siteXfengqiao-stage-1"]
    for name in names:
        (out.parent / name).mkdir()
    with SiteLock(out) as folder:
        assert recover(folder) == Recovery()
    publish(out, 2)
    assert neighbours(out) == sorted([*names, "site"])


@on_posix
def test_a_link_stays_and_what_it_leads_to_is_replaced(out: Path, way: str) -> None:
    real = out.parent / "disk" / "real"
    out.symlink_to(real)
    for generation in (1, 2):  # the first leads nowhere yet
        publish(out, generation)
        assert out.readlink() == real
        assert whole(real) == generation
        assert neighbours(real) == ["real"]


@on_posix
def test_a_leftover_that_is_a_link_goes_without_what_it_leads_to(out: Path) -> None:
    treasure = out.parent / "treasure"
    build(treasure, 7)
    SiteFolder(out).sibling("stage", "1").symlink_to(treasure)
    with SiteLock(out) as folder:
        recover(folder)
    assert (treasure / "case/0.html").exists()
    assert neighbours(out) == ["treasure"]


# What is not ours


def a_file(out: Path) -> None:
    out.write_text("notes")


def a_full_folder(out: Path) -> None:
    out.mkdir()
    (out / "diary.txt").write_text("mine")


def a_folder_with_a_hidden_file(out: Path) -> None:
    out.mkdir()
    (out / ".profile").write_text("mine")


def a_folder_named_like_the_marker(out: Path) -> None:
    (out / MARKER).mkdir(parents=True)


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (a_file, "swap-not-folder"),
        (a_full_folder, "swap-foreign"),
        (a_folder_with_a_hidden_file, "swap-foreign"),
        (a_folder_named_like_the_marker, "swap-foreign"),
    ],
)
def test_what_is_not_ours_is_refused(out: Path, made, key: str) -> None:
    made(out)
    before = sorted(out.parent.rglob("*"))
    with pytest.raises(ForeignFolderError) as caught:
        SiteLock(out).acquire()
    assert caught.value.key == key
    assert caught.value.exit_code == 2
    assert str(out) in sentence(caught.value)
    assert sorted(out.parent.rglob("*")) == before  # not even a lock file


def test_the_root_of_a_disk_is_refused() -> None:
    with pytest.raises(ForeignFolderError) as caught:
        SiteLock(Path(Path.cwd().anchor)).acquire()
    assert caught.value.key == "swap-mount"
    sentence(caught.value)


def test_a_folder_that_became_foreign_during_the_build_is_refused(out: Path, way: str) -> None:
    with SiteLock(out) as folder:
        stage = staging(folder)
        a_full_folder(out)
        with pytest.raises(ForeignFolderError):
            swap(stage, folder)
    assert (out / "diary.txt").read_text() == "mine"


# What the system refuses


def test_a_folder_under_a_file_is_refused(out: Path) -> None:
    out.write_text("a file")
    with pytest.raises(UnwritableError) as caught:
        SiteLock(out / "site").acquire()
    assert caught.value.key == "swap-failed"
    assert str(out) in sentence(caught.value)


@on_posix
def test_links_in_a_circle_are_refused(out: Path) -> None:
    out.symlink_to(out)
    with pytest.raises(FengqiaoError) as caught:
        SiteLock(out).acquire()
    assert str(out) in sentence(caught.value)


@on_posix
def test_a_planted_link_is_no_lock_file(out: Path) -> None:
    victim = out.parent / "victim"
    victim.write_text("untouched")
    SiteFolder(out).lock.symlink_to(victim)
    with pytest.raises(UnwritableError):
        SiteLock(out).acquire()
    assert victim.read_text() == "untouched"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (errno.ENOSPC, "swap-no-space"),
        (errno.EDQUOT, "swap-no-space"),
        (errno.EACCES, "swap-denied"),
        (errno.EROFS, "swap-denied"),
        (errno.EBUSY, "swap-pinned"),
        (errno.EXDEV, "swap-pinned"),
        (errno.EIO, "swap-failed"),
    ],
)
def test_an_error_of_the_system_says_what_and_where(code: int, key: str) -> None:
    for named in (None, "/there/page.html"):
        with pytest.raises(UnwritableError) as caught, writing(Path("/there")):
            raise OSError(code, os.strerror(code), named)
        assert caught.value.key == key
        assert (named or str(Path("/there"))) in sentence(caught.value)
        assert isinstance(caught.value.__cause__, OSError)


@on_posix
def test_without_permission_the_old_site_stands(out: Path) -> None:
    for way in WAYS:
        assert run("denied", out, way) == [
            "swap-denied",  # the parent folder is closed
            "2 ['closed', 'site']",  # a read-only old site is removed
            "swap-denied 2",  # the parent folder was closed during the build
        ]


@on_linux
@pytest.mark.parametrize("way", WAYS)
def test_without_space_the_old_site_stands(way: str) -> None:
    """On a disk of a megabyte that only our process sees."""
    spaces = ("unshare", "--mount") + (("--map-root-user",) if os.geteuid() else ())
    mount = "mount -t tmpfs -o size=1m,nr_inodes=200 tmpfs /mnt"
    tried = subprocess.run([*spaces, "sh", "-c", mount], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no private mounts here: " + tried.stderr.decode())
    before = (*spaces, "sh", "-c", mount + ' && exec "$@"', "sh")
    lines = run("full", Path("/mnt/site"), way, before=before)
    # The exchange needs no space, so that last swap goes through; the journal needs a little.
    last = "2" if way == "exchange" else "swap swap-no-space 1"
    assert lines == ["lock swap-no-space 1", "pages swap-no-space 1", last, "3"]


# The two ways


@on_linux
def test_this_system_exchanges_in_one_step(out: Path) -> None:
    one, other = out.with_name("one"), out.with_name("other")
    build(one, 1)
    build(other, 2)
    if not swapping._exchange(one, other):
        pytest.skip("this file system cannot")
    assert (one / "case/0.html").read_text() == "2"
    assert (other / "case/0.html").read_text() == "1"


def refusing(code: int, calls: list[int]):
    """A renameat2 that always fails with ``code``."""

    def call(*_: object) -> int:
        calls.append(code)
        ctypes.set_errno(code)
        return -1

    return lambda: call


@pytest.mark.parametrize("code", sorted(swapping._NO_EXCHANGE))
def test_a_system_that_knows_no_exchange_gets_two_renames(
    out: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    calls: list[int] = []
    publish(out, 1)
    monkeypatch.setattr(swapping, "_renameat2", refusing(code, calls))
    publish(out, 2)
    assert calls == [code]
    assert whole(out) == 2


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV, errno.EIO])
def test_other_refusals_of_the_exchange_leave_the_old_site(
    out: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    publish(out, 1)
    monkeypatch.setattr(swapping, "_renameat2", refusing(code, []))
    with pytest.raises(UnwritableError) as caught:
        publish(out, 2)
    assert str(out) in sentence(caught.value)
    assert whole(out) == 1


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_no_other_system_is_asked(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert swapping._renameat2.__wrapped__() is None


def test_a_c_library_without_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    assert swapping._renameat2.__wrapped__() is None


class Renames:
    """``Path.rename`` that fails as told: ``failures`` per (role of source, role of target)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **failures: list[BaseException]) -> None:
        self.failures = failures
        self.done: list[str] = []
        real = Path.rename

        def rename(source: Path, target: Path) -> Path:
            step = f"{self.role(source)}_to_{self.role(target)}"
            self.done.append(step)
            if self.failures.get(step):
                raise self.failures[step].pop(0)
            return real(source, target)

        monkeypatch.setattr(Path, "rename", rename)
        monkeypatch.setattr(swapping, "_renameat2", lambda: None)

    @staticmethod
    def role(path: Path) -> str:
        return path.name.split("-")[1] if "fengqiao" in path.name else "out"


def busy(times: int) -> list[BaseException]:
    return [PermissionError(errno.EACCES, "in use") for _ in range(times)]


@pytest.mark.usefixtures("hasty")
def test_a_virus_scanner_is_waited_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    renames = Renames(monkeypatch, out_to_old=busy(2), stage_to_out=busy(3))
    publish(out, 2)
    assert renames.done == ["out_to_old"] * 3 + ["stage_to_out"] * 4
    assert whole(out) == 2
    assert neighbours(out) == ["site"]


@pytest.mark.usefixtures("hasty")
def test_a_folder_that_stays_in_use_is_left(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    Renames(monkeypatch, out_to_old=busy(99))
    with pytest.raises(UnwritableError) as caught:
        publish(out, 2)
    assert caught.value.key == "swap-denied"
    assert whole(out) == 1
    assert not SiteFolder(out).siblings("swap")


@pytest.mark.usefixtures("hasty")
def test_a_swap_that_fails_half_way_is_undone(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    Renames(monkeypatch, stage_to_out=busy(99))
    with pytest.raises(UnwritableError):
        publish(out, 2)
    assert whole(out) == 1
    assert not SiteFolder(out).siblings("swap")


@pytest.mark.usefixtures("hasty")
def test_a_swap_that_fails_once_is_completed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    Renames(monkeypatch, stage_to_out=[OSError(errno.EIO, "once")])
    publish(out, 2)
    assert whole(out) == 2


@pytest.mark.usefixtures("hasty")
def test_a_swap_stuck_half_way_says_so_and_the_next_command_completes_it(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    with monkeypatch.context() as patch:
        Renames(patch, stage_to_out=busy(99), old_to_out=busy(99))
        with pytest.raises(UnwritableError) as caught:
            publish(out, 2)
    assert caught.value.key == "swap-unfinished"
    assert str(out) in sentence(caught.value)
    with SiteLock(out) as folder:
        assert recover(folder).published
    assert whole(out) == 2
    assert neighbours(out) == ["site"]


def test_ctrl_c_between_the_renames_leaves_a_site(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    Renames(monkeypatch, stage_to_out=[KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        publish(out, 2)
    assert whole(out) == 2
    assert not SiteFolder(out).siblings("swap")


@pytest.mark.usefixtures("hasty")
def test_an_old_site_that_cannot_be_removed_is_named_and_goes_later(
    out: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    with monkeypatch.context() as patch, SiteLock(out) as folder:
        stage = staging(folder)
        build(stage, 2)
        patch.setattr(shutil, "rmtree", refuse_all)
        (left,) = swap(stage, folder)
        assert whole(out) == 2
        assert whole(left) == 1
        assert recover(folder) == Recovery(left=(left,))
        second = staging(folder)
        build(second, 3)
        assert set(swap(second, folder)) > {
            left
        }  # its neighbour of the same process is no obstacle
        assert whole(out) == 3
    with SiteLock(out) as folder:
        assert left in recover(folder).removed
    assert neighbours(out) == ["site"]


def refuse_all(_: Path) -> None:
    raise PermissionError(errno.EACCES, "in use")


def test_a_tree_that_vanishes_meanwhile_counts_as_removed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.rmtree

    def another_was_faster(tree: Path) -> None:
        real(tree)
        raise FileNotFoundError(errno.ENOENT, "gone")

    publish(out, 1)
    monkeypatch.setattr(swapping, "_PAUSES", ())
    monkeypatch.setattr(shutil, "rmtree", another_was_faster)
    publish(out, 2)
    assert neighbours(out) == ["site"]


# The journal


@pytest.mark.parametrize(
    ("published", "stage", "old", "journal"), list(product((False, True), repeat=4))
)
def test_recovery_from_each_state(
    out: Path, published: bool, stage: bool, old: bool, journal: bool
) -> None:
    folder = SiteFolder(out)
    trees = {out: published, folder.sibling("stage", "7"): stage, folder.sibling("old", "7"): old}
    for generation, (tree, there) in enumerate(trees.items()):
        if there:
            build(tree, generation)
            (tree / MARKER).touch()
    if journal:
        folder.sibling("swap", "7").touch()
    if published:
        stands = 0
    elif journal and stage:
        stands = 1
    elif journal and old:
        stands = 2
    else:
        stands = None
    with SiteLock(out) as folder:
        first = recover(folder)
        assert first.published == (journal and (stands == 1 or (stands is not None and not stage)))
        assert recover(folder) == Recovery()
    assert neighbours(out) == ([] if stands is None else ["site"])
    assert stands is None or whole(out) == stands


def test_two_renames_flush_the_journal_before_the_first(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    steps = Renames(monkeypatch).done
    real = os.fsync

    def fsync(descriptor: int) -> None:
        steps.append("flush")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    publish(out, 2)
    folders = 0 if sys.platform == "win32" else 1
    assert steps == ["flush"] * (1 + folders) + ["out_to_old", "stage_to_out"] + ["flush"] * folders


# The lock


def test_two_processes_cannot_write_one_site(out: Path) -> None:
    with start("hold", out) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LockHeldError) as caught:
            SiteLock(out).acquire()
        assert caught.value.values["pid"] == other.pid
        assert "swapper.py hold" in sentence(caught.value)
        assert str(other.pid) in sentence(caught.value)
        assert holder(SiteFolder(out).lock) == Holder(
            other.pid, f"swapper.py hold {out} exchange"[:200]
        )
        other.communicate("")
    with SiteLock(out):
        pass


def test_one_process_cannot_take_the_lock_twice(out: Path) -> None:
    with SiteLock(out), pytest.raises(LockHeldError) as caught:
        SiteLock(out).acquire()
    assert caught.value.values["pid"] == os.getpid()


def test_the_lock_is_waited_for(out: Path) -> None:
    lock = SiteLock(out)
    lock.acquire()
    with start("hold", out) as other:  # waits up to 30 s
        time.sleep(0.5)
        lock.release()
        assert other.stdout.readline() == "held\n"
        other.communicate("")


def test_waiting_ends(out: Path) -> None:
    with SiteLock(out):
        begin = time.monotonic()
        with pytest.raises(LockHeldError):
            SiteLock(out, wait=0.3).acquire()
        assert 0.3 <= time.monotonic() - begin < 5


@on_posix
def test_a_killed_holder_leaves_no_lock(out: Path) -> None:
    with start("hold", out) as other:
        assert other.stdout.readline() == "held\n"
        other.kill()
        other.wait()
        with SiteLock(out):
            assert holder(SiteFolder(out).lock).pid == os.getpid()
    assert neighbours(out) == []


@on_posix
def test_a_worker_that_outlives_its_killed_build_does_not_keep_the_lock(out: Path) -> None:
    with start("hold_with_worker", out) as other:
        worker = int(other.stdout.readline())
        other.kill()
        other.wait()
        os.kill(worker, 0)  # it is alive
        with SiteLock(out):
            pass
        other.stdin.close()


@on_posix
def test_a_forked_worker_cannot_give_the_lock_away(out: Path) -> None:
    lock = SiteLock(out)
    lock.acquire()
    worker = os.fork()
    if worker == 0:
        lock.release()
        os._exit(0)
    assert os.waitpid(worker, 0)[1] == 0
    assert SiteFolder(out).lock.exists()
    with pytest.raises(LockHeldError):
        SiteLock(out).acquire()
    lock.release()
    lock.release()  # a second time does nothing
    assert neighbours(out) == []


def test_taking_turns_under_the_lock_loses_nothing(out: Path) -> None:
    """The lock file goes with every release: nobody may keep a lock on one that has gone."""
    number = out.with_name("number")
    number.write_text("0")
    workers = [start("add", out) for _ in range(3)]
    for worker in workers:
        with worker:
            worker.communicate()
        assert worker.returncode == 0
    assert number.read_text() == "150"


@on_posix
def test_a_lock_on_a_file_that_has_just_gone_is_not_taken(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder before us took its file away after we opened it: that lock guards nothing."""
    real = locking._try_lock
    tries: list[bool] = []

    def try_lock(descriptor: int) -> bool:
        if not tries:
            SiteFolder(out).lock.unlink()
        tries.append(real(descriptor))
        return tries[-1]

    with monkeypatch.context() as patch:
        patch.setattr(locking, "_try_lock", try_lock)
        lock = SiteLock(out)
        lock.acquire()
    assert tries == [True, True]
    with pytest.raises(LockHeldError):
        SiteLock(out).acquire()
    lock.release()
    assert neighbours(out) == []


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b'{"pid": "x", "command": 1}', b"\xff"])
def test_an_unreadable_holder_is_said_to_be_unknown(out: Path, note: bytes) -> None:
    with SiteLock(out) as folder:
        folder.lock.write_bytes(note)
        assert holder(folder.lock) is None
        with pytest.raises(LockHeldError) as caught:
            SiteLock(out).acquire()
        assert caught.value.key == "swap-locked-by-unknown"
        sentence(caught.value)


def test_the_holder_cannot_steer_the_terminal(out: Path) -> None:
    out.write_text('{"pid": 1, "command": "x\\u001b[2J\\udc80\\n"}')
    assert holder(out) == Holder(1, "x?[2J??")


def test_a_lock_that_cannot_be_written_is_given_back(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(UnwritableError) as caught:
            SiteLock(out).acquire()
    assert str(out.parent) in sentence(caught.value)
    with SiteLock(out):
        pass


# Kills


@on_posix
@pytest.mark.parametrize("way", WAYS)
def test_a_kill_at_every_call_of_the_file_system(out: Path, way: str) -> None:
    first, replacing = (int(line) for line in run("instants", out.parent / "here" / "site", way))
    assert 15 < first < replacing  # so many there were


@on_posix
@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
def test_a_kill_at_every_call_of_the_recovery_too(out: Path, way: str) -> None:
    assert len(run("recovering", out.parent / "here" / "site", way)) == 2


@on_posix
@pytest.mark.parametrize("way", WAYS)
def test_thirty_kills_at_random(out: Path, way: str) -> None:
    found = run("kills", out, way, more=("30", "1963"))
    assert len(found) == 30
    assert "removed" in found  # some hit a build


@on_posix
@pytest.mark.full
@pytest.mark.parametrize("way", WAYS)
def test_many_kills_at_random(out: Path, way: str) -> None:
    found = run("kills", out, way, more=("500", "2003"))
    assert len(found) == 500
    assert ("published" in found) == (way == "renames")  # some hit the swap between its renames
