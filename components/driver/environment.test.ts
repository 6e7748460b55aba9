import { expect, test } from "vitest";
import { flyctlEnvironment, ghEnvironment, keepDriverEnvironment } from "./environment.ts";

const needed = {
  PATH: "/bin",
  HOME: "/home/x",
  https_proxy: "http://proxy:8080",
  SSL_CERT_FILE: "/etc/ca.pem",
  LC_ALL: "C.UTF-8",
  TMPDIR: "/tmp",
  XDG_STATE_HOME: "/state",
};
const fly = { FLY_API_TOKEN: "fly", FLY_FLAPS_BASE_URL: "https://flaps.example.com" };
const github = { GH_TOKEN: "gh", GITHUB_TOKEN: "github" };
const step = { STEP_APP: "chat", PULUMI_COMMAND_STDOUT: "{}", CHATWOOT_ARTIFACTS_DIR: "/artifacts" };
const foreign = {
  PULUMI_CONFIG_PASSPHRASE: "a",
  PULUMI_ACCESS_TOKEN: "b",
  AWS_ACCESS_KEY_ID: "c",
  AWS_SECRET_ACCESS_KEY: "d",
  NODE_AUTH_TOKEN: "e",
  FLY_LOGS_TOKEN: "f",
  PGPASSWORD: "g",
};
const all = { ...needed, ...fly, ...github, ...step, ...foreign };

test("flyctl gets its own variables and the system's", () => {
  expect(flyctlEnvironment(all)).toEqual({ ...needed, ...fly });
});

test("gh gets its own variables and the system's", () => {
  expect(ghEnvironment(all)).toEqual({ ...needed, ...github });
});

test.each([
  ["flyctl", { ...needed, ...fly, ...step }],
  ["gh", { ...needed, ...github, ...step }],
  [undefined, { ...needed, ...step }],
] as const)("a step that starts %s keeps what it reads", (tool, kept) => {
  const env: NodeJS.ProcessEnv = { ...all };
  keepDriverEnvironment(tool, env);
  expect(env).toEqual(kept);
});
