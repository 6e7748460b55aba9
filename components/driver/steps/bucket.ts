import { z } from "zod";
import { tigrisKeyNames, tigrisNames } from "../tigris.ts";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Step } from "./step.ts";

const secretsList = z.array(z.object({ name: z.string() }));
const appStatus = z.object({ Deployed: z.boolean() });

interface Found {
  /** The bucket that Fly has attached to the app; undefined if there is none or Fly does not report it. */
  attached: string | undefined;
  /** Whether the organization has a bucket with the configured name. */
  exists: boolean;
  /** The app's secrets among the names that Fly sets with a bucket. */
  names: string[];
}

/** `flyctl storage` has no JSON output, so its tables are parsed. Only the names of the keys are read. */
async function find(fly: Flyctl, app: string, organization: string, bucket: string): Promise<Found> {
  // The first command can fail for any reason, and always fails for an app without a bucket.
  const [[status, list], names] = await Promise.all([
    fly.attemptBeside(["storage", "status", "--app", app], ["storage", "list", "--org", organization]),
    tigrisNamesOf(fly, app),
  ]);
  return {
    attached: status.ok ? nameIn(status.stdout) : undefined,
    exists: list()
      .split(/[\s│|]+/)
      .includes(bucket),
    names,
  };
}

async function tigrisNamesOf(fly: Flyctl, app: string): Promise<string[]> {
  const list = secretsList.parse(JSON.parse(await fly.run(["secrets", "list", "--app", app, "--json"])));
  return tigrisNames.filter((name) => list.some((each) => each.name === name));
}

/** The name in a table such as `Name │ my-bucket`. */
function nameIn(table: string): string | undefined {
  return /^\s*Name\s*[│|=]?\s*(\S+)/m.exec(table)?.[1];
}

/** Whether the bucket is attached to the app; throws if the app has the keys of another bucket. */
function isAttached({ attached, exists, names }: Found, app: string, bucket: string): boolean {
  const refuse = (wrong: string, fix: string): StepProblem => new StepProblem(`bucket ${bucket}`, wrong, fix);
  if (attached !== undefined && attached !== bucket) {
    throw refuse(
      `the app ${app} has the bucket ${attached}, and Fly gives an app one bucket`,
      `Set chatwoot:storage.bucket to ${attached}, or move the attachments as described in docs/fly/storage.md`,
    );
  }
  const isMade = attached !== undefined || exists;
  if (isMade && tigrisKeyNames.every((name) => names.includes(name))) return true;
  if (!isMade && names.length > 0) {
    throw refuse(
      `does not exist, but the app ${app} has the secrets of another bucket, so Fly would set none`,
      `Remove them with \`fly secrets unset ${names.join(" ")} --app ${app} --stage\` and run \`pulumi up\` again`,
    );
  }
  if (isMade) {
    throw refuse(
      `exists, but the app ${app} does not have its keys, which Fly shows only once`,
      `Create new keys with \`fly storage dashboard ${bucket}\` and set them as described in docs/fly/storage.md`,
    );
  }
  return false;
}

export const bucket: Step = {
  async converge(run) {
    const app = input("APP");
    const name = input("BUCKET");
    const organization = input("ORGANIZATION");
    const fly = new Flyctl(run, app);
    const found = await fly.preflightBeside(() => find(fly, app, organization, name));
    if (isAttached(found, app, name)) return { bucket: name, adopted: true };
    const { Deployed } = appStatus.parse(JSON.parse(await fly.run(["status", "--app", app, "--json"])));
    if (Deployed) fly.show(`${app} is deployed: Fly gives its machines the keys at once, and restarts all of them.`);
    await fly.run(["storage", "create", "--name", name, "--app", app, "--yes"], {
      timeoutSeconds: 900,
      answersSecret: true,
    });
    // Fly prints the keys even if it did not set them on the app.
    isAttached({ attached: name, exists: true, names: await tigrisNamesOf(fly, app) }, app, name);
    return { bucket: name, adopted: false };
  },
};
