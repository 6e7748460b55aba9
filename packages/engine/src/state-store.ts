import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "./atomic-file.ts";
import { openDeployment, parseDeployment, renderDeployment, Sealer } from "./deployment-file.ts";
import { takeLock, type Lock } from "./lock.ts";
import { openCrypter, type Crypter } from "./passphrase.ts";
import { perVersion } from "./per-version.ts";
import type { Checkpoint } from "./resource-state.ts";

/** The storage of a stack's state. */
export interface StateStore {
  load(): Promise<Checkpoint>;
  /**
   * Resolves when the state, from `snapshot` at that moment or later, is durable. Calls during a write share the next
   * write.
   */
  save(snapshot: () => Checkpoint): Promise<void>;
  /** Throws if a running process holds the lock. */
  lock(stack: string): Lock;
}

/** A store with the state in a file. */
export interface FileStateStore extends StateStore {
  readonly file: string;
  /** The `encryptionsalt` of the state's secrets. */
  readonly salt: string;
}

export interface StateFileOptions {
  file: string;
  passphrase: string;
  /** The stack file's `encryptionsalt`. Default: the state's own, or a new one. */
  salt?: string;
}

/** Opens a state file, which may not exist yet. */
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

/** An in-memory state, for tests. */
export function memoryState(initial: Checkpoint = { resources: [], pendingOperations: [] }): StateStore {
  let current = structuredClone(initial);
  const copied = perVersion((resource) => structuredClone(resource));
  let locked = false;
  return {
    load: () => Promise.resolve(structuredClone(current)),
    save(snapshot) {
      const { resources, pendingOperations } = snapshot();
      current = {
        resources: resources.map(copied),
        pendingOperations: pendingOperations.map(({ resource, type }) => ({ resource: copied(resource), type })),
      };
      return Promise.resolve();
    },
    lock(stack) {
      if (locked) throw new Error(`stack ${stack} is locked by this process. Wait until its current run ends.`);
      locked = true;
      return {
        release() {
          locked = false;
        },
      };
    },
  };
}

/** One write at a time; requests during a write share the next one. */
export function coalesced(write: (checkpoint: Checkpoint) => Promise<void>): StateStore["save"] {
  let running: Promise<void> | undefined;
  let next: { promise: Promise<void>; snapshot: () => Checkpoint } | undefined;
  const start = (snapshot: () => Checkpoint): Promise<void> => {
    const written = write(snapshot());
    running = written
      .catch(() => {
        // The callers of this write get the error; the next write is still attempted.
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
 * Removes the protection of resources, the documented step before `destroy`. Returns the URNs that were protected.
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
