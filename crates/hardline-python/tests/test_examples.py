"""The examples, as the README says to start them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from typing import Any

from loopback import CRATE, PASSWORD, PATIENCE, LoopbackTest


class Program:
    """An example as a child process, whose output is read as it comes."""

    def __init__(self, test: unittest.TestCase, name: str, *arguments: str, folder: str = ".") -> None:
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-u", str(CRATE / "examples" / name), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "HARDLINE_PASSWORD": PASSWORD},
        )
        self.output = ""
        test.addCleanup(self.end)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Reads on until this was written so many times."""
        while self.output.count(text) < times:
            part = self._read()
            if not part:
                raise AssertionError(f"it ended before it wrote {text!r}: {self.output}")
            self.output += part

    def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def finish(self) -> int:
        while part := self._read():
            self.output += part
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _read(self) -> str:
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            raise TimeoutError(f"it writes nothing: {self.output}")
        return os.read(self.process.stdout.fileno(), 65536).decode()


class Examples(LoopbackTest):
    def test_a_phone_number_is_added_at_the_terminal(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            phone = Program(self, "phone.py", self.loopback.url, folder=folder)
            phone.wait_for("the code of the text message: ")
            phone.write("0")
            phone.wait_for("not accepted: ")
            phone.wait_for("the code of the text message: ", 2)
            phone.process.send_signal(signal.SIGINT)
            # One that comes just before it reads is noticed when it has read.
            with contextlib.suppress(BrokenPipeError):
                phone.write("")
            self.assertEqual(phone.finish(), 1)
            left = os.path.join(folder, "phone.json")
            self.assertEqual(os.stat(left).st_mode & 0o777, 0o600)

            again = Program(self, "phone.py", folder=folder)
            again.wait_for("the code of the text message: ")
            again.write(self.loopback.code(1))
            self.assertEqual(again.finish(), 0, again.output)
            self.assertIn("msisdn 447700900001", again.output)
            self.assertFalse(os.path.exists(left))

    def test_the_bot_repeats_what_is_said(self) -> None:
        bot = Program(self, "echo_bot.py", self.loopback.url)
        bot.wait_for(" listens")
        bob = self.client("bob")
        bot_id = bot.output.split(" listens")[0]
        room = bob.call("cs:createRoom", invite=[bot_id])["room_id"]
        answers = bob.sync()
        self.wait_for(answers, room, lambda event: event["content"].get("membership") == "join", bot_id)
        content = {"msgtype": "m.text", "body": "hello"}
        bob.call("cs:sendMessage", roomId=room, eventType="m.room.message", txnId="1", content=content)
        echo = self.wait_for(answers, room, lambda event: event["type"] == "m.room.message", bot_id)
        self.assertEqual(echo["content"], {"msgtype": "m.notice", "body": "hello"})

    def test_a_program_of_aiohttp_shows_rooms(self) -> None:
        room = self.client().call("cs:createRoom")["room_id"]
        web = Program(self, "aiohttp_program.py", self.loopback.url, "alice", "0")
        web.wait_for("Running on ")
        web.wait_for("CTRL+C")
        address = web.output.split("Running on ")[1].split()[0]
        with urllib.request.urlopen(f"{address}/rooms", timeout=PATIENCE) as response:
            self.assertIn(room, response.read().decode())

    def wait_for(self, answers: Any, room: str, is_wanted: Any, sender: str) -> Any:
        for answer in answers:
            joined = answer.value.get("rooms", {}).get("join", {}).get(room, {})
            for part in ("state", "timeline"):
                for event in joined.get(part, {}).get("events", []):
                    if event["sender"] == sender and is_wanted(event):
                        return event


if __name__ == "__main__":
    unittest.main()
