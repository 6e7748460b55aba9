import { stepInput, stepOf } from "../fly.ts";
import { isDatabase, isKind, podOf, specOf } from "../kubernetes.ts";
import { isObject, listOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  replaceable: string[];
  disposableApps: string[];
}

export const protectedData: Rule<Settings> = {
  name: "protected-data",
  requirement: "Database, claims, namespace, Redis, buckets, apps and root keys are protected.",
  reason:
    "Renaming a resource would delete them, and some cannot be recreated: without the encryption keys the database is unreadable.",
  fix: "Set `protect: true` in the resource's options. To delete a resource on purpose, run `pulumi state unprotect` first.",
  level: "mandatory",
  settings: {
    replaceable: {
      type: "array",
      items: { type: "string" },
      default: [
        "secrets-api-token",
        "secrets-webhook-secret",
        "secrets-admin-password",
        "redis-password",
        "sso-cookie-secret",
      ],
      description: "Names of generated secrets that can be generated again",
    },
    disposableApps: {
      type: "array",
      items: { type: "string" },
      default: ["-logs", "-backup", "-pipeline"],
      description: "Suffixes of Fly apps without data",
    },
  },
  ofResource(resource, { settings }) {
    const what = holdsData(resource, settings);
    const unprotected = what === undefined || resource.protect ? [] : [`${what} is not protected. Set protect: true.`];
    return [...unprotected, ...deletions(resource)];
  },
};

function holdsData(resource: Resource, { replaceable, disposableApps }: Settings): string | undefined {
  if (isDatabase(resource)) return "the database";
  if (isKind(resource, "PersistentVolumeClaim")) return "the claim";
  if (isKind(resource, "Namespace")) return "the namespace, with everything in it,";
  if (isKind(resource, "StatefulSet")) {
    const volumes = listOf(podOf(resource)?.spec["volumes"]);
    const onClaims = volumes.some(
      ({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim !== undefined || ephemeral !== undefined,
    );
    return onClaims || listOf(specOf(resource)["volumeClaimTemplates"]).length > 0
      ? "a server with a claim"
      : undefined;
  }
  // A key that no list knows may be the one that reads the database.
  if (resource.type.startsWith("random:") && !replaceable.includes(resource.name)) return "the key";
  switch (stepOf(resource)) {
    case "redis":
      return "Redis";
    case "bucket":
      return "the bucket";
    case "app": {
      const app = stepInput(resource, "APP") ?? "";
      return disposableApps.some((end) => app.endsWith(end)) ? undefined : `app ${app}`;
    }
    default:
      return undefined;
  }
}

/** Fields by which an operator or the API server deletes data that Pulumi protects. */
function deletions(resource: Resource): string[] {
  const spec = specOf(resource);
  const reclaim: unknown = spec["databaseReclaimPolicy"];
  const target: unknown = spec["target"]?.["deletionPolicy"];
  const claims = spec["persistentVolumeClaimRetentionPolicy"];
  return [
    ...(isKind(resource, "Database") && reclaim !== "retain"
      ? ["is deleted with its object. Set databaseReclaimPolicy: retain."]
      : []),
    ...(isKind(resource, "ExternalSecret") && target !== "Retain"
      ? ["its Secret is deleted with the store's entry. Set deletionPolicy: Retain."]
      : []),
    ...(isKind(resource, "StatefulSet") && isObject(claims) && Object.values(claims).includes("Delete")
      ? ["its claims are deleted with it. Set persistentVolumeClaimRetentionPolicy to Retain."]
      : []),
  ];
}
