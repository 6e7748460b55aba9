import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Folders of programs in an unpacked tree. The first folder with a program's name takes precedence. */
function programFolders(tree: string): string[] {
  return [
    ...found(join(tree, "usr/lib/postgresql"), "bin"),
    ...["usr/bin", "usr/sbin"].map((part) => join(tree, part)),
  ];
}

/** The existing `part` below each folder in `folder`. */
function found(folder: string, part: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, part))
    .filter((path) => existsSync(path));
}

/** The folders of shared libraries: `lib` and `usr/lib` of the machine's architecture. */
function libraryFolders(tree: string): string[] {
  return ["usr/lib", "lib"]
    .flatMap((part) => (existsSync(join(tree, part)) ? readdirSync(join(tree, part)).map((name) => [part, name]) : []))
    .filter(([, name]) => /-linux-gnu/.test(name as string))
    .map(([part, name]) => join(tree, part as string, name as string));
}

/** Ruby expects its library below /usr; here it is below the tree. */
function rubyFolders(tree: string): string[] {
  const roots = [join(tree, "usr/lib"), ...libraryFolders(tree)].map((folder) => join(folder, "ruby"));
  const versions = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
          .map((name) => join(folder, name))
      : [];
  return roots
    .flatMap((root) => [...versions(join(root, "vendor_ruby")), join(root, "vendor_ruby"), ...versions(root)])
    .filter((folder) => existsSync(folder));
}

/** Folders of gems: Ruby's own and those of packages. */
function gemFolders(tree: string): string[] {
  return ["usr/share/rubygems-integration", "usr/lib/ruby/gems"]
    .map((part) => join(tree, part))
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []));
}

/** Environment variables for a program of the tree. */
export function treeEnvironment(tree: string): Record<string, string> {
  const ruby = rubyFolders(tree);
  const gems = gemFolders(tree);
  return {
    LD_LIBRARY_PATH: libraryFolders(tree).join(":"),
    ...(ruby.length > 0 && { RUBYLIB: ruby.join(":") }),
    ...(gems.length > 0 && { GEM_PATH: gems.join(":") }),
  };
}

/** Scripts are skipped: their interpreter's path below /usr may not exist. */
function isMachineCode(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const file = openSync(path, "r");
  try {
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    return magic.equals(Buffer.from("\x7fELF", "latin1"));
  } finally {
    closeSync(file);
  }
}

/**
 * Creates a folder `bin` for PATH, with a wrapper script for each compiled program of the tree. `home` is the final path of
 * the tree.
 */
export function writeWrappers(tree: string, home: string): void {
  const bin = join(tree, "bin");
  mkdirSync(bin);
  const settings = Object.entries(treeEnvironment(tree)).map(
    ([key, value]) => `export ${key}="${value.replaceAll(tree, home)}"\n`,
  );
  for (const folder of programFolders(tree)) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const script = join(bin, name);
      if (existsSync(script) || !isMachineCode(join(folder, name))) continue;
      const program = join(folder, name).replaceAll(tree, home);
      writeFileSync(script, `#!/bin/sh\n${settings.join("")}exec "${program}" "$@"\n`);
      chmodSync(script, 0o755);
    }
  }
}
