import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatPath } from "../../src/paths.ts";
import { plain, type Props } from "../../src/values.ts";
import { commandProvider } from "../../src/providers/command/provider.ts";
import { testContext } from "./support/context.ts";
import { holdAgainst, recordedCalls, type RecordedCall } from "./support/recordings.ts";

const provider = commandProvider({}, { projectDir: "." });
const calls = recordedCalls("command").filter((call) => !JSON.stringify(call.request).includes("Paths"));
const of = (method: RecordedCall["method"], preview = false) =>
  calls.filter(
    (call) =>
      call.method === method &&
      (method === "Invoke" || call.type === "command:local:Command") &&
      (call.request["preview"] ?? false) === preview,
  );
const projectDir = mkdtempSync(join(tmpdir(), "command-recorded-"));
// As in a process that no shell started.
beforeAll(() => void vi.stubEnv("SHLVL", undefined));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(projectDir, { recursive: true, force: true });
});
const contextOf = (call: RecordedCall) =>
  testContext(call.type ?? "", { name: call.name ?? "", preview: call.request["preview"] === true, projectDir });

/** Commands whose output depends on the machine, or that only take time. */
const isPortable = (call: RecordedCall) =>
  !/pwd|ps -o|sleep|PATH|HOME|"interpreter":\["node"|details|env \|/.test(JSON.stringify([call.request, call.error]));
const inWords = (error: string) => error.replace(/^rpc error: code = \w+ desc = /, "");

describe("the real command provider", () => {
  test("check", () =>
    holdAgainst(of("Check"), async (call) => {
      const news = plain(call.request["news"]) as Props;
      const result = await provider.check?.(news, undefined, contextOf(call));
      expect((result?.failures ?? []).length > 0).toBe((call.response?.["failures"] ?? []).length > 0);
      if (!result?.failures?.length) expect(result?.inputs).toEqual(plain(call.response?.["inputs"] ?? {}));
    }));

  test("diff", () =>
    holdAgainst(of("Diff"), async (call) => {
      const { oldInputs = {}, olds, news } = plain(call.request) as Props;
      const { changes = [] } = (await provider.diff?.(oldInputs, olds, news, contextOf(call))) ?? {};
      const kinds = Object.fromEntries(
        changes.map(({ path, kind, replace }) => [
          formatPath(path),
          `${kind}${replace ? "_replace" : ""}`.toUpperCase(),
        ]),
      );
      const detailed: Record<string, Props> = call.response?.["detailedDiff"] ?? {};
      expect(kinds).toEqual(
        Object.fromEntries(Object.entries(detailed).map(([path, item]) => [path, item["kind"] ?? "ADD"])),
      );
    }));

  test("create in a preview", () =>
    holdAgainst(of("Create", true), async (call) => {
      const { outputs } = await provider.create(plain(call.request["properties"]) as Props, contextOf(call));
      expect(outputs).toEqual(plain(call.response?.["properties"]));
    }));

  test("update in a preview", () =>
    holdAgainst(of("Update", true), async (call) => {
      const { id, oldInputs = {}, olds, news } = plain(call.request) as Props;
      const outputs = await provider.update?.(id, oldInputs, olds, news, contextOf(call));
      expect(outputs).toEqual(plain(call.response?.["properties"]));
    }));

  test("create", () =>
    holdAgainst(of("Create").filter(isPortable), async (call) => {
      const create = async () => provider.create(plain(call.request["properties"]) as Props, contextOf(call));
      if (call.error?.includes("invalid UTF-8")) return void (await expect(create()).rejects.toThrow("invalid UTF-8"));
      if (call.error) return void (await expect(create()).rejects.toThrow(inWords(call.error)));
      expect((await create()).outputs).toEqual(plain(call.response?.["properties"]));
    }));

  test("update", () =>
    holdAgainst(of("Update").filter(isPortable), async (call) => {
      const { id, oldInputs = {}, olds, news } = plain(call.request) as Props;
      const update = async () => provider.update?.(id, oldInputs, olds, news, contextOf(call));
      if (call.error) return void (await expect(update()).rejects.toThrow(inWords(call.error)));
      expect(await update()).toEqual(plain(call.response?.["properties"]));
    }));

  test("delete", () =>
    holdAgainst(of("Delete").filter(isPortable), async (call) => {
      const { id, oldInputs = {}, properties } = plain(call.request) as Props;
      const run = async () => provider.delete?.(id, oldInputs, properties, contextOf(call));
      if (call.error) return void (await expect(run()).rejects.toThrow(inWords(call.error)));
      await run();
    }));

  test("invoke", () =>
    holdAgainst(of("Invoke").filter(isPortable), async (call) => {
      const run = async () =>
        provider.invoke?.("command:local:run", plain(call.request["args"]) as Props, contextOf(call));
      if (call.error) return void (await expect(run()).rejects.toThrow(inWords(call.error)));
      expect(await run()).toEqual(plain(call.response?.["return"]));
    }));
});
