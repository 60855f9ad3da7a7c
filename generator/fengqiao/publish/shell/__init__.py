"""The only package that knows MkDocs: it runs it (``run``), and is run by it through the hooks
(``host``).

MkDocs is the outer loop of publishing. It renders the hand-written pages and, once for each kind,
a shell; the records are stamped into the shells when it is done. ``fengqiao build`` and a plain
``mkdocs build`` run the same :class:`Host`.
"""

from fengqiao.publish.shell.host import ContentError, Host
from fengqiao.publish.shell.request import Request
from fengqiao.publish.shell.run import BuildFailedError, Built, build, read_settings, sources

__all__ = [
    "BuildFailedError",
    "Built",
    "ContentError",
    "Host",
    "Request",
    "build",
    "read_settings",
    "sources",
]
