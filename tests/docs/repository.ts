import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Every file of the repository, tracked or new, without what is ignored. */
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

/** The pages for people, without those that are only input of a test. */
export const pages: readonly string[] = [...files].filter(
  (path) => path.endsWith(".md") && !path.startsWith("tests/") && !path.includes("/templates/"),
);

export const readText = (path: string): string => readFileSync(join(root, path), "utf8");
