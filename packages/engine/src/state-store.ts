import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "./atomic-file.ts";
import { openDeployment, parseDeployment, renderDeployment, Sealer } from "./deployment-file.ts";
import { takeLock, type Lock } from "./lock.ts";
import { openCrypter, type Crypter } from "./passphrase.ts";
import type { Checkpoint } from "./resource-state.ts";

/** Where a stack's state is kept. */
export interface StateStore {
  load(): Promise<Checkpoint>;
  /**
   * Resolves when the state, as `snapshot` gives it at that moment or later, is durable. Calls that come while a write
   * is under way share the next one.
   */
  save(snapshot: () => Checkpoint): Promise<void>;
  /** Throws where a living process holds the lock. */
  lock(stack: string): Lock;
}

/** A store that keeps the state in a file. */
export interface FileStateStore extends StateStore {
  readonly file: string;
  /** The `encryptionsalt` that the state's secrets are sealed with. */
  readonly salt: string;
}

export interface StateFileOptions {
  file: string;
  passphrase: string;
  /** The stack file's `encryptionsalt`; without it the state's own, or a new one. */
  salt?: string;
}

/** Opens a state file, which need not exist yet. */
export async function openStateStore({ file, passphrase, salt }: StateFileOptions): Promise<FileStateStore> {
  const stored = await readDeployment(file);
  const encrypter = await openCrypter(passphrase, salt ?? stored?.salt);
  const sealer = new Sealer(encrypter);
  return {
    file,
    salt: encrypter.salt,
    async load() {
      const now = await readDeployment(file);
      if (now === undefined) return { resources: [], pendingOperations: [] };
      const decrypter: Crypter =
        now.salt === undefined || now.salt === encrypter.salt ? encrypter : await openCrypter(passphrase, now.salt);
      return openDeployment(now, sealer, decrypter);
    },
    save: coalesced((checkpoint) => writeFileAtomically(file, renderDeployment(checkpoint, sealer))),
    lock: (stack) => takeLock(`${file}.lock`, stack),
  };
}

async function readDeployment(file: string): Promise<ReturnType<typeof parseDeployment> | undefined> {
  return existsSync(file) ? parseDeployment(await readFile(file, "utf8"), file) : undefined;
}

/** A state that lives as long as this process, for tests. */
export function memoryState(initial: Checkpoint = { resources: [], pendingOperations: [] }): StateStore {
  let current = structuredClone(initial);
  let locked = false;
  return {
    load: () => Promise.resolve(structuredClone(current)),
    save(snapshot) {
      current = structuredClone(snapshot());
      return Promise.resolve();
    },
    lock(stack) {
      if (locked) throw new Error(`stack ${stack} is locked by this process. Wait for the run under way to end.`);
      locked = true;
      return {
        release() {
          locked = false;
        },
      };
    },
  };
}

/** One write at a time; who asks during a write shares the one after it. */
export function coalesced(write: (checkpoint: Checkpoint) => Promise<void>): StateStore["save"] {
  let running: Promise<void> | undefined;
  let next: { promise: Promise<void>; snapshot: () => Checkpoint } | undefined;
  const start = (snapshot: () => Checkpoint): Promise<void> => {
    const written = write(snapshot());
    running = written
      .catch(() => {
        // Whoever asked for this write is told; it does not keep the next one from being tried.
      })
      .then(() => {
        running = undefined;
      });
    return written;
  };
  return (snapshot) => {
    if (running === undefined) return start(snapshot);
    if (next === undefined) {
      const after = running.then(() => {
        const { snapshot: latest } = next as { snapshot: () => Checkpoint };
        next = undefined;
        return start(latest);
      });
      next = { promise: after, snapshot };
    }
    next.snapshot = snapshot;
    return next.promise;
  };
}

/**
 * Takes the protection off resources, so that they can be deleted: the documented step before `destroy`. Returns the
 * URNs that were protected.
 */
export async function unprotect(state: StateStore, stack: string, urns: readonly string[] | "all"): Promise<string[]> {
  const lock = state.lock(stack);
  try {
    const checkpoint = await state.load();
    const known = new Set(checkpoint.resources.map((resource) => resource.urn));
    const missing = urns === "all" ? [] : urns.filter((urn) => !known.has(urn));
    if (missing.length > 0)
      throw new Error(`unprotect: no resource ${missing.join(", ")} in stack ${stack}. Check the URN.`);
    const chosen = checkpoint.resources.filter(
      ({ protect, urn }) => protect === true && (urns === "all" || urns.includes(urn)),
    );
    for (const resource of chosen) delete resource.protect;
    if (chosen.length > 0) await state.save(() => checkpoint);
    return chosen.map((resource) => resource.urn);
  } finally {
    lock.release();
  }
}
