import { secretsFingerprint } from "../../../lib/fingerprint.ts";
import { objectNames } from "../../../components/kubernetes/names.ts";
import type { Comparison } from "../comparison.ts";
import { comparedFields, pairShown, shortPath } from "./fields.ts";
import { healthOf, lastBackup, type HealthRow } from "./health.ts";
import { at, isFields, textAt, type Fields, type RecordedObject } from "./recorded.ts";

/** The live objects, in the order of the recorded ones. */
export interface Live {
  objects: readonly (Fields | undefined)[];
  /** Backups of the database. */
  backups: readonly Fields[];
  /** Certificates requested by an Ingress, by name; undefined if missing. */
  certificates: ReadonlyMap<string, Fields | undefined>;
  /** Whether cert-manager has issued any certificate in the cluster. */
  issuesCertificates: boolean;
}

/** The Certificates that cert-manager creates for an Ingress. */
export function askedCertificates(recorded: readonly RecordedObject[]): { name: string; namespace: string }[] {
  return recorded.flatMap(({ kind, namespace, fields }) => {
    const issuer = at(fields, "metadata", "annotations", "cert-manager.io/cluster-issuer");
    const tls = at(fields, "spec", "tls");
    if (kind !== "Ingress" || issuer === undefined || namespace === undefined || !Array.isArray(tls)) return [];
    return tls.flatMap((entry) => {
      const name = at(entry, "secretName");
      return typeof name === "string" ? [{ name, namespace }] : [];
    });
  });
}

export function compareCluster(
  stack: string,
  recorded: readonly RecordedObject[],
  live: Live,
  now = new Date(),
): Comparison[] {
  const scaled = scaledWorkloads(recorded);
  const rows = recorded.flatMap((object, index) => {
    const found = live.objects[index];
    const app = `${object.kind} ${object.name}`;
    const fix = fixFor(stack, object);
    const there = { app, what: "object", expected: "there", actual: found === undefined ? "gone" : "there", fix };
    if (found === undefined) return [there];
    const fields = comparedFields(object.fields, found, skipped(object, scaled))
      .map(pairShown)
      .map(([path, expected, actual]) => ({ app, what: shortPath(path), expected, actual, fix }));
    const health: HealthRow[] = [
      ...healthOf(found, now),
      ...(object.kind === "ScheduledBackup" ? [lastBackup(found, live.backups, now)] : []),
    ];
    return [there, ...fields, ...healthRows(object, health)];
  });
  return [...rows, ...checksums(stack, recorded, live), ...certificateRows(recorded, live, now)];
}

/** Fields that an autoscaler sets, or that are read only at creation. */
function skipped({ kind, name }: RecordedObject, scaled: ReadonlySet<string>): string[] {
  if (kind === "Cluster") return ["spec.bootstrap", "spec.externalClusters"];
  return scaled.has(`${kind} ${name}`) ? ["spec.replicas"] : [];
}

function scaledWorkloads(recorded: readonly RecordedObject[]): ReadonlySet<string> {
  const targets = recorded
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
    .map(({ fields }) => at(fields, "spec", "scaleTargetRef"));
  return new Set(targets.map((target) => `${textAt(target, "kind") ?? "Deployment"} ${textAt(target, "name")}`));
}

/** An object that holds data must be inspected before it is created again. */
function fixFor(stack: string, { kind, name, namespace, isProtected }: RecordedObject): string {
  const again = `pulumi up --refresh --stack ${stack}`;
  if (!isProtected) return again;
  const get = `kubectl${namespace === undefined ? "" : ` -n ${namespace}`} get ${kind.toLowerCase()} ${name}`;
  return `holds data: inspect it first (${get}; docs/kubernetes/backups.md), then ${again}`;
}

function healthRows(object: RecordedObject, rows: readonly HealthRow[]): Comparison[] {
  const { kind, name, namespace } = object;
  const fix = `kubectl${namespace === undefined ? "" : ` -n ${namespace}`} describe ${kind.toLowerCase()} ${name}`;
  return rows.map(([what, expected, actual]) => ({ app: `${kind} ${name}`, what, expected, actual, fix }));
}

/** Compares the Secrets of Chatwoot's environment by the keyed hash in the copy's name, without decrypting the state. */
function checksums(stack: string, recorded: readonly RecordedObject[], { objects }: Live): Comparison[] {
  const prefix = `${objectNames.secrets}-`;
  const isSecret = ({ kind }: RecordedObject): boolean => kind === "Secret";
  const expected = recorded
    .find((object) => isSecret(object) && object.name.startsWith(prefix) && object.fields["immutable"] === true)
    ?.name.slice(prefix.length);
  if (expected === undefined) return [];
  return recorded.flatMap((object, index) => {
    const data = at(objects[index], "data");
    const isCompared = object.name === objectNames.secrets || object.name === prefix + expected;
    if (!isSecret(object) || !isCompared || !isFields(data)) return [];
    const values = Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, Buffer.from(String(value), "base64").toString()]),
    );
    const actual = secretsFingerprint(values["SECRET_KEY_BASE"] ?? "", values).slice(0, expected.length);
    return [{ app: `Secret ${object.name}`, what: "checksum", expected, actual, fix: fixFor(stack, object) }];
  });
}

function certificateRows(recorded: readonly RecordedObject[], live: Live, now: Date): Comparison[] {
  return askedCertificates(recorded).flatMap(({ name, namespace }) => {
    const found = live.certificates.get(name);
    if (found === undefined && !live.issuesCertificates) return [];
    const object = { apiVersion: "", kind: "Certificate", name, namespace, fields: {}, isProtected: false };
    return healthRows(
      object,
      found === undefined ? [["certificate", "valid", "missing"]] : healthOf({ ...found, kind: "Certificate" }, now),
    );
  });
}
