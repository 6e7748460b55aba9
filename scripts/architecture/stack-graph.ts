import { RunRecorder, buildReport, type ReportResource } from "pulumi-run-report";
import { Engine, loadProject, memoryState, unknownMarker, type ProviderFactory } from "pulumi-embedded-engine";
import { previewConfig } from "../../preview/stack-values.ts";

/** Accepts every resource, and returns no outputs before it exists. */
const agreeable: ProviderFactory = () => ({
  create: (inputs) => Promise.resolve({ id: "", outputs: { ...inputs, stdout: unknownMarker, result: unknownMarker } }),
  invoke: (_token, args) => Promise.resolve(args),
  // The objects of the chart are not part of the diagram.
  construct: () => Promise.resolve({}),
});

/** Every resource that the program registers for a new stack, with parents and dependencies. */
export async function stackResources(root: string, stack: string): Promise<ReportResource[]> {
  const project = loadProject(root);
  const recorder = new RunRecorder();
  const engine = new Engine({
    project,
    stack,
    config: previewConfig(project, stack, "sandbox/chart"),
    state: memoryState(),
    providers: { random: agreeable, command: agreeable, kubernetes: agreeable },
    onEvent: (event) => recorder.event(event),
  });
  const asked = process.env["CHATWOOT_SKIP_PREFLIGHT"];
  process.env["CHATWOOT_SKIP_PREFLIGHT"] = "1";
  try {
    const result = await engine.preview(program);
    const problem = result.diagnostics.find(({ severity }) => severity === "error");
    if (!result.ok) throw new Error(`${stack}: the preview for the diagram failed: ${problem?.message}`);
    return buildReport(recorder.record("preview", result)).resources;
  } finally {
    if (asked === undefined) delete process.env["CHATWOOT_SKIP_PREFLIGHT"];
    else process.env["CHATWOOT_SKIP_PREFLIGHT"] = asked;
  }
}

async function program(): Promise<unknown> {
  const { default: deploy } = await import("../../index.ts");
  return deploy();
}
