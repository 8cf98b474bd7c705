// The table of cases that every binding runs (tests/embed/README.md), in JavaScript:
//
//   node table.mjs PACKAGE tests/embed/cases.jsonl

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, table] = process.argv.slice(2);
const { Core, decode, encode, init } = await import(pathToFileURL(resolve(folder, "index.js")));
await init({ module_or_path: readFileSync(resolve(folder, "core/hardline_web_bg.wasm")) });

/** The most outputs before a core has to wait. */
const AT_MOST = 100;

class Case {
  constructor(config) {
    this.core = new Core(JSON.stringify(config));
    this.now = 0;
    this.flows = { session: 0 };
    this.requests = {};
    this.saved = {};
  }

  step(step) {
    const [[name, given]] = Object.entries(step);
    switch (name) {
      case "now":
        this.now = given;
        return;
      case "next":
        return this.outputs(given);
      case "prompt":
        return check(given.is, JSON.parse(this.core.prompt(this.flows[given.flow]) ?? "null"), "prompt");
      case "session":
        return check(given, JSON.parse(this.core.session()), "session");
    }
    let said;
    try {
      said = this.call(name, given);
    } catch (error) {
      if (error.name !== "HardlineError" || !given.error) throw error;
      return check(given.error, { ...error, message: error.message }, "error");
    }
    if (given.error) throw new Error(`it succeeds, and does not fail as ${JSON.stringify(given.error)}`);
    if ("is" in given) check(given.is, said, "what it says");
  }

  call(name, given) {
    const { core, now } = this;
    const flow = this.flows[given.flow];
    const request = this.requests[given.request];
    const fields = [given.status ?? 200, given.headers ?? []];
    switch (name) {
      case "open": {
        const entropy = new Uint8Array(32).fill(given.entropy ?? 7);
        this.flows[given.as] = core.open(now, given.flow, text(given.arguments), entropy);
        return;
      }
      case "load":
        this.flows[given.as] = core.load(now, this.saved[given.saved]);
        return;
      case "save":
        this.saved[given.as] = core.save(flow);
        return;
      case "restart":
        this.core = new Core(core.session());
        return core.free();
      case "response":
        return core.response(now, request, ...fields, body(given));
      case "failed":
        return core.failed(now, request, given.class, "a case says so");
      case "timeout":
        return core.timeout(now);
      case "head":
        return core.head(now, request, ...fields);
      case "progress":
        return core.progress(now, request, given.bytes);
      case "body_ended":
        return core.bodyEnded(now, request, given.bytes);
      case "reply":
        return JSON.parse(core.reply(now, flow, JSON.stringify(given.reply)));
      case "retry":
        return core.retry(now, flow);
      case "cancel":
        return core.cancel(now, flow);
      case "encode":
        return shown(encode(given.operation, text(given.arguments), given.base_url, given.token));
      case "decode":
        return JSON.parse(decode(now, given.operation, ...fields, body(given)));
    }
    throw new Error(`there is no step ${name}`);
  }

  outputs(expected) {
    const outputs = [];
    while (outputs.at(-1)?.kind !== "wait") {
      if (outputs.length >= AT_MOST) throw new Error("the core does not come to rest");
      outputs.push(this.core.next(this.now));
    }
    if (expected.at(-1)?.kind !== "wait" && outputs.at(-1).millis === undefined) outputs.pop();
    if (outputs.length !== expected.length) throw new Error(`the outputs are ${JSON.stringify(outputs.map(shown))}`);
    expected.forEach(({ as, ...members }, index) => {
      if (as !== undefined) this.requests[as] = outputs[index].request;
      if (members.flow !== undefined) members.flow = this.flows[members.flow];
      if (members.request !== undefined) members.request = this.requests[members.request];
      check(members, shown(outputs[index]), `output ${index}`);
    });
  }
}

/** An output as cases write it. */
function shown({ kind, flow, request, method, url, headers, body, millis, value }) {
  const content = new TextDecoder("utf-8", { fatal: true }).decode(body);
  const more = { ...(millis !== undefined && { millis }), ...(value && { value: JSON.parse(value) }) };
  return { kind, flow, request, method, url, headers: Object.fromEntries(headers), body: read(content), ...more };
}

function read(content) {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** A value as text; no text if there is none. */
function text(value) {
  return value === undefined ? "" : JSON.stringify(value);
}

function body({ body = {} }) {
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}

/** Compares a value with what is expected of it, as the README says, or throws where it differs. */
function check(expected, value, place) {
  if (Array.isArray(expected) && Array.isArray(value) && expected.length === value.length) {
    expected.forEach((element, index) => check(element, value[index], `${place}/${index}`));
  } else if (isObject(expected) && isObject(value)) {
    for (const [name, member] of Object.entries(expected)) {
      if (member === null && !(name in value)) continue;
      check(member, value[name], `${place}/${name}`);
    }
  } else if (!(expected === "*" && typeof value === "string") && expected !== value) {
    throw new Error(`${place} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`);
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const cases = readFileSync(table, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const wrong = [];
for (const { name, config, steps } of cases) {
  const played = new Case(config);
  for (const [index, step] of steps.entries()) {
    try {
      played.step(step);
    } catch (error) {
      wrong.push(`${name}, step ${index} (${JSON.stringify(step)}): ${error.message}`);
      break;
    }
  }
}
if (cases.length === 0 || wrong.length > 0) {
  console.error(wrong.join("\n") || "there is no case");
  process.exit(1);
}
console.log(`${cases.length} cases of the table`);
