"""Bodies that come in parts, in asyncio."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Optional

from ._running import TransportFailure


class Watch:
    """Ends a task that makes no progress for so many seconds."""

    def __init__(self, timeout: Optional[float]) -> None:
        self._timeout = timeout
        self._task = asyncio.current_task()
        self._timer: Optional[asyncio.TimerHandle] = None
        self._is_expired = False

    def begin(self) -> None:
        """The time begins anew."""
        if self._timer is not None:
            self._timer.cancel()
        if self._timeout is not None:
            self._timer = asyncio.get_running_loop().call_later(self._timeout, self._expire)

    def _expire(self) -> None:
        self._is_expired = True
        if self._task is not None:
            self._task.cancel()

    def __enter__(self) -> Watch:
        self.begin()
        return self

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._is_expired and isinstance(error, asyncio.CancelledError):
            raise TransportFailure("timed_out_after_send", "the body made no progress") from error


async def whole(body: AsyncIterator[bytes], cap: int) -> bytes:
    """The whole of a body, unless it is larger than that."""
    parts: list[bytes] = []
    size = 0
    async for part in body:
        parts.append(part)
        size += len(part)
        if size > cap:
            raise TransportFailure("too_large", f"the response has more than {cap} bytes")
    return b"".join(parts)
