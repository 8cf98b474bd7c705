"""A bot that joins where it is invited, and repeats what is said: `python examples/echo_bot.py [HOMESERVER] [USER]`."""

import os
import sys
from typing import Any

from hardline.blocking import Client


def main(homeserver: str = "http://127.0.0.1:8008", user: str = "alice") -> None:
    client = Client(homeserver=homeserver)
    me = client.log_in(user, os.environ["HARDLINE_PASSWORD"])["user_id"]
    print(f"{me} listens", flush=True)
    for answer in client.sync():
        rooms = answer.value.get("rooms", {})
        for room in rooms.get("invite", {}):
            client.call("cs:joinRoom", roomIdOrAlias=room)
        for room, joined in rooms.get("join", {}).items():
            for event in joined.get("timeline", {}).get("events", []):
                if event["type"] == "m.room.message" and event["sender"] != me:
                    echo(client, room, event)
        # The server gives an answer again until the next one is asked for, so that a crash here loses nothing.


def echo(client: Client, room: str, event: dict[str, Any]) -> None:
    # Bots send notices, which no bot answers. The transaction ID makes two answers to one event one.
    if (text := event["content"].get("body")) and event["content"].get("msgtype") == "m.text":
        fields = {"roomId": room, "eventType": "m.room.message", "txnId": event["event_id"]}
        client.call("cs:sendMessage", content={"msgtype": "m.notice", "body": text}, **fields)


if __name__ == "__main__":
    main(*sys.argv[1:])
