import { appFlags, detach, env, vmSize } from "../../cli/flags.ts";
import type { FlagSpec } from "../../cli/flag-spec.ts";
import { fileFlags } from "./files.ts";

/** Common flags of `machine run` and `machine update`; those for builds and ports are refused. */
const configFlags: readonly FlagSpec[] = [
  ...appFlags,
  detach,
  env,
  { name: "entrypoint", type: "string", usage: "The command to override the Docker ENTRYPOINT." },
  { name: "metadata", short: "m", type: "stringArray", usage: "Metadata in the form of NAME=VALUE pairs" },
  { name: "schedule", type: "string", usage: "Schedule a Machine run at hourly, daily, weekly and monthly intervals" },
  { name: "restart", type: "string", usage: "Restart policy: 'no', 'always', or 'on-failure'" },
  ...fileFlags,
  ...vmSize,
];

export const createFlags: readonly FlagSpec[] = [
  { name: "region", short: "r", type: "string", usage: "The target region" },
  { name: "name", short: "n", type: "string", usage: "Machine name. Will be generated if omitted." },
  { name: "org", type: "string", usage: "The organization that will own the app" },
  { name: "rm", type: "bool", usage: "Automatically remove the Machine when it exits" },
  ...configFlags,
];

export const updateFlags: readonly FlagSpec[] = [
  { name: "image", short: "i", type: "string", usage: "The Docker image to deploy" },
  { name: "yes", short: "y", type: "bool", aliases: ["auto-confirm"], usage: "Accept all confirmations" },
  { name: "skip-start", type: "bool", usage: "Updates machine without starting it." },
  { name: "skip-health-checks", type: "bool", usage: "Updates machine without waiting for health checks." },
  { name: "command", short: "C", type: "string", usage: "Command to run" },
  { name: "wait-timeout", type: "int", default: 300, usage: "Seconds to wait for individual machines" },
  ...configFlags,
];
