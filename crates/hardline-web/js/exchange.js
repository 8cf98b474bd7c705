// One request over fetch. What fetch hides is in the README.

/** A request that got no response, with the class of the failure. */
export class Failure extends Error {
  constructor(failureClass, cause) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.failureClass = failureClass;
  }
}

/** Sends the request of an output, with this body. */
export async function send(output, body, signal) {
  const request = attempt("unsendable", () => {
    if (!/^https?:/.test(output.url)) throw new TypeError("only URLs of http and https are supported");
    return new Request(output.url, {
      method: output.method,
      headers: output.headers,
      body,
      signal,
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      redirect: isFollowed(new URL(output.url)) ? "follow" : "manual",
    });
  });
  const response = await attempt("network_error", () => fetch(request));
  const isRedirect = response.type === "opaqueredirect";
  // The browser has decoded the body, so these may be wrong. It sees by itself whether the body is whole.
  const fields = [...response.headers].filter(([name]) => name !== "content-encoding" && name !== "content-length");
  return {
    // Of a redirect fetch shows nothing else, not even which one it is.
    status: isRedirect ? 302 : response.status,
    headers: fields,
    chunks: () => chunks(response),
    discard: () => response.body?.cancel(),
  };
}

/** The whole body, of which no more than so many bytes come. */
export async function whole(response, cap) {
  const parts = [];
  let length = 0;
  for await (const chunk of response.chunks()) {
    length += chunk.length;
    if (length > cap) throw new Failure("too_large", `it has more than ${cap} bytes`);
    parts.push(chunk);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function* chunks(response) {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await attempt("interrupted", () => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops reading wants no more of it. Of a body that is over, or broken, there is none.
    reader.cancel().catch(() => {});
  }
}

// Fetch hides where a redirect goes, so the browser has to follow those that clients follow.
function isFollowed(url) {
  return url.pathname === "/.well-known/matrix/client" || url.searchParams.get("allow_redirect") === "true";
}

// What throws, at once or later, is a failure of this class.
function attempt(failureClass, act) {
  const failed = (cause) => {
    throw new Failure(failureClass, cause);
  };
  try {
    const acted = act();
    return acted instanceof Promise ? acted.catch(failed) : acted;
  } catch (cause) {
    return failed(cause);
  }
}
