"""Takes the texts and mails that the servers send, and shows them to the tests.

    inbox.py HTTP_PORT SMTP_PORT

POST /sms/v4/mt         a text, as Sydent hands it to its provider (OpenMarket's v4 API)
GET /sms?to=447700...   the texts to a number, oldest first: [{"n", "to", "text", "source", "ts"}]
GET /mail?to=a@b.test   the mails to an address: [{"n", "to", "from", "subject", "text", "ts"}]
DELETE /sms, /mail      forget them all
POST /control           {"sms_status": 503, "sms_body": {...}, "sms_delay": 2} makes the provider fail
                        or dawdle from now on; {"sms_status": 202, "sms_delay": 0} mends it
GET /health             200 as soon as both ports listen

The other end of the application service, and what else the homeserver calls, is in bridge.py.
"""

import email
import email.policy
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

import bridge

# Sydent ends its lines with a bare LF, so that a whole mail counts as one line.
SMTP.line_length_limit = 10_000_000

messages = {"/sms": [], "/mail": []}
control = {"sms_status": 202, "sms_body": None, "sms_delay": 0}
lock = threading.Lock()


def keep(path, message):
    with lock:
        kept = messages[path]
        kept.append({"n": len(kept) + 1, "ts": time.time(), **message})
        return len(kept)


class Inbox(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        path, body = urlsplit(self.path).path, self.read_body()
        if path == "/sms/v4/mt":
            self.take_text(json.loads(body)["mobileTerminate"])
        elif path == "/control":
            control.update(json.loads(body))
            self.answer(200, control)
        else:
            self.answer_as_bridge()

    def do_PUT(self):
        self.read_body()
        self.answer_as_bridge()

    def do_GET(self):
        url = urlsplit(self.path)
        to = parse_qs(url.query).get("to", [None])[0]
        if url.path == "/health":
            self.answer(200, {})
        elif url.path in messages:
            with lock:
                kept = list(messages[url.path])
            self.answer(200, [m for m in kept if to is None or to in (m["to"], *m["to"])])
        else:
            self.answer_as_bridge()

    def answer_as_bridge(self):
        url = urlsplit(self.path)
        fields = {name: values[0] for name, values in parse_qs(url.query).items()}
        content = bridge.answer(url.path, fields, port=http_port)
        if isinstance(content, bridge.File):
            self.send(200, content.body, content.content_type)
        else:
            self.answer(404 if content is None else 200, content or {})

    def do_DELETE(self):
        path = urlsplit(self.path).path
        if path in messages:
            with lock:
                messages[path].clear()
            self.answer(200, {})
        else:
            self.answer(404, {})

    def take_text(self, text):
        time.sleep(control["sms_delay"])
        if control["sms_status"] != 202:
            return self.answer(control["sms_status"], control["sms_body"])
        n = keep(
            "/sms",
            {
                "to": text["destination"]["address"],
                "text": text["message"]["content"],
                "source": text.get("source"),
            },
        )
        self.answer(202, None, Location=f"/sms/v4/mt/{n:08d}")

    def read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, value, **headers):
        body = b"" if value is None else json.dumps(value).encode()
        self.send(status, body, "application/json", **headers)

    def send(self, status, body, content_type, **headers):
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        if body:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Mailbox:
    async def handle_DATA(self, _server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        plain = mail.get_body(("plain",))
        keep(
            "/mail",
            {
                "to": envelope.rcpt_tos,
                "from": envelope.mail_from,
                "subject": str(mail["subject"]),
                "text": plain.get_content() if plain else None,
            },
        )
        return "250 OK"


http_port, smtp_port = (int(port) for port in sys.argv[1:])
Controller(Mailbox(), hostname="127.0.0.1", port=smtp_port).start()
ThreadingHTTPServer(("127.0.0.1", http_port), Inbox).serve_forever()
