import { parse } from "smol-toml";
import { stepOfCommand } from "../components/driver/command.ts";
import { isObject, textOf, type Props, type Resource } from "./resource.ts";

export const isCommand = ({ type }: Resource): boolean => type === "command:local:Command";

/** Which step of the Fly driver a command runs; undefined for other commands. */
export function stepOf(resource: Resource): string | undefined {
  if (!isCommand(resource)) return undefined;
  return stepOfCommand(resource.props);
}

/** What a step is given, by its name without `STEP_`. */
export function stepInput({ props }: Resource, name: string): string | undefined {
  return textOf(props["environment"]?.[`STEP_${name}`]);
}

/** The fly.toml that a step deploys; undefined where it deploys none, or does not know it yet. */
export function machineConfigOf(resource: Resource): Props | undefined {
  const text = stepInput(resource, "MACHINE_CONFIG");
  if (stepOf(resource) !== "deployment" || text === undefined) return undefined;
  const config: unknown = parse(text);
  return isObject(config) ? config : undefined;
}
