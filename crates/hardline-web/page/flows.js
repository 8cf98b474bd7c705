// The page with the typed package: Rust drives, over fetch.

import init, { Client } from "./package/flows/hardline_web.js";

export async function logIn({ homeserver, user, password }) {
  await init();
  const client = new Client(homeserver);
  const session = await client.logIn(user, password);
  return { user: session.user_id, add: (threepid, ask) => add(client, threepid, ask) };
}

async function add(client, threepid, ask) {
  const adding = client.addThreepid(threepid);
  for (;;) {
    const event = await adding.next();
    switch (event.type) {
      case "asks":
      case "rejected":
        adding.reply(await ask(event.prompt, event.type === "rejected"));
        break;
      case "stalled":
        throw event.error;
      case "done":
        return;
    }
  }
}
