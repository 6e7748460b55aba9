import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { StepProblem } from "../../lib/problem.ts";

/** A variable of a folder of `.env` files. */
export interface VaultValue {
  value: string;
  /** The file, relative to the working directory. */
  file: string;
}

/** Words in a path that name an environment: a file of another environment is skipped. */
const environments = ["dev", "development", "test", "qa", "staging", "preprod", "prod", "production"];

/** Reads `NAME=value` from every `.env` file below the folder that does not belong to another environment. */
export function readVault(folder: string, stack: string): Map<string, VaultValue> {
  const found = new Map<string, VaultValue>();
  for (const path of envFiles(folder).filter((file) => isOf(stack, relative(folder, file)))) {
    const file = relative(process.cwd(), path);
    for (const [name, value] of parseEnvFile(readFileSync(path, "utf8"))) {
      const known = found.get(name);
      if (known !== undefined && known.value !== value)
        throw new StepProblem(
          `--env ${folder}`,
          `${name} has different values in ${known.file} and ${file}`,
          `Remove one, or add the environment to the file's name, as in name_${stack}.env`,
        );
      found.set(name, { value, file });
    }
  }
  return found;
}

function envFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(^|\.)env($|\.)/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new StepProblem(`--env ${folder}`, problem, "Name a folder of .env files");
  }
}

/** Whether a path names this stack, or no environment at all. */
function isOf(stack: string, path: string): boolean {
  const words = path.toLowerCase().split(/[^a-z0-9]+/);
  return words.includes(stack.toLowerCase()) || !words.some((word) => environments.includes(word));
}

/** The assignments of a file that a shell can read: a `#` starts a comment only after a space. */
export function parseEnvFile(text: string): [name: string, value: string][] {
  const lines = text.matchAll(
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\r\n]*?))(?:[ \t]+#.*)?[ \t]*\r?$/gm,
  );
  return [...lines]
    .map(([, name = "", double, single, bare]): [string, string] => [name, double ?? single ?? bare ?? ""])
    .filter(([, value]) => value !== "");
}
