/** A folder of the repository, its contents, and the lower folders that it may import. */
export interface Room {
  folder: string;
  holds: string;
  uses: readonly string[];
}

const ground = ["lib", "config"];
const shared = [...ground, "components/chatwoot"];
const deployed = [...ground, "components", "stacks"];

/** Every folder, lowest first. Tests may import what they test from any folder. */
export const rooms: readonly Room[] = [
  {
    folder: "lib",
    holds: "utilities of the whole project: problems with their fixes, redaction, HTTP",
    uses: [],
  },
  {
    folder: "config",
    holds: "settings (schema, secrets), and facts that components also need, such as versions",
    uses: ["lib"],
  },
  {
    folder: "components/chatwoot",
    holds: "shared by both targets: environment, generated secrets, bootstrap, the pipeline's tables and schedule",
    uses: ground,
  },
  {
    folder: "components/driver",
    holds: "the program that runs the steps of Fly and of the pipeline, and the resource that starts a step",
    uses: shared,
  },
  { folder: "components/fly", holds: "one component for each object on Fly", uses: [...shared, "components/driver"] },
  {
    folder: "components/kubernetes",
    holds: "one component for each part of the cluster, with typed specs",
    uses: shared,
  },
  { folder: "components/support", holds: "the support pipeline", uses: [...ground, "components"] },
  {
    folder: "stacks",
    holds: "reads and checks the configuration; one file per target; the outputs' contract",
    uses: [...ground, "components"],
  },
  { folder: "packages/engine", holds: "the embedded Pulumi engine, with its providers", uses: [] },
  {
    folder: "packages/report",
    holds: "`npm run report`: one HTML page about a run ([report](report.md))",
    uses: ["packages/engine"],
  },
  { folder: "packages/flyctl-stand-in", holds: "a strict stand-in for flyctl", uses: [] },
  {
    folder: "packages/kubernetes-sandbox",
    holds: "a control plane on one machine, stand-ins for nodes and operators, and the tools built for it",
    uses: [],
  },
  {
    folder: "policy",
    holds: "rules for every run, for Pulumi and for the sandbox ([policies](policy.md))",
    uses: deployed,
  },
  {
    folder: "preview",
    holds: "`npm run preview:diff` and the schemas ([review](review.md))",
    uses: [...deployed, "policy", "packages"],
  },
  {
    folder: "ops",
    holds: "`npm run ops`: operator commands after a deployment; reads the stack's outputs",
    uses: [...deployed, "preview", "packages/engine"],
  },
  { folder: "fleet", holds: "many environments from one list ([fleet](fleet.md))", uses: ground },
  { folder: "examples", holds: "a webhook receiver, and many environments with the Automation API", uses: ["fleet"] },
  { folder: "template", holds: "a project that installs the package ([install](install.md))", uses: [] },
  {
    folder: "sandbox",
    holds: "command line and stand-ins that run this program on one machine",
    uses: [...deployed, "policy", "preview", "ops", "packages", "examples"],
  },
];
