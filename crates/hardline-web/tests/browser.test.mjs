// What the package does in headless Chromium, on a page whose origin is not the server's. `run.sh` has the environment.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { refusedUrl, serveFiles, startLoopback, startMisbehaving } from "./servers.mjs";

const { HARDLINE, CHROMIUM, PACKAGE, EXCHANGE, PAGE, PLAYWRIGHT } = process.env;
const { chromium } = await import(PLAYWRIGHT);
const PASSWORD = "wonderland";
// A machine may be busy.
const TIMEOUT = 120_000;

let browser, files, loopback, misbehaving, refused;

before(
  async () => {
    files = await serveFiles({ "": PAGE, package: PACKAGE, exchange: EXCHANGE, tests: import.meta.dirname });
    loopback = await startLoopback(HARDLINE, PASSWORD);
    misbehaving = await startMisbehaving();
    refused = await refusedUrl();
    // A sandbox needs rights that containers do not give; the pages are ours.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"], timeout: TIMEOUT });
  },
  { timeout: TIMEOUT },
);

after(async () => {
  await browser?.close();
  for (const server of [files, loopback, misbehaving]) server?.close();
});

async function openPage(path) {
  const page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(`${files.url}${path}`);
  return { page, errors };
}

/** Logs in, and adds a phone number with a wrong code first. */
async function phoneStory(page, number) {
  const says = (text) => page.locator("output", { hasText: text }).waitFor();
  const reply = async (text) => {
    await page.getByLabel("Reply").fill(text);
    await page.getByRole("button", { name: "Reply" }).click();
  };
  await page.getByLabel("Homeserver").fill(loopback.url);
  await page.getByLabel("User").fill("alice");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await says("is logged in");
  await page.getByLabel("Country").fill("GB");
  await page.getByLabel("Phone number").fill(number);
  await page.getByRole("button", { name: "Add phone number" }).click();
  const code = await loopback.nextCode();
  await says("Please enter the code");
  await reply(`${code}0`);
  await says("That was not accepted. Please enter the code");
  await reply(code);
  await says("Please enter the password");
  await reply(PASSWORD);
  await says("The phone number is added");
}

/** A request as somebody else makes it. */
async function request(token, method, path, content) {
  const response = await fetch(`${loopback.url}/_matrix/client/v3/${path}`, {
    method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    body: JSON.stringify(content),
  });
  const value = await response.json();
  assert.equal(response.status, 200, JSON.stringify(value));
  return value;
}

test("the typed package logs in and adds a phone number", { timeout: TIMEOUT }, async () => {
  const { page, errors } = await openPage("/?with=flows");
  await phoneStory(page, "07700 900001");
  assert.deepEqual(errors, []);
  await page.close();
});

test("the whole package adds a phone number and shows a message of another user", { timeout: TIMEOUT }, async () => {
  const { page, errors } = await openPage("/");
  await phoneStory(page, "07700 900002");
  const auth = { type: "m.login.dummy" };
  const bob = await request(undefined, "POST", "register", { username: "bob", password: PASSWORD, auth });
  const alice = bob.user_id.replace("@bob:", "@alice:");
  const { room_id } = await request(bob.access_token, "POST", "createRoom", { invite: [alice] });
  const content = { msgtype: "m.text", body: "hello from bob" };
  await request(bob.access_token, "PUT", `rooms/${encodeURIComponent(room_id)}/send/m.room.message/1`, content);
  await page.locator("#messages li", { hasText: `${bob.user_id}: hello from bob` }).waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("files stream from a blob and into one", { timeout: TIMEOUT }, async () => {
  const { page } = await openPage("/");
  const [text, done, events] = await page.evaluate(
    async ([homeserver, password]) => {
      const { Client, MemorySink, init } = await import("/package/index.js");
      await init();
      const client = new Client({ homeserver });
      const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password };
      await client.open("log_in", { login }).done;
      const source = new Blob(["content ".repeat(20_000)]);
      const { uri } = await client.open("upload", { bytes: source.size, content_type: "text/plain" }, { source }).done;
      const sink = new MemorySink();
      const flow = client.open("download", { uri }, { sink });
      const events = new Set();
      for await (const event of flow) events.add(event.type);
      client.close();
      return [await sink.blob().text(), await flow.done, [...events]];
    },
    [loopback.url, PASSWORD],
  );
  assert.equal(text, "content ".repeat(20_000));
  assert.equal(done.bytes, 160_000);
  assert.deepEqual(events, ["progress"]);
  await page.close();
});

/** Runs an exchange in the page, which is over once `learned` is. */
async function exchange(page, transport, request) {
  const handle = await page.evaluateHandle(
    async ([transport, request]) => {
      const { begin } = await import("/tests/probe.js");
      const exchange = await begin(transport, request);
      exchange.result = exchange.learned();
      return exchange;
    },
    [transport, request],
  );
  return {
    learned: () => handle.evaluate((exchange) => exchange.result),
    abandon: () => handle.evaluate((exchange) => exchange.abandon()),
  };
}

for (const transport of ["rust", "js"]) {
  test(`what fetch shows and hides, over ${transport}`, { timeout: TIMEOUT }, async () => {
    const { page } = await openPage("/");
    const learned = async (request) => (await exchange(page, transport, request)).learned();
    const at = (path) => `${misbehaving.url}${path}?${transport}`;
    const lines = async (request) => (await learned(request)).split("\n");

    const exposed = await lines({ url: at("/exposed") });
    assert.equal(exposed[0], "429");
    assert.ok(exposed.includes("retry-after: 7"), exposed);
    assert.ok(exposed.includes("date: Thu, 01 Jan 2026 00:00:00 GMT"), exposed);
    const hidden = await lines({ url: at("/hidden") });
    assert.deepEqual([hidden[0], hidden.at(-1)], ["200", "2"]);
    assert.ok(!hidden.some((line) => /^(retry-after|date|x-other):/.test(line)), hidden);

    assert.equal(await learned({ url: at("/redirect") }), "302\n\n0");
    assert.equal((await lines({ url: at("/.well-known/matrix/client") }))[0], "200");
    assert.equal((await lines({ url: `${misbehaving.url}/redirect?allow_redirect=true` }))[0], "429");

    const gzip = await lines({ url: at("/gzip") });
    assert.equal(gzip.at(-1), "1000");
    assert.ok(!gzip.some((line) => line.startsWith("content-encoding:")), gzip);
    assert.ok(!gzip.some((line) => /^content-length: (?!1000$)/.test(line)), gzip);

    assert.equal(await learned({ url: refused }), "network_error");
    assert.equal(await learned({ url: at("/no-cors") }), "network_error");
    assert.equal(await learned({ url: at("/cut") }), "interrupted");
    assert.equal(await learned({ url: "ftp://127.0.0.1/" }), "unsendable");
    assert.equal(await learned({ url: at("/hidden"), body: "{}" }), "unsendable");
    await page.close();
  });

  test(`what is dropped or too large is closed, over ${transport}`, { timeout: TIMEOUT }, async () => {
    const { page } = await openPage("/");
    for (const path of ["/hang", "/half"].map((path) => `${path}?${transport}`)) {
      const { abandon } = await exchange(page, transport, { url: `${misbehaving.url}${path}` });
      await misbehaving.arrived(path);
      await abandon();
      await misbehaving.closed(path);
    }
    for (const path of ["/endless", "/announced"].map((path) => `${path}?${transport}`)) {
      // The driver has no use for the length that is announced, so the body would have to come.
      if (transport === "js" && path.startsWith("/announced")) continue;
      const { learned } = await exchange(page, transport, { url: `${misbehaving.url}${path}` });
      assert.equal(await learned(), "too_large");
      await misbehaving.closed(path);
    }
    await page.close();
  });

  test(`a worker has it too, over ${transport}`, { timeout: TIMEOUT }, async () => {
    const { page } = await openPage("/");
    const learned = await page.evaluate(
      (message) =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/tests/probe.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = reject;
          worker.postMessage(message);
        }),
      [transport, { url: `${loopback.url}/_matrix/client/versions`, millis: TIMEOUT }],
    );
    assert.match(learned, /^200\n/);
    // The loopback exposes it.
    assert.match(learned, /^date: /m);
    await page.close();
  });
}

test("an exchange ends with its time, and the server sees that", { timeout: TIMEOUT }, async () => {
  const { page } = await openPage("/");
  for (const path of ["/hang?limit", "/half?limit"]) {
    const { learned } = await exchange(page, "rust", { url: `${misbehaving.url}${path}`, millis: 1000 });
    assert.equal(await learned(), "timed_out_after_send");
    await misbehaving.closed(path);
  }
  await page.close();
});
