import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that start processes (Node, a control plane, tools) and so need more than the five seconds of a pure function. */
const processTimeoutMs = 300_000;

export default defineConfig({
  test: {
    // Left to itself, Vitest keeps one core free: on two cores, files would run one after another.
    maxWorkers: availableParallelism(),
    // A busy machine is no failure: what never comes fails all the same.
    expect: { poll: { timeout: 20_000 } },
    reporters: ["default", "./tests/helpers/run-summary.ts"],
    projects: [
      // Pure functions, and the whole program in this process: no child process, no network.
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "{bench,components,config,dashboards,examples,fleet,lib,ops,policy,preview,sandbox,scripts,stacks}/**/*.test.ts",
            "packages/**/*.test.ts",
            "tests/{docs,repository}/**/*.test.ts",
          ],
          testTimeout: 30_000,
        },
      },
      { extends: true, test: { name: "program", include: ["tests/program/**/*.test.ts"], testTimeout: 60_000 } },
      // The stand-in of Chatwoot's API and what talks to it, over the loopback interface.
      {
        extends: true,
        test: {
          name: "chatwoot",
          include: ["tests/{chatwoot,ops-e2e}/**/*.test.ts"],
          globalSetup: ["tests/helpers/programs/setup.ts"],
          testTimeout: 60_000,
        },
      },
      // Child processes, database servers and the stand-ins. Each file has its own, so files run side by side.
      {
        extends: true,
        test: {
          name: "processes",
          include: ["tests/{flyctl,ops-live,database,backup,monitoring,support-pipeline,bootstrap,update}/**/*.test.ts"],
          globalSetup: ["tests/helpers/build-tools.ts", "tests/helpers/programs/setup.ts"],
          testTimeout: processTimeoutMs,
          hookTimeout: processTimeoutMs,
        },
      },
      // The real thing on this machine, with a real control plane.
      {
        extends: true,
        test: {
          name: "sandbox",
          include: ["tests/{sandbox,cluster,install}/**/*.test.ts"],
          globalSetup: [
            "tests/helpers/build-tools.ts",
            "tests/helpers/programs/setup.ts",
            "tests/helpers/shared-cluster.ts",
          ],
          fileParallelism: false,
          testTimeout: processTimeoutMs,
          hookTimeout: processTimeoutMs,
        },
      },
      // Pages in a real browser, which an npm package brings.
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: processTimeoutMs,
          hookTimeout: processTimeoutMs,
        },
      },
      // The real proxy of single sign-on, between an issuer and a stand-in for Chatwoot.
      {
        extends: true,
        test: {
          name: "sso",
          include: ["tests/sso/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: processTimeoutMs,
        },
      },
    ],
  },
});
