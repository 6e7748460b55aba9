import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that start processes (Node, servers, a control plane) need more than the five seconds of a pure function. */
const processTimeouts = { testTimeout: 300_000, hookTimeout: 300_000 };

/** Programs that tests start run from bundles; the control plane's tools are built before the first test. */
const programs = "tests/helpers/programs/setup.ts";
const tools = "tests/helpers/build-tools.ts";

/** Files run in the same process, so that packages load once; a file that leaves something changed in it fails. */
const oneProcess = { isolate: false, setupFiles: ["tests/helpers/undisturbed.ts"] };

/** One project for each thing that tests need. Files run side by side; those with a shared control plane have their own namespaces. */
export default defineConfig({
  test: {
    // Files also wait for servers: one more than the cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    // What never comes fails all the same; a busy machine does not.
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ["tests/helpers/processor-time.ts"],
    reporters: ["default", "./tests/helpers/run-folder.ts", "./tests/helpers/run-summary.ts"],
    projects: [
      // Pure functions, beside their files; what the repository's files say. No child process.
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "{bench,components,config,dashboards,examples,fleet,lib,ops,policy,preview,sandbox,scripts,stacks}/**/*.test.ts",
            "packages/**/*.test.ts",
            "tests/{docs,repository}/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "packages/*/tests/processes/**"],
          testTimeout: 30_000,
          ...oneProcess,
        },
      },
      // The whole program in the test's process.
      {
        extends: true,
        test: {
          name: "program",
          include: ["tests/program/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...oneProcess,
        },
      },
      // Node processes and the stand-ins.
      {
        extends: true,
        test: {
          name: "processes",
          include: ["tests/processes/**/*.test.ts", "packages/*/tests/processes/**/*.test.ts"],
          globalSetup: [tools, programs],
          ...processTimeouts,
        },
      },
      // PostgreSQL, Redis, an S3 server, Ruby.
      {
        extends: true,
        test: {
          name: "servers",
          include: ["tests/servers/**/*.test.ts"],
          globalSetup: [tools, programs],
          ...processTimeouts,
        },
      },
      // Programs built from Go modules: oauth2-proxy, promtool, actionlint.
      {
        extends: true,
        test: { name: "tools", include: ["tests/tools/**/*.test.ts"], ...processTimeouts },
      },
      // A control plane, and the whole sandbox.
      {
        extends: true,
        test: {
          name: "cluster",
          include: ["tests/{cluster,sandbox,install}/**/*.test.ts"],
          globalSetup: [tools, programs, "tests/helpers/shared-cluster.ts"],
          ...processTimeouts,
        },
      },
      // Pages in a browser that an npm package brings.
      {
        extends: true,
        test: { name: "browser", include: ["tests/browser/**/*.test.ts"], ...processTimeouts },
      },
    ],
  },
});
