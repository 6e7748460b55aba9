/* Builds the documentation site from the Markdown pages: `npm run docs`; `npm run docs -- --serve` serves it. */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, serve } from "vitepress";
import { projectFolder } from "../../lib/project-folder.ts";
import { brokenLinks } from "./built-links.ts";
import { fileOf, pageText, readSite, sourcePage } from "./pages.ts";

const { values } = parseArgs({ options: { serve: { type: "boolean" }, port: { type: "string", default: "4173" } } });
const work = join(projectFolder, ".cache/docs");
const result = join(work, "site");

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
};

rmSync(work, { recursive: true, force: true });
const site = readSite(projectFolder);
for (const [path, page] of site.pages) write(`pages/${fileOf(path)}`, pageText(path, page));
for (const path of site.sources) write(`pages/${fileOf(path)}`, sourcePage(projectFolder, path));
for (const path of site.images) cpSync(join(projectFolder, path), join(work, "pages", path));
// VitePress reads configuration and theme from this folder. Its bundler does not know the target in the
// repository's tsconfig.json.
write("tsconfig.json", "{}\n");
write(
  ".vitepress/config.mjs",
  'const { href } = new URL("../../../scripts/docs/config.ts", import.meta.url);\nexport default (await import(href)).default;\n',
);
write(
  ".vitepress/theme/index.js",
  'import "../../../../scripts/docs/style.css";\nexport { default } from "vitepress/theme-without-fonts";\n',
);

process.chdir(work);
await build(work);
const broken = brokenLinks(
  new Map(
    globSync("**/*.*", { cwd: result }).map((path) => [
      path,
      path.endsWith(".html") ? readFileSync(join(result, path), "utf8") : undefined,
    ]),
  ),
);
if (broken.length > 0) {
  console.error(`The site has links that lead nowhere. Correct them:\n${broken.join("\n")}`);
  process.exitCode = 1;
} else if (values.serve) {
  await serve({ root: work, port: Number(values.port) });
} else {
  console.log(`${site.pages.size} pages are in .cache/docs/site. See them: npm run docs -- --serve`);
}
