import type { ProviderContext } from "../../../src/provider.ts";

/** A provider context that records what it is told. */
export function testContext(type: string, options: Partial<ProviderContext> = {}) {
  const warnings: string[] = [];
  const lines: string[] = [];
  const context: ProviderContext = {
    urn: `urn:pulumi:dev::test::${type}::thing`,
    name: "thing",
    type,
    preview: false,
    projectDir: import.meta.dirname,
    signal: new AbortController().signal,
    warn: (message) => void warnings.push(message),
    info: (message) => void lines.push(message),
    status: (message) => void lines.push(message),
    ...options,
  };
  return Object.assign(context, { warnings, lines });
}
