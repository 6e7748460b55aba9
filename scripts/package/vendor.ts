import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { projectFolder } from "../../lib/project-folder.ts";

interface Vendored {
  names: readonly string[];
  /** The only compiled files that import it. */
  importers: readonly string[];
}

/** Packages of which the program uses a small part. Bundled into the package, they need a hundredth of the space. */
export const vendored: Readonly<Record<string, Vendored>> = {
  "@kubernetes/client-node": { names: ["KubeConfig"], importers: ["components/kubernetes/preflight/kubeconfig.js"] },
  "@aws-sdk/client-s3": {
    names: ["GetObjectCommand", "ListObjectsV2Command", "paginateListObjectsV2", "S3Client", "S3ServiceException"],
    importers: ["ops/backup/bucket.js", "components/kubernetes/preflight/archive.js"],
  },
};

/** Bundles each of them into `vendor/`, with the licences of the packages inside. */
export async function vendor(folder: string): Promise<void> {
  const licences = new Map<string, Set<string>>();
  for (const [name, { names, importers }] of Object.entries(vendored)) {
    const file = `vendor/${name.split("/").at(-1)}.cjs`;
    const { metafile } = await build({
      stdin: { contents: `export { ${names.join(", ")} } from "${name}";`, resolveDir: projectFolder },
      outfile: join(folder, file),
      absWorkingDir: projectFolder,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      minify: true,
      legalComments: "none",
      metafile: true,
      logLevel: "warning",
    });
    for (const input of Object.keys(metafile.inputs)) addLicence(licences, input);
    for (const importer of importers) {
      const path = join(folder, importer);
      const text = readFileSync(path, "utf8");
      const place = `"${"../".repeat(importer.split("/").length - 1)}${file}"`;
      if (!text.includes(`"${name}"`))
        throw new Error(`${importer} does not import ${name}. Correct scripts/package/vendor.ts.`);
      writeFileSync(path, text.replaceAll(`"${name}"`, place));
    }
  }
  const texts = [...licences].map(([text, names]) => `${[...names].sort().join("\n")}\n\n${text.trim()}\n`);
  writeFileSync(join(folder, "vendor", "LICENSES.txt"), texts.sort().join(`\n${"-".repeat(80)}\n\n`));
}

/** Adds the package that a bundled file belongs to, under the text of its licence. */
function addLicence(licences: Map<string, Set<string>>, input: string): void {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
  if (folder === undefined) return;
  const root = join(projectFolder, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  const [file] = globSync("{LICEN[CS]E,licen[cs]e}*", { cwd: root });
  const text = file === undefined ? "" : readFileSync(join(root, file), "utf8");
  licences.set(text, (licences.get(text) ?? new Set()).add(`${name} ${version} (${license})`));
}
