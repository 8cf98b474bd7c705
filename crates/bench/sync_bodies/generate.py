#!/usr/bin/env python3
"""Writes a large response to /sync, made from the shapes of recorded events.

    crates/bench/sync_bodies/generate.py SIZE SEED [--style synapse|conduit|dendrite] > FILE

SIZE is in bytes, or with K, M or G (powers of ten); the result is within 2 % of it, from 200K on. The same SIZE, SEED
and style always give the same bytes, with any Python from 3.8. The styles are those in which servers write JSON:

- synapse (the default): compact, what is not ASCII as \\uXXXX;
- conduit: compact, UTF-8;
- dendrite: compact, UTF-8, but <, >, &, U+2028 and U+2029 escaped, as Go does.
"""

import argparse
import json
import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent / "templates.json"
STYLES = ("synapse", "conduit", "dendrite")
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
WORDS = (
    "the quick brown fox jumps over lazy dog deploy failed again see log line retry after review please merge when "
    "green thanks lunch at noon who is on call today meeting moved to room 42 build passed tests flaky restart server "
    "cache cold start latency spike rollback done lgtm nit typo docs updated release notes"
).split()
FOREIGN_WORDS = [
    "Grüße", "façade", "naïve", "Ångström", "žluťoučký", "kůň", "привет", "как", "дела", "спасибо", "Καλημέρα",
    "κόσμε", "שלום", "مرحبا", "こんにちは", "世界", "ありがとう", "你好", "谢谢", "안녕하세요", "🦊", "👍🏽", "🎉",
    "👨‍👩‍👧‍👦", "✨", "🇳🇴", "—", "“quoted”", "…", "\u00a0", "\u200b",
]  # fmt: skip
ESCAPED_WORDS = [
    '"quoted"', "C:\\temp\\x", "a/b", "tab\there", "line\nbreak", "\r\n", "<b>&amp;</b>", "`code`", "\u2028", "\u0007",
]  # fmt: skip
NAMES = [
    "Alice", "Bob", "Каролина", "Dörte", "Éva", "Ferris 🦀", "Γιώργος", "Hânna", "Иван", "Jürgen", "李雷", "Mária",
    "Nguyễn", "Øystein", "Paweł", '"Q"', "René", "Søren", "田中", "Zoë \\o/",
]  # fmt: skip
SERVERS = ["matrix.example.org", "chat.example.com", "localhost:8448", "example.net", "münchen.example", "hs.lab.test"]
# State that every room has; of other kinds, some rooms have one.
STATE_OF_ALL = ("m.room.create", "m.room.power_levels", "m.room.join_rules", "m.room.history_visibility")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("size", type=size)
    arguments.add_argument("seed", type=int)
    arguments.add_argument("--style", choices=STYLES, default=STYLES[0])
    arguments = arguments.parse_args()
    for text in Generator(arguments.seed, arguments.style).body(arguments.size):
        sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def size(text):
    unit = {"K": 10**3, "M": 10**6, "G": 10**9}.get(text[-1:].upper())
    return int(float(text[:-1]) * unit) if unit else int(text)


class Random:
    """SplitMix64: unlike those of Python's library, its numbers are the same for ever."""

    def __init__(self, seed):
        self.state = (seed * 0x9E3779B97F4A7C15 + 1) % 2**64

    def number(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % 2**64
        return mixed ^ (mixed >> 31)

    def below(self, limit):
        return self.number() % limit

    def between(self, least, greatest):
        return least + self.number() % (greatest - least + 1)

    def pick(self, values):
        return values[self.number() % len(values)]

    def chance(self, permille):
        return self.number() % 1000 < permille

    def text(self, length, alphabet):
        """Each number gives ten characters."""
        characters = []
        while len(characters) < length:
            number = self.number()
            for _ in range(10):
                characters.append(alphabet[number % 64])
                number >>= 6
        return "".join(characters[:length])

    def id(self, length):
        return self.text(length, DIGITS + "-_")

    def base64(self, length):
        return self.text(length, DIGITS + "+/")


class Room:
    """What the events of one room have in common."""

    def __init__(self, room_id, users, timestamp):
        self.room_id = room_id
        self.users = users
        self.timestamp = timestamp
        # The last events, for others to relate to.
        self.event_ids = []
        self.may_relate = False


class Generator:
    def __init__(self, seed, style):
        self.random = Random(seed)
        self.style = style
        self.timestamp = 1_790_000_000_000
        self.templates = json.loads(TEMPLATES.read_text(encoding="utf-8"))
        timeline, state = self.templates["timeline"], self.templates["state"]
        sent = ("m.room.message", "m.room.encrypted", "m.reaction")
        self.messages = [event for event in timeline if event["type"] in sent]
        self.encrypted = [event for event in timeline if event["type"] == "m.room.encrypted"]
        self.texts = [event for event in self.messages if is_short_text(event)]
        self.joins = [
            event
            for event in state + timeline
            if event["type"] == "m.room.member" and event["content"].get("membership") == "join"
        ]
        self.others = [event for event in timeline if event["type"] != "m.room.create"]
        self.settings = {}
        for event in state:
            if event["type"] != "m.room.member":
                self.settings.setdefault(event["type"], []).append(event)

    def body(self, wanted):
        """The parts of a response of this size."""
        written = 0
        for text in self.before_joined_rooms(max(1, min(400, wanted // 250_000))):
            text = text.encode()
            written += len(text)
            yield text
        separator, too_large = "", 0
        while True:
            left = wanted - written - 3
            if left < min(wanted // 100, 15_000) or (too_large > 50 and left < 40_000):
                break
            kind = self.kind_of_room()
            if left < 300_000 and kind in ("medium", "large"):
                kind = "direct"
            room_id, room = self.room(kind)
            text = f"{separator}{self.json(room_id)}:{self.json(room)}".encode()
            if len(text) > left + min(wanted // 100, 5_000):
                too_large += 1
                continue
            written += len(text)
            yield text
            separator = ","
        yield b"}}}"

    def before_joined_rooms(self, scale):
        random, templates = self.random, self.templates
        room = Room("!x:y", [self.user() for _ in range(60)], self.timestamp)
        next_batch = "s%d_%d_%d_%d_1_1_%d_%d_0_1" % tuple(random.below(10**7) for _ in range(6))
        yield f'{{"next_batch":{self.json(next_batch)}'
        account_data = [self.filled(event, room) for event in templates["account_data"]]
        direct = {user: [self.short_room_id()] for user in room.users[: min(60, 4 * scale)]}
        account_data.append({"type": "m.direct", "content": direct})
        yield f',"account_data":{self.json({"events": account_data})}'
        for name, count in (("presence", 6 * scale), ("to_device", 3 * scale)):
            events = [self.event(random.pick(templates[name]), room) for _ in range(count)]
            yield f',"{name}":{self.json({"events": events})}'
        changed = [self.user() for _ in range(5 * scale)]
        left = [self.user() for _ in range(scale)]
        yield f',"device_lists":{self.json({"changed": changed, "left": left})}'
        yield ',"device_one_time_keys_count":{"signed_curve25519":50}'
        yield ',"device_unused_fallback_key_types":["signed_curve25519"]'
        invited = [self.stripped("invite_state") for _ in range(1 + scale // 8)]
        yield f',"rooms":{{"invite":{self.members(invited)}'
        knocked = [self.stripped("knock_state") for _ in range(1 + scale // 30)]
        yield f',"knock":{self.members(knocked)}'
        rooms_left = [self.room("small") for _ in range(1 + scale // 10)]
        kept = ("timeline", "state", "account_data")
        rooms_left = [(room_id, {name: room[name] for name in kept}) for room_id, room in rooms_left]
        yield f',"leave":{self.members(rooms_left)},"join":{{'

    def kind_of_room(self):
        number = self.random.below(1000)
        if number < 450:
            return "direct"
        if number < 850:
            return "small"
        return "medium" if number < 985 else "large"

    def room(self, kind):
        random = self.random
        counts = {
            "direct": 2,
            "small": random.between(3, 12),
            "medium": random.between(13, 120),
            "large": random.between(121, 1200),
        }
        count = counts[kind]
        room_id = "!" + random.id(43) if random.chance(300) else self.short_room_id()
        room = Room(room_id, [self.user() for _ in range(count)], self.timestamp + random.below(10**9))
        self.timestamp += 10**6
        state = self.state(room)
        timeline = self.timeline(room, kind)
        ephemeral = self.ephemeral(room)
        return room_id, {
            "timeline": {
                "events": timeline,
                "prev_batch": "t%d-%d_%d_0_1" % (random.below(500), random.below(10**9), random.below(10**7)),
                "limited": random.chance(700),
            },
            "state": {"events": state},
            "account_data": {
                "events": [
                    self.filled(event, room)
                    for event in self.templates["room_account_data"]
                    if random.chance(400)
                ]
            },
            "ephemeral": {"events": ephemeral},
            "unread_notifications": {
                "notification_count": random.below(30) if random.chance(300) else 0,
                "highlight_count": random.below(3) if random.chance(100) else 0,
            },
            **({"unread_thread_notifications": self.unread_threads(room)} if random.chance(200) else {}),
            "summary": {
                "m.joined_member_count": count,
                "m.invited_member_count": random.below(3),
                "m.heroes": room.users[:5],
            }
            if random.chance(800)
            else {},
        }

    def state(self, room):
        random = self.random
        events = [
            self.event(random.pick(events), room)
            for kind, events in self.settings.items()
            if kind in STATE_OF_ALL or random.chance(450)
        ]
        members = room.users if random.chance(400) else room.users[: random.between(1, 12)]
        events += [self.event(random.pick(self.joins), room, user, user) for user in members]
        return events

    def timeline(self, room, kind):
        random = self.random
        count = random.between(1, 20) if random.chance(800) else random.between(20, 100)
        is_encrypted = kind == "direct" or random.chance(250)
        events = []
        for _ in range(count):
            number = random.below(100)
            if is_encrypted and number < 75:
                templates = self.encrypted
            elif number < 60:
                templates = self.texts
            else:
                templates = self.messages if number < 88 else self.others
            events.append(self.event(random.pick(templates), room))
        return events

    def ephemeral(self, room):
        random = self.random
        events = []
        if random.chance(700):
            receipts = {}
            for _ in range(random.between(1, min(len(room.users), 25))):
                receipt = {"ts": room.timestamp}
                if not random.chance(600):
                    receipt["thread_id"] = "main" if random.chance(700) else random.pick(room.event_ids)
                of_event = receipts.setdefault(random.pick(room.event_ids), {})
                of_kind = of_event.setdefault("m.read" if random.chance(900) else "m.read.private", {})
                of_kind[random.pick(room.users)] = receipt
            events.append({"type": "m.receipt", "content": receipts})
        if random.chance(100):
            events.append({"type": "m.typing", "content": {"user_ids": [random.pick(room.users)]}})
        return events

    def unread_threads(self, room):
        random = self.random
        return {
            random.pick(room.event_ids): {"notification_count": random.below(9), "highlight_count": random.below(2)}
            for _ in range(random.below(4))
        }

    def stripped(self, name):
        random = self.random
        room = Room(self.short_room_id(), [self.user(), self.user()], self.timestamp)
        events = [self.event(event, room) for event in self.templates["stripped"] if random.chance(600)]
        return room.room_id, {name: {"events": events}}

    def event(self, template, room, sender=None, state_key=None):
        event = {}
        for name, value in template.items():
            if name == "event_id":
                event[name] = self.event_id()
            elif name == "sender":
                event[name] = sender or self.random.pick(room.users)
            elif name == "state_key" and state_key is not None:
                event[name] = state_key
            elif name == "state_key":
                event[name] = self.random.pick(room.users) if value[:1] == "@" else value
            else:
                room.may_relate = name == "content"
                event[name] = self.filled(value, room, name)
                room.may_relate = False
        if "event_id" in event:
            room.event_ids = (room.event_ids + [event["event_id"]])[-40:]
        return event

    def filled(self, value, room, name=None):
        """The value with identifiers, times and texts of its own."""
        if isinstance(value, dict):
            return {
                (self.filled(name, room) if name[:1] in "@$!" else name): self.filled(member, room, name)
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self.filled(element, room, name) for element in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return self.filled_number(value, room, name)
        return self.filled_text(value, room, name) if isinstance(value, str) else value

    def filled_number(self, value, room, name):
        if name in ("origin_server_ts", "ts"):
            room.timestamp += self.random.between(900, 90_000)
            return room.timestamp
        if name in ("age", "last_active_ago"):
            return self.random.between(50, 10**8)
        return value

    def filled_text(self, value, room, name):
        random = self.random
        if name == "transaction_id":
            return "m%d.%d" % (random.between(10**12, 2 * 10**12), random.below(500))
        if value[:1] == "$" and len(value) > 20:
            relates = room.event_ids and name == "event_id" and room.may_relate
            return random.pick(room.event_ids) if relates else self.event_id()
        if value[:1] == "@" and ":" in value:
            return random.pick(room.users)
        if value[:1] == "!" and len(value) > 10:
            return room.room_id
        if value.startswith("mxc://"):
            return f"mxc://{random.pick(SERVERS)}/{random.id(24)}"
        if name == "body":
            return self.words(self.length_of_body())
        if name == "formatted_body":
            return '<p>%s <strong>%s</strong> &amp; <a href="https://matrix.to/#/%s">%s</a></p>' % (
                self.words(random.between(3, 20)),
                self.words(2),
                random.pick(room.users),
                random.pick(NAMES),
            )
        if name in ("displayname", "display_name"):
            return random.pick(NAMES) + ("" if random.chance(500) else " " + random.pick(NAMES))
        if name in ("topic", "reason", "name", "status_msg"):
            return self.words(random.between(1, 12))
        if name == "ciphertext":
            return "Aw" + random.base64(random.between(150, 700))
        if name in ("sender_key", "session_id", "ephemeral", "public_key"):
            return random.base64(43)
        if name == "device_id":
            return random.id(10).upper().replace("-", "X").replace("_", "Y")
        return value

    def length_of_body(self):
        if self.random.chance(300):
            return self.random.between(1, 4)
        return self.random.between(4, 30) if self.random.chance(900) else self.random.between(60, 300)

    def words(self, count):
        words = []
        for _ in range(count):
            number = self.random.below(100)
            kind = WORDS if number < 84 else FOREIGN_WORDS if number < 96 else ESCAPED_WORDS
            words.append(self.random.pick(kind))
        return " ".join(words)

    def user(self):
        localpart = self.random.id(self.random.between(3, 14)).lower().replace("-", ".").replace("_", "=")
        return f"@{localpart}:{self.random.pick(SERVERS)}"

    def event_id(self):
        return "$" + self.random.id(43)

    def short_room_id(self):
        return f"!{self.random.id(18)}:{self.random.pick(SERVERS)}"

    def members(self, pairs):
        return "{%s}" % ",".join(f"{self.json(name)}:{self.json(value)}" for name, value in pairs)

    def json(self, value):
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=self.style == "synapse")
        if self.style == "dendrite":
            for character in "<>&\u2028\u2029":
                text = text.replace(character, "\\u%04x" % ord(character))
        return text


def is_short_text(event):
    return event["content"].get("msgtype") == "m.text" and len(json.dumps(event)) < 1500


if __name__ == "__main__":
    main()
