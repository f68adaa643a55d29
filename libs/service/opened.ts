export interface Closable {
  close(): Promise<void>;
}

/** What was opened, in order: closed in reverse, whatever one of them says. */
export class Opened {
  readonly #parts: Closable[] = [];

  push(part: Closable): void {
    this.#parts.push(part);
  }

  /** Closes all; throws what the first that failed said. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.#parts.splice(0).reverse()) await part.close().catch((cause: unknown) => failures.push(cause));
    if (failures.length > 0) throw failures[0];
  }
}
