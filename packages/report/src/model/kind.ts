import type { ReportResource } from "./model.ts";

type Typed = Pick<ReportResource, "type" | "component">;

/** A readable type: `Deployment (apps/v1)`, `RandomPassword`; a component of a program with its module, `fly Redis`. */
export function kindOf({ type, component }: Typed): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  if (name === "") return type;
  if (pkg === "kubernetes") return module === "core/v1" ? name : `${name} (${module})`;
  if (pkg === "pulumi" && module === "providers") return `${name} provider`;
  return component && module !== "index" ? `${module} ${name}` : name;
}

const commands = new Set(["command:local:Command", "command:remote:Command"]);

/** The kind that a step's time counts for: for a command, the component that runs it. */
export function workOf(resource: Typed, parent: Typed | undefined): string {
  return kindOf(commands.has(resource.type) && parent !== undefined ? parent : resource);
}
