import { appendFileSync, chmodSync, closeSync, openSync } from "node:fs";

/** One line of evidence, in the order of events. */
export interface JournalEntry {
  /** `start`, `ready` and `finish` of containers and pods; `ready` and `applied` of databases. */
  readonly event: "start" | "ready" | "finish" | "applied";
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly [detail: string]: unknown;
}

export interface ContainerStart extends JournalEntry {
  readonly event: "start";
  readonly kind: "Container";
  readonly pod: string;
  readonly owner: { readonly kind: string; readonly name: string };
  readonly init: boolean;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Journal {
  write(entry: JournalEntry): void;
}

/** Appends to a file of JSON lines. The file is private, because it contains values of secrets. */
export function openJournal(path: string): Journal {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  return {
    write: (entry) => appendFileSync(path, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`),
  };
}
