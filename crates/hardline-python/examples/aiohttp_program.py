"""Inside a program of aiohttp: its client carries the requests, and its server shows the rooms of the account.

    HARDLINE_PASSWORD=wonderland python examples/aiohttp_program.py [HOMESERVER] [USER] [PORT]
    curl http://127.0.0.1:8080/rooms
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, AsyncIterator, Optional

import aiohttp
from aiohttp import web

import hardline
from hardline.aio import Client, HttpResponse, Incoming, TransportFailure

CAP = 64 * 1024 * 1024


class Aiohttp:
    """A session of aiohttp as what a `Client` sends by."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(self, request: hardline.Request) -> HttpResponse:
        async with self.stream(request, None) as (status, headers, parts):
            body = bytearray()
            async for part in parts:
                body += part
                if len(body) > CAP:
                    raise TransportFailure("too_large", f"the response has more than {CAP} bytes")
            return HttpResponse(status, headers, bytes(body))

    @contextlib.asynccontextmanager
    async def stream(self, request: hardline.Request, body: Optional[AsyncIterator[bytes]]) -> AsyncIterator[Incoming]:
        data = body or request.body or None
        sent = self._session.request(
            request.method, request.url, headers=request.headers, data=data, allow_redirects=False
        )
        async with sent as response:
            yield response.status, response.headers.items(), response.content.iter_chunked(256 * 1024)


@contextlib.asynccontextmanager
async def connect(homeserver: str, **config: Any) -> AsyncIterator[Client]:
    # The client knows how long each request may take, and reads nothing that is compressed.
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout, skip_auto_headers=["Accept-Encoding"]) as session:
        transport = Aiohttp(session)
        async with Client(transport.fetch, stream=transport.stream, homeserver=homeserver, **config) as client:
            yield client


def program(homeserver: str, user: str, password: str) -> web.Application:
    client_key = web.AppKey("client", Client)

    async def connected(app: web.Application) -> AsyncIterator[None]:
        async with connect(homeserver) as client:
            await client.log_in(user, password)
            app[client_key] = client
            yield

    async def rooms(request: web.Request) -> web.Response:
        return web.json_response(await request.app[client_key].call("cs:getJoinedRooms"))

    app = web.Application()
    app.cleanup_ctx.append(connected)
    app.router.add_get("/rooms", rooms)
    return app


def main(homeserver: str = "http://127.0.0.1:8008", user: str = "alice", port: str = "8080") -> None:
    app = program(homeserver, user, os.environ["HARDLINE_PASSWORD"])
    web.run_app(app, host="127.0.0.1", port=int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
