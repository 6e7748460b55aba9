import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, expect, test } from "vitest";
import { programVersion } from "./program-version.ts";

const folder = mkdtempSync(join(tmpdir(), "program-version-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const git = (...args: string[]): string => execaSync("git", args, { cwd: folder }).stdout;

test("the commit, and what differs from it; without git that none is known", async () => {
  expect(await programVersion(folder)).toMatch(/^chatwoot-pulumi \d+\.\d+\.\d+, no commit is known$/);
  git("init", "--quiet");
  writeFileSync(join(folder, "a"), "1");
  git("add", "a");
  git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "one");
  const commit = git("rev-parse", "HEAD");
  expect(await programVersion(folder)).toMatch(new RegExp(`, commit ${commit}$`));
  writeFileSync(join(folder, "a"), "2");
  writeFileSync(join(folder, "b"), "");
  expect(await programVersion(folder)).toMatch(/, with uncommitted changes: M a, \?\? b$/);
});
