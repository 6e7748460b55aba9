import { expect, test } from "vitest";
import type { Flyctl } from "./flyctl.ts";
import { failedPreparation } from "./preparation-verdict.ts";

const created = "> Created release_command machine d1\n";
const table = (info: string) => ` STATE   │ EVENT │ INFO \n stopped │ exit  │ ${info} \n started │ start │  \n`;

function verdict(stdout: string, status?: string, config = '[deploy]\nrelease_command = "prepare"\n') {
  const fly = {
    attempt: () => Promise.resolve({ ok: status !== undefined, stdout: status ?? "", stderr: "" }),
  } as unknown as Flyctl;
  return failedPreparation(fly, "chat", config, { stdout, stderr: "" });
}

test.each([
  ["flyctl reports its success", `${created}✔ release_command d1 completed successfully\n`, undefined],
  ["flyctl reports nothing, and the machine exited with 0", created, table("exit_code=0,oom_killed=false")],
])("succeeded: %s", async (_what, stdout, status) => {
  expect(await verdict(stdout, status)).toBeUndefined();
});

test("a configuration without a preparation has none to fail", async () => {
  expect(await verdict("", undefined, "app = 'chat'\n")).toBeUndefined();
});

test.each([
  ["flyctl reports its failure", `${created}✖ release_command failed\n`, undefined, "did not succeed"],
  ["the exit event has a code", created, table("exit_code=127,oom_killed=false"), "failed with exit code 127"],
  ["Fly no longer has the machine", created, undefined, "did not succeed"],
])("failed: %s", async (_what, stdout, status, reason) => {
  expect(await verdict(stdout, status)).toBe(`the preparation on machine d1 ${reason}`);
});
