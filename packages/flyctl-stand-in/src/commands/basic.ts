import { arch, platform } from "node:process";
import { json } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { buildDate, commit, version } from "../version.ts";

const goArch = arch === "x64" ? "amd64" : arch;

export const basicCommands: readonly CommandSpec[] = [
  {
    path: "version",
    short: "Show version information for the flyctl command",
    flags: [json],
    args: { kind: "any" },
    session: false,
    app: "none",
    mutating: false,
    run: (call) => {
      if (call.json) {
        const info = {
          Name: "flyctl",
          Version: version,
          Commit: commit,
          BranchName: "sandbox",
          BuildDate: buildDate,
          OS: platform,
          Architecture: goArch,
          Environment: "production",
        };
        call.out(`${JSON.stringify(info)}\n`);
      } else {
        call.out(
          `flyctl v${version} ${platform}/${goArch} Commit: ${commit} BuildDate: ${buildDate} BranchName: sandbox\n`,
        );
      }
    },
  },
  {
    path: "auth whoami",
    short: "Show the currently authenticated user",
    flags: [json],
    args: { kind: "any" },
    session: true,
    app: "none",
    mutating: false,
    run: (call) => {
      const email = "operator@sandbox.example";
      if (call.json) call.printJson({ email });
      else call.out(`${email}\n`);
    },
  },
];
