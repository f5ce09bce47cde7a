"""ClickHouse's own engine (the package chdb) behind an HTTP address, as a server answers.

``python clickhouse.py COLUMNS CSV...`` loads the exports into ``tierwise_usage``, prints its port and serves until it
is ended.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


@contextmanager
def clickhouse(columns: str, exports: list[str]) -> Iterator[str]:
    """A ``clickhouse://`` URL that answers from ``exports``."""
    call = [sys.executable, __file__, columns, *exports]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"clickhouse://127.0.0.1:{int(process.stdout.readline())}/default"
        finally:
            process.kill()


def serve(columns: str, exports: list[str]) -> None:
    """Load, print the port, answer queries."""
    from chdb.session import Session  # type: ignore[import-not-found,unused-ignore]

    session = Session()
    session.query("CREATE DATABASE team")
    session.query("USE team")
    session.query(f"CREATE TABLE tierwise_usage ({columns}) ENGINE = MergeTree ORDER BY tuple()")
    for export in exports:
        session.query(f"INSERT INTO tierwise_usage SELECT * FROM file('{export}', CSVWithNames)")

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                status, body = 200, session.query(sql).bytes()
            except Exception as error:
                status, body = 404, str(error).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Request)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
