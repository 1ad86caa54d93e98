"""Clients as they come: slow ones, some that leave, and some that send what nobody should."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from bounds import until

from droindex import Index

WAIT_S = 60.0
BIG = 12_000_000  # more bytes than the server's end of a connection holds
SMALL = 65_536  # what a client's end holds
SERVER = """
import sys
from droindex.web import WebOptions, create_app
from droindex.web.serving import serve
app = create_app(sys.argv[1], options=WebOptions(threads=1))
serve(app, port=0, started=lambda address: print(address, flush=True))
"""


class Server(NamedTuple):
    """A server in a process of its own, with one thread for searches."""

    process: subprocess.Popen[str]
    place: tuple[str, int]

    def connect(self) -> socket.socket:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        client.settimeout(WAIT_S)
        client.connect(self.place)
        return client

    def ask(self, path: str) -> tuple[int, bytes]:
        """Return status and body of an answer, over a connection of its own."""
        with self.connect() as client:
            client.sendall(request(path, "Connection: close\r\n"))
            return parted(b"".join(iter(lambda: client.recv(65_536), b"")))

    def open_files(self) -> set[str]:
        """Return the files of the corpus that the server holds open."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        links = set()
        for item in folder.iterdir():
            try:
                links.add(str(item.readlink()))
            except FileNotFoundError:  # it was closed meanwhile
                continue
        return {link for link in links if link.endswith(".txt")}


def request(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode()


def parted(answer: bytes) -> tuple[int, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.fixture(scope="module")
def server(web: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "escort.txt").write_text("Escort Policy\n\nOfficers escort aliens.")
    (corpus / "big.txt").write_bytes(b"Big Policy\n\n" + b"\n" * BIG)
    Index.build(corpus, folder / "library.idx")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder / "library.idx")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://([\d.]+):(\d+)/", process.stdout.readline())
            assert found is not None
            yield Server(process, (found[1], int(found[2])))
        finally:
            process.terminate()
            _, said = process.communicate(timeout=WAIT_S)
    assert "Traceback" not in said


def is_well(server: Server) -> bool:
    """Whether a search is answered as ever."""
    status, body = server.ask("/api/search?q=escort")
    return status == 200 and [hit["doc_id"] for hit in json.loads(body)["hits"]] == ["escort"]


def test_nobody_waits_for_clients_that_say_half_of_what_they_want(server: Server) -> None:
    clients = [server.connect() for _ in range(40)]
    try:
        for client in clients:
            client.sendall(request("/api/search?q=escort")[:-20])
        assert is_well(server)
        clients[0].sendall(request("/api/search?q=escort")[-20:])
        assert clients[0].recv(65_536).startswith(b"HTTP/1.1 200")
    finally:
        for client in clients:
            client.close()


def test_nobody_waits_for_a_client_that_reads_slowly(server: Server) -> None:
    with server.connect() as slow:
        slow.sendall(request("/pdf/big", "Connection: close\r\n"))
        read = slow.recv(1_000)
        assert is_well(server)
        assert server.open_files()
        left = b"".join(iter(lambda: slow.recv(1 << 20), b""))
    assert len(parted(read + left)[1]) == BIG + len("Big Policy\n\n")


def test_a_client_that_leaves_in_the_middle_leaves_nothing_open(server: Server) -> None:
    for _ in range(5):
        with server.connect() as client:
            client.sendall(request("/pdf/big"))
            assert client.recv(1_000).startswith(b"HTTP/1.1 200")
    until(lambda: not server.open_files())
    assert is_well(server)


@pytest.mark.parametrize(
    "sent",
    [
        request("/api/search?q=" + "x" * 10_000_000),
        request("/search?q=escort", "X: " + "x" * 10_000_000 + "\r\n"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50,
        b"GET / HTTP/9.9\r\n\r\n",
        request("/api/search?q=a\r\nX-Injected: 1"),
        b"GET /api/search?q=escort HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /api/search HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["q of 10 MB", "header of 10 MB", "TLS", "version", "line break", "length", "chunk"],
)
def test_what_nobody_should_send_harms_nobody_else(server: Server, sent: bytes) -> None:
    with server.connect() as client:
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(65_536), b""))
        except OSError:  # it was cut off before it had said all of it
            answer = b""
    if answer:
        assert b"X-Injected" not in answer
        assert not answer.startswith(b"HTTP/1.1 5")
    assert is_well(server)
