"""Adds a phone number to an account, as a person at a terminal would.

    HARDLINE_PASSWORD=wonderland python examples/phone.py [HOMESERVER] [USER] [COUNTRY] [NUMBER]

It asks for the code until it is right, and waits if the server asks for that. Ctrl-C leaves everything in the file
`phone.json`; started again, it goes on from there.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Optional

import hardline
from hardline.blocking import Client

LEFT = Path("phone.json")


def main(
    homeserver: str = "http://127.0.0.1:8008", user: str = "alice", country: str = "GB", number: str = "07700900001"
) -> None:
    if LEFT.exists():
        left = json.loads(LEFT.read_text())
        client = Client(left["session"])
        flow = client.hub.load(left["flow"])
        print(f"going on as {client.session()['user_id']}")
    else:
        client = Client(homeserver=homeserver)
        client.log_in(user, os.environ["HARDLINE_PASSWORD"])
        print(f"logged in as {client.session()['user_id']}")
        flow = client.hub.open("add_threepid", threepid={"country": country, "number": number})
    try:
        client.run(flow, answer)
    except KeyboardInterrupt:
        # It holds secrets.
        with open(os.open(LEFT, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"session": client.session(), "flow": flow.save()}, file)
        sys.exit(f"\nleft in {LEFT}: start again to go on")
    LEFT.unlink(missing_ok=True)
    for threepid in client.call("cs:getAccount3PIDs")["threepids"]:
        print(f"{threepid['medium']} {threepid['address']}")


def answer(prompt: dict[str, Any], error: Optional[hardline.HardlineError]) -> dict[str, Any]:
    if error is not None:
        print(f"not accepted: {error}")
    if prompt["type"] == "code":
        return {"type": "code", "code": input("the code of the text message: ")}
    if prompt["type"] == "password":
        return {"type": "password", "password": os.environ["HARDLINE_PASSWORD"]}
    # The number was refused, or the server cannot be reached: that is the end.
    raise error or SystemExit(f"nobody here can answer {prompt['type']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
