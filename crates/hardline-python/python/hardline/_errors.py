"""The exceptions: a class for each who may be at fault, with what the core knows in plain attributes."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class HardlineError(Exception):
    """What all errors have. `str` says what to do; neither it nor `repr` shows a secret."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        message: str = form.get("message", "")
        super().__init__(message)
        self._form = dict(form)
        #: What to show to a developer.
        self.message = message
        #: Who is at fault: `usage`, `encode`, `transport`, `server`, `uia`, `unexpected_response` or `flow`.
        self.kind: str = form.get("kind", "usage")
        #: Which error it is, by a number that never changes.
        self.code: int = form.get("code", 100)
        #: The operation that failed, such as `cs:login`.
        self.operation: Optional[str] = form.get("operation")
        #: The server's `M_` code.
        self.errcode: Optional[str] = form.get("errcode")
        #: The authorization server's code.
        self.oauth_error: Optional[str] = form.get("oauth_error")
        #: The HTTP status.
        self.status: Optional[int] = form.get("status")
        wait: Optional[int] = form.get("retry_after_ms")
        #: How long the server asks to wait, in seconds.
        self.retry_after: Optional[float] = None if wait is None else wait / 1000
        #: The session is over, but its device still exists.
        self.soft_logout: bool = form.get("soft_logout", False)
        #: Whether another number or address may work (`rejected`), or none does (`unsupported`).
        self.threepid_refusal: Optional[str] = form.get("threepid_refusal")
        #: The class of a transport's failure, such as `refused`.
        self.failure_class: Optional[str] = form.get("class")
        #: Why a response is unexpected, such as `not_matrix`.
        self.reason: Optional[str] = form.get("reason")
        #: What the server's error says.
        self.body: dict[str, Any] = form.get("body") or {}
        #: The authentication that the server asks for.
        self.uia: Optional[dict[str, Any]] = form.get("uia")
        #: The address's place among those that were given, from 0.
        self.index: Optional[int] = form.get("index")
        #: The login that was wanted, and those that the server offers.
        self.wanted: Optional[str] = form.get("wanted")
        self.offered: list[str] = form.get("offered") or []
        #: The authorization server that users log in at.
        self.issuer: Optional[str] = form.get("issuer")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}: {self.message}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._form,)


class UsageError(HardlineError):
    """A call or a form is wrong, or comes when the flow does not expect it (102) or cannot be saved (103)."""


class EncodeError(HardlineError):
    """The request cannot be built from these arguments."""


class TransportError(HardlineError):
    """No response came: `failure_class` says why."""


class ServerError(HardlineError):
    """The server declined: `errcode` and `status` say why."""


class RateLimited(ServerError):
    """The server asks to wait for `retry_after` seconds."""


class AuthenticationRequired(HardlineError):
    """The server asks for authentication, and nobody could be asked: see `uia`."""


class UnexpectedResponse(HardlineError):
    """The response is none of Matrix: see `reason`."""


class FlowError(HardlineError):
    """A flow came to an end that is none of its aims."""


class Cancelled(FlowError):
    """The flow was cancelled."""


class LoggedOut(FlowError):
    """The session is over: log in again."""


_BY_CODE: dict[int, type[HardlineError]] = {301: RateLimited, 400: Cancelled, 410: LoggedOut}
_BY_KIND: dict[str, type[HardlineError]] = {
    "usage": UsageError,
    "encode": EncodeError,
    "transport": TransportError,
    "server": ServerError,
    "uia": AuthenticationRequired,
    "unexpected_response": UnexpectedResponse,
    "flow": FlowError,
}


def of_form(form: Mapping[str, Any]) -> HardlineError:
    """The exception of an error's form."""
    of_kind = _BY_KIND.get(form.get("kind", ""), HardlineError)
    return _BY_CODE.get(form.get("code", 0), of_kind)(form)
