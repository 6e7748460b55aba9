import type { Props, Resource } from "../../../policy/resource.ts";
import { protectedData } from "../../../policy/rules/protected-data.ts";
import { setField, type Mutation } from "./operators.ts";

/** Generated secrets, and the steps of the Fly driver. */
export function stackMutations(resource: Resource): Mutation[] {
  if (resource.type.startsWith("random:")) return secretMutations(resource);
  return resource.type === "command:local:Command" ? stepMutations(resource) : [];
}

const replaceable = protectedData.settings.replaceable.default;

function secretMutations({ name, protect, props }: Resource): Mutation[] {
  const area = "generated secrets";
  return [
    ...(protect && name !== "destroy-guard" && !replaceable.includes(name) && !replaceable.includes(name)
      ? [{ area, what: "unprotect it", apply: (copy: Resource) => void (copy.protect = false) }]
      : []),
    ...(name === "destroy-guard"
      ? []
      : [
          ...setField(area, "", "length", [8, "23"]),
          ...setField(area, "", "keepers", [{ old: props["result"] as string }]),
          {
            area,
            what: "only digits",
            apply: (copy: Resource) =>
              Object.assign(copy.props, { lower: false, upper: false, special: false, length: 24 }),
          },
        ]),
  ];
}

function stepMutations(resource: Resource): Mutation[] {
  const { props, protect } = resource;
  const environment = props["environment"] as Record<string, string>;
  const text = environment["STEP_MACHINE_CONFIG"];
  return [
    ...(protect ? [{ area: "Fly", what: "unprotect it", apply: (copy: Resource) => void (copy.protect = false) }] : []),
    ...(props["delete"] === undefined ? [] : setField("Fly", "", "triggers", [["1"], []])),
    ...(environment["STEP_IMAGE"] === undefined
      ? []
      : setField("Fly", "environment", "STEP_IMAGE", ["a", "a:latest", "a:develop"])),
    ...setField("secrets", "environment", "STEP_API_TOKEN", ["hunter2x"]),
    ...(text === undefined ? [] : tomlMutations(text)),
  ];
}

function tomlMutations(before: string): Mutation[] {
  const changes: [what: string, from: RegExp, to: string][] = [
    ["an image without a version", /image = "[^"]+"/, 'image = "a:latest"'],
    ["no image", /image = "[^"]+"/, ""],
    ["a Dockerfile", /image = "[^"]+"/, 'dockerfile = "Dockerfile"'],
    ["plain http", /force_https = true/, "force_https = false"],
    ["https is not forced", /force_https = true\n/, ""],
    ["a plain address", /FRONTEND_URL = "https/, 'FRONTEND_URL = "http'],
    ["a secret in the environment", /\[env\]/, '[env]\nSECRET_KEY_BASE = "hunter2x"'],
    ["an open port", /$/, '\n[[services]]\ninternal_port = 1\n[[services.ports]]\nport = 1\nhandlers = ["http"]\n'],
    ["no check of a process", /\[checks\.\w+\]\n(?:[^[]+\n)/, ""],
    ["no check of the service", /\[\[http_service\.checks\]\]\n(?:[^[]+\n)/, ""],
    ["a password in a file", /raw_value = "bind/, 'raw_value = "requirepass hunter2x\\nbind'],
  ];
  return changes.flatMap(([what, from, to]) => {
    const after = before.replace(from, to);
    if (after === before) return [];
    return [
      {
        area: "Fly",
        what,
        apply: (copy: Resource) => ((copy.props["environment"] as Props)["STEP_MACHINE_CONFIG"] = after),
      },
    ];
  });
}
