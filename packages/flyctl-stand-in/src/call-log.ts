import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Number of logs that flyctl keeps. */
const kept = 10;

/** The log of a call in flyctl's folder, readable by every user of the machine, with the bodies of requests and answers. */
export class CallLog {
  readonly #file: string;

  constructor(configFolder: string, now = new Date()) {
    const folder = join(configFolder, "logs");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, `flyctl-${now.toISOString().replace(/\.\d+/, "")}.log`);
    appendFileSync(this.#file, "", { mode: 0o644 });
    const older = readdirSync(folder).sort().slice(0, -kept);
    for (const name of older) rmSync(join(folder, name), { force: true });
  }

  /** `-->` is a request, `<--` an answer. */
  write(direction: "-->" | "<--", body: string): void {
    try {
      if (body !== "") appendFileSync(this.#file, `DEBUG ${direction} ${body}\n`);
    } catch (error) {
      // The real one writes to the open file, also after its folder was removed.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
