import type { RunTemplate } from './backend.ts';

/** The templates that are open, each closed once. Disposing of it closes the rest. */
export class OpenTemplates implements AsyncDisposable {
  readonly #open = new Map<string, RunTemplate>();

  add(key: string, template: RunTemplate): void {
    this.#open.set(key, template);
  }

  get(key: string): RunTemplate | undefined {
    return this.#open.get(key);
  }

  async close(keys: readonly string[]): Promise<void> {
    const closing = keys.map(async (key) => {
      const template = this.#open.get(key);
      this.#open.delete(key);
      await template?.[Symbol.asyncDispose]();
    });
    await Promise.all(closing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close([...this.#open.keys()]);
  }
}
