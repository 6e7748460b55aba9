import { pbkdf2Sync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const preload = join(projectFolder, "tests/helpers/programs/derived-keys.cjs");

test("processes share a derived key, and other arguments have their own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "derived-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const derive = async (iterations: number): Promise<string> => {
    // As a module, because the programs import the function by its name.
    const script = `import keepDerivedKeys from ${JSON.stringify(preload)};
      keepDerivedKeys(${JSON.stringify(folder)});
      const { pbkdf2 } = await import("node:crypto");
      pbkdf2("p", Buffer.from("salt"), ${iterations}, 32, "sha256", (error, key) => console.log(error ?? key.toString("hex")));`;
    const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", script], {
      env: { NODE_OPTIONS: undefined },
      timeout: 20_000,
    });
    return stdout;
  };
  const real = (iterations: number): string => pbkdf2Sync("p", "salt", iterations, 32, "sha256").toString("hex");
  expect(await derive(10)).toBe(real(10));
  expect(await derive(11)).toBe(real(11));
  const kept = readdirSync(folder);
  expect(kept).toHaveLength(2);
  for (const name of kept) {
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, name), "kept");
  }
  expect(await derive(10)).toBe(Buffer.from("kept").toString("hex"));
});
