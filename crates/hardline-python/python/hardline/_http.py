"""HTTP/1.1 over `http.client`, without redirects, proxies and cookies."""

from __future__ import annotations

import contextlib
import http.client
import io
import selectors
import socket
import ssl
import time
from typing import Any, Iterator, Optional
from urllib.parse import SplitResult, urlsplit

from ._core import Request, __version__
from ._running import MAX_RESPONSE_BYTES, READ, HttpResponse, TransportFailure

#: For how long a connection that nobody uses is kept, in seconds.
_IDLE = 15.0


class HttpTransport:
    """Sends requests, one after the other. A connection stays open for the next request to the same server."""

    def __init__(
        self,
        *,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        connect_timeout: float = 10.0,
        ssl_context: Optional[ssl.SSLContext] = None,
        user_agent: str = f"hardline-python/{__version__}",
    ) -> None:
        self.max_response_bytes = max_response_bytes
        self._connect_timeout = connect_timeout
        self._ssl_context = ssl_context
        self._user_agent = user_agent
        self._idle: dict[tuple[str, str], tuple[float, _Connection]] = {}

    def send(self, request: Request) -> HttpResponse:
        """Sends a request, and reads the whole response."""
        with self.exchange(request) as exchange:
            exchange.send(request.body)
            exchange.receive()
            return HttpResponse(exchange.status, exchange.headers, exchange.read_whole(self.max_response_bytes))

    @contextlib.contextmanager
    def exchange(self, request: Request, length: Optional[int] = None) -> Iterator[Exchange]:
        """Sends the head of a request, whose body has this length."""
        url = _checked(request)
        origin = (url.scheme, url.netloc)
        deadline = _Deadline(request.timeout)
        # Whoever must not send twice does not take the risk that a kept connection is closed meanwhile.
        connection = self._kept(origin) if request.repeatable else None
        if connection is None:
            connection = self._connected(url, deadline)
        exchange = Exchange(connection, deadline)
        try:
            exchange.begin(request, url, self._user_agent, length)
            yield exchange
        except BaseException:
            exchange.close()
            raise
        if exchange.is_over:
            self._keep(origin, connection)
        else:
            exchange.close()

    def close(self) -> None:
        """Closes the connections that are kept."""
        for _, connection in self._idle.values():
            connection.close()
        self._idle.clear()

    def _keep(self, origin: tuple[str, str], connection: _Connection) -> None:
        _, other = self._idle.pop(origin, (0.0, None))
        if other is not None:
            other.close()
        self._idle[origin] = (time.monotonic(), connection)

    def _kept(self, origin: tuple[str, str]) -> Optional[_Connection]:
        since, connection = self._idle.pop(origin, (0.0, None))
        if connection is None:
            return None
        # A server that has something to say before it is asked has closed the connection.
        if time.monotonic() - since > _IDLE or _is_readable(connection.socket):
            connection.close()
            return None
        return connection

    def _connected(self, url: SplitResult, deadline: _Deadline) -> _Connection:
        host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
        limit = min(self._connect_timeout, deadline.left())
        try:
            opened = socket.create_connection((host, port), limit)
        except socket.gaierror as error:
            raise TransportFailure("dns", error) from error
        except ConnectionRefusedError as error:
            raise TransportFailure("refused", error) from error
        except socket.timeout as error:
            raise TransportFailure("timed_out_before_send", error) from error
        except (OSError, UnicodeError) as error:
            raise TransportFailure("connect", error) from error
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if url.scheme != "https":
            return _Connection(host, port, opened)
        try:
            if self._ssl_context is None:
                self._ssl_context = ssl.create_default_context()
            return _Connection(host, port, self._ssl_context.wrap_socket(opened, server_hostname=host))
        except socket.timeout as error:
            opened.close()
            raise TransportFailure("timed_out_before_send", error) from error
        except (OSError, ValueError) as error:
            opened.close()
            raise TransportFailure("tls", error) from error


class Exchange:
    """A request on its way, and its response."""

    def __init__(self, connection: _Connection, deadline: _Deadline) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        #: The response was read to its end, and the connection serves for another one.
        self.is_over = False
        self._connection = connection
        self._deadline = deadline
        self._response: Optional[http.client.HTTPResponse] = None

    def begin(self, request: Request, url: SplitResult, user_agent: str, length: Optional[int]) -> None:
        self._connection.deadline = self._deadline
        names = {name.lower() for name, _ in request.headers}
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        length = len(request.body) if length is None else length
        try:
            self._connection.putrequest(request.method, target, skip_host="host" in names, skip_accept_encoding=True)
            for name, value in request.headers:
                self._connection.putheader(name, value)
            if "user-agent" not in names:
                self._connection.putheader("User-Agent", user_agent)
            if "content-length" not in names and (length or request.method in ("POST", "PUT", "PATCH")):
                self._connection.putheader("Content-Length", str(length))
        except (ValueError, http.client.HTTPException) as error:
            raise TransportFailure("unsendable", error) from error

    def send(self, body: bytes) -> None:
        """Sends the head, with the body or the first part of it."""
        with _after_send():
            self._connection.endheaders(body or None)

    def send_more(self, part: bytes) -> None:
        with _after_send():
            self._connection.send(part)

    def receive(self) -> None:
        """Waits for the head of the response."""
        with _after_send():
            self._response = self._connection.getresponse()
            self.status = self._response.status
            self.headers = self._response.getheaders()

    def close(self) -> None:
        """Ends it. What was not read of the response is lost."""
        if self._response is not None:
            self._response.close()
        self._connection.close()

    def progressed(self) -> None:
        """The time for one step of a body that streams begins anew."""
        self._deadline.begin()

    def read(self, size: int) -> bytes:
        """The next part of the response's body; none at its end."""
        response = self._response
        if response is None:
            return b""
        with _after_send():
            part = response.read(size)
            # A body that ends early is told by its length alone.
            if not part and response.length:
                raise TransportFailure("interrupted", f"the body ended {response.length} bytes early")
        if not part or response.isclosed():
            self.is_over = not response.will_close
        return part

    def read_whole(self, cap: int) -> bytes:
        """The whole body, unless it is larger than that."""
        announced = self._response.length if self._response is not None else None
        if announced is not None and announced > cap:
            raise TransportFailure("too_large", f"the response has {announced} bytes, and {cap} are allowed")
        parts: list[bytes] = []
        size = 0
        # One more than is allowed is enough to know.
        while part := self.read(min(READ, cap - size + 1)):
            parts.append(part)
            size += len(part)
            if size > cap:
                raise TransportFailure("too_large", f"the response has more than {cap} bytes")
        return b"".join(parts)


class _Deadline:
    """By when an exchange has to be over."""

    def __init__(self, timeout: Optional[float]) -> None:
        self._timeout = timeout
        self.begin()

    def begin(self) -> None:
        self._end = None if self._timeout is None else time.monotonic() + self._timeout

    def left(self) -> float:
        """The seconds that are left; as good as none is still a bit, since zero would mean not to wait."""
        return 1e6 if self._end is None else max(self._end - time.monotonic(), 0.001)


class _Connection(http.client.HTTPConnection):
    """A connection on which each step has the time that is left, and not a time of its own."""

    def __init__(self, host: str, port: int, opened: socket.socket) -> None:
        super().__init__(host, port)
        # It writes this port into `Host`, unless it is the scheme's own.
        self.default_port = 443 if isinstance(opened, ssl.SSLSocket) else 80
        self.auto_open = 0
        self.socket = opened
        self.deadline = _Deadline(None)
        # What it takes of a socket is what the other class has.
        self.sock: Any = _TimedSocket(self)

    def close(self) -> None:
        super().close()
        self.socket.close()


class _TimedSocket:
    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        self.arm()
        self._connection.socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_TimedReader(self, self._connection.socket))

    def arm(self) -> None:
        self._connection.socket.settimeout(self._connection.deadline.left())

    def close(self) -> None:
        """The connection closes its socket itself: a response may still be read from it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: _TimedSocket, opened: socket.socket) -> None:
        super().__init__()
        self._timed = timed
        self._raw = opened.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._timed.arm()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


@contextlib.contextmanager
def _after_send() -> Iterator[None]:
    """What goes wrong here may have reached the server."""
    try:
        yield
    except socket.timeout as error:
        raise TransportFailure("timed_out_after_send", error or "the server took too long") from error
    except (http.client.IncompleteRead, http.client.RemoteDisconnected, OSError) as error:
        raise TransportFailure("interrupted", error) from error
    except (http.client.HTTPException, ValueError) as error:
        raise TransportFailure("malformed", error) from error


def _checked(request: Request) -> SplitResult:
    try:
        url = urlsplit(request.url)
        if url.scheme not in ("http", "https") or not url.hostname or url.username is not None:
            raise ValueError("the URL is none of http or https, or has a user name")
        # It is checked when it is read.
        url.port
    except ValueError as error:
        raise TransportFailure("unsendable", error) from error
    return url


def _is_readable(opened: socket.socket) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(opened, selectors.EVENT_READ)
        return bool(selector.select(0))
