"""A client for asyncio, over any HTTP library: a function that sends a request and returns what came.

    async def fetch(request: hardline.Request) -> HttpResponse:
        async with session.request(request.method, request.url, headers=request.headers, data=request.body,
                                   allow_redirects=False) as response:
            return HttpResponse(response.status, response.headers.items(), await response.read())

    async with Client(fetch, homeserver="https://example.org") as client:
        await client.log_in("alice", "wonderland")
        print((await client.call("cs:getTokenOwner"))["user_id"])

Any number of tasks may use one client at once. A task that is cancelled ends what it began.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import time
from typing import (
    Any,
    AsyncContextManager,
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    BinaryIO,
    Callable,
    Mapping,
    Optional,
    Union,
)

from ._core import Cancel, Done, Event, Failed, Flow, Hub, Receive, Request, Send, SendStreaming, Wait
from ._errors import HardlineError
from ._progress import Watch, whole
from ._running import (
    CHUNK,
    MAX_RESPONSE_BYTES,
    AnswerReader,
    HttpResponse,
    Prompt,
    Reply,
    SyncAnswer,
    TransportFailure,
    answer,
    digest_before,
    failure_class,
    open_call,
    password_login,
    question,
    take,
    unanswered,
)

__all__ = ["Client", "HttpResponse", "Incoming", "SyncAnswer", "TransportFailure"]

#: Sends a request, without following redirects, and returns the response. It raises `TransportFailure`, or what its
#: library raises. The time that a request may take is watched by the client.
Fetch = Callable[[Request], Awaitable[HttpResponse]]

#: Status, header fields and body of a response that streams.
Incoming = tuple[int, Any, AsyncIterator[bytes]]

#: Sends a request whose body, if there is one, comes in parts.
Stream = Callable[[Request, Optional[AsyncIterator[bytes]]], AsyncContextManager[Incoming]]

#: Replies to a prompt; the error says why the last reply was not accepted. `None` ends the flow.
Prompts = Callable[[Prompt, Optional[HardlineError]], Union[Optional[Reply], Awaitable[Optional[Reply]]]]

_Told = Union[Event, Done, Failed]


class Client:
    """A session and its flows, run over HTTP."""

    def __init__(
        self,
        fetch: Fetch,
        config: Optional[Mapping[str, Any]] = None,
        /,
        *,
        stream: Optional[Stream] = None,
        prompts: Optional[Prompts] = None,
        on_session: Optional[Callable[[Event], Optional[Reply]]] = None,
        **members: Any,
    ) -> None:
        """`config` and `members` are those of `Hub`. `prompts` answers for flows that are given no other one, and may
        be a coroutine function. `stream` is for `upload` and `download`.

        `on_session` gets the events of the session, such as `refreshed`: store the tokens then. What it returns is
        the reply, if the configuration has `has_store`.
        """
        self.hub = Hub(config, **members)
        self._fetch = fetch
        self._stream = stream
        self._prompts = prompts
        self._on_session = on_session
        self._told: dict[Flow, asyncio.Queue[_Told]] = {}
        self._dropped: set[Flow] = set()
        self._files: dict[Flow, BinaryIO] = {}
        self._exchanges: dict[int, asyncio.Task[None]] = {}
        self._receives: dict[int, asyncio.Future[Receive]] = {}
        self._timer: Optional[asyncio.TimerHandle] = None

    def session(self) -> dict[str, Any]:
        """The configuration with which another client goes on. It holds secrets."""
        return self.hub.session()

    async def log_in(self, user: str, password: str, **fields: Any) -> dict[str, Any]:
        """Logs in with a password. `fields` are others of `cs:login`, such as `device_id`."""
        return await self.run("log_in", login=password_login(user, password, fields))

    async def call(self, operation: str, arguments: Optional[Mapping[str, Any]] = None, /, **fields: Any) -> Any:
        """Does an operation, and returns the fields of its response: `await client.call("cs:getDevice", deviceId="A")`.

        What is no name in Python, such as `from`, goes into `arguments`.
        """
        flow = open_call(self.hub, self._prompts is not None, operation, {**(arguments or {}), **fields})
        return (await self._run_or_drop(flow, self._prompts, None))["value"]

    async def run(
        self,
        flow: Union[str, Flow],
        prompts: Optional[Prompts] = None,
        /,
        *,
        on_event: Optional[Callable[[Event], None]] = None,
        file: Optional[BinaryIO] = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Runs a flow to its end, and returns what it brings.

        A flow that was opened or loaded before stays open if `prompts` raises or the task is cancelled, so that it
        can be saved; one that is given by its name is cancelled. `file` is that of `upload` and `download`.
        """
        opened = self.hub.open(flow, **arguments) if isinstance(flow, str) else flow
        if file is not None:
            self._files[opened] = file
        ask = prompts or self._prompts
        try:
            if isinstance(flow, str) or ask is None:
                return await self._run_or_drop(opened, ask, on_event)
            return await self._run(opened, ask, on_event)
        finally:
            self._files.pop(opened, None)

    async def sync(
        self,
        *,
        on_event: Optional[Callable[[Event], None]] = None,
        confirms_saves: Optional[bool] = None,
        **arguments: Any,
    ) -> AsyncGenerator[SyncAnswer, None]:
        """The answers of the server, for ever, until `aclose`. One counts as taken when the next one is asked for, and not before:
        until then the server would give it again. `arguments` are those of the flow `sync`.
        """
        flow = self.hub.open("sync", confirms_saves=confirms_saves, **arguments)
        reader = AnswerReader()
        try:
            while True:
                told = await self._next(flow)
                if isinstance(told, Done):
                    return
                if isinstance(told, Failed):
                    raise told.error
                if (answer := reader.read(told)) is not None:
                    yield answer
                    take(flow, answer, confirms_saves)
                elif on_event is not None:
                    on_event(told)
        finally:
            self._drop(flow)

    async def upload(self, file: BinaryIO, **arguments: Any) -> str:
        """Uploads a file that can be sought, from its beginning, and returns its `mxc://` URI. `arguments` are
        `content_type` and `file_name`.
        """
        size = file.seek(0, os.SEEK_END)
        uri: str = (await self.run("upload", file=file, bytes=size, **arguments))["uri"]
        return uri

    async def download(self, uri: str, file: BinaryIO, **arguments: Any) -> dict[str, Any]:
        """Downloads into a file that can be sought, from its beginning, and returns what is known of it. If the file
        can be read too (`w+b`), a download that goes on after an interruption has its hash checked as well.
        """
        return await self.run("download", file=file, uri=uri, **arguments)

    async def aclose(self) -> None:
        """Ends what is on its way."""
        if self._timer is not None:
            self._timer.cancel()
        exchanges = list(self._exchanges.values())
        for exchange in exchanges:
            exchange.cancel()
        await asyncio.gather(*exchanges, return_exceptions=True)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<hardline.aio.Client: {self.hub!r}>"

    async def _run_or_drop(
        self, flow: Flow, prompts: Optional[Prompts], on_event: Optional[Callable[[Event], None]]
    ) -> dict[str, Any]:
        try:
            return await self._run(flow, prompts, on_event)
        finally:
            self._drop(flow)

    async def _run(
        self, flow: Flow, prompts: Optional[Prompts], on_event: Optional[Callable[[Event], None]]
    ) -> dict[str, Any]:
        self._pump()
        # What it asked before, here or before it was saved, it does not ask again.
        if self._queue(flow).empty() and (prompt := flow.prompt) is not None:
            await self._ask(flow, prompt, None, prompts)
        while True:
            told = await self._next(flow)
            if isinstance(told, Done):
                return told.value
            if isinstance(told, Failed):
                raise told.error
            if on_event is not None:
                on_event(told)
            if (prompt := question(told)) is not None:
                await self._ask(flow, prompt, told.error, prompts)

    async def _ask(
        self, flow: Flow, prompt: Prompt, error: Optional[HardlineError], prompts: Optional[Prompts]
    ) -> None:
        if prompts is None:
            unanswered(flow, prompt, error)
        reply = prompts(prompt, error)
        answer(flow, prompt, (await reply) if inspect.isawaitable(reply) else reply)

    async def _next(self, flow: Flow) -> _Told:
        """What a flow tells next."""
        self._pump()
        told = await self._queue(flow).get()
        if not isinstance(told, Event):
            self._told.pop(flow, None)
        return told

    def _queue(self, flow: Flow) -> asyncio.Queue[_Told]:
        return self._told.setdefault(flow, asyncio.Queue())

    def _drop(self, flow: Flow) -> None:
        """Ends a flow that nobody listens to any more."""
        self._told.pop(flow, None)
        if flow.state is not None:
            self._dropped.add(flow)
            flow.cancel()
            self._pump()

    def _pump(self) -> None:
        """Does what there is to do. Nothing here waits."""
        while not isinstance(output := self.hub.next(), Wait):
            if isinstance(output, Send):
                self._begin(output, self._send(output))
            elif isinstance(output, SendStreaming):
                self._receives[output.id] = asyncio.get_running_loop().create_future()
                self._begin(output, self._send_streaming(output))
            elif isinstance(output, Receive):
                self._receives[output.id].set_result(output)
            elif isinstance(output, Cancel):
                if (exchange := self._exchanges.pop(output.id, None)) is not None:
                    exchange.cancel()
            else:
                self._tell(output)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if output.until is not None:
            wait = max(output.until - time.time(), 0)
            self._timer = asyncio.get_running_loop().call_later(wait, self._timed_out)

    def _tell(self, told: _Told) -> None:
        flow = told.flow
        if flow is None:
            if isinstance(told, Event) and self._on_session is not None:
                if (reply := self._on_session(told)) is not None:
                    self.hub.reply(reply)
        elif flow not in self._dropped:
            self._queue(flow).put_nowait(told)
        elif not isinstance(told, Event):
            self._dropped.discard(flow)

    def _timed_out(self) -> None:
        self.hub.tell_timeout()
        self._pump()

    def _begin(self, request: Union[Send, SendStreaming], exchange: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._exchange(request, exchange))
        self._exchanges[request.id] = task

    async def _exchange(self, request: Union[Send, SendStreaming], exchange: Awaitable[None]) -> None:
        try:
            await exchange
        # Whatever the library raises is told: nobody else would hear of it.
        except Exception as error:
            message = str(error) if isinstance(error, TransportFailure) else f"{type(error).__name__}: {error}"
            self.hub.tell_failed(request.id, failure_class(error), message)
        finally:
            self._exchanges.pop(request.id, None)
            self._receives.pop(request.id, None)
        self._pump()

    async def _send(self, request: Send) -> None:
        response = await asyncio.wait_for(self._fetch(request), request.timeout)
        self.hub.tell_response(request.id, response.status, response.headers, response.body)

    async def _send_streaming(self, request: SendStreaming) -> None:
        file = None if request.flow is None else self._files.get(request.flow)
        if file is None or self._stream is None:
            raise TransportFailure("unsendable", "give the client a `stream`, and the flow a file")
        with Watch(request.timeout) as watch:
            if request.direction == "upload":
                await self._upload(self._stream, request, file, watch)
            else:
                await self._download(self._stream, request, file, watch)

    async def _upload(self, stream: Stream, request: SendStreaming, file: BinaryIO, watch: Watch) -> None:
        async def parts() -> AsyncIterator[bytes]:
            at = file.seek(request.at or 0)
            while part := await asyncio.to_thread(file.read, CHUNK):
                yield part
                at += len(part)
                self._progressed(request, at, watch)

        async with stream(request, parts()) as (status, headers, body):
            received = await whole(body, MAX_RESPONSE_BYTES)
        self.hub.tell_response(request.id, status, headers, received)

    async def _download(self, stream: Stream, request: SendStreaming, file: BinaryIO, watch: Watch) -> None:
        async with stream(request, None) as (status, headers, body):
            self.hub.tell_head(request.id, status, headers)
            self._pump()
            receive = await self._receives[request.id]
            if receive.to == "whole":
                cap = MAX_RESPONSE_BYTES if receive.cap is None else receive.cap
                self.hub.tell_response(request.id, status, headers, await whole(body, cap))
            elif receive.to == "sink":
                await self._receive_into(file, request, body, receive.at or 0, watch)

    async def _receive_into(
        self, file: BinaryIO, request: SendStreaming, body: AsyncIterator[bytes], at: int, watch: Watch
    ) -> None:
        digest = await asyncio.to_thread(digest_before, file, at)
        file.seek(at)
        file.truncate()
        async for part in body:
            await asyncio.to_thread(file.write, part)
            at += len(part)
            if digest is not None:
                digest.update(part)
            self._progressed(request, at, watch)
        await asyncio.to_thread(file.flush)
        self.hub.tell_body_ended(request.id, at, None if digest is None else digest.digest())

    def _progressed(self, request: SendStreaming, at: int, watch: Watch) -> None:
        watch.begin()
        self.hub.tell_progress(request.id, at)
        self._pump()
