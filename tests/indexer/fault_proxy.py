"""A node that lies or stumbles: a proxy that edits the answers of a real one."""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answers = list[dict[str, Any]]
Edit = Callable[[list[Any], Answers], Any]
"""Gets the calls and the node's answers. Gives what is answered: JSON, bytes, a status, or None to
close the connection without a word. Raising `Unfit` leaves this answer alone."""


class Unfit(Exception):
    """The answer has nothing that this fault could spoil."""


class FaultProxy:
    """``fired`` counts the answers that were spoilt; after ``times`` the node is honest again."""

    def __init__(self, port: int) -> None:
        self._node = port
        self._lock = threading.Lock()
        self._edit: Edit | None = None
        self._times = 0
        self.fired = 0
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def spoil(self, edit: Edit, times: int = 1) -> None:
        self._edit, self._times, self.fired = edit, times, 0

    def heal(self) -> None:
        self._edit = None

    def answer(self, body: bytes) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._node, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            raw = connection.getresponse().read()
        finally:
            connection.close()
        with self._lock:
            if self._edit is None or self.fired >= self._times:
                return raw
            calls, answers = json.loads(body), json.loads(raw)
            single = isinstance(calls, dict)
            try:
                edited = self._edit([calls] if single else calls, [answers] if single else answers)
            except Unfit:
                return raw
            self.fired += 1
            return edited[0] if single and isinstance(edited, list) else edited

    def serve(self) -> None:
        self._server.serve_forever(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait for each other's receipt

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.proxy.answer(body)
        if answer is None:
            self.close_connection = True
            return
        status, length = 200, None
        if isinstance(answer, int):
            status, answer = answer, b"no"
        if isinstance(answer, tuple):
            answer, length = answer
        if not isinstance(answer, bytes):
            answer = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.close_connection = length is not None

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def fault_proxy(port: int) -> Iterator[FaultProxy]:
    proxy = FaultProxy(port)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
