import { readFileSync } from "node:fs";
import { readGoYaml } from "pulumi-embedded-engine";
import type { RawConfig } from "../../stacks/parse.ts";

const root = new URL("../../", import.meta.url);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test breaks its values in every way
export type Any = any;

export type StackName = "staging" | "prod";
export const stackNames: readonly StackName[] = ["staging", "prod"];

/** A stack's configuration by key, objects as objects, with the sandbox's values for its secrets. */
export function stackValues(stack: StackName): { settings: Record<string, unknown>; secrets: Record<string, string> } {
  const own = (values: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([key]) => key.startsWith("chatwoot:"))
        .map(([key, value]) => [key.slice("chatwoot:".length), value]),
    );
  const { config } = read(`Pulumi.${stack}.yaml`) as { config: Record<string, unknown> };
  const { secrets } = read(`sandbox/values/${stack}.yaml`) as { secrets: Record<string, string> };
  return { settings: own(config), secrets: own(secrets) as Record<string, string> };
}

/** The same in the form that Pulumi passes to the program; `change` edits it first. */
export function rawConfig(
  stack: StackName,
  change: (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void = () => {},
): RawConfig {
  const { settings, secrets } = structuredClone(stackValues(stack));
  change({ settings, secrets });
  const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const values = Object.fromEntries(
    Object.entries({ ...settings, ...secrets }).map(([key, value]) => [key, asText(value)]),
  );
  return { stack, values, encrypted: new Set(Object.keys(secrets)) };
}

export function read(path: string): unknown {
  return readGoYaml(readFileSync(new URL(path, root), "utf8"));
}
