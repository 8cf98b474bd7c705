"""A homeserver of `hardline loopback` for tests."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import unittest
from pathlib import Path
from typing import Any, Optional

from hardline.blocking import Client

PASSWORD = "wonderland"

#: How long a test waits for what comes at once, in seconds.
PATIENCE = 60

CRATE = Path(__file__).resolve().parent.parent
REPOSITORY = CRATE.parent.parent


class Loopback:
    """The command as a child process, which ends with the test."""

    url: str

    def __init__(self) -> None:
        command = os.environ.get("HARDLINE", str(REPOSITORY / "target/debug/hardline"))
        if not os.path.exists(command):
            raise RuntimeError(f"{command} is not there: run `cargo build -p hardline-cli`, or name it in HARDLINE")
        arguments = [command, "loopback", "--listen", "127.0.0.1:0", "--user", "alice", "--json"]
        environment = {**os.environ, "HARDLINE_PASSWORD": PASSWORD}
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)
        self._steps: list[dict[str, Any]] = []
        self._has_more = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self._step(0)["url"]

    def code(self, index: int) -> str:
        """The code of the text message with this number, from 1."""
        code: str = self._step(index)["code"]
        return code

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def _step(self, index: int) -> dict[str, Any]:
        with self._has_more:
            if not self._has_more.wait_for(lambda: len(self._steps) > index, PATIENCE):
                raise TimeoutError("the loopback says nothing")
            return self._steps[index]

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._has_more:
                    self._steps.append(json.loads(line))
                    self._has_more.notify_all()


class LoopbackTest(unittest.TestCase):
    """Tests with a loopback of their own."""

    loopback: Loopback

    @classmethod
    def setUpClass(cls) -> None:
        cls.loopback = Loopback()
        cls.addClassCleanup(cls.loopback.close)

    def client(self, user: Optional[str] = None) -> Client:
        """A client, for a user who is registered before; `alice` if none is named."""
        client = Client(homeserver=self.loopback.url)
        self.addCleanup(client.close)
        if user is None:
            client.log_in("alice", PASSWORD)
        else:
            register(client, user)
        return client


def register(client: Client, user: str) -> None:
    """Registers a user, who is logged in then."""
    fields = {"username": user, "password": PASSWORD}
    client.run("register", lambda prompt, error: {"type": "done"}, register=fields)
