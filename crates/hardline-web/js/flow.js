/** A flow on its way: its events are iterated over, and `done` is what it brings. */
export class Flow {
  #client;
  #events = [];
  #isOver = false;
  #wake = () => {};
  #settle;

  constructor(client, id) {
    this.#client = client;
    this.id = id;
    this.done = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever only iterates gets the error there.
    this.done.catch(() => {});
  }

  /** Says something to it. */
  reply(reply) {
    return this.#client.step((core, now) => JSON.parse(core.reply(now, this.id, JSON.stringify(reply))));
  }

  /** Tries again what stalled. */
  retry() {
    this.#client.step((core, now) => core.retry(now, this.id));
  }

  /** Ends it, whereupon it throws. */
  cancel() {
    this.#client.step((core, now) => core.cancel(now, this.id));
  }

  /** The text with which it goes on later: `client.load`. It holds secrets. */
  save() {
    return this.#client.step((core) => core.save(this.id));
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (this.#events.length > 0) yield this.#events.shift();
      if (this.#isOver) break;
      await new Promise((resolve) => (this.#wake = resolve));
    }
    await this.done;
  }

  tellEvent(event) {
    this.#events.push(event);
    this.#wake();
  }

  end(end, value) {
    this.#isOver = true;
    this.#settle[end](value);
    this.#wake();
  }
}
