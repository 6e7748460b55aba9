import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { findChromium, progressPrinter } from "kubernetes-sandbox/tools";
import { toolCache } from "../../preview/tool-cache.ts";

export interface View {
  width: number;
  scheme?: "light" | "dark";
}

/** A page in the browser, with its errors. */
export interface Opened {
  page: Page;
  /** Errors, console messages and failed requests, and every requested address except the page's own. */
  complaints: string[];
}

/** A real browser and a folder of pages. */
export async function openBrowser() {
  const { executable, environment } = await findChromium(toolCache, {
    variable: "CHATWOOT_CHROMIUM",
    onProgress: progressPrinter(),
  });
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  const browser: Browser = await puppeteer.launch({
    executablePath: executable,
    headless: "shell",
    // Chromium has no sandbox under root, as in containers; only the project's page runs in it.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    env: { ...process.env, ...environment },
    userDataDir: join(folder, "profile"),
    timeout: 120_000,
    protocolTimeout: 240_000,
  });
  let count = 0;

  return {
    folder,
    async open(html: string, { width, scheme = "light" }: View = { width: 1280 }, hash = ""): Promise<Opened> {
      const file = join(folder, `page-${count++}.html`);
      writeFileSync(file, html);
      const page = await browser.newPage();
      const complaints: string[] = [];
      const own = pathToFileURL(file).href;
      page.on("console", (message) => complaints.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(`error: ${String(error)}`));
      page.on("request", (request) => {
        const url = request.url().split("#")[0] ?? "";
        if (url !== own && url !== "data:,") complaints.push(`request: ${url}`);
      });
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(`${own}${hash}`);
      return { page, complaints };
    },
    async close(): Promise<void> {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The names in the visible rows of a part of the page. */
export const shown = (page: Page, part: "timeline" | "changes"): Promise<string[]> =>
  page.$$eval(`#${part} [data-r]:not([hidden])`, (rows) => rows.map((row) => row.getAttribute("data-r") ?? ""));
