import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags } from "../cli/flags.ts";
import { splitWords } from "../cli/shell-words.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { startOnMachine } from "../state/inside.ts";
import { listed } from "./status.ts";

/** Opens a session on a started machine, with the program in `inside.json`. */
async function sshConsole(call: Call): Promise<void> {
  const { flags, appName } = call;
  const app = call.readApp();
  const started = listed(app).filter(({ state }) => state === "started");
  const [first] = started;
  if (first === undefined)
    throw new FlyError(
      `app ${appName} has no started VMs.\nIt may be unhealthy or not have been deployed yet.\nTry the following command to verify:\n\nfly status`,
    );
  const wanted = flags.string("machine");
  const machine = wanted === "" ? first : started.find(({ id }) => id === wanted);
  if (machine === undefined) throw new FlyError(`--machine=${JSON.stringify(wanted)} not found/started`);
  if (wanted === "" && started.length > 1)
    call.out(`No machine specified, using ${machine.id} in region ${machine.region}\n`);
  const words = splitWords(flags.string("command"));
  const session = startOnMachine(call, { app, id: machine.id, words, stdio: "inherit" });
  if (session === undefined)
    throw new FlyError("ssh shell: the sandbox has no program for machines (inside.json is missing)");
  // Ctrl-C in the terminal is for the program, so it must not end this process.
  process.removeAllListeners("SIGINT").on("SIGINT", () => undefined);
  const exitCode = await new Promise<number>((resolve, reject) => {
    session.once("error", reject);
    session.once("close", (code) => resolve(code ?? 1));
  });
  if (exitCode !== 0) throw new FlyError(`ssh shell: Process exited with status ${exitCode}`);
}

export const sshCommands: readonly CommandSpec[] = [
  {
    path: "ssh console",
    short: "Connect to a running instance of the current app.",
    flags: [
      ...appFlags,
      { name: "command", short: "C", type: "string", usage: "command to run on SSH session" },
      { name: "machine", type: "string", usage: "Run the console in the existing machine with the specified ID" },
      { name: "pty", type: "bool", usage: "Allocate a pseudo-terminal (default: on when no command is provided)" },
      { name: "quiet", short: "q", type: "bool", usage: "Don't print progress indicators for WireGuard" },
    ],
    args: { kind: "atMost", count: 1 },
    session: true,
    app: "required",
    mutating: true,
    run: sshConsole,
  },
];
