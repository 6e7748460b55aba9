/* Builds the package in dist/ and packs it: `npm run package [-- FOLDER]`. Prints the tarball's path; FOLDER gets it. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { projectFolder } from "../../lib/project-folder.ts";
import { buildPackage } from "./build.ts";

const folder = resolve(process.argv[2] ?? projectFolder);
const content = join(folder, "dist");
await buildPackage(content);
mkdirSync(folder, { recursive: true });
const { stdout } = await execa("npm", ["pack", content, "--pack-destination", folder, "--json"], { cwd: folder });
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(stdout) as [Record<string, string | number>];
console.error(`${entryCount} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`);
console.log(join(folder, String(filename)));

function kilobytes(bytes: unknown): string {
  return `${Math.round(Number(bytes) / 1000)} kB`;
}
