import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, isFirstRun, lastResult, listInput, optionalInput, secretsInput } from "../inputs.ts";
import { listMachines } from "../machines.ts";
import { foreignKeys, foreignKeysProblem, isRootKeysMark, type OwnKeys } from "../root-keys.ts";
import { digestsOf, secretDigests } from "../secret-digests.ts";
import { encodeSecrets } from "../secrets-encoding.ts";
import { leftNames, stagedMark } from "../staged-names.ts";
import type { Step } from "./step.ts";

const releasesList = z.array(z.unknown()).nullable();
const resultSchema = z.object({ digests: z.record(z.string(), z.string()) });

export const secrets: Step = {
  async converge(run) {
    const app = input("APP");
    const values = await secretsInput();
    const rootKeys = optionalInput("ROOT_KEYS");
    // Only Chatwoot's own app holds root keys; marks in a helper's or a consumer's app belong to others.
    const guarded = optionalInput("GUARDED_NAMES").split(/\s+/).filter(Boolean);
    const chosen = optionalInput("CHOSEN_NAMES").split(/\s+/).filter(Boolean);
    const holdsKeys = rootKeys !== "" || guarded.length > 0;
    const mark = rootKeys === "" ? {} : { [rootKeys]: "1" };
    const names = Object.keys(values).sort();
    const fly = new Flyctl(run, app, Object.values(values));
    const present = await fly.preflightBeside(() => secretDigests(fly, app));
    if (holdsKeys) await refuseForeign(fly, app, present, { mark: rootKeys, guarded });
    const fresh = chosen.filter((name) => !(name in present)).map((name) => [stagedMark(name), "1"]);
    const encoded = encodeSecrets({ ...values, ...mark, ...Object.fromEntries(fresh) });
    await fly.run(["secrets", "import", "--app", app, "--stage"], { stdin: encoded });
    // Removes secrets of the last run and of failed ones, retired names and old marks; those from other sources are kept.
    const before = Object.keys(lastResult(resultSchema)?.digests ?? {});
    const marks = Object.keys(present).filter((name) => holdsKeys && isRootKeysMark(name) && name !== rootKeys);
    const left = leftNames(Object.keys(present), names);
    const unset = [...new Set([...before, ...listInput("RETIRED_NAMES"), ...marks, ...left])]
      .filter((name) => name in present && !names.includes(name))
      .sort();
    if (unset.length > 0) await fly.run(["secrets", "unset", ...unset, "--app", app, "--stage"]);
    return {
      digests: digestsOf(names, await secretDigests(fly, app)),
      unset,
      ...(rootKeys === "" ? {} : { rootKeys }),
      // Only a finished step reports them, so a release never claims secrets that are not staged.
      fingerprint: optionalInput("FINGERPRINT"),
      repair: optionalInput("REPAIR"),
    };
  },
};

/** Refuses to overwrite root keys that Chatwoot has used: the state was lost, or the app was deployed differently. */
async function refuseForeign(fly: Flyctl, app: string, present: Record<string, string>, own: OwnKeys): Promise<void> {
  const holder = { app, stack: input("STACK"), names: Object.keys(present) };
  // In an app without a mark, any run but the first has stored the keys itself.
  if (foreignKeys(holder, own).length === 0 || (!isFirstRun() && !holder.names.some(isRootKeysMark))) return;
  const [machines, hasReleases] = await Promise.all([listMachines(fly, app), haveReleases(fly, app)]);
  const problem = foreignKeysProblem({ ...holder, hasMachines: machines.length > 0, hasReleases }, own);
  if (problem !== undefined) throw problem;
}

async function haveReleases(fly: Flyctl, app: string): Promise<boolean> {
  const list = releasesList.parse(JSON.parse(await fly.run(["releases", "--app", app, "--json"])));
  return (list ?? []).length > 0;
}
