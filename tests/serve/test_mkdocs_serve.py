"""Plain ``mkdocs serve``: the hooks follow the casebook there, too."""

from __future__ import annotations

import http.client
import os
import signal
import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.serve.preview import copy_of_package
from tests.site import AS_OF, Site, stop_group, wait_for

TERM = "casebook/terms/example-term.yml"


def fetch(port: int, path: str) -> str:
    """The page as it is now, or nothing while there is no server."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
    except OSError:
        return ""


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_mkdocs_serve_follows_the_casebook(tmp_path: Path) -> None:
    site = Site.starter(tmp_path)
    site.replace_in(TERM, "title: 试水", "title: 改动之前")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = site.start(
        *("serve", "--dev-addr", f"127.0.0.1:{port}"),
        program="mkdocs",
        environment={**copy_of_package(tmp_path / "package"), "FENGQIAO_AS_OF": AS_OF},
    )
    try:
        wait_for(lambda: "改动之前" in fetch(port, "/terms/example-term.html"), process)
        page = fetch(port, "/terms/example-term.html")
        # MkDocs adds an inline script to pages; a policy would keep it from running
        assert "livereload(" in page
        assert "Content-Security-Policy" not in page
        site.replace_in(TERM, "改动之前", "改动之后")
        wait_for(lambda: "改动之后" in fetch(port, "/terms/example-term.html"), process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said
        assert site.strays() == []
        assert not site.out.exists()
    finally:
        stop_group(process)
        process.communicate()
