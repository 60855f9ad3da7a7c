"""Maps over records in worker processes: chunked, the same result whatever their number."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

START_METHOD = "spawn" if sys.platform in ("win32", "darwin") else "fork"

CHUNK = 100
"""Records a task: enough to make sending it cheap, few enough to spread."""

_worker: Any = None  # what the workers share; set once in each process, before its first task


def _start(worker: Any) -> None:
    global _worker  # noqa: PLW0603 -- the one thing a process pool can hand to its workers
    _worker = worker
    # Ctrl-C reaches the whole group of processes; the first of them ends the others in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next task for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _start_anew(prepare: Callable[[], object], pickled: bytes) -> None:
    prepare()  # brings in what unpickling needs: kinds that a project defines
    _start(pickle.loads(pickled))


def _run(chunk: Sequence[Any]) -> Any:
    return _worker(chunk)


def default_jobs() -> int:
    """As many workers as there are processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_chunks(
    worker: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    jobs: int,
    prepare: Callable[[], object] = int,
    method: str = START_METHOD,
) -> Generator[tuple[int, Result], None, None]:
    """``worker`` over chunks of ``items``, in their order, each with how many items it was.

    Workers are forked where the system can, so that they share the casebook instead of copying
    it; elsewhere each calls ``prepare`` and unpickles ``worker`` once.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    jobs = min(jobs, len(chunks))
    if jobs <= 1:
        for chunk in chunks:
            yield len(chunk), worker(chunk)
        return
    context = multiprocessing.get_context(method)
    start: Callable[..., None] = _start
    given: tuple[Any, ...] = (worker,)
    if method != "fork":
        start, given = _start_anew, (prepare, pickle.dumps(worker))
    with ProcessPoolExecutor(jobs, context, start, given) as pool:
        try:
            for chunk, result in zip(chunks, pool.map(_run, chunks), strict=True):
                yield len(chunk), result
        except BaseException:
            # Waits for what has begun: nothing may still write where its caller clears up.
            pool.shutdown(cancel_futures=True)
            raise
