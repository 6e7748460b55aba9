/** A type as people say it: `Deployment (apps/v1)`, `RandomPassword`, `fly Redis`. */
export function kindOf(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  if (name === "") return type;
  if (pkg === "kubernetes") return module === "core/v1" ? name : `${name} (${module})`;
  if (pkg === "pulumi" && module === "providers") return `${name} provider`;
  if (pkg === "chatwoot") return `${module} ${name}`;
  return name;
}

const commands = new Set(["command:local:Command", "command:remote:Command"]);

/** What a step's time counts for: a command is called by the component that it does the work of. */
export function workOf(type: string, parentType: string | undefined): string {
  return commands.has(type) && parentType !== undefined ? kindOf(parentType) : kindOf(type);
}
