import { slug } from "github-slugger";
import { defineConfig } from "vitepress";
import { projectFolder } from "../../lib/project-folder.ts";
import { readSite } from "./pages.ts";
import { link, sidebar } from "./sidebar.ts";

const site = readSite(projectFolder);

/** Read by VitePress, for the folder that main.ts writes. */
export default defineConfig({
  srcDir: "pages",
  outDir: "site",
  cacheDir: "vite",
  title: "Chatwoot on Pulumi",
  description: site.pages.get("README.md")?.title ?? "",
  // No request for a favicon.
  head: [["link", { rel: "icon", href: "data:," }]],
  // GitHub's anchors, so that a link to a heading works on both.
  markdown: { anchor: { slugify: (text) => slug(text) } },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [{ text: "By job, role or symptom", link: link("docs/README.md") }],
    sidebar: sidebar(site),
  },
  // The override of esbuild in package.json compiles for newer browsers alone. The search's index is a large chunk.
  vite: { build: { target: "es2022", chunkSizeWarningLimit: 4000 } },
});
