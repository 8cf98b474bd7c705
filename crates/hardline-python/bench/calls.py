"""What a call by name costs beside `json` by hand: `python bench/calls.py [--limit 2.5]`.

Each row is measured in turns with its hand-written counterpart, in CPU time; the table has the medians. By hand means what
a careful program does without a library: it quotes what goes into the path, sets the header fields, writes and reads
JSON, and looks at the status. With `--limit` it fails if a whole call of `sendMessage` costs more than so many times that.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any, Callable
from urllib.parse import quote

import hardline

BASE = "https://example.org"
TOKEN = "syt_secret"
CONTENT = {"msgtype": "m.text", "body": "hello, world"}
ROOM, TXN = "!room:example.org", "txn1"
FIELDS = {"roomId": ROOM, "eventType": "m.room.message", "txnId": TXN, "content": CONTENT}
ANSWER_HEADERS = [("content-type", "application/json"), ("date", "Mon, 30 Nov 2026 12:00:00 GMT")]
SENT = b'{"event_id": "$h29iv0s8:example.com"}'
WHOAMI = b'{"user_id": "@alice:example.org", "device_id": "ABC", "is_guest": false}'
TURNS, CALLS = 41, 1000


def send_by_hand() -> tuple[str, str, dict[str, str], bytes]:
    path = f"/_matrix/client/v3/rooms/{quote(ROOM, safe='')}/send/m.room.message/{quote(TXN, safe='')}"
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    return "PUT", BASE + path, headers, json.dumps(CONTENT).encode()


def whoami_by_hand() -> tuple[str, str, dict[str, str], bytes]:
    return "GET", f"{BASE}/_matrix/client/v3/account/whoami", {"authorization": f"Bearer {TOKEN}"}, b""


def answer_by_hand(status: int, body: bytes) -> Any:
    answer = json.loads(body)
    if status != 200:
        raise RuntimeError(answer.get("errcode"))
    return answer


def send_and_answer_by_hand() -> Any:
    send_by_hand()
    return answer_by_hand(200, SENT)["event_id"]


def whoami_and_answer_by_hand() -> Any:
    whoami_by_hand()
    return answer_by_hand(200, WHOAMI)["user_id"]


def encode_send() -> Any:
    request = hardline.encode("cs:sendMessage", FIELDS, base_url=BASE, token=TOKEN)
    return request.method, request.url, request.headers, request.body


def decode_send() -> Any:
    return hardline.decode("cs:sendMessage", 200, ANSWER_HEADERS, SENT).value["event_id"]


def codec_send() -> Any:
    encode_send()
    return decode_send()


def codec_whoami() -> Any:
    request = hardline.encode("cs:getTokenOwner", base_url=BASE, token=TOKEN)
    _ = request.method, request.url, request.headers, request.body
    return hardline.decode("cs:getTokenOwner", 200, ANSWER_HEADERS, WHOAMI).value["user_id"]


hub = hardline.Hub(homeserver=BASE, session={"access_token": TOKEN})


def through_hub(operation: str, fields: dict[str, Any], body: bytes) -> Any:
    hub.call(operation, fields)
    send = hub.next()
    assert isinstance(send, hardline.Send)
    _ = send.method, send.url, send.headers, send.body
    hub.next()
    hub.tell_response(send.id, 200, ANSWER_HEADERS, body)
    done = hub.next()
    assert isinstance(done, hardline.Done)
    hub.next()
    return done.value["value"]


ROWS: list[tuple[str, Callable[[], Any], Callable[[], Any], bool]] = [
    ("encode sendMessage", encode_send, send_by_hand, False),
    ("decode its response", decode_send, lambda: answer_by_hand(200, SENT)["event_id"], False),
    ("sendMessage, `encode` and `decode`", codec_send, send_and_answer_by_hand, True),
    # There is next to nothing to do by hand, so that the limit says nothing of it.
    ("whoami, `encode` and `decode`", codec_whoami, whoami_and_answer_by_hand, False),
    ("sendMessage, by a hub", lambda: through_hub("cs:sendMessage", FIELDS, SENT), send_and_answer_by_hand, True),
    ("whoami, by a hub", lambda: through_hub("cs:getTokenOwner", {}, WHOAMI), whoami_and_answer_by_hand, False),
]


def microseconds(call: Callable[[], Any]) -> float:
    began = time.process_time_ns()
    for _ in range(CALLS):
        call()
    return (time.process_time_ns() - began) / CALLS / 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float)
    limit = parser.parse_args().limit
    beyond = []
    print("| | Hardline, us | by hand, us | times |\n|---|---|---|---|")
    for name, ours, by_hand, is_limited in ROWS:
        pairs = [(microseconds(ours), microseconds(by_hand)) for _ in range(TURNS)]
        mine, theirs = (statistics.median(times) for times in zip(*pairs))
        ratio = statistics.median(mine / theirs for mine, theirs in pairs)
        print(f"| {name} | {mine:.2f} | {theirs:.2f} | {ratio:.2f} |", flush=True)
        if limit is not None and is_limited and ratio > limit:
            beyond.append(name)
    if beyond:
        sys.exit(f"beyond {limit}: {', '.join(beyond)}")


if __name__ == "__main__":
    main()
