import { StepProblem } from "../../../lib/problem.ts";
import type { Place } from "../../lib/stack/place.ts";
import type { StackResource } from "../../lib/stack/deployment.ts";
import type { Comparison } from "../comparison.ts";
import { askedCertificates, compareCluster } from "./compare.ts";
import { LiveCluster } from "./live.ts";
import { recordedObjects } from "./recorded.ts";

/** Compares a stack's objects, those of its program, with those in its cluster. Changes nothing. */
export async function driftOnKubernetes(
  stack: string,
  { context, namespace }: Extract<Place, { target: "kubernetes" }>,
  resources: readonly StackResource[],
  repeat: string,
): Promise<Comparison[]> {
  if (context === undefined)
    throw new StepProblem(`stack ${stack}`, "its state names no cluster context", `Run \`pulumi up --stack ${stack}\``);
  const recorded = recordedObjects(resources);
  const cluster = await LiveCluster.open(context, repeat);
  // Fails if the cluster does not answer, so that its objects are not reported as gone.
  await cluster.read({ apiVersion: "v1", kind: "Namespace", name: namespace, namespace: undefined });
  const objects = await cluster.readAll(recorded);
  const backups = await cluster.list({ apiVersion: "postgresql.cnpg.io/v1", kind: "Backup", namespace });
  const asked = askedCertificates(recorded);
  const certificates = await cluster.readAll(
    asked.map((each) => ({ apiVersion: "cert-manager.io/v1", kind: "Certificate", ...each })),
  );
  const byName = new Map(asked.map(({ name }, index) => [name, certificates[index]]));
  const issuesCertificates =
    asked.length > 0 && (await cluster.hasAny({ apiVersion: "cert-manager.io/v1", kind: "Certificate" }));
  return compareCluster(stack, recorded, { objects, backups, certificates: byName, issuesCertificates });
}
