import { mergeValues, type Props, type RunResult } from "pulumi-embedded-engine";
import { offlineCluster } from "../../preview/cluster.ts";
import { offlineCommands } from "../../preview/commands.ts";
import { randomProvider } from "pulumi-embedded-engine/providers";
import { buildTools } from "kubernetes-sandbox/tools";
import type { Overlay } from "../sandbox/support.ts";
import { program, stackEngine, type StackOptions } from "./in-process.ts";
import type { StackName } from "./stack-files.ts";
import { toolCache } from "../../preview/tool-cache.ts";

const helm = async (): Promise<string> => (await buildTools(toolCache)).helm;
const providers = { random: randomProvider, command: offlineCommands, kubernetes: offlineCluster(helm) };

/** A whole stack with its chart rendered by helm, deployed to nothing in this process: the input of `preview:diff`. */
export async function planned(
  stack: StackName,
  change: NonNullable<StackOptions["change"]> = () => {},
  command: "up" | "preview" = "up",
): Promise<RunResult> {
  const charted: typeof change = (values) => {
    if (stack === "prod") values.settings["kubernetes"].chart = { path: "./sandbox/chart" };
    change(values);
  };
  const result = await stackEngine(stack, { providers, change: charted })[command](program);
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  if (!result.ok) throw new Error(errors.join("\n"));
  return result;
}

/** An overlay of the sandbox's command line over a stack's values. A null removes the value below it. */
export function overlaid({ config = {}, secrets = {} }: Overlay): NonNullable<StackOptions["change"]> {
  const own = (key: string): string => key.replace(/^chatwoot:/, "");
  return (values) => {
    for (const [key, value] of Object.entries(config)) {
      values.settings[own(key)] = withoutNulls(mergeValues(values.settings[own(key)], value));
      if (value === null) {
        delete values.settings[own(key)];
        delete values.secrets[own(key)];
      }
    }
    for (const [key, value] of Object.entries(secrets)) values.secrets[own(key)] = value;
  };
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value as Props).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
