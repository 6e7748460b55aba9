import { z } from "zod";
import { tigrisKeyNames, tigrisNames } from "../tigris.ts";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Step } from "./step.ts";

const secretsList = z.array(z.object({ name: z.string() }));
const appStatus = z.object({ Deployed: z.boolean() });

interface Found {
  /** The bucket that Fly has attached to the app; undefined where it has none, or does not tell. */
  attached: string | undefined;
  /** Whether the organization has a bucket of the name that is wanted. */
  exists: boolean;
  /** Those of the names that Fly sets with a bucket which the app has. */
  names: string[];
}

/** `flyctl storage` has no JSON: its tables are taken apart. Keys are never read: only their names are known to Fly. */
async function find(fly: Flyctl, app: string, organization: string, bucket: string): Promise<Found> {
  // The first may fail for any reason, and does for an app without a bucket.
  const [[status, list], secrets] = await Promise.all([
    fly.attemptBeside(["storage", "status", "--app", app], ["storage", "list", "--org", organization]),
    fly.run(["secrets", "list", "--app", app, "--json"]),
  ]);
  const present = secretsList.parse(JSON.parse(secrets)).map(({ name }) => name);
  return {
    attached: status.ok ? nameIn(status.stdout) : undefined,
    exists: list()
      .split(/[\s│|]+/)
      .includes(bucket),
    names: tigrisNames.filter((name) => present.includes(name)),
  };
}

/** The name in a table such as `Name │ my-bucket`. */
function nameIn(table: string): string | undefined {
  return /^\s*Name\s*[│|=]?\s*(\S+)/m.exec(table)?.[1];
}

/** Whether the bucket is the app's already; throws where making it would leave the app with another one's keys. */
function isAttached({ attached, exists, names }: Found, app: string, bucket: string): boolean {
  const refuse = (wrong: string, fix: string): StepProblem => new StepProblem(`bucket ${bucket}`, wrong, fix);
  if (attached !== undefined && attached !== bucket) {
    throw refuse(
      `the app ${app} has the bucket ${attached}, and Fly gives an app one bucket`,
      `Set chatwoot:storage.bucket to ${attached}, or move the attachments as docs/fly/storage.md says`,
    );
  }
  const isMade = attached !== undefined || exists;
  if (isMade && tigrisKeyNames.every((name) => names.includes(name))) return true;
  if (!isMade && names.length > 0) {
    throw refuse(
      `does not exist, and the app ${app} has secrets of another one, beside which Fly sets none`,
      `Take them away by \`fly secrets unset ${names.join(" ")} --app ${app} --stage\` and run \`pulumi up\` again`,
    );
  }
  if (isMade) {
    throw refuse(
      `exists, but the app ${app} does not have its keys, which Fly tells only once`,
      `Make new ones by \`fly storage dashboard ${bucket}\` and set them as docs/fly/storage.md says`,
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
    const look = (): Promise<Found> => find(fly, app, organization, name);
    if (isAttached(await fly.preflightBeside(look), app, name)) return { bucket: name, adopted: true };
    const { Deployed } = appStatus.parse(JSON.parse(await fly.run(["status", "--app", app, "--json"])));
    if (Deployed) fly.show(`${app} is deployed: Fly gives its machines the keys at once, and restarts all of them.`);
    await fly.run(["storage", "create", "--name", name, "--app", app, "--yes"], {
      timeoutSeconds: 900,
      answersSecret: true,
    });
    // Fly prints the keys whether or not it gave them to the app.
    if (!isAttached(await look(), app, name))
      throw new StepProblem(`bucket ${name}`, "was created, but flyctl does not know it yet", "Run `pulumi up` again");
    return { bucket: name, adopted: false };
  },
};
