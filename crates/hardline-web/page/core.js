// The page with the whole package: JavaScript drives the core.

import { Client, init } from "./package/index.js";

export async function logIn({ homeserver, user, password }, show) {
  await init();
  const client = new Client({ homeserver });
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user }, password };
  const { user_id } = await client.open("log_in", { login }).done;
  follow(client, show).catch((error) => show("the sync has ended", error.message));
  return { user: user_id, add: (threepid, ask) => add(client, threepid, ask) };
}

async function add(client, threepid, ask) {
  const flow = client.open("add_threepid", { threepid });
  for await (const event of flow) {
    if (event.type === "asks" || event.type === "rejected") {
      flow.reply(await ask(event.prompt, event.type === "rejected"));
    } else if (event.type === "stalled") {
      flow.cancel();
    }
  }
}

/** Joins the rooms that the user is invited to, and shows what is said. */
async function follow(client, show) {
  const sync = client.open("sync");
  for await (const event of sync) {
    if (event.type !== "answer") continue;
    const { join = {}, invite = {} } = event.value.rooms ?? {};
    for (const room of Object.values(join)) {
      for (const { type, sender, content } of room.timeline?.events ?? []) {
        if (type === "m.room.message") show(sender, content.body);
      }
    }
    for (const roomId of Object.keys(invite)) await client.call("cs:joinRoomById", { roomId });
    sync.reply({ type: "taken", next_batch: event.next_batch });
  }
}
