// What the page meets: files on an origin of their own, a loopback, and a server that misbehaves.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections?.(), server.close()) };
}

/** Serves folders below names: `{ package: "target/web/package" }`. What is below no name is in the folder `""`. */
export function serveFiles(folders) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://page").pathname).slice(1);
    const [first, ...rest] = path.split("/");
    const file = first && first in folders ? join(folders[first], ...rest) : join(folders[""], path || "index.html");
    try {
      const content = await readFile(file);
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return listen(server);
}

/** `hardline loopback` with the user alice, and the codes that it sends. */
export async function startLoopback(hardline, password) {
  const child = spawn(hardline, ["loopback", "--listen", "127.0.0.1:0", "--user", "alice", "--json"], {
    env: { ...process.env, HARDLINE_PASSWORD: password },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const steps = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (name) => {
    for (;;) {
      const { done, value } = await steps.next();
      if (done) throw new Error(`the loopback has ended before ${name}`);
      const step = JSON.parse(value);
      if (step.step === name) return step;
    }
  };
  const { url } = await next("listening");
  return { url, nextCode: async () => (await next("text_message")).code, close: () => child.kill() };
}

/** A port that nobody listens at. */
export async function refusedUrl() {
  const server = createSocketServer();
  const { url, close } = await listen(server);
  close();
  await once(server, "close");
  return url;
}

/** A server whose paths misbehave. `closed(path)` is there once the client has closed a connection with this request. */
export async function startMisbehaving() {
  const closed = new Map();
  const arrived = new Map();
  const event = (events, path) => {
    if (!events.has(path)) events.set(path, Promise.withResolvers?.() ?? resolvers());
    return events.get(path);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://server");
    event(arrived, request.url).resolve();
    response.on("close", () => {
      if (!response.writableFinished) event(closed, request.url).resolve();
    });
    response.on("error", () => {});
    if (pathname !== "/no-cors") response.setHeader("access-control-allow-origin", "*");
    (PATHS[pathname] ?? PATHS["/hidden"])(response, request);
  });
  const { url, close } = await listen(server);
  return { url, close, closed: (path) => event(closed, path).promise, arrived: (path) => event(arrived, path).promise };
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

const FIELDS = { "retry-after": "7", date: "Thu, 01 Jan 2026 00:00:00 GMT", "x-other": "hidden" };
const EXPOSED = { ...FIELDS, "access-control-expose-headers": "Retry-After, Date" };

const PATHS = {
  "/hidden": (response) => response.writeHead(200, FIELDS).end("{}"),
  "/exposed": (response) => response.writeHead(429, EXPOSED).end("{}"),
  "/no-cors": (response) => response.end("{}"),
  "/hang": () => {},
  "/half": (response) => response.writeHead(200, { "content-length": "100" }).write("half"),
  "/cut": (response) => {
    response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());
  },
  "/announced": (response) => response.writeHead(200, { "content-length": "40000000" }).write("much"),
  "/endless": (response) => {
    const chunk = Buffer.alloc(65536);
    const write = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once("drain", write);
    };
    write();
  },
  "/gzip": (response) => {
    const fields = { "content-encoding": "gzip", "access-control-expose-headers": "Content-Encoding, Content-Length" };
    response.writeHead(200, fields).end(gzipSync("a".repeat(1000)));
  },
  "/redirect": (response) => response.writeHead(307, { location: "/exposed" }).end(),
  "/.well-known/matrix/client": (response) => response.writeHead(307, { location: "/hidden" }).end(),
};
