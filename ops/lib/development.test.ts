import { expect, test } from "vitest";
import { loadDevelopment } from "./development.ts";

test("returns the module, names the installation that provides it, and rethrows every other error", async () => {
  expect(await loadDevelopment("adopt", () => Promise.resolve({ a: 1 }))).toEqual({ a: 1 });
  const missing = Object.assign(new Error("Cannot find package 'x'"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(loadDevelopment("adopt", () => Promise.reject(missing))).rejects.toThrow(
    /^adopt: needs packages that are installed only for development\. Install them: npm ci/,
  );
  await expect(loadDevelopment("adopt", () => Promise.reject(new Error("broken")))).rejects.toThrow(/^broken$/);
});
