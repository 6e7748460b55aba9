import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { failedQuery, queries } from "./queries.ts";
import { releaseView, user } from "./release-view.ts";
import { listed } from "./status.ts";

function releases(call: Call): void {
  const app = call.store.read().apps[call.appName];
  if (app === undefined) {
    const { message } = failedQuery(queries.releases, "Could not find App");
    throw new FlyError(`failed retrieving app releases ${call.appName}: ${message}`);
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
  const rows = machines.flatMap((machine) =>
    machine.checks.map((check) => [check.name, check.status, machine.id, check.updated_at, check.output]),
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
    flags: [...appFlags, json],
    args: { kind: "any" },
    ...common,
    run: checks,
  },
];
