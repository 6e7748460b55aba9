import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ToolCache } from "../cache.ts";
import { parseUris } from "./apt.ts";
import { isOpenToAll, packagesFolder } from "./folder.ts";
import { isUnpacked } from "./package-sets.ts";
import { treeEnvironment, writeWrappers } from "./wrappers.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "debian-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("parses the downloads of apt, with and without a checksum, and ignores other output", () => {
  const text = [
    "NOTE: This is only a simulation!",
    "'http://deb.debian.org/x/zlib1g_1%3a1.2.13.dfsg-1_amd64.deb' zlib1g_1%3a1.2.13.dfsg-1_amd64.deb 86684 MD5Sum:2ba",
    "'http://deb.debian.org/x/libpq5_15.20-0%2bdeb12u1_amd64.deb' libpq5_15.20-0+deb12u1_amd64.deb 205248 ",
    "'http://deb.debian.org/x/ruby-pg_1.4.5-1%2bb1_amd64.deb' ruby-pg_1.4.5-1+b1_amd64.deb 384584 SHA256:00",
    "",
  ].join("\n");
  expect(parseUris(text)).toEqual([
    { name: "zlib1g", version: "1:1.2.13.dfsg-1", bytes: 86684 },
    { name: "libpq5", version: "15.20-0+deb12u1", bytes: 205248 },
    { name: "ruby-pg", version: "1.4.5-1+b1", bytes: 384584 },
  ]);
});

test.each(["libpq5", "postgresql-15", "postgresql-client-17", "libruby3.1", "libssl3t64", "libstdc++6", "pgbouncer"])(
  "unpacks %s",
  (name) => expect(isUnpacked(name)).toBe(true),
);

test.each(["libc6", "libc-bin", "dpkg", "perl-base", "libjson-perl", "postgresql-common", "libllvm14", "gcc-12-base"])(
  "does not unpack %s",
  (name) => expect(isUnpacked(name)).toBe(false),
);

test("packages of root are in a public folder, those of other users beside the other tools", () => {
  const closed = join(folder, "home");
  mkdirSync(closed, { mode: 0o700 });
  const cache = new ToolCache("my-sandbox", { MY_SANDBOX_CACHE: join(closed, "cache") });
  expect(isOpenToAll(cache.folder)).toBe(false);
  expect(packagesFolder(cache, true)).toBe("/var/cache/my-sandbox/packages");
  expect(packagesFolder(cache, false)).toBe(join(closed, "cache/packages"));
  chmodSync(closed, 0o755);
  chmodSync(folder, 0o755);
  expect(packagesFolder(cache, true)).toBe(join(closed, "cache/packages"));
});

test.runIf(process.platform === "linux")(
  "a program of a tree gets the tree's libraries, Ruby's and gems, wherever the tree is",
  () => {
    const tree = join(folder, "unfinished");
    const home = join(folder, "home");
    for (const part of [
      "usr/bin",
      "usr/lib/x86_64-linux-gnu/ruby/3.1.0",
      "usr/lib/ruby/vendor_ruby",
      "usr/lib/ruby/gems/3.1.0",
      "usr/share/rubygems-integration/all",
      "usr/lib/postgresql/15/bin",
    ])
      mkdirSync(join(tree, part), { recursive: true });
    copyFileSync("/bin/sh", join(tree, "usr/bin/program"));
    writeFileSync(join(tree, "usr/bin/script"), "#!/usr/bin/ruby\n", { mode: 0o755 });
    writeWrappers(tree, home);
    execFileSync("mv", [tree, home]);

    const output = execFileSync(
      join(home, "bin/program"),
      ["-c", 'echo "$LD_LIBRARY_PATH $RUBYLIB $GEM_PATH $1"', "-", "a b"],
      {
        encoding: "utf8",
      },
    );
    const { LD_LIBRARY_PATH, RUBYLIB, GEM_PATH } = treeEnvironment(home);
    expect(output.trim()).toBe(`${LD_LIBRARY_PATH} ${RUBYLIB} ${GEM_PATH} a b`);
    expect(LD_LIBRARY_PATH).toBe(join(home, "usr/lib/x86_64-linux-gnu"));
    expect(RUBYLIB?.split(":")).toEqual([
      join(home, "usr/lib/ruby/vendor_ruby"),
      join(home, "usr/lib/x86_64-linux-gnu/ruby/3.1.0"),
    ]);
    expect(GEM_PATH?.split(":")).toEqual([
      join(home, "usr/share/rubygems-integration/all"),
      join(home, "usr/lib/ruby/gems/3.1.0"),
    ]);
    // Its interpreter may be missing.
    expect(() => execFileSync(join(home, "bin/script"), { stdio: "ignore" })).toThrow("ENOENT");
  },
);
