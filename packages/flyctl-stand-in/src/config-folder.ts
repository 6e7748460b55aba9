import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FlyError } from "./cli/errors.ts";

/** flyctl's folder, FLY_CONFIG_DIR. It stores for each app the minimum version of the secrets for a deployment. */
export class ConfigFolder {
  readonly folder: string;

  /** Creates the folder and writes a file there, as flyctl does in every run. */
  constructor(folder: string) {
    this.folder = folder;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new FlyError(`failed creating config directory: ${reason(error)}`);
    }
    const probe = join(folder, `.flyctl-probe-${process.pid}`);
    try {
      writeFileSync(probe, "", { mode: 0o600 });
      rmSync(probe, { force: true });
    } catch (error) {
      throw new FlyError(`failed ensuring config directory perms: ${reason(error)}`);
    }
  }

  get #file(): string {
    return join(this.folder, "config.yml");
  }

  accessToken(): string {
    return /^access_token: *"?([^"\n]*)"?$/m.exec(this.#text())?.[1]?.trim() ?? "";
  }

  minimumSecretsVersion(app: string): number | null {
    return this.#versions().get(app) ?? null;
  }

  /** No lock, as in the real flyctl: processes that share a folder may overwrite each other's entries. */
  setMinimumSecretsVersion(app: string, version: number | null): void {
    const versions = this.#versions();
    if (version === null) versions.delete(app);
    else versions.set(app, version);
    const block = [...versions].map(([name, number]) => `    ${name}: ${number}\n`).join("");
    const others = this.#text().replace(sectionPattern, "");
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, `${others}app_secrets_minvers:${block === "" ? " {}\n" : `\n${block}`}`, { mode: 0o600 });
    renameSync(draft, this.#file);
  }

  #versions(): Map<string, number> {
    const section = sectionPattern.exec(this.#text())?.[1] ?? "";
    const entries = section.matchAll(/^ +"?([\w-]+)"?: *(\d+)$/gm);
    return new Map([...entries].map((entry) => [entry[1] ?? "", Number(entry[2])]));
  }

  #text(): string {
    return existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
  }
}

/** The only part of config.yml that the stand-in writes; other lines are kept. */
const sectionPattern = /^app_secrets_minvers:(?: \{\})?\n((?: +.*\n)*)/m;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
