import { secretsFingerprint } from "../../../lib/fingerprint.ts";
import { objectNames } from "../../../components/kubernetes/names.ts";
import type { Comparison } from "../comparison.ts";
import { comparedFields, pairShown, shortPath } from "./fields.ts";
import { fixFor, healthFix, keyPointer, removal } from "./fix.ts";
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
    const pairs = comparedFields(object.fields, found, skipped(object, scaled)).map(pairShown);
    const additions = pairs.flatMap(([, , , added]) => added ?? []);
    const fields = pairs.map(([path, expected, actual, added]) => ({
      app,
      what: shortPath(path),
      expected,
      actual,
      // One command removes all of them.
      fix: added === undefined ? fix : removal(object, additions),
    }));
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

function healthRows(object: RecordedObject, rows: readonly HealthRow[]): Comparison[] {
  const app = `${object.kind} ${object.name}`;
  return rows.map(([what, expected, actual]) => ({ app, what, expected, actual, fix: healthFix(object, actual) }));
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
    const isCompared = object.name === objectNames.secrets || object.name === prefix + expected;
    if (!isSecret(object) || !isCompared || objects[index] === undefined) return [];
    const values = decodedData(objects[index]);
    const digits = (all: Record<string, string>): string =>
      secretsFingerprint(all["SECRET_KEY_BASE"] ?? "", all).slice(0, expected.length);
    // The copy is immutable, so an unchanged one has the keys of the last deployment.
    const own = decodedData(objects[recorded.findIndex(({ name }) => name === prefix + expected)]);
    const added = digits(own) === expected ? Object.keys(values).filter((key) => !(key in own)) : [];
    const rest = Object.fromEntries(Object.entries(values).filter(([key]) => !added.includes(key)));
    const row = { app: `Secret ${object.name}`, what: "checksum", expected };
    return [
      { ...row, actual: digits(rest), fix: fixFor(stack, object) },
      ...added.map((key) => ({
        ...row,
        what: key,
        expected: "not set",
        actual: "set",
        fix: removal(object, added.map(keyPointer)),
      })),
    ];
  });
}

function decodedData(secret: Fields | undefined): Record<string, string> {
  const data = at(secret, "data");
  const decode = (value: unknown): string => Buffer.from(String(value), "base64").toString();
  return Object.fromEntries(Object.entries(isFields(data) ? data : {}).map(([name, value]) => [name, decode(value)]));
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
