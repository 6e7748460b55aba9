import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { deployed } from "../../../config/schema/kubernetes/external.ts";
import { knownValue } from "../../chatwoot/known-value.ts";
import { objectNames } from "../names.ts";
import type { Ask } from "./api.ts";
import { quote } from "./commands.ts";

/** The namespace, or an object in it. */
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  name: string;
}

type Named = { name?: string; namespace?: string };
type Settings = Pick<KubernetesConfig, "storage" | "kubernetes">;

/** Names, separated by commas, of what a deployed stack may create although it would be empty. */
const createEmptyVariable = "CHATWOOT_CREATE_EMPTY";

/**
 * For the end of a run, and of a preview of a stack whose first deployment was complete: throws if the cluster lacks an
 * object that holds data, because a deployment creates it empty (after a refresh) or does not notice it (without). Warns of
 * other objects that the state has and the cluster lacks.
 */
export async function refuseLostObjects(
  ask: Ask,
  settings: Settings,
  registered: readonly pulumi.Resource[],
  env = process.env,
): Promise<void> {
  const { namespace } = settings.kubernetes;
  const data = dataObjects(settings, env[createEmptyVariable]);
  const isData = ({ kind, name }: ClusterObject): boolean =>
    data.some((each) => each.kind === kind && each.name === name);
  const held = (await Promise.all(registered.map((resource) => heldObject(resource, namespace)))).flat();
  const others = held.filter((each) => !isData(each));
  const { lost, unread } = await missingObjects(ask, namespace, [...data, ...others]);
  const stack = pulumi.getStack();
  const lostData = lost.filter(isData);
  // Pulumi prints a RunError's message alone, without a stack trace.
  if (lostData.length > 0) throw new pulumi.RunError(lostDataMessage(lostData, settings, stack));
  if (lost.length > 0) void pulumi.log.warn(lostObjectsMessage(lost, namespace, stack));
  if (unread.length > 0)
    void pulumi.log.warn(
      `chatwoot:kubernetes.namespace: cannot check that ${unread.join(", ")} exist in ${namespace}: the API server ` +
        "refused to list them, or did not answer. Request the right `list`, or run the same command again.",
    );
}

/** What would be created empty, unless the operator confirmed it or restores a backup into it. */
function dataObjects({ kubernetes, storage }: Settings, confirmed = ""): ClusterObject[] {
  const postgres = deployed(kubernetes.postgres);
  if (postgres?.recovery) return [];
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
  const cluster = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster" };
  const all: ClusterObject[] = [
    ...(kubernetes.createNamespace ? [{ apiVersion: "v1", kind: "Namespace", name: kubernetes.namespace }] : []),
    // Whoever moves from an external database has confirmed it with this key.
    ...(postgres && kubernetes.postgres.movedFrom === undefined ? [{ ...cluster, name: postgres.name }] : []),
    ...(deployed(kubernetes.redis) ? [{ ...claim, name: objectNames.redis }] : []),
    ...(storage.kind === "claim" ? [{ ...claim, name: objectNames.storage }] : []),
  ];
  const names = confirmed.split(",").map((name) => name.trim());
  return all.filter(({ name }) => !names.includes(name));
}

/** In a preview, the identity of a resource is known only if it is in the state. */
async function heldObject(resource: pulumi.Resource, namespace: string): Promise<ClusterObject[]> {
  if (!pulumi.CustomResource.isInstance(resource)) return [];
  const { id, apiVersion, kind, metadata } = resource as pulumi.CustomResource & Partial<Record<string, unknown>>;
  const value = await knownValue(pulumi.all([pulumi.output(metadata), apiVersion, kind, id] as const));
  const [named, version, ofKind, known] = (value ?? []) as [Named?, string?, string?, string?];
  if (!known || named?.name === undefined || version === undefined || ofKind === undefined) return [];
  return named.namespace === namespace ? [{ apiVersion: version, kind: ofKind, name: named.name }] : [];
}

/** Asks once per kind. `unread` are kinds that could not be listed. */
async function missingObjects(
  ask: Ask,
  namespace: string,
  objects: readonly ClusterObject[],
): Promise<{ lost: ClusterObject[]; unread: string[] }> {
  const lost: ClusterObject[] = [];
  const unread: string[] = [];
  await Promise.all(
    [...Map.groupBy(objects, ({ apiVersion, kind }) => `${apiVersion} ${kind}`).values()].map(async (ofKind) => {
      const { apiVersion, kind } = ofKind[0] as ClusterObject;
      const names = await existingNames(ask, namespace, apiVersion, kind).catch(() => undefined);
      if (names === undefined) unread.push(kind);
      else lost.push(...ofKind.filter(({ name }) => !names.includes(name)));
    }),
  );
  return { lost: lost.sort(byOrderIn(objects)), unread: unread.sort() };
}

const byOrderIn = (objects: readonly ClusterObject[]) => (one: ClusterObject, other: ClusterObject) =>
  objects.indexOf(one) - objects.indexOf(other);

/** Undefined if they cannot be read. A kind that the cluster does not serve has no objects. */
async function existingNames(
  ask: Ask,
  namespace: string,
  apiVersion: string,
  kind: string,
): Promise<string[] | undefined> {
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  if (kind === "Namespace") {
    const { status } = await ask({ path: `${base}/namespaces/${namespace}` });
    return status === 200 ? [namespace] : status === 404 ? [] : undefined;
  }
  const served = await ask({ path: base });
  if (served.status === 404) return [];
  const kinds = itemsOf<{ name: string; kind: string }>(served.body, "resources");
  const plural = kinds?.find((each) => each.kind === kind && !each.name.includes("/"))?.name;
  if (plural === undefined) return kinds && [];
  // Not the objects themselves: a list of Secrets would have all values.
  const { status, body } = await ask({ path: `${base}/namespaces/${namespace}/${plural}`, metadataOnly: true });
  if (status !== 200 || !(body as { kind?: string } | undefined)?.kind?.endsWith("List")) return undefined;
  // The API server writes null for an empty list of metadata.
  const { items } = body as { items?: unknown };
  if (items === null || items === undefined) return [];
  return itemsOf<{ metadata: { name: string } }>(body, "items")?.map(({ metadata }) => metadata.name);
}

function itemsOf<T>(body: unknown, key: string): T[] | undefined {
  const items = (body as Record<string, unknown> | undefined)?.[key];
  return Array.isArray(items) ? (items as T[]) : undefined;
}

const listed = (objects: readonly ClusterObject[]): string =>
  objects.map(({ kind, name }) => `${kind} ${name}`).join(", ");

function lostDataMessage(lost: readonly ClusterObject[], { kubernetes }: Settings, stack: string): string {
  const names = lost.map(({ name }) => name).join(",");
  const nothingDone = pulumi.runtime.isDryRun() ? "Nothing was changed. " : "";
  return (
    `chatwoot:kubernetes.namespace: in ${kubernetes.namespace}, the cluster of context ${kubernetes.context} lacks ` +
    `${listed(lost)}, and this stack has been deployed. A deployment would not notice it, or create it empty. ` +
    `${nothingDone}Restore the data first (docs/runbooks/disaster-recovery.md). If there is none to restore, ` +
    `create it empty: \`${createEmptyVariable}=${quote(names)} pulumi up --refresh --stack ${stack}\`.`
  );
}

function lostObjectsMessage(lost: readonly ClusterObject[], namespace: string, stack: string): string {
  return (
    `chatwoot:kubernetes.namespace: this stack's state has objects that ${namespace} lacks: ${listed(lost)}. ` +
    `\`pulumi up\` alone does not create them; \`pulumi up --refresh --stack ${stack}\` does.`
  );
}
