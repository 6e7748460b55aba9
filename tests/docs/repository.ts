import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Every tracked or new file of the repository, without ignored ones. */
export const files: ReadonlySet<string> = new Set(
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== ""),
);

export const folders: ReadonlySet<string> = new Set(
  [...files].flatMap((path) => {
    const parts = path.split("/");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
  }),
);

/** The pages for readers, without test inputs. */
export const pages: readonly string[] = [...files].filter(
  (path) => path.endsWith(".md") && !path.startsWith("tests/") && !path.includes("/templates/"),
);

export const readText = (path: string): string => readFileSync(join(root, path), "utf8");
