import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";
import { startRestoring, type Restoring } from "./restoring.ts";
import { app } from "./support.ts";

let scene: Restoring;
beforeAll(async () => {
  scene = await startRestoring();
});
afterAll(() => scene?.stop());

describe("an altered dump", () => {
  /** Another dump, newer than the good one, and broken by `change`. */
  function spoiled(change: (dump: string) => void): { name: string; remove: () => void } {
    const name = "chatwoot-20991231T235959Z.dump";
    copyFileSync(scene.object(scene.dumpName()), scene.object(name));
    const manifest = JSON.parse(
      readFileSync(scene.object(scene.dumpName().replace(/dump$/, "json")), "utf8"),
    ) as object;
    writeFileSync(scene.object(name.replace(/dump$/, "json")), JSON.stringify({ ...manifest, dump: `${app}/${name}` }));
    change(scene.object(name));
    return {
      name,
      remove: () =>
        [name, name.replace(/dump$/, "json")].forEach((each) => rmSync(scene.object(each), { force: true })),
    };
  }

  test.each<[string, (dump: string) => void, RegExp]>([
    ["truncated", (dump) => truncateSync(dump, 5_000_000), /has 5000000 bytes in the bucket, but \d+ in its manifest/],
    [
      "changed",
      (dump) => {
        const content = readFileSync(dump);
        content[content.length >> 1]! ^= 1;
        writeFileSync(dump, content);
      },
      /does not match the checksum in its manifest/,
    ],
    [
      "with a manifest of another format",
      (dump) => writeFileSync(dump.replace(/dump$/, "json"), '{"format":2}'),
      /does not match the format of this version/,
    ],
  ])("%s: rejected", async (_, change, reason) => {
    const { remove } = spoiled(change);
    try {
      expect(await scene.restore(await scene.freshDatabase("fresh"), ["--yes"], 1)).toMatch(reason);
      expect(await fingerprint(scene.world.postgres, "fresh")).toEqual([""]);
    } finally {
      remove();
    }
  });

  test("without a manifest: skipped, and rejected by name", async () => {
    const { name, remove } = spoiled((dump) => rmSync(dump.replace(/dump$/, "json")));
    try {
      const address = await scene.freshDatabase("fresh");
      expect(await scene.restore(address, ["--key", name], 1)).toContain("is incomplete: it has no manifest");
      expect(await scene.restore(address, [], 2)).toContain(scene.dumpName());
    } finally {
      remove();
    }
  });
});

describe("is rejected before any change", () => {
  test.each<[string, string, RegExp]>([
    ["no address", "", /RESTORE_DATABASE_URL: is not set/],
    [
      "not a PostgreSQL address",
      "mysql://a:planted-password@h/d",
      /RESTORE_DATABASE_URL: does not start with postgresql:\/\//,
    ],
    [
      "a transaction pooler",
      "postgresql://postgres.ref:planted-password@aws-0-us-east-1.pooler.supabase.com:6543/postgres",
      /points at Supabase.s transaction pooler/,
    ],
    [
      "a refused connection",
      "postgresql://a:planted-password@127.0.0.1:1/d",
      /database d at 127\.0\.0\.1: psql failed: .*refused/s,
    ],
  ])("%s", async (_, address, reason) => {
    const output = await scene.restore(address, ["--yes"], 1);
    expect(output).toMatch(reason);
    expect(output).not.toContain("planted-password");
  });

  test("invalid keys, and a missing dump", async () => {
    const address = await scene.freshDatabase("fresh");
    const env = { RESTORE_DATABASE_URL: address, BACKUP_SECRET_ACCESS_KEY: "planted-wrong-secret" };
    const output = await scene.staging.ops(["restore"], { exit: 1, env });
    expect(output).toMatch(/bucket dumps at .*: cannot be read: SignatureDoesNotMatch/);
    expect(output).not.toContain("planted-wrong-secret");
    expect(await scene.restore(address, ["--key", "none"], 1)).toContain("dump none: is not in the bucket");
  });

  test("tools that are too old", async () => {
    const old = scene.program("pg_restore", 'echo "pg_restore (PostgreSQL) 12.1"');
    const output = await scene.restore(await scene.freshDatabase("fresh"), ["--yes"], 1, old);
    expect(output).toMatch(
      /pg_restore: version 12\.1 cannot read a dump of pg_dump 15[.\d]*\. Install the PostgreSQL client/,
    );
  });

  test("an extension that the tables use and this user may not create", async () => {
    await scene.freshDatabase("lent");
    await scene.world.postgres.sql("ALTER SCHEMA public OWNER TO owner", "lent");
    const address = scene.ownerAddress("lent");
    const output = await scene.restore(address, ["--yes"], 1);
    expect(output).toMatch(
      /extension (vector|pg_trgm): could not be created in the target: permission denied to create/,
    );
    expect(await fingerprint(scene.world.postgres, "lent")).toEqual([""]);
  });

  test("a disk without space for the dump", async () => {
    const small = mkdtempSync(join(scene.folder, "full-"));
    const mounted = await execa("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small], { reject: false });
    if (mounted.failed) return expect(mounted.stderr).toMatch(/permi|superuser/i);
    try {
      const env = { RESTORE_DATABASE_URL: await scene.freshDatabase("fresh"), TMPDIR: small };
      const output = await scene.staging.ops(["restore", "--yes"], { exit: 1, env });
      expect(output).toContain(`disk of ${small}: has no space for the dump. Free space or set TMPDIR to a folder`);
      expect(readdirSync(small).filter((name) => name.startsWith("restore-"))).toEqual([]);
    } finally {
      await execa("umount", [small]);
    }
  });

  test("an extension in another schema", async () => {
    const address = await scene.freshDatabase("fresh");
    await scene.world.postgres.sql("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions;", "fresh");
    const output = await scene.restore(address, ["--yes"], 1);
    expect(output).toContain(
      "extension vector: is in schema extensions of the target, but the dump expects it in public",
    );
  });
});
