import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { stepCommand } from "../../../components/driver/command.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Programs that the tests start often. Each runs from one bundle, which takes a third of the processor time. */
export const programs = [
  "components/driver/main.ts",
  "components/driver/step.ts",
  "packages/flyctl-stand-in/src/main.ts",
  "sandbox/cli/main.ts",
  "ops/main.ts",
  "sandbox/pulumi/main.ts",
  "index.ts",
];

/** The folder of one version's bundles. */
export interface Bundles {
  /** For NODE_OPTIONS: Node runs a program's bundle instead of its source. */
  readonly preload: string;
  /** For NODE_COMPILE_CACHE. */
  readonly compileCache: string;
}

/** Bundles the programs, or reuses an earlier run's bundles of the same sources. */
export async function bundlePrograms(): Promise<Bundles> {
  const kept = join(root, ".cache", "programs");
  const folder = join(kept, contentKey());
  if (!existsSync(folder)) {
    mkdirSync(kept, { recursive: true });
    const unfinished = mkdtempSync(join(kept, "unfinished-"));
    await Promise.all(programs.map((program) => bundle(program, join(unfinished, bundleName(program)))));
    writeFileSync(join(unfinished, "preload.cjs"), preload(folder));
    finish(unfinished, folder);
  }
  utimesSync(folder, new Date(), new Date());
  removeOld(kept);
  return { preload: join(folder, "preload.cjs"), compileCache: join(folder, "compiled") };
}

/** Changes with every source file, with the packages and with the version of Node. */
function contentKey(): string {
  const files = globSync("**/*.{cjs,ts,json}", {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|artifacts|\.[^/]+)$/.test(path),
  });
  const hash = createHash("sha256").update(`${root}\0${process.version}`);
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

const bundleName = (program: string): string => program.replace(/\.ts$/, "").replaceAll("/", "-");

async function bundle(program: string, folder: string): Promise<void> {
  await build({
    entryPoints: { main: program },
    absWorkingDir: root,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // Code that is loaded on demand stays in separate files.
    splitting: true,
    platform: "node",
    format: "esm",
    keepNames: true,
    // As Node does: types are removed, and nothing else changes.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    // These read files in their own folder, so they are loaded from node_modules.
    external: ["@pulumi/*", "esbuild", "google-protobuf", "pg-native"],
    plugins: [packagesOnDemand, placesOfSources],
    // Bundled CommonJS requires Node's built-in modules.
    banner: {
      js: `import { createRequire as requireOf } from "node:module"; const require = requireOf(${JSON.stringify(join(root, program))});`,
    },
    logLevel: "warning",
  });
}

/** A package that is loaded on demand would be bundled whole, with unused code. */
const packagesOnDemand: Plugin = {
  name: "packages-on-demand",
  setup(bundling) {
    bundling.onResolve({ filter: /^[@\w]/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : null,
    );
  },
};

/** A file that reads a neighbouring file must find it from the bundle too. */
const placesOfSources: Plugin = {
  name: "places-of-sources",
  setup(bundling) {
    bundling.onLoad({ filter: /\.([cm]?js|ts)$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.")) return null;
      const contents = text
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
      return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

const helper = (name: string): string => JSON.stringify(join(root, "tests/helpers/programs", name));
const evaluatedText = stepCommand("app").interpreter.at(-1);

/**
 * Pulumi's host starts by its file name and loads `index.ts`; a step starts by the text of its command. Derived keys are
 * kept (derived-keys.cjs), and unused packages are not loaded (unused-packages.cjs). The hook ends when the program is found:
 * with a hook, Node resolves every module more slowly.
 */
function preload(folder: string): string {
  const table = programs.map((program) => [join(root, program), join(folder, bundleName(program), "main.mjs")]);
  return `const { registerHooks } = require("node:module");
const { resolve } = require("node:path");
const { pathToFileURL } = require("node:url");
const bundles = ${JSON.stringify(Object.fromEntries(table), null, 2)};
const started = process.argv[1] ?? "";
require(${helper("derived-keys.cjs")})(${JSON.stringify(join(folder, "keys"))});
require(${helper("unused-packages.cjs")})();
const evaluated = process.execArgv[process.execArgv.indexOf("-e") + 1];
const program = evaluated === ${JSON.stringify(evaluatedText)} ? ${JSON.stringify(join(root, "components/driver/step.ts"))} : /@pulumi[\\\\/]pulumi[\\\\/]cmd[\\\\/]run[\\\\/]/.test(started) ? ${JSON.stringify(join(root, "index.ts"))} : resolve(started);
if (bundles[program] !== undefined) {
  const source = pathToFileURL(program).href;
  const url = pathToFileURL(bundles[program]).href;
  const hook = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (found.url !== source) return found;
      hook.deregister();
      return { ...found, url, format: "module" };
    },
  });
}
`;
}

/** Another run may have created the same folder. */
function finish(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/** Bundles of older sources; a run that began with them may still use them. */
function removeOld(kept: string): void {
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    if (Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path, { recursive: true, force: true });
  }
}
