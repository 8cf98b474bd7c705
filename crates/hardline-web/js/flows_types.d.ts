/** A session, to be stored where nobody else can read it. */
export interface Session {
  user_id: string;
  device_id?: string;
  access_token: string;
  refresh_token?: string;
  /** In milliseconds since 1970. */
  expires_at?: number;
}

export type Threepid = { email: string } | { country: string; number: string };

/** What is asked for. There may be more types one day: cancel at what you do not know. */
export type Prompt =
  | { type: "code" | "confirmation" | "new_message"; send_attempt: number }
  | { type: "password" | "registration_token" | "retry" }
  | { type: "terms"; policies: { id: string; version: string; languages: Record<string, { name: string; url: string }> }[] }
  | { type: "other" };

export type Reply =
  | { type: "code"; code: string }
  | { type: "password"; password: string }
  | { type: "registration_token"; token: string }
  | { type: "resend" | "done" };

export type FlowEvent =
  | { type: "asks"; prompt: Prompt }
  | { type: "rejected"; prompt: Prompt; error: HardlineError }
  | { type: "validated" }
  | { type: "waiting"; error: HardlineError; until_ms: number }
  | { type: "stalled"; error: HardlineError }
  | { type: "done" }
  | { type: "other" };

export type SessionEvent =
  | { type: "refreshed"; session: Session }
  | { type: "waiting"; error: HardlineError; until_ms: number }
  | { type: "refresh_failed" | "refresh_refused"; error: HardlineError }
  | { type: "logged_out"; error?: HardlineError }
  | { type: "other" };

/** Its `name` is `HardlineError`. */
export interface HardlineError extends Error {
  kind: "usage" | "encode" | "transport" | "server" | "uia" | "unexpected_response" | "flow";
  /** The server's `M_` code. */
  errcode?: string;
  status?: number;
  retry_after_ms?: number;
  /** Why there was no response: `network_error`, `interrupted`, `timed_out_after_send`, ... */
  class?: string;
}
