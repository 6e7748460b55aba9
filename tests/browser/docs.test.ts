import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { exhaustive } from "../helpers/exhaustive.ts";

const root = join(import.meta.dirname, "../..");

// 20 s of processor time.
test.runIf(exhaustive)("npm run docs builds the site, whose links all lead somewhere", async () => {
  const { stdout } = await execa("npm", ["run", "--silent", "docs"], { cwd: root });
  expect(stdout).toMatch(/\d+ pages are in \.cache\/docs\/site/);
});
