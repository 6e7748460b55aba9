import type { Recorded } from "./recorded.ts";

/** The exit code of a call and what is compared of its outputs. */
interface Seen {
  exit: number;
  stdout: unknown;
  stderr: unknown;
}

interface Difference {
  reason: string;
  applies: (call: Recorded, before: readonly Recorded[]) => boolean;
  /** Removes what differs from both sides. */
  without: (seen: Seen) => Partial<Seen>;
}

/** The differences that remain, each with its reason. */
export const differences: readonly Difference[] = [
  {
    reason: "Fly's servers refuse it. The recording's stand-in of Fly's API accepted it.",
    applies: (call, before) => call.exit === 0 && isRefusedByFly(call, before),
    without: () => ({}),
  },
  {
    reason: "No program of this project runs this command, so the stand-in refuses it.",
    applies: ({ args: [group] }) => group === "tokens" || group === "orgs",
    without: () => ({}),
  },
  {
    reason: "The stand-in has only the flags that the project uses, and refers to its list of commands.",
    applies: ({ stderr }) => /^Error: unknown (command|flag)/.test(stderr),
    without: ({ exit, stderr }) => ({ exit, stderr: lines(stderr, /stand-in/) }),
  },
  {
    reason: "Tigris' name, terms and next steps are data of Fly's servers.",
    applies: ({ args: [group, command] }) => group === "storage" && command === "create",
    without: ({ exit, stdout, stderr }) => ({
      exit,
      stdout: lines(stdout, /Tigris|--yes flag/),
      stderr: lines(stderr, /Tigris/),
    }),
  },
  {
    reason: "Plans and prices of Redis are data of Fly's servers.",
    applies: ({ args }) => args.join(" ") === "redis plans",
    without: (seen) => ({ ...seen, stdout: lines(seen.stdout, /^(Fixed|Pay-as-you-go)/) }),
  },
  {
    reason: "The words for a mistake in a TOML file are those of the parser.",
    applies: ({ args }) => args.includes("broken.toml"),
    without: (seen) => ({ ...seen, stderr: lines(seen.stderr, /^\| ~/) }),
  },
  {
    reason: "Fly's servers keep the checks of a stopped machine, as `warning`. The recording's stand-in removed them.",
    applies: ({ args, stdout }) => args[0] === "machine" && stdout.includes('"state": "stopped"'),
    without: (seen) => ({ ...seen, stdout: JSON.parse(JSON.stringify(seen.stdout), withoutStatuses) as unknown }),
  },
  {
    reason: "Groups are updated at the same time: how far the others have come when one fails differs from run to run.",
    applies: ({ args, exit }) => args[0] === "deploy" && exit === 127,
    without: ({ exit, stdout, stderr }) => ({
      exit,
      stdout: lines(stdout, /^([>✖✔] \[|Updating)/),
      stderr: lines(stderr, /^Warn: got an error retrieving the logs/),
    }),
  },
  {
    reason: "`pulumi up` makes calls at the same time: the list contains an app whose creation ended after it.",
    applies: ({ part, args, stdout }) =>
      args.join(" ") === "apps list --json" && part.includes("stack") && stdout.includes('"Status": "pending"'),
    without: ({ exit }) => ({ exit }),
  },
];

function isRefusedByFly({ args, stdin }: Recorded, before: readonly Recorded[]): boolean {
  const [group, command, operand = ""] = args;
  const word = (flag: string, { args: all }: { args: readonly string[] }): string | undefined =>
    all.includes(flag) ? all[all.indexOf(flag) + 1] : undefined;
  switch (`${group} ${command}`) {
    case "secrets import":
      return !/^\w+=/.test(stdin);
    case "machine run": {
      const name = word("--name", { args });
      const isTaken = name !== undefined && before.some((call) => word("--name", call) === name);
      return isTaken || /[^a-z]/.test(word("--schedule", { args }) ?? "");
    }
    case "certs add":
      return !/^[a-z0-9.-]+$/.test(operand);
    case "ips release":
      return !before.some(({ stdout }) => stdout.includes(operand));
    default:
      return false;
  }
}

const lines = (output: unknown, removed: RegExp): unknown =>
  Array.isArray(output) ? output.filter((line) => !removed.test(String(line))) : output;

const withoutStatuses = (key: string, value: unknown): unknown =>
  key === "checks" && JSON.stringify(value).includes("updated_at") ? undefined : value;
