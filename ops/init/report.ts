import type { SecretsPlan } from "./plan.ts";

export interface InitReport {
  stack: string;
  file: string;
  isNew: boolean;
  plan: SecretsPlan;
  /** Whether the stack exists in Pulumi's backend. */
  isStack: boolean;
}

/** What was written, and the next commands. */
export function formatInit({ stack, file, isNew, plan, isStack }: InitReport): string {
  const { store, kept, missing, exported, unused } = plan;
  const commands = [
    ...(isStack ? [] : [`pulumi stack init ${stack}`]),
    ...missing.map((name) => `pulumi config set --secret chatwoot:${name} --stack ${stack}`),
    ...exported.map(({ file: env }) => `set -a; . ${quoted(env)}; set +a`),
    `pulumi preview --stack ${stack}`,
  ];
  return [
    isNew ? `${file}: written` : `${file}: kept, it already has settings`,
    ...store.map(({ name, variable, file: env }) => `${name}: set from ${variable} in ${env}`),
    ...kept.map((name) => `${name}: kept`),
    ...(unused.length > 0 ? [`Not used by this stack: ${unused.join(", ")}`] : []),
    "",
    "Next:",
    ...[...new Set(commands)].map((command) => `  ${command}`),
  ].join("\n");
}

/** A path as a word of a shell, which a `.` does not look for on PATH. */
function quoted(path: string): string {
  const word = path.includes("/") ? path : `./${path}`;
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
