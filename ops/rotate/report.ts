import { wrap } from "../../lib/wrap.ts";
import { isUnattended, type Plan } from "./plan.ts";

/** Formats for 80 columns, but never wraps a command. */
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
        ? `Nothing was changed. To run the steps: \`npm run ops -- rotate ${secret} --stack ${stack} --yes\`.`
        : "Nothing was changed. Some steps are manual: run them all in this order.",
      80,
    ),
  ].join("\n");
}
