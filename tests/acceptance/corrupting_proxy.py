"""An HTTP proxy on this machine that passes everything on and changes one byte of each download."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

HOP_BY_HOP = {"connection", "transfer-encoding", "content-encoding", "content-length", "date"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._pass_on(corrupt="/api/storage/" in self.path)

    def do_POST(self):
        self._pass_on(corrupt=False)

    def _pass_on(self, *, corrupt):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with requests.Session() as session:
            # Straight on, not through the proxy that the environment names: that is this one.
            session.trust_env = False
            answer = session.request(self.command, self.path, data=body, headers=self.headers)
        content = bytearray(answer.content)
        if corrupt:
            content[len(content) // 2] ^= 1
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextmanager
def corrupting_proxy():
    """Run it, and answer the environment that sends HTTP through it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            here = f"http://127.0.0.1:{server.server_port}"
            yield {"HTTP_PROXY": here, "http_proxy": here, "NO_PROXY": "", "no_proxy": ""}
        finally:
            server.shutdown()
            thread.join()
