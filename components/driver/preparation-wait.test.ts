import { expect, test } from "vitest";
import type { Flyctl } from "./flyctl.ts";
import { awaitEarlierPreparation } from "./preparation-wait.ts";

/** flyctl with a preparation that started two hours ago and is listed this many times. */
function preparing(times: number) {
  const calls: string[] = [];
  const fly = {
    show: () => undefined,
    run: (args: readonly string[]) => {
      calls.push(args.slice(0, 2).join(" "));
      const machine = {
        id: "d1",
        state: "started",
        created_at: new Date(Date.now() - 7_200_000).toISOString(),
        config: { metadata: { fly_process_group: "fly_app_release_command" } },
      };
      return Promise.resolve(JSON.stringify(calls.length <= times ? [machine] : []));
    },
  };
  return { fly: fly as unknown as Flyctl, calls };
}

test("waits for a preparation that is older than its limit", async () => {
  const { fly, calls } = preparing(3);
  await expect(awaitEarlierPreparation(fly, "chat", 20, 1)).resolves.toEqual([]);
  expect(calls).toEqual(Array(4).fill("machine list"));
});

test("is refused after one more limit, and the preparation is left running", async () => {
  const { fly, calls } = preparing(Infinity);
  await expect(awaitEarlierPreparation(fly, "chat", 0.0005, 5)).rejects.toThrow(
    /still ran on machine d1 after 0\.0005 more minutes\. Nothing was changed\. .*raise fly\.releaseTimeoutMinutes/,
  );
  expect(new Set(calls)).toEqual(new Set(["machine list"]));
});
