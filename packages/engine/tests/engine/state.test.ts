import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  clearPendingCreates,
  forget,
  memoryState,
  openCrypter,
  openStateStore,
  plain,
  secret,
  secretSignature,
  signatureKey,
} from "../../src/index.ts";
import type { Checkpoint, PendingOperation, ResourceState } from "../../src/index.ts";
import { coalesced } from "../../src/state-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { changed, TestStack, Thing } from "./support/program.ts";

const passphrase = "correct horse";
let file: string;

beforeEach(() => {
  file = join(temporaryFolder("engine-state"), "deep", "dev.json");
});

const fileStack = async () => {
  const state = await openStateStore({ file, passphrase });
  return { state, stack: new TestStack({ state }) };
};

describe("the state file", () => {
  test("is a deployment v3, private, with every secret encrypted", async () => {
    const { stack, state } = await fileStack();
    const program = async () => {
      new Thing("a", { password: pulumi.secret("planted"), nested: { deep: [pulumi.secret({ x: "planted too" })] } });
      return Promise.resolve();
    };
    await stack.apply(program);
    const text = await readFile(file, "utf8");
    expect(text).not.toContain("planted");
    const document = JSON.parse(text);
    expect(document.version).toBe(3);
    expect(document.deployment.secrets_providers).toEqual({ type: "passphrase", state: { salt: state.salt } });
    expect(document.deployment.manifest.magic).toMatch(/^[0-9a-f]{64}$/);
    const a = document.deployment.resources.at(-1);
    expect(a.inputs.password).toEqual({
      [signatureKey]: secretSignature,
      ciphertext: expect.stringMatching(/^v1:.+:.+$/),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, ".."))).toEqual(["dev.json"]);

    // Another process reads the file, finds nothing to do, and keeps the ciphertexts unchanged.
    const { stack: again } = await fileStack();
    expect(changed(await again.apply(program))).toEqual([]);
    const after = JSON.parse(await readFile(file, "utf8"));
    expect(after.deployment.resources).toEqual(document.deployment.resources);
  });

  test("rejects a wrong passphrase and an invalid state", async () => {
    const { stack } = await fileStack();
    await stack.apply(async () => Promise.resolve(void new Thing("a")));
    await expect(openStateStore({ file, passphrase: "wrong" })).rejects.toThrow("incorrect passphrase");
    await writeFile(file, "{}");
    await expect(openStateStore({ file, passphrase })).rejects.toThrow("not a Pulumi deployment of version 3");
    await writeFile(file, "{");
    await expect(openStateStore({ file, passphrase })).rejects.toThrow("not JSON");
  });

  test("encrypts again when the stack file has another salt", async () => {
    await (await fileStack()).stack.apply(async () => Promise.resolve(void new Thing("a", { p: pulumi.secret("x") })));
    const { salt } = await openCrypter(passphrase);
    const state = await openStateStore({ file, passphrase, salt });
    const checkpoint = await state.load();
    await state.save(() => checkpoint);
    expect(await readFile(file, "utf8")).toContain(salt);
    const again = await (await openStateStore({ file, passphrase })).load();
    expect(plain(again.resources.at(-1)?.inputs?.["p"])).toBe("x");
  });

  test("shares one write between waiting callers, and gives each the latest state", async () => {
    const written: string[] = [];
    const save = coalesced(async (checkpoint) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      written.push(checkpoint.resources.map(({ urn }) => urn).join());
    });
    const now: ResourceState[] = [];
    const saves = ["a", "b", "c"].map((urn) => {
      now.push({ urn, custom: true, type: "t" });
      return save(() => ({ resources: [...now], pendingOperations: [] }));
    });
    await Promise.all(saves);
    expect(written).toEqual(["a", "a,b,c"]);
  });
});

describe("the lock", () => {
  test("rejects a second run while the first one is alive", async () => {
    const { state, stack } = await fileStack();
    const lock = state.lock("dev");
    await expect(stack.up(async () => Promise.resolve())).rejects.toThrow(
      new RegExp(`stack dev is locked by process ${process.pid} since \\d{4}-`),
    );
    // A preview only reads.
    expect((await stack.preview(async () => Promise.resolve())).ok).toBe(true);
    lock.release();
    expect((await stack.up(async () => Promise.resolve())).ok).toBe(true);
  });

  test("is replaced if its process has exited, with a note", async () => {
    const { state, stack } = await fileStack();
    const lock = state.lock("dev");
    const holder = JSON.parse(await readFile(`${file}.lock`, "utf8"));
    for (const dead of [
      { ...holder, pid: 2 ** 22 - 7 },
      { ...holder, pid: 1, started: "0" },
    ]) {
      await writeFile(`${file}.lock`, JSON.stringify(dead));
      const result = await stack.up(async () => Promise.resolve());
      expect(result.diagnostics[0]?.message).toMatch(/replaced the lock of process \d+/);
    }
    await writeFile(`${file}.lock`, JSON.stringify({ ...holder, host: `not-${hostname()}` }));
    await expect(stack.up(async () => Promise.resolve())).rejects.toThrow(`on not-${hostname()}`);
    lock.release();
  });

  test("is released when a run fails", async () => {
    const { stack } = await fileStack();
    await stack.up(async () => Promise.reject(new Error("x")));
    expect((await stack.up(async () => Promise.resolve())).ok).toBe(true);
  });
});

describe("pending operations", () => {
  test("are in the state while an operation runs, and removed after it", async () => {
    const seen: Checkpoint[] = [];
    const inner = memoryState();
    const stack = new TestStack({
      state: { ...inner, save: (snapshot) => (seen.push(structuredClone(snapshot())), inner.save(snapshot)) },
    });
    const types = () =>
      seen.map(({ pendingOperations }) => pendingOperations.map(({ type }) => type).join()).filter(Boolean);
    await stack.apply(async () => Promise.resolve(void new Thing("a")));
    await stack.apply(async () => Promise.resolve(void new Thing("a", { size: 2 })));
    await stack.apply(async () => Promise.resolve());
    expect(types()).toEqual(["creating", "updating", "deleting"]);
    expect(seen.at(-1)?.pendingOperations).toEqual([]);
  });

  test("of an interrupted run are reported; a creation is kept until a refresh clears it", async () => {
    const urn = "urn:pulumi:dev::proj::test:index:Thing::a";
    const resource: ResourceState = { urn, custom: true, type: "test:index:Thing", inputs: { p: secret("x") } };
    const pendingOperations: PendingOperation[] = [
      { resource, type: "creating" },
      { resource, type: "updating" },
    ];
    const state = memoryState({ resources: [], pendingOperations });
    const stack = new TestStack({ state });
    const program = async () => Promise.resolve(void new Thing("a"));
    const pending = async () => (await state.load()).pendingOperations.map(({ type }) => type);
    expect((await stack.preview(program)).diagnostics).toEqual([]);
    expect(await pending()).toEqual(["creating", "updating"]);

    const result = await stack.up(program);
    expect(result.diagnostics.map(({ severity, message }) => [severity, message.split("\n").slice(0, 3)])).toEqual([
      [
        "warning",
        [
          "Attempting to deploy or update resources with 2 pending operations from previous deployment.",
          `  * ${urn}, interrupted while creating`,
          `  * ${urn}, interrupted while updating`,
        ],
      ],
    ]);
    expect(result.diagnostics[0]?.message).toContain("`pulumi refresh --clear-pending-creates` removes them");
    expect(changed(result)).toEqual(["create a"]);
    expect(await pending()).toEqual(["creating"]);

    await stack.refresh();
    expect(await pending()).toEqual(["creating"]);
    const cleared = await stack.refresh({ clearPendingCreates: true });
    expect([cleared.diagnostics, cleared.changes]).toEqual([[], { same: 2 }]);
    expect(await pending()).toEqual([]);
    expect((await stack.up(program)).diagnostics).toEqual([]);
  });
});

describe("the passphrase scheme", () => {
  test("round-trips every text", async () => {
    const crypter = await openCrypter(passphrase);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const ciphertext = crypter.encrypt(text);
        expect(ciphertext).toMatch(/^v1:[^:]+:[^:]+$/);
        // Lone surrogates are not valid UTF-8 and do not occur in programs.
        expect(crypter.decrypt(ciphertext)).toBe(text.toWellFormed());
      }),
    );
  });

  test("decrypts the output of an earlier run, and detects tampering", async () => {
    const crypter = await openCrypter(passphrase);
    const again = await openCrypter(passphrase, crypter.salt);
    const ciphertext = crypter.encrypt("text");
    expect(again.decrypt(ciphertext)).toBe("text");
    const [version, nonce, body] = ciphertext.split(":") as [string, string, string];
    const bytes = Buffer.from(body, "base64");
    bytes[0] = (bytes[0] as number) ^ 1;
    expect(() => again.decrypt(`${version}:${nonce}:${bytes.toString("base64")}`)).toThrow();
    expect(() => again.decrypt("plain")).toThrow("not of the form");
    await expect(openCrypter(passphrase, "v2:x")).rejects.toThrow("encryptionsalt");
  });
});

describe("edits between runs", () => {
  const program = async () => {
    const a = new Thing("a");
    const b = new Thing("b", {}, { dependsOn: a });
    new Thing("c", {}, { dependsOn: b });
    new Thing("d");
    return Promise.resolve();
  };

  test("a forgotten resource takes its dependents out of the state, and is created again", async () => {
    const state = memoryState();
    const stack = new TestStack({ state });
    await stack.apply(program);
    const urn = (await state.load()).resources.find((each) => each.urn.endsWith("::a"))!.urn;
    await forget(state, "dev", urn);
    expect(
      (await state.load()).resources.filter(({ type }) => type === "test:index:Thing").map((each) => each.urn),
    ).toEqual([expect.stringMatching(/::d$/)]);
    expect(changed(await stack.apply(program)).sort()).toEqual(["create a", "create b", "create c"]);
    await expect(forget(state, "dev", "urn:nothing")).rejects.toThrow("no resource urn:nothing in stack dev");
  });

  test("clears only what was being created", async () => {
    const resource: ResourceState = { urn: "urn:pulumi:dev::proj::t::a", custom: true, type: "t" };
    const pending = (["creating", "updating"] as const).map((type) => ({ resource, type }));
    const state = memoryState({ resources: [], pendingOperations: pending });
    await clearPendingCreates(state, "dev");
    expect((await state.load()).pendingOperations.map(({ type }) => type)).toEqual(["updating"]);
  });
});
