import type { KubernetesConfig } from "../../../config/schema.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig, type Any } from "../../../tests/helpers/stack-files.ts";
import { checkRequirements, type Findings } from "./check.ts";
import { commandsFor } from "./commands.ts";
import type { ClusterFacts } from "../facts.ts";
import type { PreflightSettings, Requirement } from "./requirement.ts";

export type Change = (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;

/** The answers of a cluster by path, a status or a body; other paths answer 404. */
export type World = Record<string, object | number>;

/** What some requirements find in a cluster, with the settings of the prod stack. */
export async function findingsIn(
  world: World,
  wanted: (settings: PreflightSettings, commands: ReturnType<typeof commandsFor>) => Requirement[],
  change: Change = () => {},
): Promise<Findings & { facts: ClusterFacts }> {
  const settings = parseConfig(rawConfig("prod", change)).settings as KubernetesConfig;
  const commands = commandsFor("newjoy", { operatorNamespace: "cnpg-system" });
  return checkRequirements(
    ({ path }) => {
      const answer = world[decodeURIComponent(path)] ?? 404;
      return Promise.resolve(
        typeof answer === "number"
          ? { status: answer, body: { kind: "Status" } }
          : { status: 200, body: { kind: "Any", ...answer } },
      );
    },
    wanted(settings, commands),
  );
}

/** Findings as lines: `KEY: message`, warnings with a `?` before them. */
export const lines = ({ problems, warnings }: Findings): string[] => [
  ...problems.map(({ key, message }) => `${key}: ${message}`),
  ...warnings.map(({ key, message }) => `? ${key}: ${message}`),
];
