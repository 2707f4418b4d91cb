# SPDX-License-Identifier: Apache-2.0
"""A small service with a hole: what follows /eval? is evaluated."""
import http.server
import os
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/eval":
            try:
                self.answer(200, str(eval(urllib.parse.unquote(query))).encode())
            except Exception as error:  # a request must not end the service
                self.answer(500, str(error).encode())
            return
        try:
            with open("/srv/www" + (path if path != "/" else "/small"), "rb") as file:
                self.answer(200, file.read())
        except OSError:
            self.answer(404, b"no")

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(201, os.environ.get("HOME", "/").encode())

    def log_message(self, *arguments):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", 8081), Handler).serve_forever()
