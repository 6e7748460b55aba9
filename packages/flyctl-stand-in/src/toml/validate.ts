import { formatGoDuration, second } from "../cli/durations.ts";
import { splitWords } from "../cli/shell-words.ts";
import { allServices, processNames } from "./groups.ts";
import type { LoadedConfig } from "./load.ts";
import type { Check, FlyConfig } from "./types.ts";
import { volumeSizeGb } from "./volume-size.ts";

const strategies = ["canary", "rolling", "immediate", "bluegreen"];
const restartPolicies = ["always", "on-failure", "never"];

export interface Verdict {
  readonly valid: boolean;
  /** The standard output, including warnings. */
  readonly report: string;
}

interface Finding {
  readonly fatal: boolean;
  readonly text: string;
}

/** The checks of `config validate`, which a deployment runs first. Machine sizes are not checked. */
export function validateConfig(loaded: LoadedConfig): Verdict {
  const { config } = loaded;
  const findings = [
    ...deployFindings(config),
    ...checkFindings(config),
    ...serviceFindings(config),
    ...commandFindings(config),
    ...mountFindings(config),
    ...restartFindings(config),
  ];
  const reason = loaded.problem !== "" ? loaded.problem : "invalid app configuration";
  const valid = loaded.problem === "" && !findings.some((finding) => finding.fatal);
  const ending = valid ? "\u001b[32m✓\u001b[0m Configuration is valid\n" : `\n   \u001b[31m✘\u001b[0m${reason}\n`;
  return { valid, report: `Validating ${loaded.path}\n${findings.map((each) => each.text).join("")}${ending}` };
}

const fatal = (text: string): Finding => ({ fatal: true, text: `${text}\n` });
const warning = (text: string): Finding => ({ fatal: false, text: `\u001b[33mWARN\u001b[0m ${text}\n` });

function deployFindings({ deploy, mounts }: FlyConfig): Finding[] {
  const findings: Finding[] = [];
  if (unsplittable(deploy?.release_command ?? "") !== "") {
    findings.push(fatal(`Can't shell split release command: '${deploy?.release_command ?? ""}'`));
  }
  const strategy = deploy?.strategy ?? "";
  if (strategy !== "" && !strategies.includes(strategy)) {
    const supported = strategies.join(", ");
    findings.push(
      fatal(`unsupported deployment strategy '${strategy}'; Apps v2 supports the following strategies: ${supported}`),
    );
  }
  if (strategy === "canary" && (mounts ?? []).length > 0) {
    findings.push(fatal("error canary deployment strategy is not supported when using mounted volumes"));
  }
  return findings;
}

function checkFindings({ checks }: FlyConfig): Finding[] {
  return Object.entries(checks ?? {}).flatMap(([name, check]) => {
    const findings: Finding[] = [];
    if (check.type !== "http" && check.type !== "tcp") {
      const rule = "Missing or invalid check type, must be 'http' or 'tcp'";
      findings.push(fatal(`Can't process top level check '${name}': ${rule}`));
    }
    if (check.interval !== undefined && check.interval < 2 * second) {
      const interval = formatGoDuration(check.interval);
      findings.push(fatal(`Check '${name}' interval is too short: ${interval}, minimum is 2 seconds`));
    }
    if (check.timeout !== undefined && check.timeout > 60 * second) {
      const timeout = formatGoDuration(check.timeout);
      findings.push(fatal(`Check '${name}' timeout is too long: ${timeout}, maximum is 60 seconds`));
    }
    return findings;
  });
}

function serviceFindings(config: FlyConfig): Finding[] {
  const count = Object.keys(config.processes ?? {}).length;
  const names = processNames(config);
  return allServices(config).flatMap((service) => {
    const findings: Finding[] = [];
    const processes = service.processes ?? [];
    if (processes.length === 0 && count > 0) {
      const fix = "update fly.toml to set processes for each service";
      findings.push(fatal(`Service has no processes set but app has ${count} processes defined; ${fix}`));
    }
    for (const name of processes.filter((each) => !names.includes(each))) {
      findings.push(fatal(`Service specifies '${name}' as one of its processes, ${unknownGroup(name, "service")}`));
    }
    if ((service.ports ?? []).length === 0) {
      findings.push({ fatal: false, text: "WARNING: Service must expose at least one port. " });
    }
    for (const check of service.tcp_checks ?? []) findings.push(...durationFindings(check, "TCP"));
    for (const check of service.http_checks ?? []) findings.push(...durationFindings(check, "HTTP"));
    return findings;
  });
}

const unknownGroup = (name: string, from: string): string =>
  `but no processes are defined with that name; update fly.toml [processes] to add '${name}' process or remove it from ${from}'s processes list`;

/** Fly limits a service check's durations to between 1 s and 1 min; flyctl only warns. */
function durationFindings(check: Check, protocol: string): Finding[] {
  const values: readonly [label: string, value: number | undefined, zeroAllowed: boolean][] = [
    ["an interval", check.interval, false],
    ["a timeout", check.timeout, false],
    ["a grace period", check.grace_period, true],
  ];
  return values.flatMap(([label, value, zeroAllowed]) => {
    if (value === undefined || (zeroAllowed && value === 0)) return [];
    const start = `Service ${protocol} check has ${label}`;
    const shown = `(${formatGoDuration(value)})`;
    if (value < second) return [warning(`${start} less than 1 second ${shown}; this will be raised to 1 second`)];
    if (value > 60 * second) {
      return [warning(`${start} greater than 1 minute ${shown}; this will be lowered to 1 minute`)];
    }
    return [];
  });
}

function commandFindings({ processes, console_command: console }: FlyConfig): Finding[] {
  const findings = Object.entries(processes ?? {}).flatMap(([name, command]) => {
    const problem = unsplittable(command);
    if (problem === "") return [];
    return [fatal(`Could not parse command for '${name}' process group; check [processes] section: ${problem}`)];
  });
  if (unsplittable(console ?? "") === "") return findings;
  return [...findings, fatal(`Can't shell split console command: '${console ?? ""}'`)];
}

function mountFindings({ mounts }: FlyConfig): Finding[] {
  return (mounts ?? []).flatMap((mount) => {
    const findings: Finding[] = [];
    const source = mount.source ?? "";
    const size = mount.initial_size ?? "";
    const gigabytes = volumeSizeGb(size);
    if (size !== "" && gigabytes === undefined) {
      findings.push(
        fatal(`mount '${source}' with initial_size '${size}' will fail because of: invalid size: '${size}'`),
      );
    } else if (size !== "" && (gigabytes ?? 0) < 1) {
      findings.push(fatal(`mount '${source}' has an initial_size '${size}' value which is smaller than 1GB`));
    }
    const retention = mount.snapshot_retention;
    if (retention !== undefined && (retention < 1 || retention > 60)) {
      const rule = "a snapshot_retention value which is not between 1 and 60 days inclusive";
      findings.push(fatal(`mount '${source}' has ${rule}`));
    }
    return findings;
  });
}

function restartFindings(config: FlyConfig): Finding[] {
  const names = processNames(config);
  return (config.restart ?? []).flatMap((restart) => {
    const unknown = (restart.processes ?? []).filter((name) => !names.includes(name));
    const findings = unknown.map((name) =>
      fatal(`Restart policy specifies '${name}' as one of its processes, ${unknownGroup(name, "restart policy")}`),
    );
    if (restartPolicies.includes(restart.policy ?? "")) return findings;
    return [...findings, fatal(`invalid restart policy: ${restart.policy ?? ""}`)];
  });
}

function unsplittable(command: string): string {
  try {
    splitWords(command);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
