import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, detach, dnsChecks, json, stage } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { managed } from "../deploy/plan.ts";
import { restartWithSecrets } from "../deploy/restart-all.ts";
import { changedIn, changeSecrets, digestOf, effectiveSecrets } from "../state/secrets.ts";
import type { App } from "../state/types.ts";
import { parseSecrets } from "./secrets-grammar.ts";

const longestStdinValue = 64 * 1024;

/** Stores the change, records its version in flyctl's folder, and updates the machines unless staged. */
async function store(call: Call, changes: Readonly<Record<string, string | null>>): Promise<void> {
  for (const name of Object.keys(changes)) {
    if (!/^\w+$/.test(name)) {
      throw new FlyError(`update secrets: failed to update secrets: invalid secret name "${name}"`);
    }
  }
  const version = call.updateApp((app) => changeSecrets(app, changes));
  call.configFolder.setMinimumSecretsVersion(call.appName, version);
  await bringToMachines(call);
}

export async function bringToMachines(call: Call): Promise<void> {
  const app = call.readApp();
  if (call.flags.bool("stage")) {
    call.out(
      "Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.\n",
    );
  } else if (!app.deployed && managed(app.machines).length === 0) {
    call.out("Secrets are staged for the first deployment\n");
  } else {
    await restartWithSecrets(call);
  }
}

async function importSecrets(call: Call): Promise<void> {
  call.readApp();
  const secrets = parseSecrets(await call.stdin());
  if (secrets.size < 1) throw new FlyError("requires at least one SECRET=VALUE pair");
  await store(call, Object.fromEntries(secrets));
}

async function set(call: Call): Promise<void> {
  call.readApp();
  const changes: Record<string, string> = {};
  for (const pair of call.operands) {
    const cut = pair.indexOf("=");
    if (cut < 0) throw new FlyError(`could not parse secrets: '${pair}': must be in the format NAME=VALUE`);
    const value = pair.slice(cut + 1);
    changes[pair.slice(0, cut)] = value === "-" ? await fromStdin(call, pair.slice(0, cut)) : value;
  }
  await store(call, changes);
}

async function fromStdin(call: Call, name: string): Promise<string> {
  const text = await call.stdin();
  if (Buffer.byteLength(text) > longestStdinValue) {
    throw new FlyError(`error reading stdin for '${name}': input exceeds ${longestStdinValue} bytes`);
  }
  return text.trim();
}

async function unset(call: Call): Promise<void> {
  call.readApp();
  await store(call, Object.fromEntries(call.operands.map((name) => [name, null])));
}

type Status = "Staged" | "Deployed" | "Partial";

/** Deployed means that every machine's release is newer than the value. */
function statusOf(app: App, name: string): Status {
  const machines = managed(app.machines);
  const having = machines.filter((machine) => {
    const release = app.releases.find((each) => String(each.version) === machine.config.metadata.fly_release_version);
    return changedIn(app, name) <= (release?.secretsVersion ?? -1);
  });
  if (having.length === 0) return "Staged";
  return having.length === machines.length ? "Deployed" : "Partial";
}

function list(call: Call): void {
  const app = call.readApp();
  const names = Object.entries(effectiveSecrets(app)).sort(([a], [b]) => (a < b ? -1 : 1));
  const secrets = names.map(([name, value]) => ({ name, digest: digestOf(app, value), status: statusOf(app, name) }));
  if (call.json) return call.printJson(secrets);
  const mark = { Staged: "* ", Partial: "! ", Deployed: "" };
  const rows = secrets.map(({ name, digest, status }) => [`${mark[status]}${name}`, digest, status]);
  call.out(table("", rows, ["Name", "Digest", "Status"]));
  const staged = secrets.filter((secret) => secret.status === "Staged").length;
  if (staged > 0) {
    const [verb, noun] = staged === 1 ? ["is", "secret"] : ["are", "secrets"];
    call.out(
      `There ${verb} ${staged} ${noun} not deployed. Deploy with \`fly secrets deploy\` to make them available.\n`,
    );
  }
}

async function deploy(call: Call): Promise<void> {
  const app = call.readApp();
  if (!app.deployed || managed(app.machines).length === 0) {
    throw new FlyError("no machines available to deploy", {
      description: "'fly secrets deploy' will only work if the app has been deployed and there are machines available",
      suggestion: "Try 'fly deploy' first",
    });
  }
  await restartWithSecrets(call);
}

/** The real flyctl unsets an impossible secret to get the current version. */
function sync(call: Call): void {
  const version = call.updateApp((app) => changeSecrets(app, {}));
  call.configFolder.setMinimumSecretsVersion(call.appName, version);
}

const sharedFlags = [...appFlags, detach, stage, dnsChecks];
const common = { session: true, app: "required" } as const;

export const secretsCommands: readonly CommandSpec[] = [
  {
    path: "secrets import",
    short: "Set secrets as NAME=VALUE pairs from stdin",
    flags: sharedFlags,
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: importSecrets,
  },
  {
    path: "secrets set",
    operands: "[flags] NAME=VALUE NAME=VALUE ...",
    short: "Set one or more encrypted secrets for an application",
    flags: sharedFlags,
    args: { kind: "atLeast", count: 1 },
    ...common,
    mutating: true,
    run: set,
  },
  {
    path: "secrets unset",
    operands: "[flags] NAME NAME ...",
    short: "Unset one or more encrypted secrets for an application",
    flags: sharedFlags,
    args: { kind: "atLeast", count: 1 },
    ...common,
    mutating: true,
    run: unset,
  },
  {
    path: "secrets list",
    short: "List application secret names, digests and deployment status",
    aliases: ["ls"],
    flags: [...appFlags, json],
    args: { kind: "any" },
    ...common,
    mutating: false,
    run: list,
  },
  {
    path: "secrets deploy",
    short: "Deploy staged secrets for an application",
    flags: [...appFlags, detach, dnsChecks],
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: deploy,
  },
  {
    path: "secrets sync",
    short: "Sync flyctl with the latest versions of app secrets",
    flags: sharedFlags,
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: sync,
  },
];
