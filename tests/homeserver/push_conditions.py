#!/usr/bin/env python3
"""Writes what Synapse makes of push conditions, for tests/vectors/push_rules/conditions.jsonl.

    target/homeserver/synapse/bin/python tests/homeserver/push_conditions.py >tests/vectors/push_rules/conditions.jsonl

It needs the environment that up.sh installs. Conditions, events and rooms are drawn from lists that have what is easily
got wrong, always the same ones. Texts have no line breaks, where Synapse's wildcards stop, and no İ, which Synapse
changes to lower case in the text and not in a pattern with wildcards: neither is specified.
"""

import json
import random

from synapse.push.bulk_push_rule_evaluator import _flatten_dict
from synapse.synapse_rust.push import PushRuleEvaluator

ROWS = 1200
USER = "@alice:example.org"
SENDER = "@bob:example.org"
WORDS = ["tea", "Tea", "TEA", "teapot", "éa", "naïve", "今天", "tea²", "½", "@room", "c++", "_tea", "tea_", "1", "", "alice",
         "straße", "Σ", "👩‍💻", "tea\u0301", "❤\ufe0f", "m.text", "क्", "ﬀ", "K"]
BETWEEN = [" ", ".", "-", "", ", ", "'", "、", "\u00a0", "😀", "/", "_"]
WILD = ["*", "?", "**", "*?", "??", "?*"]
NAMES = ["body", "m.mentions", "msgtype", "back\\slash", "", "deep"]
SCALARS = [0, 1, -1, 50, True, False, None, "tea", "1", "true", "", USER, 2**53 - 1]


def main():
    draw = random.Random(1)
    for _ in range(ROWS):
        print(json.dumps(row(draw), ensure_ascii=False, sort_keys=True))


def row(draw):
    event = {
        "type": draw.choice(["m.room.message", "m.room.member", "m.reaction"]),
        "sender": SENDER,
        "room_id": "!tea:example.org",
        "content": content(draw),
    }
    if draw.random() < 0.3:
        event["state_key"] = draw.choice(["", USER, "tea"])
    room = {
        "member_count": draw.choice([0, 1, 2, 3, 10]),
        "display_name": draw.choice([None, "", "Alice", "tea", "T?a", "tea *", text(draw)]),
        "sender_level": draw.choice([-1, 0, 49, 50, 51, 100]),
        "notifications": draw.choice([{}, {"room": 0}, {"room": 50}, {"room": 51}, {"other": 0}]),
    }
    body = event["content"].get("body")
    if isinstance(body, str) and body.split() and draw.random() < 0.4:
        room["display_name"] = draw.choice(body.split())
    condition = condition_for(draw, event)
    evaluator = PushRuleEvaluator(
        _flatten_dict(event),
        False,
        room["member_count"],
        room["sender_level"],
        room["notifications"],
        {},
        False,
        (),
        False,
        False,
        False,
    )
    matches = evaluator.matches(condition, USER, room["display_name"], None)
    return {"condition": condition, "event": event, **room, "matches": matches}


def content(draw):
    members = {}
    for name in NAMES:
        if draw.random() < 0.5:
            members[name] = value(draw)
    if draw.random() < 0.9:
        members["body"] = text(draw)
    return members


def value(draw):
    kind = draw.random()
    if kind < 0.4:
        return draw.choice(SCALARS)
    if kind < 0.6:
        return [draw.choice(SCALARS) for _ in range(draw.randrange(4))]
    if kind < 0.8:
        return {draw.choice(["a.b", "user_ids", "", "\\"]): draw.choice([draw.choice(SCALARS), ["tea", USER, 1]])}
    return text(draw)


def text(draw):
    words = [draw.choice(WORDS) + draw.choice(BETWEEN) for _ in range(draw.randrange(5))]
    return "".join(words) + draw.choice(WORDS)


def condition_for(draw, event):
    kind = draw.choice(
        ["event_match"] * 8
        + ["event_property_is", "event_property_contains"] * 2
        + ["contains_display_name"] * 2
        + ["room_member_count", "sender_notification_permission"]
    )
    if kind == "event_match":
        return {"kind": kind, "key": path(draw, event), "pattern": pattern(draw, event)}
    if kind in ("event_property_is", "event_property_contains"):
        key = path(draw, event)
        there = _flatten_dict(event).get(key)
        if draw.random() < 0.4 or there is None or there == []:
            there = draw.choice(SCALARS)
        elif isinstance(there, list):
            there = draw.choice(there)
        return {"kind": kind, "key": key, "value": there}
    if kind == "room_member_count":
        sign = draw.choice(["", "==", "<", ">", "<=", ">=", "=", "=>", "<>", "x"])
        return {"kind": kind, "is": sign + draw.choice(["0", "1", "2", "3", "02", "", "3.0"])}
    if kind == "sender_notification_permission":
        return {"kind": kind, "key": draw.choice(["room", "other"])}
    return {"kind": kind}


def path(draw, event):
    if draw.random() < 0.5:
        return draw.choice(["content.body"] * 3 + ["type", "state_key", "sender", "room_id"])
    names = ["content"]
    here = event["content"]
    while isinstance(here, dict) and here:
        name = draw.choice(sorted(here))
        names.append(name)
        here = here[name]
    escaped = [name.replace("\\", "\\\\").replace(".", "\\.") for name in names]
    return ".".join(escaped if draw.random() < 0.9 else names)


def pattern(draw, event):
    if draw.random() < 0.2:
        return draw.choice([event["type"], "m.*", "*", "", USER, "@*:example.org", "?" + event["type"][1:]])
    body = event["content"].get("body")
    if isinstance(body, str) and body and draw.random() < 0.6:
        words = body.split()
        part = draw.choice(words) if words and draw.random() < 0.6 else body[draw.randrange(len(body)) :][: draw.randrange(1, 8)]
    else:
        part = text(draw)
    characters = [draw.choice(WILD) if draw.random() < 0.15 else character for character in part]
    return "".join(characters)


main()
