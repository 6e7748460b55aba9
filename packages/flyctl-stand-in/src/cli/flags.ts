import type { FlagSpec } from "./flag-spec.ts";

/** Flags that several commands share, as the real flyctl names and abbreviates them. */
const app: FlagSpec = { name: "app", short: "a", type: "string", usage: "Application name" };
const config: FlagSpec = {
  name: "config",
  short: "c",
  type: "string",
  usage: "Path to application configuration file",
};
export const json: FlagSpec = { name: "json", short: "j", type: "bool", usage: "JSON output" };
export const org: FlagSpec = { name: "org", short: "o", type: "string", usage: "The target Fly.io organization" };
export const region: FlagSpec = { name: "region", short: "r", type: "string", usage: "The target region" };
export const yes: FlagSpec = {
  name: "yes",
  short: "y",
  type: "bool",
  aliases: ["auto-confirm"],
  usage: "Accept all confirmations (also --auto-confirm)",
};
export const detach: FlagSpec = { name: "detach", type: "bool", usage: "Return immediately" };
export const dnsChecks: FlagSpec = { name: "dns-checks", type: "bool", default: true, usage: "Perform DNS checks" };
export const stage: FlagSpec = { name: "stage", type: "bool", usage: "Set secrets but skip deployment" };
export const env: FlagSpec = { name: "env", short: "e", type: "stringArray", usage: "NAME=VALUE pairs" };

export const processGroup: FlagSpec = {
  name: "process-group",
  short: "g",
  type: "string",
  aliases: ["group"],
  usage: "The target process group (also --group)",
};

export const vmSize: readonly FlagSpec[] = [
  { name: "vm-size", type: "string", usage: "The VM size to set machines to" },
  { name: "vm-cpus", type: "int", aliases: ["cpus"], usage: "Number of CPUs (also --cpus)" },
  { name: "vm-cpu-kind", type: "string", aliases: ["vm-cpukind"], usage: "The kind of CPU to use" },
  { name: "vm-memory", type: "string", aliases: ["memory"], usage: "Memory in megabytes (also --memory)" },
];

/** Every command has these. */
export const globals: readonly FlagSpec[] = [
  { name: "access-token", short: "t", type: "string", usage: "Fly API Access Token" },
  { name: "debug", type: "bool", usage: "Print additional logs and traces" },
  { name: "verbose", type: "bool", usage: "Verbose output" },
  { name: "help", short: "h", type: "bool", usage: "help for the command" },
];

/** The flags of almost every command of one app. */
export const appFlags: readonly FlagSpec[] = [app, config];
