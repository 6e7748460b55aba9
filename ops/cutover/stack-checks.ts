import { Bucket } from "../backup/bucket.ts";
import { databaseClusterOf, judgeClusterBackups, readClusterBackups } from "../backup/cluster.ts";
import { freshnessOf } from "../backup/freshness.ts";
import { bucketKeys } from "../backup/keys.ts";
import { backupSource } from "../backup/source.ts";
import { readApp } from "../drift/actual.ts";
import { compareApp } from "../drift/app.ts";
import { differs } from "../drift/comparison.ts";
import { expectedApps } from "../drift/expected.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../health/check.ts";
import { Kubectl, type KubectlPlace } from "../lib/kubernetes/kubectl.ts";
import { isReady, readPods, roleOf } from "../lib/kubernetes/pods.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { hasExternalDatabase } from "../lib/stack/external.ts";
import { recordedSteps } from "../lib/stack/steps.ts";

/** Compares by `drift` on Fly, and by the pods' readiness in a cluster. */
export function deployment(stack: string): Check {
  return {
    name: "deployment",
    async run() {
      const resources = await loadResources(stack);
      const place = placeOf(stack, resources);
      if (place.target === "kubernetes") {
        const pods = await readPods(new Kubectl(place, `npm run ops -- cutover --stack ${stack}`));
        const serving = pods.filter((pod) => ["web", "worker"].includes(roleOf(pod)));
        const unready = serving.filter((pod) => !isReady(pod));
        const roles = new Set(serving.map(roleOf));
        if (roles.size < 2 || unready.length > 0)
          return failed(
            `${serving.length - unready.length} of ${serving.length} pods of web and worker are ready`,
            `Read their logs: \`npm run ops -- logs --stack ${stack}\``,
          );
        return ok(`all ${serving.length} pods of web and worker are ready`);
      }
      const repeat = `npm run ops -- drift --stack ${stack}`;
      const apps = expectedApps(recordedSteps(resources));
      await new AppFlyctl(place.app, repeat).fly.preflight();
      const differing: string[] = [];
      for (const expected of apps) {
        const actual = await readApp(new AppFlyctl(expected.app, repeat), expected);
        differing.push(
          ...compareApp(stack, expected, actual)
            .filter(differs)
            .map(({ what }) => what),
        );
      }
      if (differing.length === 0) return ok(`no differences in ${apps.map(({ app }) => app).join(", ")}`);
      return failed(`differs: ${differing.join(", ")}`, `Show the differences: \`${repeat}\``);
    },
  };
}

async function clusterBackup(
  stack: string,
  place: KubectlPlace,
  resources: readonly StackResource[],
): Promise<Outcome> {
  if (!resources.some(({ type }) => type === "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup"))
    return skipped(
      "the stack makes no backups: check those of the database's provider, or see docs/kubernetes/backups.md",
    );
  const kubectl = new Kubectl(place, `npm run ops -- cutover --stack ${stack}`);
  const { fine, lines } = judgeClusterBackups(
    await readClusterBackups(kubectl, databaseClusterOf(stack, resources)),
    new Date(),
  );
  const found = lines.join("; ");
  return fine ? ok(found) : failed(found, `List them: \`npm run ops -- backup list --stack ${stack}\``);
}

/** Checks the dumps on Fly; base backups, WAL and the restore drill in a cluster. */
export function backup(stack: string): Check {
  return {
    name: "backup",
    async run() {
      const resources = await loadResources(stack);
      if (hasExternalDatabase(resources))
        return skipped(
          "the database's provider makes the backups: check them and a restore there, docs/kubernetes/external-services.md",
        );
      const place = placeOf(stack, resources);
      if (place.target === "kubernetes") return clusterBackup(stack, place, resources);
      const steps = recordedSteps(resources);
      if (!steps.some(({ step }) => step === "backup"))
        return skipped("no chatwoot:fly.backup: check the provider's backups, or see docs/fly/backups.md");
      const source = backupSource(stack, steps);
      const dumps = await new Bucket(source, await bucketKeys(stack)).dumps();
      const { fine, text } = freshnessOf(dumps, source.schedule, new Date());
      const found = text.replace(/\.$/, "");
      return fine ? ok(found) : failed(found, `Make a dump: \`npm run ops -- backup run --stack ${stack}\``);
    },
  };
}
