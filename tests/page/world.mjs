// A `hardline loopback` with an account, the command that talks to it, and requests of clients of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const HARDLINE = process.env.HARDLINE;
const PASSWORD = "wonderland";
const environment = { ...process.env, no_proxy: "127.0.0.1", HARDLINE_PASSWORD: PASSWORD, XDG_DATA_HOME: `${import.meta.dirname}/nobody` };

// Starts one. `url` is the homeserver's, `page` the page's.
export async function startLoopback() {
  const options = { env: environment, stdio: ["ignore", "pipe", "inherit"] };
  const child = spawn(HARDLINE, ["loopback", "--listen", "127.0.0.1:0", "--json", "--user", "alice"], options);
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, page } = JSON.parse(line);
  return { url, page, end: () => end(child) };
}

async function end(child) {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

// Begins to add a phone number: the command waits for the code.
export function addPhone(url, number) {
  const { HARDLINE_ACCESS_TOKEN, ...env } = environment;
  const options = ["phone", "add", number, "--country", "GB", "--user", "alice", "--homeserver", url];
  const child = spawn(HARDLINE, options, { env, stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(child, "exit");
  return {
    async enter(code) {
      child.stdin.end(`${code}\n`);
      const [status] = await ended;
      return status;
    },
  };
}

// Has a text sent to a number.
export async function requestText(url, number) {
  const body = { client_secret: `secret${number}`, country: "GB", phone_number: number, send_attempt: 1 };
  const path = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
  const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

// A client that is logged in as alice.
export async function logIn(url, deviceName) {
  let token = null;
  const ask = async (method, path, body) => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const session = await ask("POST", "/_matrix/client/v3/login", {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: "alice" },
    password: PASSWORD,
    initial_device_display_name: deviceName,
  });
  token = session.access_token;
  return { userId: session.user_id, token, ask };
}

// Has the identity server send an invitation by e-mail that names a room so.
export async function inviteByEmail(url, client, address, roomId, roomName) {
  const openid = await client.ask("POST", `/_matrix/client/v3/user/${client.userId}/openid/request_token`, {});
  const identity = `${url}/_matrix/identity/v2`;
  const post = async (path, token, body) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(identity + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { token } = await post("/account/register", "none", openid);
  const terms = await (await fetch(`${identity}/terms`)).json();
  const urls = Object.values(terms.policies).map((policy) => policy.en.url);
  await post("/terms", token, { user_accepts: urls });
  await post("/store-invite", token, {
    medium: "email",
    address,
    room_id: roomId,
    sender: client.userId,
    room_name: roomName,
  });
}

// A website of somebody else's.
export async function startWebsite() {
  const { createServer } = await import("node:http");
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!DOCTYPE html><title>another origin</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    end: () => server.close(),
  };
}
