import process from "node:process";
import { readStdin } from "./cli/call.ts";
import { runFlyctl } from "./run.ts";

const folder = process.env.FLYCTL_SANDBOX_DIR ?? "";
if (folder === "") {
  process.stderr.write(
    "Error: this is the sandbox's stand-in for flyctl, not the real one. It keeps its state in $FLYCTL_SANDBOX_DIR, which is not set.\n",
  );
  process.exitCode = 1;
} else {
  process.exitCode = await runFlyctl(process.argv.slice(2), process.env, folder, readStdin);
}
