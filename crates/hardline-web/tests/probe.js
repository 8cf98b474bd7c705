// One exchange with each of the two transports, for the tests: in a page and in a worker. Both say what they learned in
// the same words: the status, the header fields and the length of the body, or the class of the failure.

import init, { Exchange } from "/exchange/exchange.js";
import { send, whole } from "/package/exchange.js";

const NEVER = 600_000;

/** `rust` or `js`. */
export async function begin(transport, { method = "GET", url, body = "", millis = NEVER, cap = 1_000_000 }) {
  const bytes = new TextEncoder().encode(body);
  if (transport === "rust") {
    await init();
    const exchange = new Exchange(method, url, bytes, millis, cap);
    return { learned: () => exchange.response(), abandon: () => exchange.abandon() };
  }
  const controller = new AbortController();
  const learned = async () => {
    try {
      const response = await send({ method, url, headers: [] }, body ? bytes : undefined, controller.signal);
      const content = await whole(response, cap);
      const fields = response.headers.map(([name, value]) => `${name}: ${value}`);
      return `${[response.status, ...fields].join("\n")}\n\n${content.length}`;
    } catch (failure) {
      return failure.failureClass;
    } finally {
      controller.abort();
    }
  };
  return { learned, abandon: () => controller.abort() };
}

if (globalThis.WorkerGlobalScope) {
  onmessage = async ({ data: [transport, request] }) => {
    const exchange = await begin(transport, request);
    postMessage(await exchange.learned());
  };
}
