import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { programFile, scheduledProgram } from "../../components/chatwoot/pipeline-schedule/bundle.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { vendor } from "./vendor.ts";
import { packageManifest, type Manifest } from "./manifest.ts";

/** Files that are read at run time, and those that every package has. */
const copied = [
  "{components,ops}/**/*.{rb,sql,lua,yaml}",
  ".github/workflows/weekly-report.yml",
  "dashboards/kubernetes.json",
  "schema/pulumi-stack.schema.json",
  "policy/{PulumiPolicy.yaml,package.json,exceptions.json}",
  "scripts/ci/{confidential,deploy,drift,environments,evidence,issue,preview,reports}.sh",
  "{README,CHANGELOG}.md",
  "LICENSE",
];

/** Compiled because a command of development imports it: that command needs the embedded engine. */
const leftOut = ["preview", "ops/adopt/planned.js", "ops/adopt/planned.d.ts"];

/** Writes the package's content to a folder: compiled JavaScript, declarations, and the files that it reads. */
export async function buildPackage(folder: string): Promise<void> {
  const read = (path: string): string => readFileSync(join(projectFolder, path), "utf8");
  rmSync(folder, { recursive: true, force: true });
  await execa("tsc", ["--project", "tsconfig.package.json", "--outDir", folder], {
    cwd: projectFolder,
    preferLocal: true,
    localDir: projectFolder,
    stdio: "inherit",
  });
  for (const path of leftOut) rmSync(join(folder, path), { recursive: true });
  for (const path of copied.flatMap((pattern) => globSync(pattern, { cwd: projectFolder }))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(projectFolder, path), join(folder, path));
  }
  // The same text as from the sources, so that it changes only with the program.
  writeFileSync(join(folder, "components/chatwoot/pipeline-schedule", programFile), scheduledProgram());
  await vendor(folder);
  const manifest = packageManifest(JSON.parse(read("package.json")) as Manifest);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
