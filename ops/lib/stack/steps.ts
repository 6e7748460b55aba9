import { stepOfCommand } from "../../../components/driver/command.ts";
import type { StackResource } from "./deployment.ts";

/** A step of the Fly driver as recorded in the stack's state. */
export interface RecordedStep {
  urn: string;
  /** The step's name: `secrets`, `deployment`. */
  step: string;
  /** Undefined for resources outside an app, such as a Redis database. */
  app: string | undefined;
  /** Inputs without the prefix `STEP_`; secret ones are omitted. */
  inputs: Record<string, string>;
  /** Output of the last successful run; empty if it is secret. */
  result: Record<string, unknown>;
  /** Whether replacing the resource is refused or deletes the object on Fly. */
  guarded: boolean;
}

/** The Fly steps of a stack, in the order of the state. */
export function recordedSteps(resources: readonly StackResource[]): RecordedStep[] {
  return resources.flatMap((resource) => {
    if (resource.type !== "command:local:Command" || !isFlyComponent(resource.parent)) return [];
    const step = stepOfCommand(resource.inputs ?? {});
    if (step === undefined) return [];
    const inputs = stepInputs(resource.inputs?.["environment"]);
    return [
      {
        urn: resource.urn,
        step,
        app: inputs["APP"],
        inputs,
        result: parseResult(resource.outputs?.["stdout"]),
        guarded: resource.protect === true || resource.inputs?.["delete"] !== undefined,
      },
    ];
  });
}

/** A component's URN ends with the path of types and its name: `...$chatwoot:fly:App::fly`. */
function isFlyComponent(urn: string | undefined): boolean {
  const type = urn?.split("::")[2]?.split("$").at(-1);
  return type?.startsWith("chatwoot:fly:") ?? false;
}

function stepInputs(environment: unknown): Record<string, string> {
  if (typeof environment !== "object" || environment === null) return {};
  const plain = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[0].startsWith("STEP_") && typeof entry[1] === "string",
  );
  return Object.fromEntries(plain.map(([name, value]) => [name.slice("STEP_".length), value]));
}

function parseResult(stdout: unknown): Record<string, unknown> {
  try {
    const result: unknown = JSON.parse(textOf(stdout));
    return typeof result === "object" && result !== null ? { ...result } : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
