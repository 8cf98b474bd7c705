"""The stories against a real Synapse with a real Sydent behind it:

    tests/homeserver/up.sh run -- PYTHON -m unittest discover -s crates/hardline-python/tests -p homeserver.py

Its name keeps it out of the other tests, which need no such servers.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from typing import Any, Optional

import hardline
from hardline.blocking import Client
from loopback import PASSWORD, register
from test_aio import example

URL = os.environ["HARDLINE_HS_URL"]
INBOX = os.environ["HARDLINE_INBOX_URL"]
MSISDN = "447700900301"


class Synapse(unittest.TestCase):
    def client(self, name: str) -> Client:
        client = Client(homeserver=URL)
        self.addCleanup(client.close)
        register(client, unused(name))
        return client

    def test_a_phone_number_is_added_after_a_wrong_code(self) -> None:
        client = self.client("phone")
        asked: list[str] = []

        def answer(prompt: dict[str, Any], error: Optional[hardline.HardlineError]) -> dict[str, Any]:
            asked.append(prompt["type"] if error is None else f"{prompt['type']} again")
            if prompt["type"] == "password":
                return {"type": "password", "password": PASSWORD}
            return {"type": "code", "code": "0" if asked[-1] == "code" else last_code()}

        number = {"country": "GB", "number": "07700900301"}
        self.assertEqual(client.run("add_threepid", answer, threepid=number), {})
        self.assertEqual(asked, ["code", "code again", "password"])
        (threepid,) = client.call("cs:getAccount3PIDs")["threepids"]
        self.assertEqual(threepid["address"], MSISDN)

    def test_a_message_is_seen_by_the_sync_of_another_user(self) -> None:
        alice, bob = self.client("alice"), self.client("bob")
        room = alice.call("cs:createRoom", invite=[bob.session()["user_id"]])["room_id"]
        bob.call("cs:joinRoom", roomIdOrAlias=room)
        answers = bob.sync()
        next(answers)
        content = {"msgtype": "m.text", "body": "hello"}
        alice.call("cs:sendMessage", roomId=room, eventType="m.room.message", txnId="1", content=content)
        seen: list[Any] = []
        while not seen:
            joined = next(answers).value.get("rooms", {}).get("join", {}).get(room, {})
            events = joined.get("timeline", {}).get("events", [])
            seen = [event["content"] for event in events if event["type"] == "m.room.message"]
        self.assertEqual(seen, [content])

    def test_files_stream_over_aiohttp(self) -> None:
        session = self.client("files").session()

        async def story() -> None:
            async with example().connect(URL, user_id=session["user_id"], session=session["session"]) as client:
                content = os.urandom(3_000_000)
                with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
                    source.write(content)
                    uri = await client.upload(source, content_type="application/octet-stream")
                    await client.download(uri, sink)
                    sink.seek(0)
                    self.assertEqual(sink.read(), content)

        asyncio.run(story())


def last_code() -> str:
    url = f"{INBOX}/sms?{urllib.parse.urlencode({'to': MSISDN})}"
    with urllib.request.urlopen(url) as response:
        text: str = json.load(response)[-1]["text"]
    return "".join(filter(str.isdigit, text))


def unused(name: str) -> str:
    """A name that no earlier run registered on these servers."""
    return f"{name}{time.time_ns() // 1_000_000}"


if __name__ == "__main__":
    unittest.main()
