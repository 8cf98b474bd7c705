// The driver: it does what the core says, over fetch. One loop serves all flows.

import { Core } from "./core/hardline_web.js";
import { Failure, send, whole } from "./exchange.js";
import { Flow } from "./flow.js";
import { MemorySink } from "./sink.js";

/** What `setTimeout` can wait for. */
const LONGEST = 2 ** 31 - 1;

export class Client {
  #core;
  #options;
  #flows = new Map();
  #exchanges = new Map();
  #timer;

  constructor(config = {}, options = {}) {
    this.#core = new Core(JSON.stringify(config));
    this.#options = { maxResponseBytes: 256 * 1024 * 1024, onSessionEvent: () => {}, ...options };
  }

  /** Opens a flow. Bodies that stream: `source` is a Blob to upload, and `sink` takes what is downloaded. */
  open(name, args = {}, bodies = {}) {
    const entropy = crypto.getRandomValues(new Uint8Array(32));
    return this.#begin((core, now) => core.open(now, name, JSON.stringify(args), entropy), bodies);
  }

  /** Goes on with a flow that was saved. What it waits for is in `client.prompt`. */
  load(saved, bodies = {}) {
    return this.#begin((core, now) => core.load(now, saved), bodies);
  }

  /** Does an operation, and brings the fields of its response. */
  async call(operation, args = {}, more = {}) {
    const flow = this.open("call", { operation, arguments: args, unattended: true, ...more });
    return (await flow.done).value;
  }

  /** What a flow waits for, or null. */
  prompt(flow) {
    return JSON.parse(this.#core.prompt(flow.id) ?? "null");
  }

  /** The config of a client that goes on with this session. It holds secrets. */
  session() {
    return JSON.parse(this.#core.session());
  }

  /** Replies to an event of the session: `saved` and `loaded`, if the config says `has_store`. */
  replyToSession(reply) {
    this.step((core, now) => core.reply(now, 0, JSON.stringify(reply)));
  }

  /** Drops everything that is under way. */
  close() {
    clearTimeout(this.#timer);
    for (const exchange of this.#exchanges.values()) exchange.controller.abort();
    this.#exchanges.clear();
    for (const flow of this.#flows.values()) flow.end("reject", new Error("the client is closed"));
    this.#flows.clear();
    this.#core.free();
    this.#core = undefined;
  }

  /** Calls the core, and does what it says then. */
  step(call) {
    if (!this.#core) throw new Error("the client is closed");
    const said = call(this.#core, Date.now());
    // What it says next may be about a flow that is only just being opened.
    queueMicrotask(() => this.#pump());
    return said;
  }

  #begin(open, bodies) {
    const flow = new Flow(this, this.step(open));
    flow.bodies = { sink: new MemorySink(), ...bodies };
    this.#flows.set(flow.id, flow);
    return flow;
  }

  #pump() {
    while (this.#core) {
      const output = this.#core.next(Date.now());
      const flow = this.#flows.get(output.flow);
      switch (output.kind) {
        case "wait":
          return this.#sleep(output.millis);
        case "send":
          this.#run(output, (exchange) => this.#send(output, exchange));
          break;
        case "send_streaming":
          this.#run(output, (exchange) => this.#stream(output, exchange, flow.bodies));
          break;
        case "receive":
          this.#exchanges.get(output.request)?.receive(JSON.parse(output.value));
          break;
        case "cancel":
          this.#exchanges.get(output.request)?.controller.abort();
          this.#exchanges.delete(output.request);
          break;
        case "event":
          if (output.flow === 0) this.#options.onSessionEvent(JSON.parse(output.value));
          else flow?.tellEvent(JSON.parse(output.value));
          break;
        case "done":
        case "failed":
          this.#flows.delete(output.flow);
          if (output.kind === "done") flow?.end("resolve", JSON.parse(output.value));
          else flow?.end("reject", thrown(JSON.parse(output.value)));
      }
    }
  }

  #sleep(until) {
    clearTimeout(this.#timer);
    if (until === undefined) return;
    const millis = Math.min(Math.max(until - Date.now(), 0), LONGEST);
    this.#timer = setTimeout(() => this.step((core, now) => core.timeout(now)), millis);
  }

  /** Runs an exchange to its end, and tells its failure, unless nobody wants to know any more. */
  async #run(output, exchange) {
    const controller = new AbortController();
    const entry = { controller };
    entry.received = new Promise((resolve) => (entry.receive = resolve));
    this.#exchanges.set(output.request, entry);
    const tell = (say) => {
      if (this.#exchanges.get(output.request) === entry) this.step((core, now) => say(core, now, output.request));
    };
    try {
      await exchange({ signal: controller.signal, received: entry.received, tell });
    } catch (error) {
      // What is no failure of the exchange is the fault of a source or a sink.
      const failureClass = error instanceof Failure ? error.failureClass : "unsendable";
      tell((core, now, request) => core.failed(now, request, failureClass, error.message));
    }
    if (this.#exchanges.get(output.request) === entry) this.#exchanges.delete(output.request);
    controller.abort();
  }

  async #send(output, { signal, tell }) {
    const response = await send(output, output.body.length > 0 ? output.body : undefined, signal);
    await this.#tellWhole(response, Infinity, tell);
  }

  async #tellWhole(response, cap, tell) {
    const body = await whole(response, Math.min(cap, this.#options.maxResponseBytes));
    tell((core, now, request) => core.response(now, request, response.status, response.headers, body));
  }

  async #stream(output, { signal, received, tell }, { source, sink }) {
    const wanted = JSON.parse(output.value);
    if (wanted.type === "upload") {
      if (!source) throw new Failure("unsendable", "its body streams: open the flow with a source");
      // Fetch sends a Blob as it reads it, and tells no progress.
      const response = await send(output, source.slice(wanted.at), signal);
      return this.#tellWhole(response, Infinity, tell);
    }
    const response = await send(output, undefined, signal);
    tell((core, now, request) => core.head(now, request, response.status, response.headers));
    const place = await received;
    if (place.type === "discard") return response.discard();
    if (place.type === "whole") return this.#tellWhole(response, place.cap, tell);
    await sink.open(place.at);
    let bytes = place.at;
    for await (const chunk of response.chunks()) {
      await sink.write(chunk);
      bytes += chunk.length;
      tell((core, now, request) => core.progress(now, request, bytes));
    }
    await sink.close?.();
    tell((core, now, request) => core.bodyEnded(now, request, bytes));
  }
}

function thrown(fields) {
  return Object.assign(new Error(fields.message), { name: "HardlineError" }, fields);
}
