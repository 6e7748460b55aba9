import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../lib/project-folder.ts";
import { allQueues, scalingQueues, urgentQueues } from "./queues.ts";

const page = (path: string): string =>
  readFileSync(join(projectFolder, "docs/kubernetes", path), "utf8").replaceAll(/\s+/g, " ");

test("urgent queues also start workers, in Sidekiq's order of priority", () => {
  expect(scalingQueues.slice(0, urgentQueues.length)).toEqual(urgentQueues);
  expect(allQueues.slice(0, scalingQueues.length)).toEqual(scalingQueues);
});

test("the page about scaling lists the queues that start workers", () => {
  expect(page("scaling.md")).toContain(`: ${scalingQueues.join(", ")}.`);
});

test("the page about monitoring lists the queues that raise an alert", () => {
  expect(page("monitoring.md")).toContain(`(${urgentQueues.map((queue) => `\`${queue}\``).join(", ")})`);
});
