"""A client over `http.client`: `call` an operation, `run` a flow, `sync` for ever.

    client = Client(homeserver="https://example.org")
    client.log_in("alice", "wonderland")
    print(client.call("cs:getTokenOwner")["user_id"])

A client belongs to one thread at a time.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import Any, BinaryIO, Callable, Generator, Mapping, Optional, Union

from ._core import Cancel, Done, Event, Failed, Flow, Hub, Receive, Send, SendStreaming, Wait
from ._errors import HardlineError, UsageError
from ._http import Exchange, HttpTransport
from ._running import (
    CHUNK,
    READ,
    AnswerReader,
    HttpResponse,
    Prompt,
    Reply,
    SyncAnswer,
    TransportFailure,
    answer,
    digest_before,
    open_call,
    password_login,
    question,
    take,
    unanswered,
)

__all__ = ["Client", "HttpResponse", "HttpTransport", "SyncAnswer", "TransportFailure"]

#: Replies to a prompt; the error says why the last reply was not accepted. `None` ends the flow.
Prompts = Callable[[Prompt, Optional[HardlineError]], Optional[Reply]]

_Told = Union[Event, Done, Failed]


class Client:
    """A session and its flows, run over HTTP."""

    def __init__(
        self,
        config: Optional[Mapping[str, Any]] = None,
        /,
        *,
        prompts: Optional[Prompts] = None,
        on_session: Optional[Callable[[Event], Optional[Reply]]] = None,
        transport: Optional[HttpTransport] = None,
        **members: Any,
    ) -> None:
        """`config` and `members` are those of `Hub`. `prompts` answers for flows that are given no other one.

        `on_session` gets the events of the session, such as `refreshed`: store the tokens then. What it returns is
        the reply, if the configuration has `has_store`.
        """
        self.hub = Hub(config, **members)
        self.transport = HttpTransport() if transport is None else transport
        self._prompts = prompts
        self._on_session = on_session
        self._outputs: deque[Any] = deque()
        self._told: dict[Flow, deque[_Told]] = {}
        self._sources: dict[Flow, BinaryIO] = {}
        self._sinks: dict[Flow, BinaryIO] = {}
        self._lock = threading.RLock()

    def session(self) -> dict[str, Any]:
        """The configuration with which another client goes on. It holds secrets."""
        return self.hub.session()

    def log_in(self, user: str, password: str, **fields: Any) -> dict[str, Any]:
        """Logs in with a password. `fields` are others of `cs:login`, such as `device_id`."""
        return self.run("log_in", login=password_login(user, password, fields))

    def call(self, operation: str, arguments: Optional[Mapping[str, Any]] = None, /, **fields: Any) -> Any:
        """Does an operation, and returns the fields of its response: `client.call("cs:getDevice", deviceId="ABC")`.

        What is no name in Python, such as `from`, goes into `arguments`.
        """
        flow = open_call(self.hub, self._prompts is not None, operation, {**(arguments or {}), **fields})
        return self.run(flow)["value"]

    def run(
        self,
        flow: Union[str, Flow],
        prompts: Optional[Prompts] = None,
        /,
        *,
        on_event: Optional[Callable[[Event], None]] = None,
        source: Optional[BinaryIO] = None,
        sink: Optional[BinaryIO] = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Runs a flow to its end, and returns what it brings.

        A flow that was opened or loaded before stays open if `prompts` raises, so that it can be saved; one that is
        given by its name is cancelled. `source` and `sink` are the files of `upload` and `download`.
        """
        opened = self.hub.open(flow, **arguments) if isinstance(flow, str) else flow
        if source is not None:
            self._sources[opened] = source
        if sink is not None:
            self._sinks[opened] = sink
        ask = prompts or self._prompts
        try:
            return self._run(opened, ask, on_event)
        except BaseException:
            if isinstance(flow, str) or ask is None:
                self._drop(opened)
            raise
        finally:
            self._sources.pop(opened, None)
            self._sinks.pop(opened, None)

    def sync(
        self,
        *,
        on_event: Optional[Callable[[Event], None]] = None,
        confirms_saves: Optional[bool] = None,
        **arguments: Any,
    ) -> Generator[SyncAnswer, None, None]:
        """The answers of the server, for ever, until `close`. One counts as taken when the next one is asked for, and not before:
        until then the server would give it again. `arguments` are those of the flow `sync`.
        """
        flow = self.hub.open("sync", confirms_saves=confirms_saves, **arguments)
        reader = AnswerReader()
        try:
            while True:
                told = self._next(flow)
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

    def upload(self, file: BinaryIO, **arguments: Any) -> str:
        """Uploads a file that can be sought, from its beginning, and returns its `mxc://` URI. `arguments` are
        `content_type` and `file_name`.
        """
        size = file.seek(0, os.SEEK_END)
        uri: str = self.run("upload", source=file, bytes=size, **arguments)["uri"]
        return uri

    def download(self, uri: str, file: BinaryIO, **arguments: Any) -> dict[str, Any]:
        """Downloads into a file that can be sought, from its beginning, and returns what is known of it. If the file
        can be read too (`w+b`), a download that goes on after an interruption has its hash checked as well.
        """
        return self.run("download", sink=file, uri=uri, **arguments)

    def close(self) -> None:
        """Closes the connections that are kept."""
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<hardline.blocking.Client: {self.hub!r}>"

    def _run(
        self, flow: Flow, prompts: Optional[Prompts], on_event: Optional[Callable[[Event], None]]
    ) -> dict[str, Any]:
        self._drained()
        is_told = flow in self._told or any(
            isinstance(output, (Event, Done, Failed)) and output.flow == flow for output in self._outputs
        )
        # What it asked before, here or before it was saved, it does not ask again.
        if not is_told and (prompt := flow.prompt) is not None:
            self._ask(flow, prompt, None, prompts)
        while True:
            told = self._next(flow)
            if isinstance(told, Done):
                return told.value
            if isinstance(told, Failed):
                raise told.error
            if on_event is not None:
                on_event(told)
            if (prompt := question(told)) is not None:
                self._ask(flow, prompt, told.error, prompts)

    def _ask(self, flow: Flow, prompt: Prompt, error: Optional[HardlineError], prompts: Optional[Prompts]) -> None:
        if prompts is None:
            unanswered(flow, prompt, error)
        answer(flow, prompt, prompts(prompt, error))

    def _next(self, flow: Flow) -> _Told:
        """What a flow tells next."""
        if not self._lock.acquire(blocking=False):
            message = "another thread uses this client: give each a client of its own, or take hardline.aio"
            raise UsageError({"kind": "usage", "code": 100, "message": message})
        try:
            while not (told := self._told.get(flow)):
                self._step()
            first = told.popleft()
            if not told:
                del self._told[flow]
            return first
        finally:
            self._lock.release()

    def _drop(self, flow: Flow) -> None:
        """Ends a flow that nobody listens to any more."""
        if flow.state is not None:
            flow.cancel()
            # Its last word comes without I/O.
            while flow.state is not None:
                output = self.hub.next()
                if isinstance(output, Wait):
                    break
                self._outputs.append(output)
            self._outputs = deque(
                output
                for output in self._outputs
                if not (isinstance(output, (Event, Done, Failed)) and output.flow == flow)
            )
        self._told.pop(flow, None)

    def _step(self) -> None:
        output = self._outputs.popleft() if self._outputs else self.hub.next()
        if isinstance(output, Send):
            self._send(output)
        elif isinstance(output, SendStreaming):
            self._stream(output)
        elif isinstance(output, (Event, Done, Failed)):
            flow = output.flow
            if flow is not None:
                self._told.setdefault(flow, deque()).append(output)
            elif isinstance(output, Event) and self._on_session is not None:
                if (reply := self._on_session(output)) is not None:
                    self.hub.reply(reply)
        elif isinstance(output, Wait):
            self._wait(output)
        # Requests are sent one after the other, so that none is on its way when one is cancelled.

    def _wait(self, wait: Wait) -> None:
        if wait.until is None:
            message = "no flow goes on by itself: give those that ask a reply"
            raise UsageError({"kind": "usage", "code": 102, "message": message})
        time.sleep(max(wait.until - time.time(), 0))
        self.hub.tell_timeout()

    def _send(self, request: Send) -> None:
        try:
            response = self.transport.send(request)
        except BaseException as error:
            self._failed(request, error)
        else:
            self.hub.tell_response(request.id, response.status, response.headers, response.body)

    def _stream(self, request: SendStreaming) -> None:
        flow = request.flow
        try:
            if flow is not None and request.direction == "upload" and flow in self._sources:
                self._upload(request, self._sources[flow])
            elif flow is not None and request.direction == "download" and flow in self._sinks:
                self._download(request, self._sinks[flow])
            else:
                raise TransportFailure("unsendable", "there is no file: give a source or a sink")
        except _Dropped:
            pass
        except BaseException as error:
            self._failed(request, error)

    def _failed(self, request: Union[Send, SendStreaming], error: BaseException) -> None:
        """Tells that there is no response. What is none of the transport's errors, such as Ctrl-C, goes on."""
        if isinstance(error, TransportFailure):
            self.hub.tell_failed(request.id, error.failure_class, str(error))
        else:
            self.hub.tell_failed(request.id, "interrupted", type(error).__name__)
            raise error

    def _upload(self, request: SendStreaming, source: BinaryIO) -> None:
        at = request.at or 0
        left = source.seek(0, os.SEEK_END) - at
        source.seek(at)
        sent = 0
        with self.transport.exchange(request, left) as exchange:
            exchange.send(b"")
            while left and (part := source.read(min(CHUNK, left))):
                exchange.send_more(part)
                left -= len(part)
                sent += len(part)
                exchange.progressed()
                self._progressed(request, at + sent)
            exchange.receive()
            body = exchange.read_whole(self.transport.max_response_bytes)
            self.hub.tell_response(request.id, exchange.status, exchange.headers, body)

    def _download(self, request: SendStreaming, sink: BinaryIO) -> None:
        with self.transport.exchange(request) as exchange:
            exchange.send(request.body)
            exchange.receive()
            self.hub.tell_head(request.id, exchange.status, exchange.headers)
            receive = self._receive(request)
            if receive.to == "sink":
                self._receive_into(sink, request, exchange, receive.at or 0)
            elif receive.to == "whole":
                cap = self.transport.max_response_bytes if receive.cap is None else receive.cap
                body = exchange.read_whole(cap)
                self.hub.tell_response(request.id, exchange.status, exchange.headers, body)

    def _receive_into(self, sink: BinaryIO, request: SendStreaming, exchange: Exchange, at: int) -> None:
        digest = digest_before(sink, at)
        sink.seek(at)
        sink.truncate()
        while part := exchange.read(READ):
            sink.write(part)
            at += len(part)
            if digest is not None:
                digest.update(part)
            exchange.progressed()
            self._progressed(request, at)
        sink.flush()
        self.hub.tell_body_ended(request.id, at, None if digest is None else digest.digest())

    def _progressed(self, request: SendStreaming, at: int) -> None:
        self.hub.tell_progress(request.id, at)
        for output in self._drained():
            if isinstance(output, Cancel) and output.id == request.id:
                raise _Dropped

    def _receive(self, request: SendStreaming) -> Receive:
        """Where the body goes."""
        found: Optional[Receive] = None
        for output in self._drained():
            if isinstance(output, Receive) and output.id == request.id:
                found = output
        if found is None:
            raise _Dropped
        return found

    def _drained(self) -> list[Any]:
        """What there is to do meanwhile. All but what ends the round is done later."""
        outputs = []
        while not isinstance(output := self.hub.next(), Wait):
            outputs.append(output)
        self._outputs.extend(outputs)
        return outputs


class _Dropped(Exception):
    """The flow does not want the request any more."""
