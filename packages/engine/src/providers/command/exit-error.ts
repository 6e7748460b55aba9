import { existsSync } from "node:fs";
import { constants } from "node:os";

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGPIPE: "broken pipe",
  SIGTERM: "terminated",
};

/** The reason of a failed command in the words of Go's os/exec, which the real provider returns. */
export const exitError = {
  ended(code: number | null, signal: NodeJS.Signals | null): string {
    if (signal === null) return `exit status ${code}`;
    return `signal: ${signalNames[signal] ?? `signal ${constants.signals[signal]}`}`;
  },
  start(error: NodeJS.ErrnoException, file: string, dir: string): string {
    // Node.js reports the program even if it is the folder that does not exist.
    if (!existsSync(dir)) return `chdir ${dir}: no such file or directory`;
    if (error.code !== "ENOENT" && error.code !== "EACCES") return error.message;
    const reason = error.code === "EACCES" ? "permission denied" : "no such file or directory";
    if (file.includes("/")) return `fork/exec ${file}: ${reason}`;
    return `exec: "${file}": ${error.code === "ENOENT" ? "executable file not found in $PATH" : reason}`;
  },
};
