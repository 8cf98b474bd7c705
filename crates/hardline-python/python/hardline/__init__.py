"""Matrix without I/O: operations and whole conversations, as bytes in and bytes out.

`Hub` is a session and any number of flows; `encode` and `decode` are single operations. `hardline.blocking` and
`hardline.aio` run them over HTTP.
"""

from ._core import (
    ABI,
    ApiResponse,
    Cancel,
    Done,
    Event,
    Failed,
    Flow,
    Hub,
    Receive,
    Request,
    Send,
    SendStreaming,
    Wait,
    __version__,
    decode,
    encode,
    schema,
)
from ._errors import (
    AuthenticationRequired,
    Cancelled,
    EncodeError,
    FlowError,
    HardlineError,
    LoggedOut,
    RateLimited,
    ServerError,
    TransportError,
    UnexpectedResponse,
    UsageError,
)

__all__ = [
    "ABI",
    "ApiResponse",
    "AuthenticationRequired",
    "Cancel",
    "Cancelled",
    "Done",
    "EncodeError",
    "Event",
    "Failed",
    "Flow",
    "FlowError",
    "HardlineError",
    "Hub",
    "LoggedOut",
    "RateLimited",
    "Receive",
    "Request",
    "Send",
    "SendStreaming",
    "ServerError",
    "TransportError",
    "UnexpectedResponse",
    "UsageError",
    "Wait",
    "__version__",
    "decode",
    "encode",
    "schema",
]
