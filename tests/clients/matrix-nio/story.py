"""Alice with one device and Bob with two, who talk in an encrypted room: matrix-nio with its end-to-end encryption.

Each step checks what the others see of it.
"""

import asyncio
import io
import os
import tempfile

import nio
from nio.crypto import decrypt_attachment

URL = os.environ["HARDLINE_URL"]
ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class Device:
    """A device, and what it has heard."""

    def __init__(self, user, folder):
        config = nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
        path = tempfile.mkdtemp(dir=folder)
        self.client = nio.AsyncClient(URL, user, store_path=path, config=config)
        self.heard = []
        self.ephemeral = []
        self.client.add_event_callback(self.hear, nio.RoomMessage)
        self.client.add_event_callback(self.hear, nio.MegolmEvent)
        self.client.add_ephemeral_callback(lambda _, event: self.ephemeral.append(event), nio.EphemeralEvent)

    def hear(self, _, event):
        # What cannot be decrypted has no body.
        self.heard.append((event.sender, getattr(event, "body", None), event.decrypted))

    async def log_in(self):
        await answered(self.client.login("secret", device_name="nio"), nio.LoginResponse)

    async def sync(self):
        response = await answered(self.client.sync(timeout=0), nio.SyncResponse)
        if self.client.should_upload_keys:
            await answered(self.client.keys_upload(), nio.KeysUploadResponse)
        if self.client.should_query_keys:
            await answered(self.client.keys_query(), nio.KeysQueryResponse)
        if self.client.should_claim_keys:
            users = self.client.get_users_for_key_claiming()
            await answered(self.client.keys_claim(users), nio.KeysClaimResponse)
        await self.client.send_to_device_messages()
        return response

    async def say(self, room_id, content):
        sent = self.client.room_send(room_id, "m.room.message", content, ignore_unverified_devices=True)
        return (await answered(sent, nio.RoomSendResponse)).event_id


async def answered(request, expected):
    response = await request
    assert isinstance(response, expected), response
    return response


async def sync_all(*devices, rounds=2):
    for _ in range(rounds):
        for device in devices:
            await device.sync()


def text(body):
    return {"msgtype": "m.text", "body": body}


async def story(alice, bob, tablet):
    everybody = (alice, bob, tablet)
    for device in everybody:
        await device.log_in()
    await sync_all(*everybody)
    step("three devices are logged in and have uploaded their keys")

    bob_id = bob.client.user_id
    alice_id = alice.client.user_id
    created = alice.client.room_create(name="Den", invite=[bob_id], initial_state=[ENCRYPTION])
    room_id = (await answered(created, nio.RoomCreateResponse)).room_id
    await sync_all(bob)
    assert bob.client.invited_rooms[room_id].inviter == alice_id
    assert bob.client.invited_rooms[room_id].display_name == "Den"
    await answered(bob.client.join(room_id), nio.JoinResponse)
    await sync_all(*everybody)
    for device in everybody:
        room = device.client.rooms[room_id]
        assert room.encrypted and set(room.users) == {alice_id, bob_id}, room.users
    step("an invitation has a name and an inviter, and all devices see an encrypted room")

    said = [f"hello {number}" for number in range(3)]
    for body in said:
        await alice.say(room_id, text(body))
    await sync_all(*everybody)
    await tablet.say(room_id, text("from the tablet"))
    await sync_all(*everybody)
    expected = [(alice_id, body, True) for body in said] + [(bob_id, "from the tablet", True)]
    for device in (bob, tablet):
        assert device.heard == expected, device.heard
    # Its own messages, which it does not decrypt again, are not among them or are.
    assert alice.heard[-1] == expected[-1], alice.heard
    step("both devices decrypt what is said, and each other's")

    secret = bytes(range(256)) * 8
    uploaded, keys = await alice.client.upload(
        lambda *_: io.BytesIO(secret), "application/octet-stream", "secret.bin", encrypt=True, filesize=len(secret)
    )
    assert isinstance(uploaded, nio.UploadResponse), uploaded
    file = {**keys, "url": uploaded.content_uri}
    await alice.say(room_id, {"msgtype": "m.file", "body": "secret.bin", "file": file})
    await sync_all(bob)
    assert bob.heard[-1] == (alice_id, "secret.bin", True)
    downloaded = await answered(bob.client.download(uploaded.content_uri), nio.DownloadResponse)
    assert downloaded.body != secret
    decrypted = decrypt_attachment(downloaded.body, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
    assert decrypted == secret
    step("an encrypted file is uploaded, downloaded and decrypted")

    await answered(bob.client.room_typing(room_id, True, timeout=30000), nio.RoomTypingResponse)
    await sync_all(alice)
    assert bob_id in alice.client.rooms[room_id].typing_users
    last = await alice.say(room_id, text("read this"))
    await sync_all(bob)
    marked = bob.client.room_read_markers(room_id, last, last)
    await answered(marked, nio.RoomReadMarkersResponse)
    await sync_all(alice)
    assert alice.client.rooms[room_id].read_receipts[bob_id].event_id == last
    step("one is seen typing and reading")

    await answered(alice.client.room_redact(room_id, last, "a slip"), nio.RoomRedactResponse)
    redacted = await answered(bob.client.room_get_event(room_id, last), nio.RoomGetEventResponse)
    assert isinstance(redacted.event, nio.RedactedEvent) and redacted.event.reason == "a slip"
    history = bob.client.room_messages(room_id, start=None, limit=50)
    history = (await answered(history, nio.RoomMessagesResponse)).chunk
    bodies = [getattr(event, "body", None) for event in history]
    assert [body for body in bodies if body in said] == list(reversed(said)), bodies
    step("what was redacted says nothing, and the history has the rest, the newest first")

    await answered(alice.client.set_displayname("Alice Fox"), nio.ProfileSetDisplayNameResponse)
    await sync_all(bob)
    assert bob.client.rooms[room_id].user_name(alice_id) == "Alice Fox"
    profile = await answered(bob.client.get_profile(alice_id), nio.ProfileGetResponse)
    assert profile.displayname == "Alice Fox"
    await answered(alice.client.room_put_state(room_id, "m.room.topic", {"topic": "foxes"}), nio.RoomPutStateResponse)
    await sync_all(bob)
    assert bob.client.rooms[room_id].topic == "foxes"
    step("names and topics reach the others")

    await verify(alice, bob)
    step("two devices are verified by the same emoji")

    devices = await answered(tablet.client.devices(), nio.DevicesResponse)
    assert {device.id for device in devices.devices} == {bob.client.device_id, tablet.client.device_id}
    await answered(tablet.client.logout(), nio.LogoutResponse)
    await sync_all(alice)
    known = alice.client.device_store.active_user_devices(bob_id)
    assert [device.device_id for device in known] == [bob.client.device_id]
    await alice.say(room_id, text("without the tablet"))
    await sync_all(alice, bob)
    assert bob.heard[-1] == (alice_id, "without the tablet", True)
    step("a device that was logged out is no longer encrypted for")

    waiting = asyncio.ensure_future(bob.client.sync(timeout=30000))
    await asyncio.sleep(0.1)
    await alice.say(room_id, text("wake up"))
    news = await asyncio.wait_for(waiting, 5)
    timeline = news.rooms.join[room_id].timeline.events
    assert [event.body for event in timeline] == ["wake up"]
    step("a sync that waits hears at once")

    await answered(bob.client.room_leave(room_id), nio.RoomLeaveResponse)
    await answered(bob.client.room_forget(room_id), nio.RoomForgetResponse)
    await sync_all(alice)
    assert set(alice.client.rooms[room_id].users) == {alice_id}
    step("who leaves is gone")


async def verify(alice, bob):
    device = alice.client.device_store[bob.client.user_id][bob.client.device_id]
    await answered(alice.client.start_key_verification(device), nio.ToDeviceResponse)
    await sync_all(bob)
    [transaction] = bob.client.key_verifications
    await answered(bob.client.accept_key_verification(transaction), nio.ToDeviceResponse)
    await sync_all(alice, bob)
    emoji = [person.client.key_verifications[transaction].get_emoji() for person in (alice, bob)]
    assert emoji[0] == emoji[1] and len(emoji[0]) == 7, emoji
    for person in (alice, bob):
        await answered(person.client.confirm_short_auth_string(transaction), nio.ToDeviceResponse)
    await sync_all(alice, bob)
    for person, other in ((alice, bob), (bob, alice)):
        known = person.client.device_store[other.client.user_id][other.client.device_id]
        assert known.verified, known


def step(what):
    print(f"ok: {what}", flush=True)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        devices = [Device(user, folder) for user in ("alice", "bob", "bob")]
        try:
            await story(*devices)
        finally:
            for device in devices:
                await device.client.close()


asyncio.run(main())
