import { execa } from "execa";
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const limitMs = 200_000;
let parent: string;
let clone: string;

const git = (...args: string[]) => {
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  return execa("git", [...who, ...args], { cwd: clone, timeout: 60_000 });
};

/** A separate repository with the current project, so that a base exists and this checkout is unchanged. */
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "preview-diff-"));
  clone = join(parent, "clone");
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: projectFolder,
  });
  for (const file of stdout.split("\n"))
    await cp(join(projectFolder, file), join(clone, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  await symlink(join(projectFolder, "node_modules"), join(clone, "node_modules"));
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all", "--", ":!node_modules");
  await git("commit", "--quiet", "--message=base");
});

afterAll(() => rm(parent, { recursive: true, force: true }));

const previewDiff = (...args: string[]) => {
  const main = join(clone, "preview/main.ts");
  // Without an account, a cluster or a home folder, so that the run finds none by accident.
  const env = { FLY_API_TOKEN: "", KUBECONFIG: join(parent, "none"), PULUMI_ACCESS_TOKEN: "" };
  return execa("node", [main, "--base", "main", ...args], { cwd: clone, env, reject: false, timeout: limitMs });
};

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(clone, file), "utf8");
  expect(text).toContain(from);
  await writeFile(join(clone, file), text.replace(from, to));
}

/** Encrypted values that no sandbox value stands for. */
const optionalSecrets = [
  "environmentSecrets",
  "installationSecrets",
  "inboxSecrets",
  "keptSecrets",
  "migrationDatabaseUrl",
  "factsDatabaseUrl",
];

test("one line of a stack file with every optional secret", async () => {
  const mailbox = "{address: imap.example.com, login: a, passwordSecret: MAIL}";
  await edit(
    "Pulumi.staging.yaml",
    "  chatwoot:fly:\n",
    `  chatwoot:inboxes: [{kind: email, name: Mail, address: a@example.com, imap: ${mailbox}}]\n` +
      optionalSecrets.map((key) => `  chatwoot:${key}: {secure: 'v1:abc:def'}\n`).join("") +
      "  chatwoot:fly:\n",
  );
  await git("commit", "--quiet", "--all", "--message=secrets");
  await edit("Pulumi.staging.yaml", "threads: 3", "threads: 4");
  const { stdout, exitCode, stderr } = await previewDiff("--stack", "staging", "--markdown");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("### staging: 2 to update");
  expect(stdout).toContain("| ✏️ update | `deployment-release` (Command) | `fly.toml` (+1 −1 lines) |");
  expect(stdout).toContain('\n-RAILS_MAX_THREADS = "3"\n+RAILS_MAX_THREADS = "4"\n');
  expect((await git("worktree", "list")).stdout.split("\n")).toHaveLength(1);
});

test("secrets by their names, without values", async () => {
  await edit("sandbox/values/staging.yaml", "sandbox-storage-secret-access-key", "planted-storage-key");
  await edit("sandbox/values/staging.yaml", "sandbox-database-password", "planted-database-password");
  await appendFile(
    join(clone, "Pulumi.staging.yaml"),
    "  chatwoot:storageAccessKeyId: { secure: planted-ciphertext }\n",
  );
  const { stdout } = await previewDiff("--stack", "staging", "--markdown");
  expect(stdout).toContain("`app-secrets-staged`");
  expect(stdout).toContain("# stdin.STORAGE_SECRET_ACCESS_KEY\n~ [secret] changed");
  expect(stdout).toContain("Changed secrets of the stack file: `chatwoot:storageAccessKeyId`.");
  expect(stdout).not.toMatch(/planted|sandbox-database-password|sandbox-storage/);
});

test("a policy violation, and what no API server would accept", async () => {
  await edit("components/kubernetes/chart/values.ts", 'type: "ClusterIP"', 'type: "LoadBalancer"');
  await edit("components/kubernetes/sso/sso.ts", "replicas: sso.replicas,", "replicas: sso.replicas, replica: 2,");
  await edit(
    "components/kubernetes/postgres/cluster.ts",
    "enableSuperuserAccess: false",
    "enableSuperuserAcces: false",
  );
  const { stdout, exitCode } = await previewDiff("--stack", "prod", "--markdown");
  expect(exitCode).toBe(1);
  const head = stdout.slice(0, stdout.indexOf("| Changes |"));
  expect(head).toContain("🚫 **Policies: 1 of 27 rules is violated. Reasons and fixes: docs/policy.md**");
  expect(head).toContain("| `no-service-outside` | `chatwoot-chart:chatwoot/chatwoot` | `Service chatwoot is of type");
  expect(head).toMatch(
    /🚫 \*\*Schemas: 2 of \d+ objects are invalid for Kubernetes v1\.\d+\.\d+ and its operators\.\*\*/,
  );
  expect(head).toContain('| `schema` | `sso-proxy` | `unknown field "spec.replica"` |');
  expect(head).toContain('| `schema` | `postgres-cluster-chatwoot-db` | `unknown field "spec.enableSuperuserAcces"` |');
});

test("changes that need an operator", async () => {
  expect(await previewDiff("--stack", "nowhere")).toMatchObject({
    exitCode: 2,
    stderr: "--stack nowhere: the file Pulumi.nowhere.yaml does not exist. Use staging or prod.",
  });
  await edit("Pulumi.staging.yaml", "target: fly", "target: moon");
  const failed = await previewDiff("--stack", "staging", "--markdown");
  expect(failed.exitCode).toBe(1);
  expect(failed.stdout).toMatch(
    /### staging: the preview fails\n\n> the change cannot be previewed: [^]*chatwoot:target/,
  );
  await appendFile(join(clone, "package-lock.json"), "\n");
  expect(await previewDiff()).toMatchObject({
    exitCode: 2,
    stderr: "package-lock.json: differs from the base. Install the base's packages: npm run preview:diff -- --install",
  });
  expect((await git("worktree", "list")).stdout.split("\n")).toHaveLength(1);
});
