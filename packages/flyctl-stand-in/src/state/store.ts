import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { emptyState, type State } from "./types.ts";

/** The state folder. Every file in it is private. */
export class Store {
  readonly folder: string;
  #changed = false;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Whether this process has changed the simulated Fly.io. */
  get changed(): boolean {
    return this.#changed;
  }

  read(): State {
    const file = this.path("state.json");
    const defaults = { ...emptyState(), orgs: this.#seededOrgs() };
    if (!existsSync(file)) return defaults;
    // A test may write only some of the fields.
    return { ...defaults, ...(JSON.parse(readFileSync(file, "utf8")) as Partial<State>) };
  }

  /** Changes the state under a lock, so that concurrent writes are not lost. */
  update<T>(change: (state: State) => T): T {
    return this.locked(() => {
      const state = this.read();
      const before = JSON.stringify(state);
      const result = change(state);
      const after = JSON.stringify(state);
      if (after !== before) {
        this.#changed = true;
        this.writeWhole("state.json", JSON.stringify(state, null, 1));
      }
      return result;
    });
  }

  locked<T>(work: () => T): T {
    return withLock(this.path("lock"), work);
  }

  /** Replaces a file atomically. */
  writeWhole(name: string, text: string): void {
    const draft = this.path(`.${name}.${process.pid}`);
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.path(name));
  }

  readJson<T>(name: string, fallback: T): T {
    const file = this.path(name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : fallback;
  }

  #seededOrgs(): string[] {
    return this.readJson("orgs.json", emptyState().orgs);
  }
}
