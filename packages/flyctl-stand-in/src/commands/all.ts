import type { CommandSpec, GroupSpec } from "../cli/spec.ts";
import { appsCommands } from "./apps.ts";
import { basicCommands } from "./basic.ts";
import { certsCommands } from "./certs.ts";
import { configCommands } from "./config.ts";
import { deployCommand } from "./deploy.ts";
import { ipsCommands } from "./ips.ts";
import { logsCommand } from "./logs.ts";
import { machineCommands } from "./machine/machine.ts";
import { observeCommands } from "./observe.ts";
import { redisCommands } from "./redis.ts";
import { scaleCommands } from "./scale.ts";
import { secretsCommands } from "./secrets.ts";
import { sshCommands } from "./ssh.ts";
import { statusCommand } from "./status.ts";
import { storageCommands } from "./storage.ts";
import { volumesCommands } from "./volumes.ts";

/** All commands of the stand-in. Other commands are refused. */
export const commands: readonly CommandSpec[] = [
  ...basicCommands,
  ...appsCommands,
  statusCommand,
  ...redisCommands,
  ...secretsCommands,
  ...configCommands,
  deployCommand,
  ...scaleCommands,
  ...machineCommands,
  ...certsCommands,
  ...ipsCommands,
  ...storageCommands,
  ...volumesCommands,
  ...observeCommands,
  ...sshCommands,
  logsCommand,
];

export const groups: readonly GroupSpec[] = [
  { name: "auth", aliases: [], short: "Manage authentication" },
  { name: "apps", aliases: ["app"], short: "Manage apps" },
  { name: "redis", aliases: [], short: "Launch and manage Redis databases" },
  { name: "secrets", aliases: [], short: "Manage application secrets" },
  { name: "config", aliases: [], short: "Manage an app's configuration" },
  { name: "scale", aliases: [], short: "Scale app resources" },
  { name: "machine", aliases: ["machines", "m"], short: "Manage Fly Machines" },
  { name: "certs", aliases: [], short: "Manage certificates" },
  { name: "ips", aliases: ["ip"], short: "Manage IP addresses for apps" },
  { name: "storage", aliases: ["tigris"], short: "Provision and manage Tigris object storage buckets" },
  { name: "volumes", aliases: ["volume", "vol", "v"], short: "Manage Fly Volumes" },
  { name: "ssh", aliases: [], short: "Use SSH to log into or run commands on Machines" },
  { name: "checks", aliases: [], short: "Manage health checks" },
];
