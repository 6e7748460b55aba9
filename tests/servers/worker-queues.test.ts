import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { workerArgs } from "../../components/kubernetes/workers.ts";
import { allQueues } from "../../config/queues.ts";
import { workersOf } from "../../config/worker-groups.ts";
import { rubyWithGems } from "../../sandbox/database/database.ts";

const folder = mkdtempSync(join(tmpdir(), "worker-queues-"));
afterAll(() => rmSync(folder, { recursive: true }));

const size = { count: 1, memoryMb: 1024, concurrency: 5 };
const [main] = workersOf({ ...size, groups: { mail: { ...size, queues: ["mailers", "low"] } } });

/** The arguments that Sidekiq gets in a folder with this file. */
async function argumentsWith(sidekiqYml: string): Promise<string[]> {
  mkdirSync(join(folder, "config"), { recursive: true });
  writeFileSync(join(folder, "config/sidekiq.yml"), sidekiqYml);
  writeFileSync(join(folder, "bundle"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const { ruby } = await rubyWithGems();
  const [command = "", ...args] = workerArgs(main).args ?? [];
  const path = `${folder}:${ruby.slice(0, ruby.lastIndexOf("/"))}:${process.env["PATH"]}`;
  const text = execFileSync(command, args, { cwd: folder, encoding: "utf8", env: { PATH: path }, stdio: "pipe" });
  return text.trim().split("\n");
}

const head = ":concurrency: <%= ENV.fetch('SIDEKIQ_CONCURRENCY', 10) %>\n:timeout: 25\n";
const always = ["exec", "sidekiq", "-C", "config/sidekiq.yml"];

test("the main worker takes the queues of Chatwoot's file that no group serves, in their order, new ones too", async () => {
  const names = [...allQueues, "of_a_later_version"];
  const found = await argumentsWith(`${head}:queues:\n${names.map((name) => `  - ${name}\n`).join("")}`);
  const left = names.filter((name) => name !== "mailers" && name !== "low");
  expect(found).toEqual([...always, ...left.flatMap((name) => ["-q", name])]);
});

test("it serves all queues if the file cannot be read", async () => {
  expect(await argumentsWith("- : [")).toEqual(always);
});
