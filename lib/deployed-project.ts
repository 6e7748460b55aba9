import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of the deployed Pulumi project, whose files are the user's: the nearest folder with a Pulumi.yaml, from the
 * working directory upwards. Without one, the working directory.
 */
export function deployedProject(from = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return from;
  }
}
