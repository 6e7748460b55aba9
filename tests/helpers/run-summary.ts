import type { Reporter, TestModule } from "vitest/node";
import { processorSeconds } from "../../bench/processor-time.ts";

const shownFiles = 10;
/** Characters of a failed test's message. */
const shownMessage = 2000;

/** Prints a run's slowest files, what failed, its wall and processor time, and one line for scripts. */
export default class RunSummary implements Reporter {
  #started = performance.now();

  onTestRunStart(): void {
    this.#started = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const wall = (performance.now() - this.#started) / 1000;
    const slowest = modules.length > 1 ? slowestFiles(modules) : [];
    const failures = failedTests(modules);
    const closing = closingLine(modules, unhandledErrors);
    // Workers and servers exit after this event, and their processor time counts only then.
    process.on("exit", () => {
      const processor = processorSeconds();
      const spent = processor === undefined ? "" : `, ${Math.round(processor)} s of processor time`;
      console.log([...slowest, ...failures, `${Math.round(wall)} s${spent}`, closing].join("\n"));
    });
  }
}

function slowestFiles(modules: readonly TestModule[]): string[] {
  const files = modules.map((module) => ({
    path: module.relativeModuleId,
    wall: module.diagnostic().duration / 1000,
    processor: module.meta().processorSeconds,
  }));
  const of = (seconds: number | undefined) => `${seconds?.toFixed(1) ?? "-"} s`.padStart(9);
  return [
    "Slowest files: wall time, processor time without servers that files share",
    ...files
      .sort((one, other) => other.wall - one.wall)
      .slice(0, shownFiles)
      .map(({ path, wall, processor }) => `${of(wall)} ${of(processor)}  ${path}`),
  ];
}

/** The end of a log is all that some services show, and vitest's own list stands above it. */
function failedTests(modules: readonly TestModule[]): string[] {
  const failed = modules.flatMap((module) =>
    [...module.children.allTests("failed")].flatMap((test) => [
      `  ${module.relativeModuleId}: ${test.fullName}`,
      ...(test.result().errors ?? []).map(({ message }) => message.slice(0, shownMessage).replace(/^/gm, "    ")),
    ]),
  );
  return failed.length > 0 ? ["Failed:", ...failed] : [];
}

function closingLine(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): string {
  const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    for (const test of tests) {
      const { state } = test.result();
      if (state !== "pending") counts[state] += 1;
    }
    // A file that fails to load contains no tests, and must not pass unnoticed.
    if (module.state() === "failed" && tests.every((test) => test.ok())) counts.failed += 1;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
