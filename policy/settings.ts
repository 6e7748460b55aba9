import type { AnyRule, Setting } from "./rule.ts";

const settingsOf = ({ settings }: AnyRule): [string, Setting][] => Object.entries(settings);

export function defaultsOf(rule: AnyRule): Record<string, unknown> {
  return Object.fromEntries(settingsOf(rule).map(([key, setting]) => [key, setting.default]));
}
