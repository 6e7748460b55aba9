import { accessSync, constants, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { loadProject, memoryState } from "pulumi-embedded-engine";
import type * as Kubeconfig from "../../components/kubernetes/preflight/kubeconfig.ts";
import type * as Buckets from "../../ops/backup/bucket.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { engineFor } from "../../preview/stack-diff.ts";
import { openSandbox } from "../sandbox/support.ts";
import { messagesOf, openFlyAccount } from "../sandbox/fly-account.ts";
import { importsOf, manifestOf, newProject, unpackedPackage } from "./package.ts";

/* A project made from the template, which has nothing of this repository but the unpacked tarball. */

const parent = mkdtempSync(join(realpathSync(tmpdir()), "package-"));
const folder = join(parent, "project");
const installed = join(folder, "node_modules/chatwoot-pulumi");
const account = openFlyAccount();

beforeAll(async () => newProject(folder, await unpackedPackage(parent)));
afterAll(() => {
  account.dispose();
  rmSync(parent, { recursive: true, force: true });
});

const changes = async (run: ReturnType<typeof account.upOf>): Promise<string[]> => {
  const result = await run;
  expect([result.ok, messagesOf(result)]).toEqual([true, expect.any(String)]);
  return result.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
};

const command = (): string => join(installed, manifestOf(installed).bin["ops"]!);

test("imports only what it contains and depends on", () => {
  const { packages, missing } = importsOf(installed);
  const { dependencies } = manifestOf(installed);
  // Loaded on demand by `adopt` and for CHATWOOT_STATE_FILE, which name what they need (ops/lib/development.ts).
  expect(missing).toEqual(["ops/commands/adopt.js: ../adopt/planned.js"]);
  expect([...packages].filter((name) => !isBuiltin(name) && !(name in dependencies))).toEqual([
    "pulumi-embedded-engine",
  ]);
});

test("contains every file that is no source", () => {
  const files = globSync("{components,ops}/**/*.*", { cwd: projectFolder }).filter(
    (path) => !/\.(ts|snap)$/.test(path),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
});

const kubeconfig = {
  contexts: [{ name: "test", context: { cluster: "c", user: "u" } }],
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
  users: [
    { name: "u", user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "node", args: ["-e", ""] } } },
  ],
};
const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: "t-1" } };

test("its bundled packages work: a kubeconfig with a credential program, and a bucket", async () => {
  const file = join(parent, "kubeconfig.json");
  kubeconfig.users[0]!.user.exec.args[1] = `console.log(${JSON.stringify(JSON.stringify(credential))})`;
  writeFileSync(file, JSON.stringify(kubeconfig));
  const load = <T>(path: string): Promise<T> => import(pathToFileURL(join(installed, path)).href) as Promise<T>;
  const { loadKubeconfig } = await load<typeof Kubeconfig>("components/kubernetes/preflight/kubeconfig.js");
  const options: RequestOptions = {};
  await (await loadKubeconfig("test", { KUBECONFIG: file })).applyToHTTPSOptions(options);
  expect(options.headers).toMatchObject({ Authorization: "Bearer t-1" });

  const { Bucket } = await load<typeof Buckets>("ops/backup/bucket.js");
  const place = { bucket: "b", prefix: "p", endpoint: "http://127.0.0.1:1", region: "auto", forcePathStyle: true };
  const source = { ...place, app: "a", schedule: "daily", keep: 1 } as const;
  const bucket = new Bucket(source, { accessKeyId: "a", secretAccessKey: "b" });
  await expect(bucket.dumps()).rejects.toThrow(
    /^bucket b at http:\/\/127\.0\.0\.1:1: cannot be read: connect ECONNREFUSED/,
  );
});

test("has the scripts of the template's workflows", () => {
  const workflows = join(folder, ".github/workflows");
  const scripts = readdirSync(workflows).flatMap((file) =>
    readFileSync(join(workflows, file), "utf8").match(/node_modules\/[\w./-]+\.sh/g),
  );
  expect(new Set(scripts).size).toBeGreaterThan(4);
  for (const script of scripts) accessSync(join(folder, String(script)), constants.X_OK);
});

test("the commands start, and name what only a clone of the repository has", async () => {
  const ops = (...args: string[]) => execa("node", [command(), ...args], { cwd: folder, reject: false });
  const [help, adopt] = await Promise.all([ops("--help"), ops("adopt", "--stack", "staging")]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(adopt).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^adopt: is not in the installed package\. Clone/),
  });
});

/** Records each call with its standard input, and writes a secret as Pulumi does. */
const pulumi = `#!/usr/bin/env bash
echo "$* <- $(cat)" >> calls
if [ "$2" = set ]; then printf '  %s:\\n    secure: v1:AAAA\\n' "$4" >> Pulumi.staging.yaml; fi
`;

test("the policy pack starts", async () => {
  const pack = join(installed, "policy");
  const start = join(folder, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
  const running = execa("node", [start, "127.0.0.1:1", pack], { cwd: pack, reject: false });
  // It prints its port, or ends with an error.
  const printed = new Promise((resolve) => running.stdout.once("data", (text) => resolve(String(text))));
  const first = await Promise.race([printed, running.then(({ stderr }) => stderr)]);
  running.kill();
  await running;
  expect(first).toMatch(/^\d+\n$/);
});

const address = "postgresql://chatwoot:given-password@db.example.com:5432/chatwoot?sslmode=require";

test("ops init writes a stack file from flags and a vault; a second run changes nothing", async () => {
  const [bin, vault, file] = ["bin", "vault", "Pulumi.staging.yaml"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [bin, vault]) mkdirSync(path);
  writeFileSync(join(bin, "pulumi"), pulumi, { mode: 0o755 });
  writeFileSync(join(vault, "database_staging.env"), `DATABASE_URL=${address}\n`);
  const answers = { target: "fly", app: "acme-chat", organization: "acme", account: "Acme", admin: "a@acme.com" };
  const words = ["init", "--stack", "staging", "--env", "vault"];
  const flags = Object.entries(answers).flatMap(([name, value]) => [`--${name}`, value]);
  const env = { PATH: [bin, process.env["PATH"]].join(delimiter) };
  const first = await execa("node", [command(), ...words, ...flags], { cwd: folder, env });
  expect(first.stdout).toMatch(
    /\ndatabaseUrl: set from DATABASE_URL in vault[^]+\n {2}pulumi preview --stack staging$/,
  );
  expect(readFileSync(join(folder, "calls"), "utf8").trim().split("\n")).toEqual([
    "stack init staging --no-select --non-interactive <- ",
    `config set --secret chatwoot:databaseUrl --stack staging --non-interactive <- ${address}`,
  ]);
  const written = readFileSync(file, "utf8");
  expect(first.stdout + written).not.toContain("given-password");

  const second = await execa("node", [command(), ...words], { cwd: folder, env });
  expect(second.stdout).toMatch(/^Pulumi\.staging\.yaml: kept, it already has settings\ndatabaseUrl: kept\n/);
  expect(readFileSync(file, "utf8")).toBe(written);
});

test("and is deployed in the sandbox", async () => {
  const values = { secrets: { "chatwoot:databaseUrl": address }, fly: { organizations: ["acme"] } };
  mkdirSync(join(folder, "sandbox/values"), { recursive: true });
  writeFileSync(join(folder, "sandbox/values/staging.yaml"), JSON.stringify(values));
  const sandbox = openSandbox();
  onTestFinished(() => sandbox.dispose());
  const { changes } = await sandbox.run(["up", "--stack", "staging"], { env: { CHATWOOT_SANDBOX_PROJECT: folder } });
  expect(changes.length).toBeGreaterThan(10);
  const { machines } = sandbox.fly.state().apps["acme-chat"]!;
  expect(machines.map(({ config }) => config.metadata["fly_process_group"])).toEqual(
    expect.arrayContaining(["web", "worker"]),
  );
});

/** Every resource that a first deployment would create, with its inputs. */
async function planned(project: string): Promise<Record<string, unknown>> {
  const chart = join(projectFolder, "sandbox/chart");
  const engine = engineFor(loadProject(project), "prod", memoryState(), chart, new AbortController().signal);
  const result = await engine.preview();
  expect([messagesOf(result), result.ok]).toEqual([expect.any(String), true]);
  return Object.fromEntries(result.steps.map(({ urn, inputs }) => [urn, inputs]));
}

test("Kubernetes is planned exactly as from the sources", async () => {
  vi.stubEnv("CHATWOOT_SKIP_PREFLIGHT", "1");
  // The second holds values for the secrets.
  for (const file of ["Pulumi.prod.yaml", "sandbox/values/prod.yaml"])
    cpSync(join(projectFolder, file), join(folder, file));
  const [sources, made] = [await planned(projectFolder), await planned(folder)];
  vi.unstubAllEnvs();
  expect(Object.keys(sources).length).toBeGreaterThan(50);
  expect(made).toEqual(sources);
});

test("the state of a program from its sources has nothing to change", async () => {
  expect((await account.up()).ok).toBe(true);
  expect(await changes(account.previewOf(folder))).toEqual([]);
});

const program = `import * as random from "@pulumi/random";
import chatwoot, { type StackOutputs } from "chatwoot-pulumi";
import { App } from "chatwoot-pulumi/fly";

export default async (): Promise<StackOutputs> => {
  new random.RandomPet("mascot");
  new App("status", { app: "hotdash-status", organization: "hotdash", holdsData: false });
  return chatwoot();
};
`;

const transforms = `import type { Transform } from "chatwoot-pulumi";

export default [
  ({ name }) => (name === "deployment-scale" ? { opts: { protect: true } } : undefined),
] satisfies Transform[];
`;

test("its own resource and a single component are deployed beside the stack's, with its transforms", async () => {
  writeFileSync(join(folder, "transforms.ts"), transforms);
  writeFileSync(join(folder, "index.ts"), program);
  expect((await changes(account.upOf(folder))).sort()).toEqual(["create mascot", "create status", "create status-app"]);
  expect(account.state().apps).toHaveProperty("hotdash-status");
  expect((await account.resources()).find(({ urn }) => urn.endsWith("::deployment-scale"))).toMatchObject({
    protect: true,
  });
});

test("the program has types", async () => {
  writeFileSync(join(folder, "wrong.ts"), program.replace("holdsData: false", "holdsDat: 1"));
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"];
  const local = { cwd: folder, preferLocal: true, localDir: projectFolder, reject: false } as const;
  const { stdout } = await execa("tsc", [...options, "index.ts", "wrong.ts"], local);
  expect(stdout.match(/^\S+/gm)).toEqual([expect.stringMatching(/^wrong\.ts\(\d+,\d+\):$/)]);
});

test("a second version of the package updates only what differs, and replaces nothing", async () => {
  const edit = (file: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(installed, file), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(installed, file), text.replace(from, to));
  };
  edit("package.json", /"version": "[^"]+"/, '"version": "99.0.0"');
  edit("config/versions.js", /chatwoot\/chatwoot:v[\d.]+/, "chatwoot/chatwoot:v4.17.0");
  expect(await changes(account.upOf(folder))).toEqual(["update deployment-release"]);
  expect(await changes(account.previewOf(folder))).toEqual([]);
});
