import { parse } from "smol-toml";
import { stepOfCommand } from "../components/driver/command.ts";
import { isObject, textOf, type Props, type Resource } from "./resource.ts";

export const isCommand = ({ type }: Resource): boolean => type === "command:local:Command";

/** The step of the Fly driver that a command runs; undefined for other commands. */
export function stepOf(resource: Resource): string | undefined {
  if (!isCommand(resource)) return undefined;
  return stepOfCommand(resource.props);
}

/** A step's input, by its name without `STEP_`. */
export function stepInput({ props }: Resource, name: string): string | undefined {
  return textOf(props["environment"]?.[`STEP_${name}`]);
}

/** The fly.toml that a step deploys; undefined if there is none or it is unknown in a preview. */
export function machineConfigOf(resource: Resource): Props | undefined {
  const text = stepInput(resource, "MACHINE_CONFIG");
  if (stepOf(resource) !== "deployment" || text === undefined) return undefined;
  const config: unknown = parse(text);
  return isObject(config) ? config : undefined;
}
