/** A sink in memory. Others have the same methods: `open(at)` cuts off what is behind that offset, `write` appends. */
export class MemorySink {
  #parts = [];

  open(at) {
    this.#parts = [this.blob().slice(0, at)];
  }

  write(chunk) {
    this.#parts.push(chunk);
  }

  /** What is in it. */
  blob(type) {
    return new Blob(this.#parts, { type });
  }
}
