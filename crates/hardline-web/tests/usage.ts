// What a program in TypeScript writes: checked by the compiler, never run.

import { Client, MemorySink, init, type Flows, type HardlineError, type SessionTokens } from "hardline-web";
import initFlows, { Client as TypedClient, type Session } from "hardline-web/flows";

declare function ask(question: string): Promise<string>;
declare function store(tokens: SessionTokens | Session): void;

export async function whole(): Promise<void> {
  await init();
  const client = new Client(
    { homeserver: "https://example.org" },
    { onSessionEvent: (event) => event.type === "refreshed" && store(event.session) },
  );
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" } };
  const flow = client.open("log_in", { login });
  for await (const event of flow) {
    if (event.type === "asks" && event.prompt.type === "password") {
      flow.reply({ type: "password", password: await ask("password") });
    }
  }
  const userId: string = (await flow.done).user_id;

  const sync = client.open("sync", { timeout_ms: 30_000 });
  for await (const event of sync) {
    switch (event.type) {
      case "answer":
        sync.reply({ type: "taken", next_batch: event.next_batch });
        break;
      case "offline":
        console.log(userId, event.error.class, new Date(event.until_ms));
    }
  }

  const sink = new MemorySink();
  const download: Flows["download"]["done"] = await client.open("download", { uri: "mxc://a/b" }, { sink }).done;
  console.log(download.bytes, await sink.blob().text());

  try {
    await client.call("cs:joinRoomById", { roomId: "!room:example.org" });
  } catch (thrown) {
    const error = thrown as HardlineError;
    console.log(error.code, error.errcode, error.retry_after_ms);
  }

  // @ts-expect-error: there is no such flow
  client.open("log_on", {});
  // @ts-expect-error: a threepid is an address or a number
  client.open("add_threepid", { threepid: 1 });
  // @ts-expect-error: a sync takes no code
  sync.reply({ type: "code", code: "123456" });
}

export async function typed(): Promise<void> {
  await initFlows();
  const client = new TypedClient("https://example.org");
  store(await client.logIn("alice", await ask("password")));
  const adding = client.addThreepid({ country: "GB", number: "07700 900001" });
  for (;;) {
    const event = await adding.next();
    if (event.type === "done") break;
    if (event.type === "asks" && event.prompt.type === "code") {
      adding.reply({ type: "code", code: await ask(`code ${event.prompt.send_attempt}`) });
    } else if (event.type === "stalled") {
      console.log(event.error.class);
      adding.retry();
    }
  }
  // @ts-expect-error: a reply has a type
  adding.reply({ code: "123456" });
}
