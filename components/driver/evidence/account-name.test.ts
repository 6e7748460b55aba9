import { expect, test } from "vitest";
import { accountName } from "./account-name.ts";

test.each([
  ["fly", "scale", false, { STEP_APP: "chat" }, "scale-chat"],
  ["fly", "redis", true, { STEP_REDIS: "chat-cache" }, "redis-delete-chat-cache"],
  ["fly", "account", false, {}, "account-fly"],
  // Two machines of one app in one run: with one name, the second would begin another folder.
  ["fly", "pipeline", false, { STEP_APP: "chat-pipeline", STEP_NAME: "check" }, "pipeline-chat-pipeline-check"],
  ["fly", "pipeline", false, { STEP_APP: "chat-pipeline", STEP_NAME: "report" }, "pipeline-chat-pipeline-report"],
  ["support", "github", false, { STEP_REPOSITORY: "a/b", STEP_ENVIRONMENT: "c d" }, "support-github-a-b-c-d"],
] as const)("the account of a %s step %s (removal: %s) with %j is %s", (kind, step, isRemoval, environment, name) => {
  expect(accountName(kind, step, isRemoval, environment)).toBe(name);
});
