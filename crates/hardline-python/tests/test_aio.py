"""The client for asyncio, over aiohttp by the adapter of the example, and over functions."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import os
import socket
import unittest
from typing import Any, Optional

import hardline
from hardline.aio import Client, HttpResponse, TransportFailure
from loopback import CRATE, PASSWORD, LoopbackTest
from server import Server, always, respond, silent

WHOAMI = b'{"user_id": "@alice:example.org"}'
CONFIG: dict[str, Any] = {"homeserver": "https://example.org", "session": {"access_token": "t"}}


def example() -> Any:
    """The example's module, whose adapter is tested here."""
    spec = importlib.util.spec_from_file_location("aiohttp_program", CRATE / "examples/aiohttp_program.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class OverAiohttp(LoopbackTest):
    def test_a_phone_number_is_added(self) -> None:
        async def story(client: Client) -> None:
            await register(client, "aio-phone")
            asked: list[str] = []

            async def answer(prompt: dict[str, Any], error: Optional[hardline.HardlineError]) -> dict[str, Any]:
                asked.append(prompt["type"] if error is None else f"{prompt['type']} again")
                if asked[-1] == "code":
                    return {"type": "code", "code": "0"}
                if prompt["type"] == "code":
                    return {"type": "code", "code": await asyncio.to_thread(self.loopback.code, 1)}
                return {"type": "password", "password": PASSWORD}

            number = {"country": "GB", "number": "07700900002"}
            self.assertEqual(await client.run("add_threepid", answer, threepid=number), {})
            self.assertEqual(asked, ["code", "code again", "password"])
            (threepid,) = (await client.call("cs:getAccount3PIDs"))["threepids"]
            self.assertEqual(threepid["address"], "447700900002")

        self.run_story(story)

    def test_two_users_talk_while_both_sync(self) -> None:
        async def story(alice: Client) -> None:
            await register(alice, "aio-alice")
            async with example().connect(self.loopback.url) as bob:
                await register(bob, "aio-bob")
                invite = [bob.session()["user_id"]]
                room = (await alice.call("cs:createRoom", invite=invite))["room_id"]
                await bob.call("cs:joinRoom", roomIdOrAlias=room)
                pong = asyncio.create_task(wait_for_text(alice, room, "pong"))
                ping = asyncio.create_task(wait_for_text(bob, room, "ping"))
                await send(alice, room, "ping")
                await asyncio.wait_for(ping, 60)
                await send(bob, room, "pong")
                await asyncio.wait_for(pong, 60)
                # Whoever leaves a sync ends it, although its request was on its way.
                self.assertEqual((alice.hub.flows(), bob.hub.flows()), ([], []))

        self.run_story(story)

    def test_files_go_up_and_come_down(self) -> None:
        async def story(client: Client) -> None:
            await register(client, "aio-files")
            content = os.urandom(3 * 1024 * 1024)
            uri = await client.upload(io.BytesIO(content), content_type="application/octet-stream")
            sink = io.BytesIO()
            done = await client.download(uri, sink)
            self.assertEqual((done["bytes"], sink.getvalue() == content), (len(content), True))
            # It is checked with what was computed here.
            self.assertEqual(len(done["sha256"]), 64)

        self.run_story(story)

    def run_story(self, story: Any) -> None:
        async def run() -> None:
            async with example().connect(self.loopback.url) as client:
                await story(client)

        asyncio.run(run())


class OverFunctions(unittest.TestCase):
    def test_a_failure_of_the_library_has_its_class(self) -> None:
        async def run() -> None:
            table: list[tuple[Exception, str]] = [
                (ConnectionRefusedError("no"), "refused"),
                (socket.gaierror(-2, "no"), "dns"),
                (TransportFailure("malformed", "no"), "malformed"),
                (OSError("no"), "interrupted"),
                (KeyError("no"), "interrupted"),
            ]
            for raised, expected in table:

                async def fetch(_: hardline.Request, error: Exception = raised) -> HttpResponse:
                    raise error

                async with Client(fetch, CONFIG) as client:
                    with self.assertRaises(hardline.TransportError) as caught:
                        # It is not repeatable, so that it stalls at once unless it never left.
                        await client.call("cs:createRoom")
                    self.assertEqual(caught.exception.failure_class, expected)
                    self.assertIn("no", str(caught.exception))

        asyncio.run(run())

    def test_a_request_that_takes_too_long_is_ended(self) -> None:
        ended: list[str] = []

        async def fetch(_: hardline.Request) -> HttpResponse:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("ended")
            raise AssertionError

        async def run() -> None:
            async with Client(fetch, CONFIG) as client:
                answers = client.sync(timeout_ms=0, first_limit_ms=1000)
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(answers.__anext__(), 5)

        asyncio.run(run())
        self.assertGreaterEqual(len(ended), 1)

    def test_a_task_that_is_cancelled_ends_what_it_began(self) -> None:
        begun = asyncio.Event
        ended: list[str] = []

        async def run() -> None:
            started = begun()

            async def fetch(_: hardline.Request) -> HttpResponse:
                started.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    ended.append("ended")
                raise AssertionError

            async with Client(fetch, CONFIG) as client:
                task = asyncio.create_task(client.call("cs:getTokenOwner"))
                await started.wait()
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertEqual(client.hub.flows(), [])
                await asyncio.gather(*client._exchanges.values(), return_exceptions=True)

        asyncio.run(run())
        self.assertEqual(ended, ["ended"])

    def test_many_calls_share_a_client(self) -> None:
        waiting: list[asyncio.Event] = []

        async def run() -> None:
            async def fetch(_: hardline.Request) -> HttpResponse:
                mine = asyncio.Event()
                waiting.append(mine)
                # None is answered before all are on their way.
                if len(waiting) == 50:
                    for each in waiting:
                        each.set()
                await mine.wait()
                return HttpResponse(200, [], WHOAMI)

            async with Client(fetch, CONFIG) as client:
                results = await asyncio.gather(*(client.call("cs:getTokenOwner") for _ in range(50)))
            self.assertEqual(results, [{"user_id": "@alice:example.org"}] * 50)

        asyncio.run(run())

    def test_a_wait_ends_by_itself(self) -> None:
        limited = HttpResponse(429, [], b'{"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": 1}')
        answers = [limited, HttpResponse(200, {}, WHOAMI)]

        async def fetch(_: hardline.Request) -> HttpResponse:
            return answers.pop(0)

        async def run() -> None:
            async with Client(fetch, CONFIG) as client:
                self.assertEqual(await client.call("cs:getTokenOwner"), {"user_id": "@alice:example.org"})

        asyncio.run(run())
        self.assertEqual(answers, [])

    def test_a_file_needs_somebody_who_streams(self) -> None:
        async def fetch(request: hardline.Request) -> HttpResponse:
            return HttpResponse(200, [], b"{}")

        async def run() -> None:
            async with Client(fetch, CONFIG) as client:
                with self.assertRaises(hardline.TransportError) as raised:
                    await client.download("mxc://example.org/a", io.BytesIO())
                self.assertEqual(raised.exception.failure_class, "unsendable")

        asyncio.run(run())


class OverAiohttpAndSockets(unittest.TestCase):
    def test_failures_have_their_classes(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            refused = f"http://127.0.0.1:{unused.getsockname()[1]}"
        server = Server(always(respond(b"", 302, "Location: /elsewhere")))
        self.addCleanup(server.close)

        async def run(url: str) -> hardline.HardlineError:
            async with example().connect(url, session={"access_token": "t"}) as client:
                with self.assertRaises(hardline.HardlineError) as raised:
                    await client.call("cs:createRoom")
                return raised.exception

        self.assertEqual(asyncio.run(run(refused)).failure_class, "refused")
        self.assertEqual(asyncio.run(run(server.url)).reason, "redirect")
        self.assertEqual(len(server.requests), 1)

    def test_a_download_without_progress_is_ended(self) -> None:
        server = Server(silent)
        self.addCleanup(server.close)

        async def run() -> None:
            async with example().connect(server.url, session={"access_token": "t"}) as client:
                task = asyncio.create_task(client.download("mxc://example.org/a", io.BytesIO()))
                while not server.requests:
                    await asyncio.sleep(0)
                (flow,) = client.hub.flows()
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertIsNone(flow.state)

        asyncio.run(run())


async def register(client: Client, user: str) -> None:
    fields = {"username": user, "password": PASSWORD}
    await client.run("register", lambda prompt, error: {"type": "done"}, register=fields)


async def send(client: Client, room: str, text: str) -> None:
    content = {"msgtype": "m.text", "body": text}
    await client.call("cs:sendMessage", roomId=room, eventType="m.room.message", txnId=text, content=content)


async def wait_for_text(client: Client, room: str, text: str) -> None:
    answers = client.sync()
    async for answer in answers:
        joined = answer.value["rooms"]["join"].get(room, {}) if "rooms" in answer.value else {}
        events = joined.get("timeline", {}).get("events", [])
        if any(event["content"].get("body") == text for event in events):
            await answers.aclose()
            return


if __name__ == "__main__":
    unittest.main()
