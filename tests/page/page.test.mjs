// The page of the loopback as people and websites meet it: see run.sh.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { addPhone, inviteByEmail, logIn, requestText, startLoopback, startWebsite } from "./world.mjs";

const DANGER = `<img src="x" onerror="document.title = 'owned'"><script>document.title = 'owned'</script>`;
const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"];

let loopback;
let pictured;
let website;
let browser;

before(async () => {
  loopback = await startLoopback();
  website = await startWebsite();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-proxy-server", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
  });
});

after(async () => {
  await browser?.close();
  website?.end();
  await loopback?.end();
  await pictured?.end();
});

// Opens the page in a browser of its own. It has no errors when the test ends, unless those are taken from `page.errors`.
async function open(test, options = {}, address = loopback.page) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors = (page.errors = []);
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  test.after(async () => {
    await context.close();
    assert.deepEqual(errors, []);
  });
  await page.goto(address);
  await page.getByText("live", { exact: true }).waitFor();
  return page;
}

test("the page shows, live, the text that a phone flow caused, and its code is right", async (test) => {
  const page = await open(test);
  const flow = addPhone(loopback.url, "07700900001");
  const card = page.locator("#messages > li", { hasText: "+447700900001" });
  await card.waitFor();
  const code = await card.locator(".code").textContent();
  assert.match(await page.locator("#news").textContent(), new RegExp(`^Text to \\+447700900001\\. The code is ${code}\\.$`));
  assert.equal(await flow.enter(code), 0);
  const account = page.locator("#account-list > li", { hasText: "@alice:" });
  await account.locator(".addresses", { hasText: "+447700900001" }).waitFor();
  await page.locator("#exchange-list > li", { hasText: "cs:requestTokenTo3PIDMSISDN" }).first().waitFor();
});

test("what others write stays text, wherever it is shown", async (test) => {
  const client = await logIn(loopback.url, DANGER);
  const { room_id } = await client.ask("POST", "/_matrix/client/v3/createRoom", { name: DANGER });
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(room_id)}`;
  await client.ask("PUT", `${room}/send/m.room.message/1`, { msgtype: "m.text", body: DANGER });
  await client.ask("PUT", `${room}/send/${encodeURIComponent("<b>x</b>")}/2`, { [DANGER]: DANGER });
  await inviteByEmail(loopback.url, client, "bob@example.com", room_id, DANGER);

  const page = await open(test);
  const message = page.locator("#messages > li", { hasText: "bob@example.com" });
  await message.getByText(DANGER).waitFor();
  await page.locator("#account-list .name", { hasText: DANGER }).first().waitFor();
  await page.locator("#room-list summary", { hasText: DANGER }).first().click();
  await page.locator("#room-list .events .text", { hasText: DANGER }).first().waitFor();
  await page.locator("#exchange-list summary", { hasText: "cs:createRoom" }).first().click();
  await page.locator("#exchange-list pre", { hasText: "onerror" }).first().waitFor();
  assert.equal(await page.title(), "Hardline loopback");
  assert.equal(await page.locator("main img, main script").count(), 0);
  // Nothing of a session is on the page.
  assert.ok(!(await page.content()).includes(client.token));
});

test("a script of the page cannot make markup of a text", async (test) => {
  const page = await open(test);
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<p>";
      return null;
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(refused, "TypeError");
  assert.match(page.errors.join(), /TrustedHTML/);
  page.errors.length = 0;
});

test("a room that is open shows what is said there", async (test) => {
  const client = await logIn(loopback.url, "phone");
  const { room_id } = await client.ask("POST", "/_matrix/client/v3/createRoom", { name: "tea" });
  const page = await open(test);
  await page.locator("#room-list summary", { hasText: "tea" }).first().click();
  await page.locator("#room-list", { hasText: "m.room.create" }).waitFor();
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(room_id)}`;
  await client.ask("PUT", `${room}/send/m.room.message/1`, { msgtype: "m.text", body: "one lump or two?" });
  await page.getByText("one lump or two?").waitFor();
});

test("everything is reached with the keyboard", async (test) => {
  await requestText(loopback.url, "07700900010");
  const page = await open(test, { permissions: ["clipboard-read", "clipboard-write"] });
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const card = page.locator("#messages > li").first();
  await card.waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the inbox");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
  assert.equal(outline, "3px");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Clear the inbox");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Copy the code");
  await page.keyboard.press("Enter");
  await card.getByText("Copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await card.locator(".code").textContent());

  // From there on to the first exchange, which opens and can be scrolled.
  const isExchange = () => page.evaluate(() => document.activeElement.matches("#exchange-list summary"));
  for (let presses = 0; !(await isExchange()); presses += 1) {
    assert.ok(presses < 200, "the keyboard does not lead to the exchanges");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.locator("#exchange-list pre").first().waitFor();
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^(GET|POST|PUT|DELETE) \//);
});

test("the focus stays where it is when something comes", async (test) => {
  await requestText(loopback.url, "07700900011");
  const page = await open(test);
  const button = page.locator("#messages button").last();
  await button.focus();
  await requestText(loopback.url, "07700900012");
  await page.locator("#messages > li", { hasText: "+447700900012" }).waitFor();
  assert.ok(await button.evaluate((element) => element === document.activeElement));
});

for (const width of WIDTHS) {
  for (const colorScheme of SCHEMES) {
    test(`it fits and can be read at ${width} px, ${colorScheme}`, async (test) => {
      await requestText(loopback.url, `077009${String(width).padStart(5, "0")}`);
      const client = await logIn(loopback.url, "a device with a name that is rather long, longer than the page is wide");
      await client.ask("POST", "/_matrix/client/v3/createRoom", { name: "wide".repeat(50) });
      const page = await open(test, { viewport: { width, height: 800 }, colorScheme });
      await page.locator("#messages > li").first().waitFor();
      for (const part of ["#room-list", "#exchange-list"]) {
        await page.locator(`${part} summary`).first().click();
        await page.locator(`${part} .inside > *`).first().waitFor();
      }
      const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }));
      assert.ok(scrollWidth <= width, `it is ${scrollWidth} px wide`);
      const dim = await page.evaluate(tooDim);
      assert.deepEqual(dim, []);
      const isDark = (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) === "rgb(18, 22, 27)";
      assert.equal(isDark, colorScheme === "dark");
    });
  }
}

// Texts whose contrast with what is behind them is below 4.5 to 1. Runs in the page.
function tooDim() {
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const behind = (element) => {
    const color = numbers(getComputedStyle(element).backgroundColor);
    return color.length === 4 && color[3] === 0 ? behind(element.parentElement) : color;
  };
  const texts = [...document.querySelectorAll("body *")].filter(
    (element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()),
  );
  if (texts.length < 20) return ["there is next to no text"];
  const contrasts = texts.map((element) => {
    const both = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
    return [(Math.max(...both) + 0.05) / (Math.min(...both) + 0.05), element.textContent];
  });
  return contrasts.filter(([contrast]) => contrast < 4.5);
}

test("a website reads nothing, changes nothing, and shows the page in no frame", async () => {
  await requestText(loopback.url, "07700900013");
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(website.url);
  const messages = async () => {
    const shown = await context.newPage();
    await shown.goto(loopback.page);
    await shown.locator("#messages > li").first().waitFor();
    const count = await shown.locator("#messages > li").count();
    await shown.close();
    return count;
  };
  const before = await messages();
  const got = await page.evaluate(async (url) => {
    const outcome = async (attempt) => {
      try {
        return await attempt();
      } catch (error) {
        return error.name;
      }
    };
    const read = (path, options) => outcome(async () => (await fetch(url + path, options)).text());
    return {
      page: await read(""),
      live: await read("live"),
      exchange: await read("exchanges/0"),
      opaque: await read("exchanges/0", { mode: "no-cors" }),
      inbox: await read("inbox", { method: "DELETE" }),
      // What needs no preflight.
      posted: await read("inbox", { method: "POST", mode: "no-cors" }),
      stream: await new Promise((resolve) => {
        const stream = new EventSource(`${url}live`);
        stream.onopen = () => resolve("open");
        stream.onerror = () => resolve("error");
      }),
    };
  }, loopback.page);
  const { opaque, posted, ...readable } = got;
  assert.deepEqual(readable, {
    page: "TypeError",
    live: "TypeError",
    exchange: "TypeError",
    inbox: "TypeError",
    stream: "error",
  });
  for (const text of [opaque, posted]) assert.ok(["", "TypeError"].includes(text), text);
  assert.equal(await messages(), before);

  await page.setContent(`<iframe src="${loopback.page}"></iframe>`);
  const frame = await (await page.waitForSelector("iframe")).contentFrame();
  await frame.waitForLoadState();
  assert.equal(await frame.locator("#inbox").count(), 0);
  await context.close();
});

test("a website whose name leads to this machine gets nothing", async () => {
  const page = await browser.newPage();
  const url = new URL(loopback.page);
  url.hostname = "evil.example";
  const response = await page.goto(url.href);
  assert.equal(response.status(), 421);
  assert.equal(await page.locator("#inbox").count(), 0);
  await page.close();
});

test("what was shown is cleared when somebody wants it", async (test) => {
  await requestText(loopback.url, "07700900014");
  const page = await open(test);
  await page.locator("#messages > li").first().waitFor();
  await page.getByRole("button", { name: "Clear the inbox" }).click();
  await page.getByText("No text and no e-mail yet.").waitFor();
  assert.equal(await page.locator("#messages > li").count(), 0);
  await page.getByRole("button", { name: "Clear the exchanges" }).click();
  await page.getByText("No request yet.").waitFor();
});

test("the picture of the README", { skip: !process.env.HARDLINE_PICTURE }, async (test) => {
  // One of its own, in which nothing else happened.
  pictured = await startLoopback();
  const { url } = pictured;
  const client = await logIn(url, "Alice's phone");
  const { room_id } = await client.ask("POST", "/_matrix/client/v3/createRoom", { name: "Tea party" });
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(room_id)}`;
  await client.ask("PUT", `${room}/send/m.room.message/1`, { msgtype: "m.text", body: "Take some more tea" });
  const page = await open(test, { viewport: { width: 1120, height: 660 }, reducedMotion: "reduce" }, pictured.page);
  await page.locator("#room-list summary", { hasText: "Tea party" }).click();
  await page.getByText("Take some more tea").waitFor();
  const flow = addPhone(url, "07700900001");
  const code = page.locator("#messages .code").first();
  assert.equal(await flow.enter(await code.textContent()), 0);
  await page.locator(".addresses", { hasText: "+447700900001" }).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: process.env.HARDLINE_PICTURE });
});
