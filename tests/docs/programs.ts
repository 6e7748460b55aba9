import {
  parseArguments,
  findCommand,
  globals,
  commands,
  groups,
  type FlagSpec,
  type FlagType,
} from "flyctl-stand-in/command-line";
import type { Words } from "./shell.ts";

/** Flags of a command by name, short or long; `v` marks those with a value. */
type Flags = Record<string, "v" | "">;

/**
 * The used commands of each program, as in its own `--help`. Other commands are rejected: check the help, and add them.
 */
const pulumiRun: Flags = { stack: "v", s: "v", refresh: "", diff: "", "event-log": "v", "policy-pack": "v" };
const pulumi: Record<string, Flags> = {
  up: { ...pulumiRun, yes: "", y: "", replace: "v", "target-replace": "v", target: "v" },
  preview: { ...pulumiRun, "expect-no-changes": "", json: "", "import-file": "v" },
  destroy: { stack: "v", s: "v", yes: "" },
  refresh: { stack: "v", s: "v", yes: "", "clear-pending-creates": "", "non-interactive": "" },
  cancel: { stack: "v" },
  login: {},
  whoami: {},
  import: { file: "v", stack: "v" },
  "config set": { stack: "v", secret: "", path: "" },
  "config get": { stack: "v", path: "" },
  "config rm": { stack: "v", path: "" },
  stack: { stack: "v", "show-urns": "" },
  "stack init": {},
  "stack ls": {},
  "stack rm": { force: "", "preserve-config": "", yes: "" },
  "stack output": { stack: "v", "show-secrets": "", json: "" },
  "stack export": { stack: "v", file: "v", "show-secrets": "" },
  "stack import": { stack: "v", file: "v" },
  "stack change-secrets-provider": { stack: "v" },
  "state unprotect": { stack: "v", all: "", yes: "" },
  "state delete": { stack: "v", force: "", "target-dependents": "" },
};

const everywhere: Flags = { n: "v", namespace: "v", context: "v", kubeconfig: "v", "request-timeout": "v" };
const choosing: Flags = { l: "v", selector: "v", A: "", "all-namespaces": "" };
const kubectl: Record<string, Flags> = {
  get: {
    ...choosing,
    o: "v",
    output: "v",
    w: "",
    watch: "",
    "field-selector": "v",
    "sort-by": "v",
    "show-labels": "",
    "ignore-not-found": "",
  },
  describe: choosing,
  logs: {
    l: "v",
    selector: "v",
    f: "",
    follow: "",
    tail: "v",
    since: "v",
    c: "v",
    "all-containers": "",
    previous: "",
    timestamps: "",
  },
  exec: { i: "", t: "", it: "", c: "v" },
  apply: { f: "v", filename: "v", "server-side": "" },
  diff: { f: "v", filename: "v", "server-side": "" },
  patch: { p: "v", patch: "v", type: "v" },
  delete: { ...choosing, f: "v", filename: "v" },
  "create job": { from: "v" },
  "create namespace": {},
  "create secret generic": { "from-literal": "v", "from-file": "v" },
  "create secret docker-registry": { "from-file": "v" },
  "rollout restart": { l: "v", selector: "v" },
  "rollout status": {},
  "rollout history": {},
  "config get-contexts": { o: "v", output: "v" },
  "config rename-context": {},
  "config current-context": {},
  "port-forward": {},
  scale: { replicas: "v" },
  annotate: { overwrite: "" },
  label: { overwrite: "" },
  top: {},
  version: {},
  "cnpg backup": { method: "v", "plugin-name": "v" },
  "cnpg destroy": {},
  "cnpg promote": {},
  "cnpg psql": {},
  "cnpg status": {},
};

/** Commands of flyctl that its stand-in lacks. */
const token: Flags = { x: "v", expiry: "v", n: "v", name: "v" };
const flyMore: Record<string, Flags> = {
  "apps restart": {},
  "auth login": {},
  "auth token": {},
  "mpg create": {},
  "orgs create": {},
  "platform regions": {},
  "redis proxy": {},
  "redis reset": {},
  "redis update": {},
  "ssh console": { app: "v", a: "v", C: "v", command: "v", q: "", quiet: "" },
  "storage dashboard": { app: "v", a: "v" },
  "tokens create deploy": { ...token, app: "v", a: "v" },
  "tokens create org": { ...token, org: "v", o: "v" },
  "tokens create readonly": { ...token, org: "v", o: "v" },
  "tokens list": {},
  "tokens revoke": {},
  "version upgrade": {},
  "volumes extend": { app: "v", a: "v", size: "v", s: "v" },
  "volumes snapshots list": { app: "v", a: "v" },
  "wireguard create": {},
};

/** Why a command is invalid; undefined if it is valid. */
export function wrongCommand([program = "", ...words]: Words): string | undefined {
  if (program === "pulumi") return wrongWords(words, pulumi, {});
  if (program === "kubectl") return wrongWords(words, kubectl, everywhere);
  if (program !== "fly" && program !== "flyctl") return undefined;
  const more = wrongWords(words, flyMore, {});
  if (more === undefined) return undefined;
  try {
    const { command, words: rest } = findCommand(words, commands, groups);
    parseArguments(rest, [...command.flags, ...globals]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function wrongWords(words: Words, known: Record<string, Flags>, always: Flags): string | undefined {
  const first = words.findIndex((word, index) => !word.startsWith("-") && !takesValue(words[index - 1], always));
  const operands = first === -1 ? [] : words.slice(first);
  const name =
    [3, 2].map((count) => operands.slice(0, count).join(" ")).find((each) => each in known) ?? operands[0] ?? "";
  const flags = known[name];
  if (flags === undefined) return `${name} is not known to tests/docs/programs.ts`;
  const ours = words.indexOf("--") === -1 ? words : words.slice(0, words.indexOf("--"));
  const all = { ...always, ...flags };
  try {
    parseArguments(ours, Object.entries(all).map(toSpec));
    return undefined;
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}

function takesValue(before: string | undefined, flags: Flags): boolean {
  return before !== undefined && before.startsWith("-") && flags[before.replace(/^-+/, "")] === "v";
}

function toSpec([name, kind]: [string, "v" | ""]): FlagSpec {
  const type: FlagType = kind === "v" ? "string" : "bool";
  return { name, type, usage: "", ...(name.length === 1 ? { short: name } : {}) };
}
