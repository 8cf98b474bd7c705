import type { ConfigForm, ErrorForm, Flows, PromptForm, SessionEventForm, SessionReplyForm } from "./forms.js";

export * from "./forms.js";
export { Core, abi, decode, encode, default as init, initSync, schema } from "./core/hardline_web.js";
export type { HeaderFields, Output } from "./core/hardline_web.js";

/** An error of the core, and that of a flow which failed. Its `name` is `HardlineError`. */
export type HardlineError = Error & ErrorForm;

/** Where a download goes. */
export interface Sink {
  /** Cuts off what is behind this offset; what is written goes there. */
  open(at: number): void | Promise<void>;
  write(chunk: Uint8Array): void | Promise<void>;
  /** All of it is there. */
  close?(): void | Promise<void>;
}

export class MemorySink implements Sink {
  open(at: number): void;
  write(chunk: Uint8Array): void;
  blob(type?: string): Blob;
}

export interface Bodies {
  /** What is uploaded. */
  source?: Blob;
  /** Where a download goes; into memory by default. */
  sink?: Sink;
}

export interface Options {
  /** The most bytes of a response that is held in memory. 256 MiB by default. */
  maxResponseBytes?: number;
  /** Store new tokens: the old ones stop working. It must not throw. */
  onSessionEvent?: (event: SessionEventForm) => void;
}

/** A flow on its way. Iterate over its events, and reply to what it asks; it throws if it fails. */
export interface Flow<Name extends keyof Flows = keyof Flows> extends AsyncIterable<Flows[Name]["event"]> {
  readonly id: number;
  /** What it brings. */
  readonly done: Promise<Flows[Name]["done"]>;
  readonly bodies: Bodies;
  /** What a send queue says to it; `{}` of every other flow. */
  reply(reply: Flows[Name]["reply"]): any;
  retry(): void;
  cancel(): void;
  save(): string;
  [Symbol.asyncIterator](): AsyncIterator<Flows[Name]["event"], void>;
}

/** A session and its flows, over fetch. Await `init()` before the first one. */
export class Client {
  constructor(config?: ConfigForm, options?: Options);
  open<Name extends keyof Flows>(name: Name, args: Flows[Name]["arguments"], bodies?: Bodies): Flow<Name>;
  load<Name extends keyof Flows>(saved: string, bodies?: Bodies): Flow<Name>;
  call(operation: string, args?: Record<string, any>, more?: Partial<Flows["call"]["arguments"]>): Promise<any>;
  prompt(flow: Flow<any>): PromptForm | null;
  session(): ConfigForm;
  replyToSession(reply: SessionReplyForm): void;
  close(): void;
}
