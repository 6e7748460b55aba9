import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, wholeInput } from "../inputs.ts";
import type { Step } from "./step.ts";

const release = z.object({ version: z.number(), image_ref: z.string() });

export const deployment: Step = {
  async converge() {
    const app = input("APP");
    const releaseMinutes = wholeInput("RELEASE_TIMEOUT_MINUTES");
    const waitMinutes = wholeInput("WAIT_TIMEOUT_MINUTES");
    const fly = new Flyctl(app);
    const folder = await mkdtemp(join(tmpdir(), "fly-"));
    try {
      const config = join(folder, "fly.toml");
      await writeFile(config, input("MACHINE_CONFIG"));
      await fly.preflightBeside(() => fly.run(["config", "validate", "--app", app, "--config", config, "--strict"]));
      // A machine that has not seen the last import of secrets would start without them.
      await fly.run(["secrets", "sync", "--app", app]);
      const limits = ["--wait-timeout", `${waitMinutes}m`, "--release-command-timeout", `${releaseMinutes}m`];
      const stdout = await fly.run(
        ["deploy", "--app", app, "--config", config, "--ha=false", "--yes", "--dns-checks=false", ...limits],
        {
          // flyctl can wait without end in a single call; this is the bound on all of them together.
          timeoutSeconds: (releaseMinutes + 4 * waitMinutes) * 60,
          env: { FLY_EMIT_RELEASE_JSON: "1" },
          showProgress: true,
        },
      );
      const line = stdout.split("\n").findLast((text) => text.startsWith('{"id"'));
      const result = line === undefined ? undefined : release.parse(JSON.parse(line));
      return { release: result?.version, image: result?.image_ref };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
