import { wrap } from "../health/report.ts";
import { isUnattended, type Plan } from "./plan.ts";

/** For a terminal of 80 columns; a command is never broken. */
export function formatPlan(stack: string, plan: Plan): string {
  const { secret, description, meanwhile, steps } = plan;
  const lines = steps.flatMap(({ by, what, command }, at) => {
    const [first = "", ...rest] = wrap(what, 80 - 10);
    const begin = `${String(at + 1).padStart(2)}. ${(by === "you" ? "you" : "").padEnd(5)} `;
    return [
      `${begin}${first}`,
      ...rest.map((line) => `${" ".repeat(10)}${line}`),
      ...(command === undefined ? [] : [`${" ".repeat(10)}${command}`]),
    ];
  });
  return [
    ...wrap(`${stack}: rotate ${secret} (${description})`, 80),
    ...wrap(meanwhile, 80),
    "",
    ...lines,
    "",
    ...wrap(
      isUnattended(plan)
        ? `Nothing was done. To do it now: \`npm run ops -- rotate ${secret} --stack ${stack} --yes\`.`
        : "Nothing was done: some steps are yours, so do them all in this order.",
      80,
    ),
  ].join("\n");
}
