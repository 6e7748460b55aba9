import { cpSync, globSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { projectFolder } from "../../lib/project-folder.ts";
import { buildPackage } from "../../scripts/package/build.ts";

/** Packs this repository and returns the unpacked tarball's folder. */
export async function unpackedPackage(folder: string): Promise<string> {
  const content = join(folder, "dist");
  await buildPackage(content);
  await execa("npm", ["pack", content, "--pack-destination", folder], { cwd: folder });
  const [tarball = "none"] = globSync("*.tgz", { cwd: folder });
  await execa("tar", ["--extract", "--gzip", "--file", tarball], { cwd: folder });
  return join(folder, "package");
}

export const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
    bin: Record<string, string>;
  };

/** A project from the template, with the package installed and its dependencies linked from this checkout. */
export function newProject(folder: string, unpacked: string): void {
  cpSync(join(projectFolder, "template"), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  const { name, dependencies } = manifestOf(unpacked);
  for (const dependency of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(join(projectFolder, "node_modules", dependency), join(modules, dependency));
  }
  renameSync(unpacked, join(modules, name));
}

/** The imports of every JavaScript file: bare names, and relative paths that do not exist. */
export function importsOf(folder: string): { packages: Set<string>; missing: string[] } {
  const [packages, missing] = [new Set<string>(), [] as string[]];
  for (const file of globSync("**/*.{js,mjs}", { cwd: folder })) {
    const text = readFileSync(join(folder, file), "utf8");
    const found = text.matchAll(/^(?:import|export)\b[^;"]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm);
    for (const [, from, bare, dynamic] of found) {
      const specifier = from ?? bare ?? dynamic ?? "";
      if (!specifier.startsWith(".")) packages.add(/^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)![0]);
      else if (globSync(join(dirname(file), specifier), { cwd: folder }).length === 0)
        missing.push(`${file}: ${specifier}`);
    }
  }
  return { packages, missing };
}
