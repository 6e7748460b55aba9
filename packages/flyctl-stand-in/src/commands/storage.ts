import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive, yesRequired } from "../cli/errors.ts";
import { appFlags, org, yes } from "../cli/flags.ts";
import { table, verticalTable } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { changeSecrets, effectiveSecrets } from "../state/secrets.ts";
import * as ids from "../state/ids.ts";
import type { App, Bucket } from "../state/types.ts";
import { chooseOrg } from "./apps.ts";
import { bringToMachines } from "./secrets.ts";

async function create(call: Call): Promise<void> {
  agreeToTerms(call);
  const app = call.appName === "" ? undefined : call.readApp();
  const owner = app?.org ?? chooseOrg(call, call.store.read());
  const existing = app === undefined ? undefined : bucketOf(call, app.name);
  if (existing !== undefined) {
    throw new FlyError(`A Tigris object storage bucket named ${existing.name} already exists for app ${call.appName}`);
  }
  // An empty name is generated.
  const flag = call.flags.string("name");
  const name = flag === "" ? `sandbox-bucket-${ids.addOnId().slice(0, 8)}` : flag;
  const secrets = bucketSecrets(name);
  call.store.update((state) => {
    if (state.buckets[name] !== undefined) throw new FlyError("input: Validation failed: Name has already been taken");
    state.buckets[name] = {
      name,
      org: owner,
      app: app?.name ?? "",
      public: call.flags.bool("public"),
      createdAt: new Date().toISOString(),
    };
  });
  call.out(`Your Tigris object storage bucket (${name}) is ready. `);
  call.out("See details and next steps with: https://fly.io/docs/tigris/\n\n");
  const sets = app !== undefined && mayBeSet(call, app, secrets);
  call.out(
    sets ? `Setting the following secrets on ${call.appName}:\n` : "Set the following secrets on your target app.\n",
  );
  for (const [key, value] of Object.entries(secrets)) call.out(`${key}: ${value}\n`);
  if (!sets) return;
  call.out("\n");
  call.updateApp((changed) => changeSecrets(changed, secrets));
  await bringToMachines(call);
}

/** Required in every run, because the agreement of `--yes` is not stored. */
function agreeToTerms(call: Call): void {
  call.out("\nYour organization must agree to the terms of Tigris Data, Inc. to create a bucket.\n\n");
  if (!call.flags.bool("yes")) {
    throw nonInteractive("To agree, the --yes flag must be specified when not running interactively");
  }
  call.out("By specifying the --yes flag, you have agreed to the terms displayed above.\n");
}

/** If one secret with the same name exists, none is set; their values are still printed. */
function mayBeSet(call: Call, app: App, secrets: Readonly<Record<string, string>>): boolean {
  const present = Object.keys(effectiveSecrets(app)).filter((key) => key in secrets);
  if (present.length === 0) return true;
  call.out(`Secrets [${present.join(" ")}] already exist on app ${call.appName}. They won't be set automatically.\n\n`);
  return false;
}

const bucketSecrets = (bucket: string): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: `tid_${ids.password()}`,
  AWS_ENDPOINT_URL_S3: "https://fly.storage.tigris.dev",
  AWS_REGION: "auto",
  AWS_SECRET_ACCESS_KEY: `tsec_${ids.password()}`,
  BUCKET_NAME: bucket,
});

const bucketOf = (call: Call, app: string): Bucket | undefined =>
  Object.values(call.store.read().buckets).find((bucket) => bucket.app === app);

/** The given bucket, or that of the app. */
function discover(call: Call): Bucket {
  const [name] = call.operands;
  if (name !== undefined) {
    const bucket = call.store.read().buckets[name];
    if (bucket === undefined) throw new FlyError("input: Could not find AddOn");
    return bucket;
  }
  if (call.appName === "") {
    throw new FlyError("Run this command in a Fly app directory or pass a name as the first argument.");
  }
  const bucket = bucketOf(call, call.readApp().name);
  if (bucket === undefined) {
    throw new FlyError("No project found. Provision one with 'flyctl ext tigris create'.");
  }
  return bucket;
}

function list(call: Call): void {
  const { buckets, orgs } = call.store.read();
  const slug = call.org;
  if (slug !== "" && !orgs.includes(slug)) throw new FlyError(`Could not find Organization ${slug}`);
  const rows = Object.values(buckets).filter((bucket) => slug === "" || bucket.org === slug);
  const cells = rows.map((bucket) => [bucket.name, bucket.org]);
  call.out(table("", cells, ["Name", "Org"]));
}

function status(call: Call): void {
  const bucket = discover(call);
  const app: [string, string][] = call.operands.length === 0 ? [["App", bucket.app]] : [];
  const visible = bucket.public === true ? "True" : "False";
  call.out(verticalTable("Status", [["Name", bucket.name], ["Status", "ready"], ["Public", visible], ...app]));
}

function destroy(call: Call): void {
  const bucket = discover(call);
  if (!call.flags.bool("yes")) {
    call.err("Destroying a Tigris storage bucket is not reversible.\n");
    throw yesRequired();
  }
  call.store.update((state) => {
    delete state.buckets[bucket.name];
  });
  call.out(`Your Tigris object storage bucket ${bucket.name} was destroyed\n`);
}

const common = { session: true, app: "optional", mutating: true } as const;

export const storageCommands: readonly CommandSpec[] = [
  {
    path: "storage create",
    short: "Provision a Tigris object storage bucket",
    flags: [
      ...appFlags,
      org,
      yes,
      { name: "name", short: "n", type: "string", usage: "The name of your bucket" },
      { name: "public", short: "p", type: "bool", usage: "Objects should be publicly accessible" },
    ],
    args: { kind: "any" },
    ...common,
    run: create,
  },
  {
    path: "storage list",
    short: "List your Tigris object storage buckets",
    aliases: ["ls"],
    flags: [org, yes],
    args: { kind: "any" },
    session: true,
    app: "none",
    mutating: false,
    run: list,
  },
  {
    path: "storage status",
    operands: "[name]",
    short: "Show details about a Tigris storage bucket",
    flags: [...appFlags, yes],
    args: { kind: "atMost", count: 1 },
    ...common,
    mutating: false,
    run: status,
  },
  {
    path: "storage destroy",
    operands: "[storage-bucket-name]",
    short: "Permanently destroy a Tigris object storage bucket",
    flags: [...appFlags, yes],
    args: { kind: "atMost", count: 1 },
    ...common,
    run: destroy,
  },
];
