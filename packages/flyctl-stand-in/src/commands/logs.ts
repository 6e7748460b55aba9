import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json, region } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import type { LogLine } from "../state/types.ts";

const pollSeconds = 0.1;
/** Number of lines in one response of Fly.io's servers. */
const bufferedLines = 100;

/**
 * Prints the log and follows it, unless `--no-tail` is set. As in the real flyctl, `--no-tail` still waits for a first
 * line: forever, for an app without any output.
 */
async function logs(call: Call): Promise<void> {
  const machine = call.flags.string("machine");
  if (call.store.read().apps[call.appName] === undefined) throw new FlyError("404 Not Found");
  const tails = !call.flags.bool("no-tail");
  for (let printed = 0; ;) {
    const found = matching(call, machine);
    const fresh = found.slice(printed === 0 ? -bufferedLines : printed);
    for (const line of fresh) print(call, line);
    printed = found.length;
    if (!tails && printed > 0) return;
    await call.sleep(pollSeconds);
  }
}

/** flyctl ignores the region if a machine is given. */
function matching(call: Call, machine: string): readonly LogLine[] {
  const wanted = machine === "" ? call.region : "";
  return allLines(call).filter(
    (line) => (machine === "" || line.instance === machine) && (wanted === "" || line.region === wanted),
  );
}

/** Log lines by app: of machines, release commands and a test's `logs.json`. */
function allLines(call: Call): readonly LogLine[] {
  const seeded = call.store.readJson<Record<string, readonly Partial<LogLine>[]>>("logs.json", {});
  const complete = (line: Partial<LogLine>): LogLine => ({
    timestamp: new Date(0).toISOString(),
    level: "info",
    instance: "",
    region: "",
    message: "",
    ...line,
  });
  return [...call.readApp().logs, ...(seeded[call.appName] ?? []).map(complete)].sort((a, b) =>
    a.timestamp.localeCompare(b.timestamp),
  );
}

function print(call: Call, { level, instance, message, region: at, timestamp, provider = "app" }: LogLine): void {
  if (call.json) {
    return call.printJson({
      level,
      instance,
      message,
      region: at,
      timestamp,
      meta: {
        Instance: instance,
        Region: at,
        Event: { Provider: provider },
        HTTP: { Request: { ID: "", Method: "", Version: "" }, Response: { status_code: 0 } },
        Error: { Code: 0, Message: "" },
        URL: { Full: "" },
      },
    });
  }
  const time = timestamp.replace(/\.\d+Z$/, "Z");
  const source = instance === "" ? provider : `${provider}[${instance}]`;
  const levelColour = { debug: 36, info: 34, warn: 33, warning: 33 }[level] ?? 31;
  call.out(`${colour(2, time)} ${source} ${colour(32, at)} [${colour(levelColour, level)}]${message}\n`);
}

/** Coloured even with NO_COLOR, as in the real flyctl. */
const colour = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[0m`;

export const logsCommand: CommandSpec = {
  path: "logs",
  short: "View app logs",
  flags: [
    ...appFlags,
    region,
    json,
    {
      name: "machine",
      short: "m",
      type: "string",
      aliases: ["instance"],
      aliasShorthand: true,
      usage: "Filter by machine ID",
    },
    { name: "no-tail", short: "n", type: "bool", usage: "Do not continually stream logs" },
  ],
  args: { kind: "none" },
  session: true,
  app: "required",
  mutating: false,
  run: logs,
};
