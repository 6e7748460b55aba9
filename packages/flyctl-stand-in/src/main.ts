import process from "node:process";
import { readStdin } from "./cli/call.ts";
import { interruptedStatus, runFlyctl } from "./run.ts";

const folder = process.env.FLYCTL_SANDBOX_DIR ?? "";
if (folder === "") {
  process.stderr.write(
    "Error: this is the sandbox's stand-in for flyctl, not the real one. It keeps its state in $FLYCTL_SANDBOX_DIR, which is not set.\n",
  );
  process.exitCode = 1;
} else {
  const controller = new AbortController();
  const interrupted = (): void => {
    controller.abort();
    process.exit(interruptedStatus);
  };
  process.once("SIGTERM", interrupted).once("SIGINT", interrupted);
  process.exitCode = await runFlyctl(process.argv.slice(2), {
    env: process.env,
    folder,
    stdin: readStdin,
    output: { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) },
    signal: controller.signal,
  });
  process.off("SIGTERM", interrupted).off("SIGINT", interrupted);
}
