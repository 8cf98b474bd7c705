"""The client over `http.client`: stories on the loopback, and servers that misbehave."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import threading
import tracemalloc
import unittest
from typing import Any, Optional
from unittest import mock

import hardline
from hardline.blocking import Client, HttpTransport, TransportFailure
from loopback import PASSWORD, LoopbackTest
from server import Script, Server, always, closing, dripping, respond, silent

WHOAMI = respond(b'{"user_id": "@alice:example.org"}')
NUMBER = {"country": "GB", "number": "07700900001"}


class Stories(LoopbackTest):
    def test_a_phone_number_is_added_across_a_restart(self) -> None:
        client = self.client("phone")
        flow = client.hub.open("add_threepid", threepid=NUMBER)
        told: list[str] = []

        def wrong_code(prompt: dict[str, Any], error: Optional[hardline.HardlineError]) -> dict[str, Any]:
            if error is not None:
                told.append(str(error.errcode))
                raise KeyboardInterrupt
            return {"type": "code", "code": "0"}

        with self.assertRaises(KeyboardInterrupt):
            client.run(flow, wrong_code)
        self.assertEqual(len(told), 1)
        saved, session = flow.save(), client.session()

        other = Client(session)
        self.addCleanup(other.close)
        code = self.loopback.code(1)

        def answer(prompt: dict[str, Any], error: Optional[hardline.HardlineError]) -> dict[str, Any]:
            told.append(prompt["type"])
            return {"code": {"type": "code", "code": code}, "password": {"type": "password", "password": PASSWORD}}[
                prompt["type"]
            ]

        events: list[str] = []
        done = other.run(other.hub.load(saved), answer, on_event=lambda event: events.append(event.type))
        self.assertEqual(done, {})
        self.assertEqual((told[1:], events), (["code", "password"], ["validated", "asks"]))
        (threepid,) = other.call("cs:getAccount3PIDs")["threepids"]
        self.assertEqual(threepid["address"], "447700900001")

    def test_a_message_is_seen_by_the_sync_of_another_user(self) -> None:
        alice, bob = self.client("alice-sends"), self.client("bob-reads")
        bob_id = bob.session()["user_id"]
        room = alice.call("cs:createRoom", invite=[bob_id])["room_id"]
        bob.call("cs:joinRoom", roomIdOrAlias=room)
        answers = bob.sync(timeout_ms=20_000)
        next(answers)
        content = {"msgtype": "m.text", "body": "hello"}
        alice.call("cs:sendMessage", roomId=room, eventType="m.room.message", txnId="1", content=content)
        seen: list[Any] = []
        while not seen:
            joined = next(answers).value["rooms"]["join"].get(room, {})
            events = joined.get("timeline", {}).get("events", [])
            seen = [event["content"] for event in events if event["type"] == "m.room.message"]
            # Calls go on between the answers.
            self.assertEqual(bob.call("cs:getTokenOwner")["user_id"], bob_id)
        self.assertEqual(seen, [content])
        answers.close()
        self.assertEqual(bob.hub.flows(), [])

    def test_files_go_up_and_come_down_in_little_memory(self) -> None:
        client = self.client("files")
        size = 24 * 1024 * 1024
        content = os.urandom(1024) * (size // 1024)
        source, sink = io.BytesIO(content), io.BytesIO()
        uri = client.upload(source, content_type="application/octet-stream", file_name="a.bin")
        self.assertTrue(uri.startswith("mxc://"))
        tracemalloc.start()
        try:
            done = client.download(uri, Discard())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        self.assertEqual(done["bytes"], size)
        self.assertLess(peak, size / 4)
        self.assertEqual(client.download(uri, sink)["content_type"], "application/octet-stream")
        self.assertEqual(sink.getvalue(), content)

    def test_a_login_that_is_refused_says_why(self) -> None:
        client = Client(homeserver=self.loopback.url)
        self.addCleanup(client.close)
        with self.assertRaises(hardline.HardlineError) as raised:
            client.log_in("alice", "wrong")
        self.assertEqual((raised.exception.errcode, raised.exception.status), ("M_FORBIDDEN", 403))
        self.assertEqual(client.hub.flows(), [])

    def test_authentication_is_asked_for_only_where_somebody_answers(self) -> None:
        client = self.client("devices")
        device = client.session()["device_id"]
        with self.assertRaises(hardline.AuthenticationRequired) as raised:
            client.call("cs:deleteDevice", deviceId=device)
        assert raised.exception.uia is not None
        self.assertTrue(raised.exception.uia["flows"])
        other = Client(client.session(), prompts=lambda prompt, error: {"type": "password", "password": PASSWORD})
        self.addCleanup(other.close)
        self.assertEqual(other.call("cs:deleteDevice", deviceId=device), {})


class Discard(io.BytesIO):
    """A file that keeps nothing."""

    def write(self, part: Any) -> int:
        return len(part)


class Full(io.BytesIO):
    """A file on a disk without space."""

    def write(self, part: Any) -> int:
        raise OSError("no space left")


class Misbehaviour(unittest.TestCase):
    def serve(self, *scripts: Script, **options: Any) -> tuple[Server, Client]:
        server = Server(*scripts)
        self.addCleanup(server.close)
        session = {"access_token": "t"}
        client = Client(homeserver=server.url, session=session, transport=HttpTransport(**options))
        self.addCleanup(client.close)
        return server, client

    def failure(self, url: str, *, timeout: Optional[float] = None, **options: Any) -> str:
        """The class of the failure of a request to this URL."""
        transport = HttpTransport(**options)
        self.addCleanup(transport.close)
        with self.assertRaises(TransportFailure) as raised:
            transport.send(request(url, timeout))
        return raised.exception.failure_class

    def test_a_rate_limit_is_waited_for_and_the_request_repeated(self) -> None:
        limited = respond(b'{"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": 1}', 429)
        server, client = self.serve(always(limited), always(WHOAMI))
        self.assertEqual(client.call("cs:getTokenOwner")["user_id"], "@alice:example.org")
        self.assertEqual(len(server.requests), 2)

    def test_a_connection_is_kept_and_a_closed_one_is_not_used(self) -> None:
        server, client = self.serve(always(WHOAMI))
        for _ in range(3):
            client.call("cs:getTokenOwner")
        self.assertEqual((len(server.requests), server.connections), (3, 1))
        server.close_connections()
        client.call("cs:getTokenOwner")
        self.assertEqual((len(server.requests), server.connections), (4, 2))

    def test_a_request_that_must_not_be_sent_twice_has_a_connection_of_its_own(self) -> None:
        server, client = self.serve(always(respond(b'{"room_id": "!r:example.org"}')))
        client.call("cs:createRoom")
        client.call("cs:createRoom")
        self.assertEqual((len(server.requests), server.connections), (2, 2))

    def test_what_failed_after_it_was_sent_is_not_sent_again(self) -> None:
        server, client = self.serve(closing())
        with self.assertRaises(hardline.TransportError) as raised:
            client.call("cs:createRoom")
        self.assertEqual((raised.exception.failure_class, len(server.requests)), ("interrupted", 1))

    def test_a_redirect_is_not_followed(self) -> None:
        server, client = self.serve(always(respond(b"", 302, "Location: /elsewhere")))
        with self.assertRaises(hardline.UnexpectedResponse) as raised:
            client.call("cs:createRoom")
        self.assertEqual((raised.exception.reason, len(server.requests)), ("redirect", 1))

    def test_a_response_beyond_the_cap_is_given_up_while_it_is_read(self) -> None:
        server = Server(always(respond(b"x" * 1000)))
        self.addCleanup(server.close)
        self.assertEqual(self.failure(server.url, max_response_bytes=999), "too_large")
        endless = b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n"
        server = Server(always(endless))
        self.addCleanup(server.close)
        self.assertEqual(self.failure(server.url, timeout=30, max_response_bytes=999), "too_large")
        # What fits is taken.
        transport = HttpTransport(max_response_bytes=1000)
        server = Server(always(respond(b"x" * 1000)))
        self.addCleanup(server.close)
        self.addCleanup(transport.close)
        self.assertEqual(len(transport.send(request(server.url)).body), 1000)

    def test_failures_have_their_classes(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        self.assertEqual(self.failure(f"http://127.0.0.1:{port}"), "refused")
        table: list[tuple[str, Script]] = [
            ("malformed", always(b"hello\r\n\r\n")),
            ("interrupted", closing()),
            ("interrupted", closing(b"HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\nxx")),
            ("interrupted", closing(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nxx")),
        ]
        for expected, script in table:
            server = Server(script)
            self.addCleanup(server.close)
            self.assertEqual(self.failure(server.url), expected)
        for url in ("ftp://example.org", "http://", "http://a:b@example.org", "http://example.org:x"):
            self.assertEqual(self.failure(url), "unsendable", url)

    def test_a_server_that_speaks_no_tls_is_told_as_such(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def answer() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 400 x\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            self.assertEqual(self.failure(f"https://127.0.0.1:{listener.getsockname()[1]}"), "tls")
            thread.join()

    def test_a_name_that_cannot_be_resolved_is_told_as_such(self) -> None:
        with mock.patch("socket.create_connection", side_effect=socket.gaierror(-2, "unknown")):
            self.assertEqual(self.failure("http://example.invalid"), "dns")

    def test_the_time_of_a_request_is_for_all_of_it(self) -> None:
        # Of one, each byte is in time, and all of them are not.
        for script in (silent, dripping):
            server = Server(script)
            self.addCleanup(server.close)
            self.assertEqual(self.failure(server.url, timeout=1), "timed_out_after_send")

    def test_an_answer_is_taken_when_the_next_one_is_asked_for(self) -> None:
        gaps = b'{"next_batch": "s2", "rooms": {"join": {"!r:a": {"timeline": {"limited": true, "events": []}}}}}'
        server, client = self.serve(always(respond(b'{"next_batch": "s1"}')), always(respond(gaps)))
        answers = client.sync(timeout_ms=0, filter_id="7")
        self.assertEqual(next(answers).next_batch, "s1")
        self.assertEqual(len(server.requests), 1)
        # What happens meanwhile takes nothing either.
        with self.assertRaises(hardline.HardlineError):
            client.call("cs:createRoom")
        self.assertFalse(any(b"since=" in request for request in server.requests))
        second = next(answers)
        self.assertEqual((second.next_batch, [gap["room_id"] for gap in second.gaps]), ("s2", ["!r:a"]))
        self.assertIn(b"since=s1", server.requests[-1])
        answers.close()
        self.assertEqual(client.hub.flows(), [])

    def test_another_thread_is_told_that_the_client_is_in_use(self) -> None:
        entered, leave = threading.Event(), threading.Event()

        def hold(connection: socket.socket) -> bool:
            entered.set()
            leave.wait(60)
            return always(WHOAMI)(connection)

        _, client = self.serve(hold)
        results: list[Any] = []
        thread = threading.Thread(target=lambda: results.append(client.call("cs:getTokenOwner")))
        thread.start()
        entered.wait(60)
        try:
            with self.assertRaises(hardline.UsageError) as raised:
                client.call("cs:getTokenOwner")
        finally:
            leave.set()
            thread.join()
        self.assertIn("another thread", str(raised.exception))
        self.assertEqual(results, [{"user_id": "@alice:example.org"}])

    def test_a_request_that_ctrl_c_interrupted_counts_as_interrupted(self) -> None:
        server, client = self.serve(always(WHOAMI))
        flow = client.hub.call("cs:getTokenOwner")
        with mock.patch.object(client.transport, "send", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                client.run(flow, lambda prompt, error: None)
        # It is repeatable, so it goes on by itself.
        self.assertEqual(client.run(flow, lambda prompt, error: None)["status"], 200)
        self.assertEqual(len(server.requests), 1)

    def test_a_file_that_cannot_be_written_ends_the_download(self) -> None:
        _, client = self.serve(always(respond(b"x" * 10)))
        with self.assertRaises(OSError):
            client.download("mxc://example.org/a", Full())
        self.assertEqual(client.hub.flows(), [])

    def test_a_download_that_was_interrupted_goes_on_where_it_was(self) -> None:
        head = b"HTTP/1.1 200 x\r\nETag: \"a\"\r\nContent-Length: 8\r\n\r\nabcd"
        rest = respond(b"efgh", 206, "Content-Range: bytes 4-7/8", 'ETag: "a"')
        server, client = self.serve(closing(head), always(rest))
        sink = io.BytesIO()
        done = client.download("mxc://example.org/a", sink)
        self.assertEqual(sink.getvalue(), b"abcdefgh")
        self.assertIn(b"range: bytes=4-", server.requests[1].lower())
        self.assertEqual(done["sha256"], hashlib.sha256(b"abcdefgh").hexdigest())

    def test_tokens_that_were_refreshed_are_told(self) -> None:
        gone = respond(b'{"errcode": "M_UNKNOWN_TOKEN", "error": "", "soft_logout": true}', 401)
        server = Server(always(gone), always(respond(b'{"access_token": "new"}')), always(WHOAMI))
        self.addCleanup(server.close)
        told: list[str] = []
        session = {"access_token": "old", "refresh_token": "r"}
        client = Client(homeserver=server.url, session=session, on_session=lambda event: told.append(event.type))
        self.addCleanup(client.close)
        client.call("cs:getTokenOwner")
        self.assertEqual(told, ["refreshed"])
        self.assertIn(b"Bearer new", server.requests[2])


def request(url: str, timeout: Optional[float] = None) -> Any:
    """What a transport reads of a request."""
    return mock.Mock(method="GET", url=url, headers=[], body=b"", timeout=timeout, repeatable=True)


if __name__ == "__main__":
    unittest.main()
