import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import type { Release } from "../state/types.ts";
import { listed } from "./status.ts";

const user = { ID: "sandbox", Name: "Sandbox Operator", Email: "operator@sandbox.example", EnablePaidHobby: false };

/** flyctl reports Fly's error with its own query. */
const query =
  "query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) " +
  "{ nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }";

const releaseView = (release: Release): Record<string, unknown> => ({
  ID: release.id,
  Version: release.version,
  Stable: release.status === "complete",
  // flyctl does not query it.
  InProgress: false,
  Reason: "change_image",
  Description: release.description,
  Status: release.status,
  DeploymentStrategy: release.strategy.toUpperCase(),
  Metadata: null,
  User: user,
  EvaluationID: "",
  CreatedAt: release.createdAt,
  ImageRef: release.imageRef,
});

function releases(call: Call): void {
  const app = call.store.read().apps[call.appName];
  if (app === undefined) {
    const cause = `failed to run ${query}: Could not find App`;
    throw new FlyError(`failed retrieving app releases ${call.appName}: ${cause}`);
  }
  const newest = [...app.releases].sort((a, b) => b.version - a.version).slice(0, 25);
  if (call.json) return call.printJson(newest.map(releaseView));
  const image = call.flags.bool("image");
  const rows = newest.map((each) => [
    `v${each.version}`,
    each.status,
    each.description,
    user.Email,
    each.createdAt,
    ...(image ? [each.imageRef] : []),
  ]);
  const headers = ["Version", "Status", "Description", "User", "Date", ...(image ? ["Docker Image"] : [])];
  call.out(table("", rows, headers));
}

function checks(call: Call): void {
  const machines = listed(call.readApp()).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (call.json) {
    return call.printJson(Object.fromEntries(machines.map((machine) => [machine.id, machine.checks])));
  }
  const filter = call.flags.string("check-name");
  const rows = machines.flatMap((machine) =>
    machine.checks
      .filter((check) => filter === "" || check.name === filter)
      .map((check) => [check.name, check.status, machine.id, check.updated_at, check.output]),
  );
  call.out(`Health Checks for ${call.appName}\n`);
  call.out(table("", rows, ["Name", "Status", "Machine", "Last Updated", "Output"]));
}

const common = { session: true, app: "required", mutating: false } as const;

export const observeCommands: readonly CommandSpec[] = [
  {
    path: "releases",
    short: "List app releases",
    flags: [...appFlags, json, { name: "image", type: "bool", usage: "Display the Docker image of the release" }],
    args: { kind: "none" },
    ...common,
    run: releases,
  },
  {
    path: "checks list",
    short: "List health checks",
    aliases: ["ls"],
    flags: [...appFlags, json, { name: "check-name", type: "string", usage: "Filter checks by name" }],
    args: { kind: "any" },
    ...common,
    run: checks,
  },
];
