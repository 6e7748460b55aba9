import { delimiter, join } from "node:path";
import { vi } from "vitest";
import { flyctlBinFolder } from "flyctl-stand-in";

/** The environment in which this process uses flyctl's stand-in; `fly` holds its state. */
export const flyEnvironment = (fly: string, folder: string): Record<string, string> => ({
  PATH: [flyctlBinFolder, process.env["PATH"] ?? ""].join(delimiter),
  FLYCTL_SANDBOX_DIR: fly,
  FLY_CONFIG_DIR: join(folder, "config"),
  FLY_API_TOKEN: "token",
});

/** Runs in this environment, without the steps' progress, and restores the environment. */
export async function insideEnvironment<T>(environment: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const silent = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    return await run();
  } finally {
    silent.mockRestore();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
