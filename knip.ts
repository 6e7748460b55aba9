import type { KnipConfig } from "knip";

export default {
  workspaces: {
    ".": {
      entry: [
        "{bench,fleet,ops,policy,preview,sandbox/*,scripts/*,examples/*,tests/*/*/*}/main.ts",
        "scripts/**/*.{mjs,cjs}",
        "scripts/ci/*.ts",
        // Programs and commands that are started by their path.
        "bench/empty-program/index.ts",
        "components/{fly,support}/driver/main.ts",
        "ops/pipeline/scheduled.ts",
        "scripts/docs/config.ts",
        "tests/processes/update/record.ts",
        "tests/helpers/programs/{derived-keys,unused-packages}.cjs",
        "**/*.test.ts",
      ],
      // The template is a project with its own package.json.
      project: ["**/*.{ts,mjs,cjs}", "!packages/**", "!template/**"],
    },
    "packages/engine": {
      entry: ["tests/engine/programs/*/*", "tests/engine/support/crash-runner.ts", "tests/**/*.test.ts"],
      project: ["{src,tests}/**/*.{ts,cjs}"],
    },
    "packages/*": { entry: ["src/**/main.ts", "{src,tests}/**/*.test.ts"], project: ["{src,tests}/**/*.ts"] },
  },
  // Resolved by path, or by a file below the package's name.
  ignoreDependencies: ["axe-core", "@sparticuz/chromium", "google-protobuf", "@grpc/grpc-js", "mdast"],
  // A type that its own file uses often names a part of an exported signature.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // The programs that the operator or the sandbox installs: flyctl, kubectl, psql, go.
  exclude: ["binaries"],
} satisfies KnipConfig;
