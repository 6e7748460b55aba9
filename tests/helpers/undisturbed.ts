import { afterAll, vi } from "vitest";

/*
 * Files of this project share a process, so that packages load once. The environment and spies are restored after each
 * file; another change in the process would reach the next file, so a file that leaves one fails.
 */

const globals = ["fetch", "Date", "setTimeout", "setInterval", "console"] as const;
const events = ["uncaughtException", "unhandledRejection"] as const;

const environment = { ...process.env };
const before = outside();

afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  const after = outside();
  const changed = [...before.keys()].filter((name) => before.get(name) !== after.get(name));
  if (changed.length > 0)
    throw new Error(`${changed.join(", ")}: changed for the next test file. Use vi.spyOn, or undo it.`);
});

function outside(): Map<string, unknown> {
  return new Map<string, unknown>([
    ...globals.map((name) => [`globalThis.${name}`, globalThis[name]] as const),
    ...events.map((name) => [`listeners of ${name}`, process.listenerCount(name)] as const),
    ["the working directory", process.cwd()],
    ["process.exitCode", process.exitCode],
    ["process.argv", process.argv.join("\0")],
  ]);
}
