import type { Call } from "../cli/call.ts";
import { parseGoDuration, second } from "../cli/durations.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, detach, dnsChecks, env, vmSize, yes } from "../cli/flags.ts";
import type { FlagSpec } from "../cli/flag-spec.ts";
import type { Guest } from "../state/types.ts";
import { defaultSize, guestOfSize, parseMemory } from "../toml/guest.ts";

/** The flags of a deployment that needs no build. Those about building images are refused. */
export const deployFlags: readonly FlagSpec[] = [
  ...appFlags,
  { name: "image", short: "i", type: "string", usage: "The Docker image to deploy" },
  { name: "now", type: "bool", usage: "Deploy now without confirmation" },
  { name: "remote-only", type: "bool", usage: "Perform builds on a remote builder" },
  { name: "local-only", type: "bool", usage: "Perform builds locally" },
  { name: "strategy", type: "string", usage: "canary, rolling, bluegreen, or immediate" },
  detach,
  yes,
  env,
  ...vmSize,
  { name: "wait-timeout", type: "string", default: "5m0s", usage: "Time to wait for individual machines" },
  { name: "release-command-timeout", type: "string", default: "5m0s", usage: "Time to wait for the release command" },
  { name: "lease-timeout", type: "string", default: "13s", usage: "Time to lease individual machines" },
  { name: "ha", type: "bool", default: true, usage: "Create spare machines that increase availability" },
  { name: "smoke-checks", type: "bool", default: true, usage: "Perform smoke checks during deployment" },
  dnsChecks,
  { name: "max-unavailable", type: "float", default: 0.33, usage: "Max number of unavailable machines" },
  { name: "no-public-ips", type: "bool", usage: "Do not allocate any new public IP addresses" },
  { name: "process-groups", type: "strings", usage: "Deploy to machines only in these process groups" },
  { name: "max-concurrent", type: "int", default: 8, usage: "Maximum number of machines at once" },
  { name: "signal", short: "s", type: "string", usage: "Signal to stop the machine with for bluegreen" },
  { name: "deploy-retries", type: "string", default: "auto", usage: "Number of times to retry a deployment" },
  { name: "skip-release-command", type: "bool", usage: "Do not run the release command" },
];

/** A duration flag, when given: `10m`, `none`, or a bare number of seconds. Unlike in the file, that is seconds. */
export function durationFlag(call: Call, name: string): number | undefined {
  if (!call.flags.given(name)) return undefined;
  const text = call.flags.string(name);
  if (text === "none") return 0;
  const parsed = parseGoDuration(text);
  if ("nanoseconds" in parsed) return parsed.nanoseconds;
  if (/^[+-]?\d+$/.test(text)) return Number(text) * second;
  throw new FlyError(
    `invalid duration value ${text} used for --${name} flag: valid options are a number of seconds, number with time unit (i.e.: 5m, 180s) or 'none'`,
  );
}

/** The size for new machines of groups without a `[[vm]]`; the flags affect nothing else. */
export const guestFromFlags = (call: Call): Guest => changedGuest(call, guestOfSize(defaultSize));

/** Applies the `--vm-*` flags to a size. */
export function changedGuest({ flags }: Call, before: Guest): Guest {
  const guest = { ...before, ...(flags.given("vm-size") ? guestOfSize(flags.string("vm-size")) : {}) };
  if (flags.given("vm-cpus")) {
    guest.cpus = flags.number("vm-cpus");
    if (guest.cpus <= 0) throw new FlyError(`--vm-cpus must be greater than zero, got: ${guest.cpus}`);
  }
  if (flags.given("vm-memory")) guest.memory_mb = parseMemory(flags.string("vm-memory"));
  if (flags.given("vm-cpu-kind")) {
    guest.cpu_kind = flags.string("vm-cpu-kind");
    if (guest.cpu_kind !== "shared" && guest.cpu_kind !== "performance") {
      throw new FlyError("--vm-cpu-kind must be set to 'shared' or 'performance'");
    }
  }
  return guest;
}
