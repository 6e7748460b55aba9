import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { unknownMarker, type Props } from "../../src/values.ts";
import { asGoString } from "../../src/providers/command/go-string.ts";
import { checkInputs } from "../../src/providers/command/inputs.ts";
import { previewUpdate } from "../../src/providers/command/preview.ts";
import { commandProvider } from "../../src/providers/command/provider.ts";
import { commandEnvironment } from "../../src/providers/command/run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { testContext } from "./support/context.ts";

const type = "command:local:Command";
const provider = commandProvider({}, { projectDir: "." });
const create = (inputs: Props, context = testContext(type)) => provider.create(inputs, context);

describe("running", () => {
  test("create returns the output without the final newline", async () => {
    const { id, outputs } = await create({ create: "printf 'a\\n\\n'; echo b >&2" });
    expect(id).toMatch(/^thing[0-9a-f]{8}$/);
    expect(outputs).toMatchObject({ stdout: "a\n", stderr: "b" });
  });

  test("without a create command there is no output", async () => {
    expect((await create({ delete: "true" })).outputs).toEqual({ delete: "true", stdout: "", stderr: "" });
  });

  test("stdin, environment, folder and interpreter", async () => {
    const dir = temporaryFolder("command");
    const script = 'cat; printf " %s %s" "$GREETING" "$PWD"';
    const { outputs } = await create({
      create: script,
      stdin: "in",
      environment: { GREETING: "hi" },
      dir,
      interpreter: ["/bin/bash", "-c"],
    });
    expect(outputs["stdout"]).toBe(`in hi ${dir}`);
  });

  test("a relative folder is relative to the project", async () => {
    const { outputs } = await create({ create: "pwd", dir: "../support" });
    expect(outputs["stdout"]).toBe(import.meta.dirname + "/support");
  });

  test("update gets the output of the previous run, and defaults to create", async () => {
    const olds = { create: "x", stdout: "old out", stderr: "old err" };
    const news = { create: 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"' };
    const updated = await provider.update?.("id", {}, olds, news, testContext(type));
    expect(updated).toEqual({ ...news, stdout: "old out/old err", stderr: "" });
    const kept = await provider.update?.("id", {}, olds, { delete: "true" }, testContext(type));
    expect(kept).toEqual({ delete: "true", stdout: "old out", stderr: "old err" });
  });

  test("delete runs its command with the last output", async () => {
    const file = join(temporaryFolder("command"), "out");
    await provider.delete?.(
      "id",
      { delete: `printf "$PULUMI_COMMAND_STDOUT" > ${file}` },
      { stdout: "kept" },
      testContext(type),
    );
    expect(await readFile(file, "utf8")).toBe("kept");
  });

  test("the precedence of environment variables", () => {
    const request = {
      command: "",
      dir: ".",
      environment: { A: "2", PULUMI_COMMAND_STDOUT: "mine" },
      previous: { stdout: "previous", stderr: "" },
    };
    expect(commandEnvironment(request, { A: "1", B: "1" })).toEqual({
      A: "2",
      B: "1",
      PULUMI_COMMAND_STDOUT: "previous",
    });
  });

  test("a failing command is reported with its status and its whole output", async () => {
    const failing = create({ create: 'echo out; echo "e\tr" >&2; exit 3' });
    await expect(failing).rejects.toThrow(
      'exit status 3: running "echo out; echo \\"e\\tr\\" >&2; exit 3":\nout\ne\tr\n',
    );
  });

  test.each([
    [{ create: "kill -9 $$" }, "signal: killed: running"],
    [{ create: "true", dir: "/nowhere" }, "chdir /nowhere: no such file or directory"],
    [
      { create: "true", interpreter: ["no-such-program"] },
      'exec: "no-such-program": executable file not found in $PATH',
    ],
  ])("%j fails with Go's message", async (inputs, message) => {
    await expect(create(inputs)).rejects.toThrow(message);
  });

  test.each([
    [undefined, ["out", "err"]],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["none", []],
  ])("logging %s", async (logging, lines) => {
    const context = testContext(type);
    await create({ create: "echo out; sleep 0.2; printf err >&2", ...(logging ? { logging } : {}) }, context);
    expect(context.lines).toEqual(lines);
  });

  test("an abort ends the whole process group", async () => {
    const controller = new AbortController();
    const file = join(temporaryFolder("command"), "pid");
    const running = create(
      { create: `sleep 60 & echo $! > ${file}; wait` },
      testContext(type, { signal: controller.signal }),
    );
    const outcome = expect(running).rejects.toThrow("cancelled");
    const pid = async () => Number(await readFile(file, "utf8").catch(() => ""));
    while (!(await pid())) await delay(20);
    controller.abort();
    await outcome;
    await expect.poll(async () => isRunning(await pid())).toBe(false);
  });

  test("invoke runs immediately", async () => {
    const result = await provider.invoke?.("command:local:run", { command: "echo hi" }, testContext(""));
    expect(result).toEqual({ command: "echo hi", stdout: "hi", stderr: "" });
    await expect(provider.invoke?.("command:remote:run", {}, testContext(""))).rejects.toThrow("command:remote:run");
  });
});

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !stat.includes(") Z ");
}

describe("preview", () => {
  const olds = {
    create: "echo",
    environment: { A: "1" },
    stdout: "out",
    stderr: "",
    "__pulumi-go-provider-version": "1",
  };
  test.each([
    ["a changed input", { create: "echo 2", environment: { A: "1" } }, unknownMarker],
    ["an unknown input", { create: unknownMarker, environment: { A: "1" } }, unknownMarker],
    ["an unknown inside an input", { create: "echo", environment: { A: unknownMarker } }, unknownMarker],
    ["a removed input", { create: "echo" }, unknownMarker],
    ["an added input", { create: "echo", environment: { A: "1" }, stdin: "x" }, "out"],
    ["no change", { create: "echo", environment: { A: "1" } }, "out"],
  ])("%s", (_title, news, stdout) => {
    expect(previewUpdate(olds, news)["stdout"]).toBe(stdout);
  });

  test("a preview runs nothing", async () => {
    const { id, outputs } = await create({ create: "exit 1" }, testContext(type, { preview: true }));
    expect([id, outputs]).toEqual(["", { create: "exit 1", stdout: unknownMarker, stderr: unknownMarker }]);
  });
});

describe("check", () => {
  test.each([
    [{ assetPaths: ["x"] }, "assetPaths"],
    [{ archivePaths: ["x"] }, "archivePaths"],
    [{ crate: "echo" }, "crate"],
    [{ create: 1 }, "create"],
    [{ logging: 1 }, "logging"],
    [{ environment: { A: 1 } }, "environment"],
  ])("rejects %j", (inputs, property) => {
    expect(checkInputs(inputs).map((failure) => failure.property)).toEqual([property]);
  });

  test("accepts valid and unknown inputs", () => {
    expect(
      checkInputs({
        create: unknownMarker,
        environment: { A: unknownMarker },
        triggers: [1, "a", { b: 2 }],
        interpreter: ["sh"],
      }),
    ).toEqual([]);
  });

  test("rejects remote commands by name", () => {
    expect(() => provider.check?.({}, undefined, testContext("command:remote:Command"))).toThrow(
      "command:remote:Command",
    );
  });
});

test("Go's %q", () => {
  expect(asGoString('a"b\\c\n\t\u0001é')).toBe('"a\\"b\\\\c\\n\\t\\x01é"');
});
