import type { FaultFile } from "../../src/index.ts";
import type { Recorded } from "./recorded.ts";

/** What the recorded call met, as its output tells it. */
export function faultsIn({ stdout, stderr, exit }: Recorded): FaultFile {
  const status = /exited with non-zero status of (\d+)/.exec(stdout)?.[1];
  const logs = [...new Set([...stderr.matchAll(/^\S+\dZ\S* (.*)$/gm)].map(([, line = ""]) => line))];
  const refused = /\[(\w+)\] update failed: failed to update VM/.exec(stdout)?.[1];
  const unhealthy = stderr.includes("waiting for health checks to pass");
  const image = /Could not find image "([^"]+)"/.exec(stderr)?.[1];
  return {
    ...(status && { releaseCommand: { exitCode: Number(status), isForgotten: exit === 0, logs } }),
    ...(refused && { updateError: refused }),
    ...(unhealthy && { healthCheck: "web" }),
    ...(image && { missingImages: [image] }),
  };
}
