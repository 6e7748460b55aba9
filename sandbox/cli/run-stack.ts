import { removeKept } from "../database/database.ts";
import type { OnProgress } from "kubernetes-sandbox/tools";
import { withFacts } from "./facts.ts";
import type { SandboxFolders } from "./folders.ts";
import type { PreparedStack } from "./prepare.ts";
import type { RunOptions, RunSummary, StackEngine } from "./stack-engine.ts";

export type RunCommand = "preview" | "up" | "destroy" | "refresh";

export interface StackRun {
  stack: PreparedStack;
  engine: StackEngine;
  folders: SandboxFolders;
  onProgress: OnProgress;
  options: RunOptions;
  /** Remove the protection of every resource before `destroy`. */
  unprotect: boolean;
}

/** Previews, deploys, destroys or refreshes one prepared stack. `destroy` also deletes its facts. */
export async function runStack(command: RunCommand, run: StackRun): Promise<RunSummary> {
  const { stack, engine, folders, onProgress, options, unprotect } = run;
  switch (command) {
    case "preview":
    case "refresh":
      return engine[command](stack, options);
    case "up":
      return withFacts(stack.facts, onProgress, () => engine.up(stack, options));
    case "destroy": {
      if (unprotect) await engine.unprotect(stack);
      const summary = await engine.destroy(stack, options);
      if (summary.ok) await removeKept(folders.facts(stack.name));
      return summary;
    }
  }
}
