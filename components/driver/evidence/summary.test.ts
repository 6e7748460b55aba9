import { expect, test } from "vitest";
import { formatSummary } from "./summary.ts";

const began = "2026-11-21T16:09:42.334Z";
const app = {
  step: "app-chat",
  beganAt: began,
  endedAt: "2026-11-21T16:09:43.000Z",
  outcome: "succeeded",
  seconds: 0.7,
};
const deployment = {
  step: "deployment-chat",
  beganAt: "2026-11-21T16:09:44.000Z",
  endedAt: "2026-11-21T16:10:04.000Z",
  outcome: "succeeded",
  seconds: 20,
  release: { version: 7, image_ref: "chatwoot/chatwoot:v4.16.2@sha256:0" },
  machines: [
    { group: "web", state: "started", region: "ord", failingChecks: [] },
    { group: "web", state: "started", region: "ord", failingChecks: ["http"] },
    { group: "worker", state: "started", region: "ord", failingChecks: [] },
  ],
  health: { verdict: "good", reason: "" },
};
const run = { stack: "staging", program: "chatwoot-pulumi 0.1.0, commit 2017ea2" };

test("a run that succeeded, with the steps in their order; files of another form are left out", () => {
  expect(formatSummary({ ...run, accounts: [deployment, app, { other: 1 }] })).toMatchInlineSnapshot(`
    "# Deployment of staging, 2026-11-21 16:09 UTC

    **Succeeded** in 22 s. Program: chatwoot-pulumi 0.1.0, commit 2017ea2.

    - Release 7: \`chatwoot/chatwoot:v4.16.2@sha256:0\`
    - Machines: web 1 of 2 started and healthy, worker 1 of 1 started and healthy
    - Health: good

    | step | result | seconds |
    | --- | --- | --- |
    | app-chat | succeeded | 0.7 |
    | deployment-chat | succeeded | 20.0 |
    "
  `);
});

test("a failed step has its problem in a fence that the problem does not end", () => {
  const failed = { ...app, outcome: "failed", problem: "app chat: failed:\n```\nRun it again." };
  const text = formatSummary({ ...run, accounts: [failed] });
  expect(text).toContain("**Failed** in 1 s: app-chat.");
  expect(text).toContain("````text\napp chat: failed:\n```\nRun it again.\n````");
});

test("a step that was killed is unfinished", () => {
  const killed = { step: "scale-chat", beganAt: began, outcome: "unfinished" };
  expect(formatSummary({ ...run, accounts: [killed] })).toContain("**Unfinished**: scale-chat.");
});
