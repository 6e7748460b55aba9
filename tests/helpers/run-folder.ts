import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reporter } from "vitest/node";

/** Caches that other programs keep there: Node's, and that of the TypeScript loader in Pulumi's SDK. */
const caches = /^(node-compile-cache|ts-node-.*)$/;

/** Gives a run one temporary folder of its own. The run fails if its tests leave something there. */
export default class RunFolder implements Reporter {
  onInit(): void {
    const folder = mkdtempSync(join(tmpdir(), "run-"));
    // With the usual permissions: under root, servers run as another user.
    chmodSync(folder, 0o1777);
    process.env["TMPDIR"] = folder;
    process.on("exit", () => {
      const left = readdirSync(folder).filter((name) => !caches.test(name));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      if (left.length === 0) return;
      console.error(["Tests left these in the temporary folder:", ...left.sort()].join("\n  "));
      process.exitCode = 1;
    });
  }
}
