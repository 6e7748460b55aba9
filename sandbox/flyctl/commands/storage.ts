import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive, yesRequired } from "../cli/errors.ts";
import { appFlags, org, yes } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { changeSecrets, effectiveSecrets } from "../state/secrets.ts";
import * as ids from "../state/ids.ts";
import { chooseOrg } from "./apps.ts";
import { bringToMachines } from "./secrets.ts";

async function create(call: Call): Promise<void> {
  const app = call.appName === "" ? undefined : call.readApp();
  const owner = app?.org ?? chooseOrg(call, call.store.read());
  const accepted = call.flags.bool("yes");
  if (accepted) call.out("Your organization must agree to the terms of Tigris Data, Inc. (accepted by --yes)\n");
  else throw yesRequired();
  const existing = Object.values(call.store.read().buckets).find(
    (bucket) => app !== undefined && bucket.app === app.name,
  );
  if (existing !== undefined) {
    throw new FlyError(`A Tigris bucket named ${existing.name} already exists for app ${call.appName}`);
  }
  const name = call.flags.string("name");
  if (name === "") throw nonInteractive();
  const secrets = bucketSecrets(name);
  let sets = app !== undefined;
  const present = app === undefined ? [] : Object.keys(effectiveSecrets(app)).filter((key) => key in secrets);
  if (present.length > 0) {
    call.out(
      `Secrets [${present.join(" ")}] already exist on app ${call.appName}. They won't be set automatically.\n\n`,
    );
    sets = false;
  }
  call.store.update((state) => {
    if (state.buckets[name] !== undefined) throw new FlyError("input: Validation failed: Name has already been taken");
    state.buckets[name] = { name, org: owner, app: app?.name ?? "", createdAt: new Date().toISOString() };
  });
  call.out(`Your Tigris project (${name}) is ready.\n\n`);
  call.out(
    sets ? `Setting the following secrets on ${call.appName}:\n` : "Set the following secrets on your target app.\n",
  );
  for (const [key, value] of Object.entries(secrets)) call.out(`${key}: ${value}\n`);
  if (!sets) return;
  call.updateApp((changed) => changeSecrets(changed, secrets));
  await bringToMachines(call);
}

const bucketSecrets = (bucket: string): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: `tid_${ids.password()}`,
  AWS_ENDPOINT_URL_S3: "https://fly.storage.tigris.dev",
  AWS_REGION: "auto",
  AWS_SECRET_ACCESS_KEY: `tsec_${ids.password()}`,
  BUCKET_NAME: bucket,
});

function destroy(call: Call): void {
  const buckets = Object.values(call.store.read().buckets);
  const [operand = ""] = call.operands;
  const bucket = buckets.find((each) => (operand === "" ? each.app === call.appName : each.name === operand));
  if (bucket === undefined) throw new FlyError("input: Could not find AddOn");
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
    flags: [...appFlags, org, yes, { name: "name", short: "n", type: "string", usage: "The name of your bucket" }],
    args: { kind: "any" },
    ...common,
    run: create,
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
