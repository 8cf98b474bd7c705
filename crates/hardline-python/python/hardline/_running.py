"""What the clients of `hardline.blocking` and `hardline.aio` have in common. It does no I/O."""

from __future__ import annotations

import hashlib
import socket
import ssl
from typing import Any, BinaryIO, Mapping, NamedTuple, NoReturn, Optional

from ._core import Event, Flow, Hub
from ._errors import HardlineError, UsageError

Prompt = dict[str, Any]
Reply = Mapping[str, Any]

#: How large a response may be, as in the other transports of Hardline.
MAX_RESPONSE_BYTES = 256 * 1024 * 1024

#: How much of a file is read and sent before its progress is told.
CHUNK = 256 * 1024

#: How much of a response is waited for at once: on a slow network that takes a while, and only then its progress is told.
READ = 64 * 1024


class HttpResponse(NamedTuple):
    """A whole response."""

    status: int
    #: Pairs of names and values, or a mapping.
    headers: Any
    body: bytes


class TransportFailure(Exception):
    """No response came. `failure_class` says why, and with that whether the server can have seen the request:
    `connect`, `dns`, `refused`, `tls`, `timed_out_before_send`, `timed_out_after_send`, `interrupted`, `too_large`,
    `malformed`, `unsendable` or `proxy`.
    """

    def __init__(self, failure_class: str, message: object = "") -> None:
        super().__init__(str(message))
        self.failure_class = failure_class


class SyncAnswer(NamedTuple):
    """One answer of the server to a sync."""

    #: The token after which the next one begins: store it together with what the answer says.
    next_batch: str
    #: The fields of the response to `cs:sync`.
    value: dict[str, Any]
    #: The rooms that miss events before this answer.
    gaps: list[dict[str, Any]]
    #: What did not fit, and was left out of `value`.
    warnings: list[dict[str, Any]]


def failure_class(error: BaseException) -> str:
    """The class of an error that some HTTP library raised. Where nothing is known, the server may have seen the request."""
    seen: Optional[BaseException] = error
    while seen is not None:
        if isinstance(seen, TransportFailure):
            return seen.failure_class
        if isinstance(seen, socket.gaierror):
            return "dns"
        if isinstance(seen, ConnectionRefusedError):
            return "refused"
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "tls"
        seen = seen.__cause__ or seen.__context__
    # That of asyncio is another one before Python 3.11, with the same name.
    if isinstance(error, TimeoutError) or type(error).__name__ == "TimeoutError":
        return "timed_out_after_send"
    return "interrupted"


def open_call(hub: Hub, is_attended: bool, operation: str, arguments: Mapping[str, Any]) -> Flow:
    """Opens a call. If nobody can be asked, authentication is an error."""
    if is_attended:
        return hub.call(operation, arguments)
    return hub.open("call", operation=operation, arguments=arguments, unattended=True)


def password_login(user: str, password: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The `login` of the flow `log_in`."""
    identifier = {"type": "m.id.user", "user": user}
    return {"type": "m.login.password", "identifier": identifier, "password": password, **fields}


def question(event: Event) -> Optional[Prompt]:
    """What an event asks, if it asks something."""
    if event.type == "stalled":
        return {"type": "retry"}
    return event.prompt


def unanswered(flow: Flow, prompt: Prompt, error: Optional[HardlineError]) -> NoReturn:
    """Nobody can be asked."""
    if error is not None:
        raise error
    message = f"{flow!r} asks for {prompt.get('type')}: give `prompts`, a function that replies"
    raise UsageError({"kind": "usage", "code": 100, "message": message})


def answer(flow: Flow, prompt: Prompt, reply: Optional[Reply]) -> None:
    """Gives a flow what was replied; nothing ends it."""
    if reply is None:
        flow.cancel()
    elif prompt.get("type") == "retry":
        flow.retry()
    else:
        flow.reply(reply)


class AnswerReader:
    """Makes answers of the events of a sync."""

    def __init__(self) -> None:
        self._gaps: list[dict[str, Any]] = []

    def read(self, event: Event) -> Optional[SyncAnswer]:
        value = event.value
        if event.type == "gaps":
            self._gaps = value["gaps"]
        if event.type != "answer":
            return None
        gaps, self._gaps = self._gaps, []
        return SyncAnswer(value["next_batch"], value["value"], gaps, value.get("warnings") or [])


def take(flow: Flow, answer: SyncAnswer, confirms_saves: Optional[bool]) -> None:
    """The program has asked for the next answer, so it has done what this one says."""
    flow.reply(type="taken", next_batch=answer.next_batch)
    if confirms_saves:
        flow.reply(type="saved", next_batch=answer.next_batch)


def digest_before(sink: BinaryIO, at: int) -> Optional[Any]:
    """The hash of what is in a file already; none if it cannot be read."""
    digest = hashlib.sha256()
    if at and not sink.readable():
        return None
    sink.seek(0)
    while at and (part := sink.read(min(CHUNK, at))):
        digest.update(part)
        at -= len(part)
    return digest
