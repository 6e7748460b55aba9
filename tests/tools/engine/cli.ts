import { execa } from "execa";
import { builtPulumi, buildPulumi, progressPrinter } from "kubernetes-sandbox/tools";
import { toolCache } from "../../../preview/tool-cache.ts";
import { exhaustive } from "../../helpers/exhaustive.ts";

/** The real Pulumi CLI: the built one, which an exhaustive run builds, or the one on PATH. Undefined without one. */
export const cli: string | undefined = exhaustive
  ? await buildPulumi(toolCache, progressPrinter())
  : (builtPulumi(toolCache) ?? (await onPath()));

async function onPath(): Promise<string | undefined> {
  const { failed } = await execa("pulumi", ["version"], { reject: false, timeout: 10_000 });
  return failed ? undefined : "pulumi";
}
