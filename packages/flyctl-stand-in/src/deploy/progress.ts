import type { Call } from "../cli/call.ts";

/** The progress lines of a deployment. With one machine, they have no numbers. */
export class Progress {
  readonly #call: Call;
  readonly #total: number;
  readonly #numbers = new Map<string, number>();

  constructor(call: Call, total: number) {
    this.#call = call;
    this.#total = total;
  }

  /** Numbers a machine, and everything about it from now on. */
  begin(key: string): void {
    this.#numbers.set(key, this.#numbers.size + 1);
  }

  step(key: string, text: string): void {
    this.#call.out(`> ${this.#place(key)}${text}\n`);
  }

  success(key: string, text: string): void {
    this.#call.out(`✔ ${this.#place(key)}${text}\n`);
  }

  failure(key: string, text: string): void {
    this.#call.out(`✖ ${this.#place(key)}${text}\n`);
  }

  #place(key: string): string {
    return this.#total > 1 ? `[${this.#numbers.get(key) ?? 0}/${this.#total}] ` : "";
  }
}
