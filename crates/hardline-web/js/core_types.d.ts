/** Header fields: a list of pairs, `Headers`, a `Map`. */
export type HeaderFields = Iterable<[string, string] | string[]>;

/** What to do next. Which members have a meaning is told by its kind. */
export interface Output {
  kind: "wait" | "send" | "cancel" | "event" | "done" | "failed" | "send_streaming" | "receive";
  /** The flow that it is about; 0 is the session. */
  flow: number;
  /** The request that it is about. */
  request: number;
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
  /** Of a wait: until when, in milliseconds since 1970. Of a request: how long it may take. */
  millis?: number;
  /** JSON: the event, what a flow brought, why it failed, what is known of a request. */
  value: string;
}
