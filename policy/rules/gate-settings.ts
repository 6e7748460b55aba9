import { plainVariables, required, secretVariables, variable } from "../gate-flags.ts";
import { isGate, wordsOf } from "../gate.ts";
import { containersOfPod, podOf } from "../kubernetes.ts";
import { isObject, listOf, textOf, type Props } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const gateSettings: Rule = {
  name: "gate-settings",
  requirement:
    "The proxy of single sign-on has exactly the arguments, environment, files and containers that were reviewed.",
  reason:
    "One flag, variable or configuration file of oauth2-proxy opens every page, or lets a client choose who it is.",
  fix: "Set it with `kubernetes.sso` in the stack file; a new flag is added to policy/gate-flags.ts with its allowed values.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    const pod = isGate(resource) ? podOf(resource)?.spec : undefined;
    if (pod === undefined) return [];
    const containers = containersOfPod(pod);
    const [container] = listOf(pod["containers"]);
    const volumes = listOf(pod["volumes"]).filter((volume) => !isObject(volume["configMap"]));
    return [
      ...(containers.length === 1
        ? []
        : [`has ${containers.length} containers. Only oauth2-proxy may run in its pod.`]),
      ...volumes.map(({ name }) => `has volume ${String(name)}, which is no ConfigMap. Remove it.`),
      ...(container === undefined
        ? []
        : [...problemsOfArguments(container), ...problemsOfEnvironment(container), ...problemsOfMounts(container)]),
    ];
  },
};

function problemsOfArguments(container: Props): string[] {
  const words = wordsOf(container);
  const flags = words.map((word) => /^--([a-z-]+)=([^]*)$/.exec(word));
  const names = flags.map((flag) => flag?.[1]);
  const unknown = words.filter((word, i) => {
    const [, name = "", value = ""] = flags[i] ?? [];
    // Another rule reads the routes.
    if (required.includes(word) || name === "skip-auth-route") return false;
    return variable[name]?.[0].test(value) !== true;
  });
  const repeated = ["upstream", "redirect-url", "oidc-issuer-url", "cookie-expire"].filter(
    (name) => names.filter((each) => each === name).length > 1,
  );
  const missing = [
    ...required.filter((word) => !words.includes(word)),
    ...Object.entries(variable).flatMap(([name, [, isRequired]]) =>
      isRequired && !names.includes(name) ? [`--${name}`] : [],
    ),
  ];
  const issuer = hostOf(valueOf("oidc-issuer-url", words));
  const redirects = words.filter(
    (word) => word.startsWith("--whitelist-domain=") && word !== `--whitelist-domain=${issuer}`,
  );
  return [
    ...(container["command"] === undefined ? [] : ["has a command. Use the image's own."]),
    ...unknown.map((word) => `has the argument ${word}, which was not reviewed. Remove it.`),
    ...repeated.map((name) => `has --${name} more than once. Keep the first.`),
    ...missing.map((word) => `lacks ${word}. Add it.`),
    ...redirects.map((word) => `has ${word}, which is not the issuer. Remove it.`),
  ];
}

function problemsOfEnvironment({ env, envFrom }: Props): string[] {
  const variables = listOf(env);
  const wrong = variables.filter(({ name, value, valueFrom }) => {
    if (secretVariables.includes(name as string)) return !isObject((valueFrom as Props | undefined)?.["secretKeyRef"]);
    return !plainVariables.includes(name as string) || textOf(value) === undefined;
  });
  const missing = secretVariables.filter((name) => !variables.some((each) => each["name"] === name));
  return [
    ...(listOf(envFrom).length === 0 ? [] : ["has envFrom, which can set every flag. Remove it."]),
    ...wrong.map(
      ({ name }) => `has the variable ${String(name)}, which was not reviewed or is not from a Secret. Remove it.`,
    ),
    ...missing.map((name) => `lacks the variable ${name}. Add it from a Secret.`),
  ];
}

function problemsOfMounts({ volumeMounts }: Props): string[] {
  return listOf(volumeMounts)
    .filter(({ mountPath }) => mountPath !== "/etc/oauth2-proxy/pages")
    .map(
      ({ mountPath }) => `mounts ${String(mountPath)}, where a configuration could be. Only its pages may be mounted.`,
    );
}

function valueOf(name: string, words: readonly string[]): string {
  return words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
