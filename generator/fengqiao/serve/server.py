"""The server: the folder of the newest site, its pages followed by the reload script.

It answers this machine only, unless told otherwise, and only to names that are its own: a page
elsewhere that lets its name point here (DNS rebinding) or embeds our files gets nothing.
"""

from __future__ import annotations

import errno
import ipaddress
import json
import os
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import MimeTypes
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.messages import text, words
from fengqiao.serve.page import EVENTS, POLICY, SCRIPT, notice, with_reload
from fengqiao.serve.state import Board, payload

RELOAD = Path(__file__).with_name("reload.js")

_BEAT = 10.0
"""Seconds between two signs of life on a connection without news: how a dead one is noticed."""
_IDLE = 60
"""Seconds after which an unused connection is closed."""
_SWAP = 0.5
"""Seconds for which a file may be missing: where folders cannot be exchanged in one step, there
is none between the two renames of a swap."""

_TYPES = MimeTypes()  # the built-in table: on Windows the system's may say anything of .js
for _kind, _suffix in (("text/javascript", ".js"), ("image/webp", ".webp")):
    _TYPES.add_type(_kind, _suffix)  # as all versions of Python should have them
_WILDCARDS = {"", "0.0.0.0", "::"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    url: str
    port: int
    exposed: bool
    """Whether other computers can reach it."""


@contextmanager
def listen(
    host: str, port: int, board: Board, lang: str, complain: Callable[[str], None]
) -> Iterator[Address]:
    """Serves ``board`` from threads of its own while the block runs. Raises
    :class:`FengqiaoError` where the port is taken or not allowed, :class:`UsageError` where
    ``host`` is no address of this machine."""
    server = _bind(host, port, board, lang, complain)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield _address(server)
    finally:
        board.close()
        server.shutdown()
        server.server_close()
        thread.join()


def _bind(
    host: str, port: int, board: Board, lang: str, complain: Callable[[str], None]
) -> _Server:
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _, _, _, (number, *_) = found[0]
        return _Server(family, (str(number), port), host, board, lang, complain)
    except (socket.gaierror, UnicodeError):  # the latter for what can be no name at all
        raise UsageError("serve-no-such-host", host=host) from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError("serve-no-such-host", host=host) from None
        if error.errno == errno.EADDRINUSE:
            raise FengqiaoError("serve-port-taken", port=port, host=host) from None
        reason = error.strerror or str(error)
        raise FengqiaoError("serve-port-refused", port=port, host=host, reason=reason) from None


def _address(server: _Server) -> Address:
    host, port = server.server_address[:2]
    shown = "127.0.0.1" if server.host in _WILDCARDS else server.host
    url = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
    return Address(url, int(port), not ipaddress.ip_address(str(host)).is_loopback)


def is_ours(header: str, host: str) -> bool:
    """Whether a request with this ``Host`` header was meant for a server started with ``host``.
    Any port will do (it may be forwarded), and any number where the whole network is served:
    only a name can be made to point here by somebody else."""
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in {"localhost", host.lower()}:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return host in _WILDCARDS and name in _own_names()
    return address.is_loopback or host in _WILDCARDS


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    return {name, f"{name}.local"}


def inside(site: Path, path: str) -> Path | None:
    """The file or folder that the path of a URL names below ``site``, or ``None`` where it names
    something outside, hidden or impossible."""
    parts = [unquote(part, errors="surrogateescape") for part in path.split("/") if part]
    if any(part.startswith(".") or set(part) & set("/\\:\0") for part in parts):
        return None
    target = site.joinpath(*parts)
    try:
        return target if target.resolve().is_relative_to(site.resolve()) else None
    except (OSError, RuntimeError, ValueError):
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # On Windows SO_REUSEADDR would take a port away from the program that has it.
    allow_reuse_address = os.name != "nt"

    def __init__(
        self,
        family: socket.AddressFamily,
        address: tuple[str, int],
        host: str,
        board: Board,
        lang: str,
        complain: Callable[[str], None],
    ) -> None:
        self.address_family = family
        self.host = host
        self.board = board
        self.lang = lang
        self._complain = complain
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without HTTPServer's question for the name of the host, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no error; anything else is told in a line."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            self._complain(text("unexpected", self.lang, what=f"{type(error).__name__}: {error}"))


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "fengqiao"
    sys_version = ""
    timeout = _IDLE

    def do_GET(self) -> None:
        """Any file of the site, the script, the events."""
        path = self.path.partition("?")[0]
        if not is_ours(self.headers.get("Host", ""), self.server.host):
            self._say(HTTPStatus.FORBIDDEN, "serve-foreign")
        elif path == EVENTS:
            self._events()
        elif path == SCRIPT:
            self._send(HTTPStatus.OK, RELOAD.read_bytes(), "text/javascript")
        else:
            self._file(path)

    do_HEAD = do_GET  # noqa: N815 -- the base class looks for this name

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for the author's own mistakes."""

    # ------------------------------------------------------------ files

    def _file(self, path: str) -> None:
        board = self.server.board
        token = board.token()  # before the file is read: never newer than what is sent
        target = inside(board.site, path)
        if target is None:
            self._say(HTTPStatus.NOT_FOUND, "serve-not-found")
        elif not board.state.site:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "serve-not-ready")
        elif target.is_dir() and not path.endswith("/"):
            self._redirect(target)
        else:
            self._page(target / "index.html" if target.is_dir() else target, token)

    def _page(self, file: Path, token: str) -> None:
        content = _read(file)
        if content is None:
            self._say(HTTPStatus.NOT_FOUND, "serve-not-found")
        elif file.suffix == ".html":
            self._send(HTTPStatus.OK, with_reload(content, token), "text/html; charset=utf-8")
        else:
            # No charset: a script's own (search data is bytes) or the page's rules, as on file://
            kind = _TYPES.guess_type(file.name)[0] or "application/octet-stream"
            self._send(HTTPStatus.OK, content, kind)

    def _redirect(self, folder: Path) -> None:
        relative = folder.relative_to(self.server.board.site).as_posix()
        self._send(HTTPStatus.MOVED_PERMANENTLY, b"", "text/plain", Location=f"/{quote(relative)}/")

    # ------------------------------------------------------------ events

    def _events(self) -> None:
        """The state, again whenever it is another, for as long as the browser listens."""
        self.close_connection = True
        self._head(HTTPStatus.OK, "text/event-stream")
        self.end_headers()
        if self.command == "HEAD":
            return
        board = self.server.board
        shown = words(self.server.lang, "serve-overlay-")
        seen = None
        while not board.closed:
            state = board.wait(seen, _BEAT)
            if state is None:
                self.wfile.write(b":\n\n")
                continue
            seen = state
            data = json.dumps(payload(board.token(), state, shown), ensure_ascii=True)
            self.wfile.write(f"retry: 500\ndata: {data}\n\n".encode())

    # ------------------------------------------------------------ answers

    def _say(self, status: HTTPStatus, key: str) -> None:
        lang = self.server.lang
        page = notice(str(status.value), text(key, lang), lang, self.server.board.token())
        self._send(status, page, "text/html; charset=utf-8", **{"Content-Security-Policy": POLICY})

    def _send(self, status: HTTPStatus, content: bytes, kind: str, **headers: str) -> None:
        self._head(status, kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _head(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        # The search data are scripts: without this any page in the browser could include them.
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        if self.close_connection:
            self.send_header("Connection", "close")


def _read(file: Path) -> bytes | None:
    """The whole file, closed again at once: on Windows an open one would stop the next swap."""
    deadline = time.monotonic() + _SWAP
    while True:
        try:
            return file.read_bytes()
        except (FileNotFoundError, PermissionError):
            if time.monotonic() >= deadline:
                return None
            if file.parent.is_dir():  # it is not the whole site that is missing
                return None
            time.sleep(0.02)
        except OSError:
            return None
