import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { preflight } from "./preflight.ts";

beforeEach(() => void vi.stubEnv("FLY_API_TOKEN", "token"));
afterEach(() => void vi.unstubAllEnvs());

const withWhoami = (stderr: string, failure = "failed with exit code 1") => ({
  run: () => Promise.resolve('{"Version":"0.4.87"}'),
  attempt: () => Promise.resolve({ ok: false, stderr, failure }),
  redact: (text: string) => text,
});

test.each([
  "Error: Not authorized to access this resource",
  "Error: You must be authenticated to view this.",
  "Error: 401 Unauthorized",
  "Error: token validation error: the token has expired",
])("%s: the token is rejected", async (stderr) => {
  await expect(preflight(withWhoami(stderr))).rejects.toThrow(
    `FLY_API_TOKEN: Fly rejected the token (${stderr}). Run \`export FLY_API_TOKEN=`,
  );
});

test.each([
  ["Error: 429 Too Many Requests", undefined],
  ["Error: failed to get current user: down", undefined],
  ["Error: dial tcp: lookup api.fly.io: no such host", undefined],
  ["", "took longer than 60 seconds and was stopped"],
])("%s %s: Fly did not answer", async (stderr, failure) => {
  await expect(preflight(withWhoami(stderr, failure))).rejects.toThrow(
    `flyctl auth whoami: Fly did not answer (${failure ?? stderr}). Check the network and https://status.flyio.net, and run \`pulumi up\` again.`,
  );
});
