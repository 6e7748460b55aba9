import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { GithubEnvironment } from "../../../components/driver/gh.ts";

test("gh gets its own variables, and none of the passphrase and the tokens of other services", async () => {
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-gh-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(folder, "gh"), "#!/bin/sh\nenv\nexit 1\n", { mode: 0o755 });
  vi.stubEnv("PATH", [folder, process.env["PATH"]].join(delimiter));
  vi.stubEnv("GH_HOST", "github.example.com");
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "planted-passphrase");
  vi.stubEnv("FLY_API_TOKEN", "planted-token");
  const printed = await new GithubEnvironment("acme/app", "prod", [], {
    repeat: "pulumi up",
    without: "go on without it",
  })
    .preflight()
    .then(
      () => "",
      (error: unknown) => (error as Error).message,
    );
  expect(printed).toContain("GH_HOST=github.example.com");
  expect(printed).not.toMatch(/PULUMI_CONFIG_PASSPHRASE|FLY_API_TOKEN|planted/);
});
