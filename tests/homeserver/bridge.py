"""What the homeserver calls beside the providers of texts and mails: an application service that bridges to an IRC network,
a push gateway, and a page that has a preview.

    /_matrix/app/v1/...         the application service: transactions, its ping, third-party networks
    /_matrix/push/v1/notify     the push gateway, which delivers to nobody
    /page, /picture.png         the page, and the picture on it
"""

import io
from typing import NamedTuple

from PIL import Image

NETWORK = "irc.bridge.test"

PROTOCOL = {
    "user_fields": ["network", "nickname"],
    "location_fields": ["network", "channel"],
    "icon": "mxc://bridge.test/icon",
    "field_types": {
        "network": {"regexp": r"([a-z0-9]+\.)*[a-z0-9]+", "placeholder": "irc.example.org"},
        "nickname": {"regexp": r"[^\s#]+", "placeholder": "username"},
        "channel": {"regexp": r"#[^\s]+", "placeholder": "#room"},
    },
    "instances": [{"desc": "A network", "fields": {"network": NETWORK}, "network_id": "bridge"}],
}

PAGE = """<!DOCTYPE html>
<html><head><title>A page</title>
<meta property="og:title" content="A page with a preview">
<meta property="og:description" content="What it is about.">
<meta property="og:image" content="http://127.0.0.1:{port}/picture.png">
</head><body><p>Its text.</p></body></html>"""


class File(NamedTuple):
    body: bytes
    content_type: str


def answer(path, fields, port):
    """The body of the response: a file, or JSON. None where there is nothing."""
    if path == "/page":
        return File(PAGE.format(port=port).encode(), "text/html; charset=utf-8")
    if path == "/picture.png":
        return File(picture(), "image/png")
    if path == "/_matrix/push/v1/notify":
        return {"rejected": []}
    if path.startswith("/_matrix/app/v1/"):
        return application_service(path.removeprefix("/_matrix/app/v1/"), fields)
    return None


def application_service(path, fields):
    if path == "ping" or path.startswith("transactions/"):
        return {}
    if path == "thirdparty/protocol/irc":
        return PROTOCOL
    if path == "thirdparty/location/irc":
        channel = fields.get("channel", "#room")
        alias = f"#bridge_{channel[1:]}:bridge.test"
        return [{"alias": alias, "protocol": "irc", "fields": {"network": NETWORK, "channel": channel}}]
    if path == "thirdparty/user/irc":
        nickname = fields.get("nickname", "ferris")
        userid = f"@bridge_{nickname}:bridge.test"
        return [{"userid": userid, "protocol": "irc", "fields": {"network": NETWORK, "nickname": nickname}}]
    return None


def picture():
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 40, 90)).save(file, "PNG")
    return file.getvalue()
