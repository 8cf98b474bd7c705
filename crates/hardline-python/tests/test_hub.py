"""Hubs, flows, errors and single operations, without I/O."""

from __future__ import annotations

import copy
import enum
import json
import pickle
import sys
import threading
import unittest
from typing import Any, Callable

import hardline

CONFIG: dict[str, Any] = {
    "homeserver": "https://example.org",
    "user_id": "@alice:example.org",
    "session": {"access_token": "syt_secret"},
}
WHOAMI = b'{"user_id": "@alice:example.org"}'


def rest(hub: hardline.Hub, now: float = 0) -> list[Any]:
    """The outputs until the hub waits."""
    outputs: list[Any] = []
    while not isinstance(output := hub.next(now), hardline.Wait):
        outputs.append(output)
    return outputs


class Hubs(unittest.TestCase):
    def setUp(self) -> None:
        self.hub = hardline.Hub(CONFIG)

    def test_a_call_is_sent_and_brings_what_came(self) -> None:
        flow = self.hub.call("cs:getTokenOwner")
        (send,) = rest(self.hub)
        self.assertEqual((send.flow, send.method, send.operation), (flow, "GET", "cs:getTokenOwner"))
        self.assertIn(("authorization", "Bearer syt_secret"), send.headers)
        self.hub.tell_response(send.id, 200, {"content-type": "application/json"}, WHOAMI)
        (done,) = rest(self.hub)
        self.assertEqual(done.flow, flow)
        self.assertEqual(done.value, {"value": {"user_id": "@alice:example.org"}, "status": 200})

    def test_a_rate_limit_is_waited_for_until_the_time_that_the_server_said(self) -> None:
        self.hub.call("cs:getTokenOwner")
        now = 1_700_000_000.123
        (send,) = rest(self.hub, now)
        limited = b'{"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 2000}'
        self.hub.tell_response(send.id, 429, [("retry-after", "2")], limited, now=now)
        (event,) = rest(self.hub, now)
        self.assertEqual(event.type, "waiting")
        self.assertIsInstance(event.error, hardline.RateLimited)
        self.assertEqual((event.error.errcode, event.error.status), ("M_LIMIT_EXCEEDED", 429))
        self.assertEqual(event.error.retry_after, 2.0)
        wait = self.hub.next(now)
        assert isinstance(wait, hardline.Wait) and wait.until is not None
        self.assertGreaterEqual(wait.until, now + 2)
        self.hub.tell_timeout(now=wait.until - 0.001)
        self.assertEqual(rest(self.hub, wait.until - 0.001), [])
        self.hub.tell_timeout(now=wait.until)
        (again,) = rest(self.hub, wait.until)
        self.assertEqual(again.attempt, 2)

    def test_a_flow_that_was_saved_goes_on_in_another_hub(self) -> None:
        number = {"country": "GB", "number": "07700900001"}
        flow = self.hub.open("add_threepid", threepid=number)
        (send,) = rest(self.hub)
        self.hub.tell_response(send.id, 200, [], b'{"sid": "7", "submit_url": "https://example.org/submit"}')
        (asks,) = rest(self.hub)
        self.assertEqual(asks.prompt, {"type": "code", "send_attempt": 1})
        saved = flow.save()
        other = hardline.Hub(self.hub.session())
        loaded = other.load(saved)
        self.assertEqual(loaded.prompt, asks.prompt)
        loaded.reply(type="code", code="1")
        (send,) = rest(other)
        self.assertEqual(json.loads(send.body)["token"], "1")
        self.assertNotEqual(loaded, flow)

    def test_a_flow_that_was_cancelled_fails_as_such(self) -> None:
        flow = self.hub.call("cs:getTokenOwner")
        (send,) = rest(self.hub)
        flow.cancel()
        cancel, failed = rest(self.hub)
        self.assertEqual(cancel.id, send.id)
        self.assertIsInstance(failed.error, hardline.Cancelled)
        self.assertIsNone(flow.state)
        with self.assertRaises(hardline.UsageError) as raised:
            flow.cancel()
        self.assertEqual(raised.exception.code, 102)

    def test_flows_are_equal_and_hashed_by_what_they_are(self) -> None:
        flow = self.hub.call("cs:getTokenOwner")
        self.assertEqual(self.hub.flows(), [flow])
        self.assertEqual({flow: 1}[self.hub.flows()[0]], 1)
        self.assertNotEqual(flow, self.hub.call("cs:getTokenOwner"))
        self.assertNotEqual(flow, hardline.Hub(CONFIG).call("cs:getTokenOwner"))
        self.assertNotEqual(flow, flow.id)

    def test_a_refresh_is_told_of_the_session(self) -> None:
        tokens = {"access_token": "old", "refresh_token": "r"}
        hub = hardline.Hub(homeserver="https://example.org", session=tokens)
        hub.call("cs:getTokenOwner")
        (send,) = rest(hub)
        hub.tell_response(send.id, 401, [], b'{"errcode": "M_UNKNOWN_TOKEN", "error": "", "soft_logout": true}')
        (refresh,) = rest(hub)
        self.assertIsNone(refresh.flow)
        hub.tell_response(refresh.id, 200, [], b'{"access_token": "new"}')
        events = [output for output in rest(hub) if isinstance(output, hardline.Event)]
        (event,) = [event for event in events if event.flow is None]
        self.assertEqual(event.type, "refreshed")
        self.assertEqual(event.value["session"]["access_token"], "new")
        self.assertEqual(hub.session()["session"]["access_token"], "new")

    def test_no_repr_shows_a_secret(self) -> None:
        secret = "syt_secret"
        objects: list[Any] = [self.hub, self.hub.call("cs:getTokenOwner")]
        (send,) = rest(self.hub)
        objects.append(send)
        self.hub.tell_response(send.id, 200, [], WHOAMI)
        objects += rest(self.hub)
        login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "a"}, "password": secret}
        objects.append(hardline.encode("cs:login", login, base_url="https://example.org"))
        reply = json.dumps({"user_id": "@a:b", "access_token": secret, "device_id": "D"}).encode()
        objects.append(hardline.decode("cs:login", 200, [], reply))
        for each in objects:
            self.assertNotIn(secret, repr(each))
        # It would be there otherwise.
        self.assertIn(secret, objects[-2].body.decode())
        with self.assertRaises(hardline.UsageError) as raised:
            hardline.Hub(homeserver="https://example.org", session={"access_tokne": secret})
        self.assertNotIn(secret, repr(raised.exception) + str(raised.exception))


class Codec(unittest.TestCase):
    def test_an_error_of_the_server_is_an_exception_with_its_fields(self) -> None:
        body = b'{"errcode": "M_FORBIDDEN", "error": "no", "org.example.why": 7}'
        with self.assertRaises(hardline.ServerError) as raised:
            hardline.decode("cs:getTokenOwner", 403, [], body)
        error = raised.exception
        self.assertEqual((error.kind, error.code, error.errcode, error.status), ("server", 300, "M_FORBIDDEN", 403))
        self.assertEqual(error.body["org.example.why"], 7)
        self.assertIsNone(error.retry_after)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), again.errcode, str(again)), (type(error), error.errcode, str(error)))
        self.assertEqual(copy.copy(error).status, 403)

    def test_what_does_not_fit_is_left_out_and_told(self) -> None:
        answer = hardline.decode("cs:getAccount3PIDs", 200, [], b'{"threepids": [{"medium": 7}, {"address": tru}]}')
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.warnings)

    def test_values_of_python_become_json(self) -> None:
        class Name(str, enum.Enum):
            ROOM = "!r:example.org"

        class Number(enum.IntEnum):
            SEVEN = 7

        content = {
            "text": 'a "quoted"\\\n\u2028 text \U0001f600',
            "numbers": (1, -2, 2.5, 1e300, Number.SEVEN, 2**70),
            "flags": [True, False, None],
            "nested": {"a": {"b": []}},
        }
        arguments = {"roomId": Name.ROOM, "eventType": "m.x", "txnId": "1", "content": content}
        request = hardline.encode("cs:sendMessage", arguments, base_url="https://example.org", token="t")
        self.assertEqual(json.loads(request.body), json.loads(json.dumps(content)))
        self.assertIn("%21r%3Aexample.org", request.url)

    def test_bytes_go_out_as_bytes(self) -> None:
        content = bytes(range(256))
        for given in (content, bytearray(content)):
            arguments = {"content": given, "content_type": "application/octet-stream"}
            request = hardline.encode("cs:uploadContent", arguments, base_url="https://example.org", token="t")
            self.assertEqual(request.body, content)

    def test_what_is_no_json_is_refused_without_showing_it(self) -> None:
        loop: list[Any] = []
        loop.append(loop)
        wrong = [({"x": {1, 2}}, TypeError), ({1: "x"}, TypeError), ({"x": float("nan")}, ValueError)]
        for content, error in [*wrong, ({"x": "\ud800"}, ValueError), ({"x": loop}, RecursionError)]:
            with self.assertRaises(error):
                hardline.encode("cs:sendMessage", {"content": content}, base_url="https://example.org")

    def test_wrong_calls_say_what_is_wrong(self) -> None:
        with self.assertRaises(hardline.EncodeError):
            hardline.encode("cs:sing", base_url="https://example.org")
        with self.assertRaises(hardline.UsageError):
            hardline.encode("cs:getTokenOwner", base_url="example.org")
        with self.assertRaises(TypeError):
            hardline.decode("cs:getTokenOwner", 200, [], "text")  # type: ignore[arg-type]
        hub = hardline.Hub(CONFIG)
        for now in (-1.0, float("nan"), 1e300):
            with self.assertRaises(ValueError):
                hub.next(now)
        with self.assertRaises(ValueError):
            hub.open("call", operation="cs:getTokenOwner", entropy=b"short")

    def test_the_schema_is_that_of_the_abi(self) -> None:
        self.assertEqual(hardline.schema()["abi"], hardline.ABI)


def runs_meanwhile(work: Callable[[], object]) -> bool:
    """Whether this thread runs before another one has done its work, although nobody is made to give way."""
    began, ended = threading.Event(), threading.Event()

    def run() -> None:
        began.set()
        work()
        ended.set()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        worker = threading.Thread(target=run)
        worker.start()
        began.wait()
        was_over = ended.is_set()
        worker.join()
    finally:
        sys.setswitchinterval(interval)
    return not was_over


class Threads(unittest.TestCase):
    def test_other_threads_run_while_a_large_response_is_read(self) -> None:
        room = b'{"timeline": {"events": [' + b",".join([b'{"type": "m.x"}'] * 200_000) + b"]}}"
        body = b'{"next_batch": "s", "rooms": {"join": {"!r:example.org": ' + room + b"}}}"
        # On a busy machine this thread may sleep all the while. Without the release it cannot run even once.
        self.assertTrue(any(runs_meanwhile(lambda: hardline.decode("cs:sync", 200, [], body)) for _ in range(20)))

    def test_other_threads_do_not_run_while_a_small_one_is_read(self) -> None:
        self.assertFalse(runs_meanwhile(lambda: hardline.decode("cs:getTokenOwner", 200, [], WHOAMI)))

    def test_other_threads_run_while_a_hub_reads_a_large_response(self) -> None:
        body = json.dumps({"user_id": "@alice:example.org", "more": ["x"] * 500_000}).encode()

        def read() -> None:
            hub = hardline.Hub(CONFIG)
            hub.call("cs:getTokenOwner")
            (send,) = rest(hub)
            hub.tell_response(send.id, 200, [], body)
            rest(hub)

        self.assertTrue(any(runs_meanwhile(read) for _ in range(20)))

    def test_threads_share_a_hub(self) -> None:
        hub = hardline.Hub(CONFIG)
        count = 300
        failures: list[Exception] = []
        start = threading.Barrier(4)

        def call() -> None:
            try:
                start.wait()
                for _ in range(count):
                    flow = hub.call("cs:getTokenOwner")
                    hub.next()
                    flow.cancel()
                    hub.next()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=call) for _ in range(4)]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        self.assertEqual(failures, [])
        rest(hub)
        self.assertEqual(hub.flows(), [])


if __name__ == "__main__":
    unittest.main()
