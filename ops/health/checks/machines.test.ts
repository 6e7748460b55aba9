import { expect, test } from "vitest";
import type { Machine } from "../../../components/driver/machines.ts";
import { judgeMachines } from "./machines.ts";

const machine = (id: string, more: Partial<Machine> = {}): Machine => ({
  ...{ id, group: "web", state: "started", region: "ord", version: "v4.16.2", release: "3", mark: "" },
  ...{ standby: false, cordoned: false, failingChecks: [] },
  ...more,
});
const target = { stack: "staging", baseUrl: "https://chat.example.com" };

test("machines that run and get requests pass; those of the preparation and standby machines are not asked", () => {
  const others = [
    machine("3", { group: "fly_app_release_command", state: "destroyed" }),
    machine("4", { standby: true, state: "stopped" }),
  ];
  expect(judgeMachines([machine("1"), machine("2", { group: "worker" }), ...others], target)).toEqual({
    state: "ok",
    detail: "2 running and not cordoned",
  });
});

test("an open maintenance window is reported with the command that closes it", () => {
  const open = [machine("1", { cordoned: true }), machine("2", { group: "worker", state: "stopped" }), machine("5")];
  expect(judgeMachines(open, target)).toEqual({
    state: "failed",
    detail: "web 1 cordoned, worker 2 stopped: a maintenance window is open",
    next: "Close it: `pulumi up --stack staging`",
  });
});
