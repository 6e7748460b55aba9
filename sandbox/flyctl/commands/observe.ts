import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json, region } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import type { Release } from "../state/types.ts";
import { listed } from "./status.ts";

const user = { ID: "sandbox", Email: "operator@sandbox.example", Name: "Sandbox Operator" };

const releaseView = (release: Release): Record<string, unknown> => ({
  ID: release.id,
  Version: release.version,
  Stable: release.status === "complete",
  InProgress: release.status === "running",
  Status: release.status,
  Reason: "deploy",
  Description: release.description,
  DeploymentStrategy: release.strategy.toUpperCase(),
  User: user,
  EvaluationID: "",
  CreatedAt: release.createdAt,
  ImageRef: release.imageRef,
  Metadata: null,
});

function releases(call: Call): void {
  const app = call.store.read().apps[call.appName];
  if (app === undefined) throw new FlyError(`failed retrieving app releases ${call.appName}: Could not find App`);
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

/** Only what is there already: the stand-in does not follow a log. */
function logs(call: Call): void {
  if (!call.flags.bool("no-tail")) {
    throw new FlyError("the sandbox's flyctl does not stream logs: give --no-tail");
  }
  const machine = call.flags.string("machine");
  const lines = call.readApp().logs.filter((line) => machine === "" || line.instance === machine);
  for (const line of lines) {
    const meta = {
      Instance: line.instance,
      Region: line.region,
      Event: { Provider: "app" },
      HTTP: { Request: { ID: "", Method: "", Version: "" }, Response: { status_code: 0 } },
      Error: { Code: 0, Message: "" },
      URL: { Full: "" },
    };
    if (call.json) call.printJson({ ...line, meta });
    else call.out(`${line.timestamp} app[${line.instance}] ${line.region} [${line.level}]${line.message}\n`);
  }
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
    path: "logs",
    short: "View app logs",
    flags: [
      ...appFlags,
      region,
      json,
      {
        name: "machine",
        short: "m",
        type: "string",
        aliases: ["instance"],
        aliasShorthand: true,
        usage: "Filter by machine ID",
      },
      { name: "no-tail", short: "n", type: "bool", usage: "Do not continually stream logs" },
    ],
    args: { kind: "none" },
    ...common,
    run: logs,
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
