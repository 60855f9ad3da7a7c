"""The scratch folder of a running server: one for each port, gone when the server ends."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from fengqiao.errors import FengqiaoError
from fengqiao.publish.folder import mark, writing
from fengqiao.publish.lock import SiteLock

_FOLDER = Path(".fengqiao", "serve")


class Home:
    """``.fengqiao/serve/<port>/`` of a project, as a context: held by a lock, so that the folder
    of a server that was killed can be told from that of one that runs."""

    def __init__(self, project: Path, port: int) -> None:
        self._folder = project / _FOLDER / str(port)
        self._lock = SiteLock(self._folder)

    @property
    def site(self) -> Path:
        """Where the site is published."""
        return self._folder / "site"

    def __enter__(self) -> Home:
        self._lock.acquire()
        try:
            with writing(self._folder):
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder.mkdir(parents=True, exist_ok=True)
                mark(self._folder)
            self._sweep()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()
        for folder in (self._folder.parent, self._folder.parent.parent):
            with suppress(OSError):  # something else lives there
                folder.rmdir()

    def _sweep(self) -> None:
        """Removes the folders of servers that were killed."""
        for other in sorted(self._folder.parent.iterdir()):
            if other == self._folder or not other.name.isdigit():
                continue
            with suppress(FengqiaoError), SiteLock(other):
                shutil.rmtree(other, ignore_errors=True)
