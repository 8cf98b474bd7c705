"""A server that answers as a test says, on a port of its own."""

from __future__ import annotations

import socket
import threading
from typing import Callable

#: Writes what there is to say to a request, and says whether the connection stays open.
Script = Callable[[socket.socket], bool]


class Server:
    """Each request is answered by the next script; the last one serves for all that follow."""

    def __init__(self, *scripts: Script) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # Whoever waits in `accept` is woken by that.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.close_connections()

    def close_connections(self) -> None:
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            # It was closed already.
            except OSError:
                pass
        self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while request := _read_request(connection):
                self.requests.append(request)
                script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                try:
                    if not script(connection):
                        return
                except OSError:
                    return


def respond(body: bytes, status: int = 200, *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status} x", "Content-Type: application/json", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*head, "", ""]).encode() + body


def always(answer: bytes) -> Script:
    def script(connection: socket.socket) -> bool:
        connection.sendall(answer)
        return True

    return script


def closing(answer: bytes = b"") -> Script:
    """Closes the connection after that."""

    def script(connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    return script


def silent(connection: socket.socket) -> bool:
    """Says nothing until the client has gone."""
    return bool(connection.recv(1))


def dripping(connection: socket.socket) -> bool:
    """Says a byte now and then until the client has gone."""
    connection.sendall(b"HTTP/1.1 200 x\r\nContent-Length: 100000\r\n\r\n")
    connection.settimeout(0.1)
    while True:
        try:
            return bool(connection.recv(1))
        except socket.timeout:
            connection.sendall(b"x")


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return b""
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            part = connection.recv(65536)
            if not part:
                return b""
            body += part
    except OSError:
        return b""
    return head + b"\r\n\r\n" + body
