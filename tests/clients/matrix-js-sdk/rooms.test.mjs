// Two users of matrix-js-sdk with a sync loop each, against the loopback at HARDLINE_ROOMS_URL, which has the accounts alice
// and bob with the password `secret`. Every step checks what came of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import "./polyfill.mjs";
import * as sdk from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger.js";

const baseUrl = process.env.HARDLINE_ROOMS_URL;
assert.ok(baseUrl, "HARDLINE_ROOMS_URL is not set: run the test of the crate hardline-tests");

// How long something may take before it counts as lost.
const PATIENCE = 30_000;

let alice, bob, roomId;

before(async () => {
    logger.setLevel("silent");
    alice = await started("alice");
    bob = await started("bob");
});

after(() => {
    alice?.stopClient();
    bob?.stopClient();
    // The clients leave timers behind that would keep the process for two minutes.
    setTimeout(() => process.exit(), 1_000).unref();
});

async function started(user) {
    const login = await sdk.createClient({ baseUrl }).loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password: "secret",
    });
    const client = sdk.createClient({
        baseUrl,
        accessToken: login.access_token,
        userId: login.user_id,
        deviceId: login.device_id,
        timelineSupport: true,
    });
    client.on(sdk.RoomEvent.MyMembership, () => {});
    await client.startClient({ initialSyncLimit: 20, threadSupport: true, lazyLoadMembers: true });
    await until(() => client.isInitialSyncComplete());
    return client;
}

// Waits until something is so. It is asked again whenever the event loop has had its turn.
async function until(isSo) {
    const end = Date.now() + PATIENCE;
    for (;;) {
        const found = await isSo();
        if (found) return found;
        assert.ok(Date.now() < end, `it does not come to this: ${isSo}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}

const room = (client) => client.getRoom(roomId);
const live = (client) => room(client)?.getLiveTimeline().getEvents() ?? [];
const heard = (client, eventId) => until(() => room(client)?.findEventById(eventId));

async function say(client, body) {
    return (await client.sendTextMessage(roomId, body)).event_id;
}

test("an invitation is heard of and accepted", async () => {
    const made = await alice.createRoom({
        name: "The den",
        topic: "What foxes say",
        preset: "private_chat",
        invite: [bob.getUserId()],
    });
    roomId = made.room_id;
    await until(() => room(bob)?.getMyMembership() === "invite");
    assert.equal(room(bob).name, "The den");
    await bob.joinRoom(roomId);
    await until(() => room(bob).getMyMembership() === "join");
    await until(() => room(alice)?.getMember(bob.getUserId())?.membership === "join");
    assert.equal(room(alice).getJoinedMemberCount(), 2);
});

test("messages are heard once, in their order, and are their sender's own", async () => {
    const sent = [];
    for (const body of ["one", "two", "three"]) sent.push(await say(alice, body));
    await heard(bob, sent[2]);
    const bodies = live(bob).map((event) => event.getContent().body).filter(Boolean);
    assert.deepEqual(bodies, ["one", "two", "three"]);
    await until(() => live(alice).filter((event) => event.getContent().body === "three").length === 1);
    // Its sender knows it by its transaction ID.
    await until(() => room(alice).findEventById(sent[2]).status === null);
});

test("a reaction and an edit are put together with their message", async () => {
    const eventId = await say(alice, "I like foxs");
    await heard(bob, eventId);
    await bob.sendEvent(roomId, "m.reaction", {
        "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key: "🦊" },
    });
    await until(() => {
        const relations = room(alice).relations.getChildEventsForEvent(eventId, "m.annotation", "m.reaction");
        return relations?.getSortedAnnotationsByKey()?.some(([key]) => key === "🦊");
    });
    const content = { msgtype: "m.text", body: "I like foxes" };
    await alice.sendEvent(roomId, "m.room.message", {
        ...content,
        "body": "* I like foxes",
        "m.new_content": content,
        "m.relates_to": { rel_type: "m.replace", event_id: eventId },
    });
    await until(() => room(bob).findEventById(eventId).getContent().body === "I like foxes");
    const { events } = await bob.relations(roomId, eventId, "m.annotation", "m.reaction");
    assert.deepEqual(events.map((event) => event.getRelation().key), ["🦊"]);
});

test("a thread is begun, continued and counted", async () => {
    const root = await say(bob, "a thread?");
    await heard(alice, root);
    const { event_id: reply } = await alice.sendMessage(roomId, root, { msgtype: "m.text", body: "yes" });
    const thread = await until(() => room(bob).getThread(root));
    await until(() => thread.findEventById(reply));
    await until(() => thread.length === 1);
    const { event_id: last } = await bob.sendMessage(roomId, root, { msgtype: "m.text", body: "good" });
    await until(() => room(alice).getThread(root)?.findEventById(last));
    const roots = await alice.createThreadListMessagesRequest(roomId, null, 10, "b");
    const summary = roots.chunk[0].unsigned["m.relations"]["m.thread"];
    assert.deepEqual([summary.count, summary.latest_event.content.body], [2, "good"]);
});

test("unread messages are counted until they are read", async () => {
    const mention = { "user_ids": [bob.getUserId()] };
    const sent = await alice.sendMessage(roomId, { "msgtype": "m.text", "body": "Bob!", "m.mentions": mention });
    const event = await heard(bob, sent.event_id);
    await until(() => room(bob).getRoomUnreadNotificationCount("highlight") === 1);
    await bob.sendReadReceipt(event);
    await until(() => room(bob).getRoomUnreadNotificationCount("highlight") === 0);
    await until(() => room(alice).hasUserReadEvent(bob.getUserId(), sent.event_id));
    await bob.setRoomReadMarkers(roomId, sent.event_id, event);
    await until(() => room(bob).getAccountData("m.fully_read")?.getContent().event_id === sent.event_id);
});

test("typing is seen and ends", async () => {
    await alice.sendTyping(roomId, true, 20_000);
    await until(() => room(bob).getMember(alice.getUserId()).typing);
    await alice.sendTyping(roomId, false, 0);
    await until(() => !room(bob).getMember(alice.getUserId()).typing);
});

test("a redacted message is empty for everybody", async () => {
    const eventId = await say(bob, "a slip");
    await heard(alice, eventId);
    await bob.redactEvent(roomId, eventId, undefined, { reason: "slip" });
    await until(() => room(alice).findEventById(eventId).isRedacted());
    const fetched = await alice.fetchRoomEvent(roomId, eventId);
    assert.deepEqual(fetched.content, {});
});

test("older messages are paged through", async () => {
    const bodies = Array.from({ length: 60 }, (_, number) => `line ${number}`);
    for (const body of bodies) await say(alice, body);
    await until(() => live(bob).some((event) => event.getContent().body === "line 59"));
    const again = await started("bob");
    const fresh = again.getRoom(roomId);
    const shown = () => fresh.getLiveTimeline().getEvents().map((event) => event.getContent().body);
    while (!shown().includes("one")) {
        const before = shown().length;
        await again.scrollback(fresh, 20);
        assert.ok(shown().length > before, "there are older messages");
    }
    const found = shown().filter((body) => body?.startsWith("line"));
    assert.deepEqual(found, bodies);
    // It is not logged out: requests of its own that are under way would fail.
    again.stopClient();
});

test("state, profiles and what is one's own arrive by sync", async () => {
    await alice.setRoomName(roomId, "The lair");
    await until(() => room(bob).name === "The lair");
    await alice.setDisplayName("Alice Fox");
    await until(() => room(bob).getMember(alice.getUserId()).rawDisplayName === "Alice Fox");
    assert.equal((await bob.getProfileInfo(alice.getUserId())).displayname, "Alice Fox");
    await bob.setRoomTag(roomId, "m.favourite", { order: 0.5 });
    await until(() => room(bob).tags["m.favourite"]?.order === 0.5);
    await bob.setAccountData("org.example.den", { foxes: 3 });
    assert.equal(bob.getAccountData("org.example.den").getContent().foxes, 3);
    await bob.setRoomAccountData(roomId, "org.example.den", { foxes: 4 });
    await until(() => room(bob).getAccountData("org.example.den")?.getContent().foxes === 4);
});

test("a file comes back as it was", async () => {
    const bytes = new Uint8Array([0, 159, 146, 150, 255]);
    const { content_uri } = await alice.uploadContent(new Blob([bytes]), {
        name: "den.bin",
        type: "application/octet-stream",
    });
    const url = bob.mxcUrlToHttp(content_uri, undefined, undefined, undefined, false, true, true);
    const headers = { authorization: `Bearer ${bob.getAccessToken()}` };
    const response = await fetch(url, { headers });
    assert.equal(response.status, 200);
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
});

test("a public room is found, entered by its alias and left", async () => {
    const made = await alice.createRoom({ room_alias_name: "meadow", visibility: "public", name: "Meadow" });
    const { chunk } = await bob.publicRooms({ filter: { generic_search_term: "meadow" } });
    assert.deepEqual(chunk.map((found) => found.room_id), [made.room_id]);
    const joined = await bob.joinRoom(chunk[0].canonical_alias);
    assert.equal(joined.roomId, made.room_id);
    await until(() => bob.getRoom(made.room_id)?.getMyMembership() === "join");
    await bob.leave(made.room_id);
    await until(() => bob.getRoom(made.room_id)?.getMyMembership() === "leave");
    await bob.forget(made.room_id);
});

test("a search finds what was said", async () => {
    const found = await bob.searchRoomEvents({ term: "foxes" });
    assert.ok(found.count >= 1);
    const bodies = found.results.map((result) => result.context.getEvent().getContent().body);
    assert.ok(bodies.some((body) => body.includes("foxes")), bodies);
});

test("events to devices arrive", async () => {
    const arrived = new Promise((resolve) => alice.on(sdk.ClientEvent.ToDeviceEvent, resolve));
    const content = new Map([[alice.getUserId(), new Map([["*", { greeting: "hello" }]])]]);
    await bob.sendToDevice("org.example.greeting", content);
    const event = await arrived;
    assert.equal(event.getType(), "org.example.greeting");
    assert.deepEqual([event.getSender(), event.getContent().greeting], [bob.getUserId(), "hello"]);
});

test("whoever is removed hears of it and cannot come back", async () => {
    await alice.kick(roomId, bob.getUserId(), "enough");
    await until(() => room(bob).getMyMembership() === "leave");
    await assert.rejects(bob.joinRoom(roomId), (error) => error.errcode === "M_FORBIDDEN");
});
