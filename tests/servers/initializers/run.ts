import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { chosenInitializers, type ClientAddressSource } from "../../../components/chatwoot/initializers.ts";
import { rubyWithGems } from "../../../sandbox/database/database.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

export interface RunOptions {
  clientAddress?: ClientAddressSource;
  /** False runs the doubles alone. Default: true. */
  isMounted?: boolean;
  input?: unknown;
}

/** Runs the doubles with an initializer, as it is mounted, and returns what they print. */
export async function runDoubles(name: string, options: RunOptions = {}): Promise<unknown> {
  const { clientAddress = { hops: 1 }, isMounted = true, input } = options;
  const { ruby } = await rubyWithGems();
  const files = chosenInitializers({ config: {}, image: "chatwoot/chatwoot:v4.16.2", clientAddress });
  const temporary = mkdtempSync(join(tmpdir(), "chatwoot-initializer-"));
  try {
    const file = join(temporary, `${name}.rb`);
    writeFileSync(file, files.find((each) => each.name === `${name}.rb`)!.text);
    const { stdout } = await execa(
      ruby,
      ["--disable-gems", "-I", join(folder, "doubles"), join(folder, `${name}.rb`), ...(isMounted ? [file] : [])],
      { input: JSON.stringify(input ?? null), timeout: 60_000 },
    );
    return JSON.parse(stdout);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
