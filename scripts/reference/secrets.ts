import { secretKeys, secretNames, type PartialSettings, type SecretName } from "../../config/secrets.ts";
import type { Target } from "../../config/schema.ts";

export interface SecretRow {
  name: SecretName;
  meaning: string;
  targets: Target[];
  /** When a stack requires the secret, and when it is optional. */
  needed: string;
}

/** Parts of a stack file that need secrets. The types refuse a part that no schema has. */
const parts: readonly { label: string; targets?: readonly Target[]; settings: Record<string, unknown> }[] = [
  { label: "`storage.kind: s3`", settings: { storage: { kind: "s3" } } },
  { label: "`mail.smtp` that authenticates", settings: { mail: { smtp: { authentication: "plain" } } } },
  { label: "`mail.inbound`", settings: { mail: { inbound: {} } } },
  { label: "`support.facts`", settings: { support: { facts: {} } } },
  { label: "an inbox with `imap`", settings: { inboxes: [{ kind: "email", imap: {} }] } },
  { label: "`fly.backup`", targets: ["fly"], settings: { fly: { backup: {} } } },
  { label: "`fly.logs`", targets: ["fly"], settings: { fly: { logs: {} } } },
  {
    label: "`kubernetes.postgres.backup`, credentials from `config`",
    targets: ["kubernetes"],
    settings: { kubernetes: { postgres: { backup: { credentials: { from: "config" } } }, redis: {} } },
  },
  {
    label: "`kubernetes.postgres.kind: external`, credentials from `config`",
    targets: ["kubernetes"],
    settings: { kubernetes: { postgres: { kind: "external", credentials: { from: "config" } }, redis: {} } },
  },
  {
    label: "`kubernetes.redis.kind: external`",
    targets: ["kubernetes"],
    settings: { kubernetes: { postgres: {}, redis: { kind: "external" } } },
  },
  {
    label: "`kubernetes.sso`, credentials from `config`",
    targets: ["kubernetes"],
    settings: { kubernetes: { postgres: {}, redis: {}, sso: { credentials: { from: "config" } } } },
  },
];

/** Applies the rules to one part of the configuration at a time, so that no list has to be maintained. */
export function secretRows(): SecretRow[] {
  return secretNames.map((name) => {
    const answers = (["fly", "kubernetes"] as const)
      .map((target) => ({ target, needed: neededOn(target, name) }))
      .filter(({ needed }) => needed !== "");
    const same = new Set(answers.map(({ needed }) => needed)).size === 1;
    return {
      name,
      meaning: secretKeys[name].description,
      targets: answers.map(({ target }) => target),
      needed: same
        ? (answers[0]?.needed ?? "")
        : answers.map(({ target, needed }) => `${titles[target]}: ${needed}`).join("; "),
    };
  });
}

export const titles: Readonly<Record<Target, string>> = { fly: "Fly", kubernetes: "Kubernetes" };

function neededOn(target: Target, name: SecretName): string {
  const { allowed, required } = secretKeys[name];
  const fitting = parts.filter((part) => part.targets?.includes(target) ?? true);
  const nothing = settings(target, {});
  if (required(nothing)) return "always";
  if (allowed(nothing)) return "optional";
  return fitting
    .map(({ label, settings: part }) => {
      const whole = settings(target, part);
      if (required(whole)) return `with ${label}`;
      return allowed(whole) ? `optional with ${label}` : "";
    })
    .filter((words) => words !== "")
    .join(", ");
}

function settings(target: Target, part: Record<string, unknown>): PartialSettings {
  const own = target === "fly" ? { fly: {} } : { kubernetes: { postgres: {}, redis: {} } };
  return { target, ...own, ...part } as unknown as PartialSettings;
}
