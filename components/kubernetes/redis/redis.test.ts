import fc from "fast-check";
import { expect, test } from "vitest";
import { versions } from "../../../config/versions.ts";
import { redisPod } from "./pod.ts";
import { maxMemoryMb, redisProbes, renderRedisConf } from "./settings.ts";
import { defaultPods } from "../../../tests/helpers/default-pods.ts";

test.each([
  [256, 192],
  [512, 384],
  [1024, 768],
  [65536, 49152],
])("of %i MiB, %i are for data", (memoryMb, data) => {
  expect(maxMemoryMb(memoryMb)).toBe(data);
  expect(renderRedisConf(memoryMb)).toContain(`\nmaxmemory ${data}mb\n`);
});

test("a quarter of the memory is reserved, for any size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1 << 20 }), (memoryMb) => {
      expect(memoryMb - maxMemoryMb(memoryMb)).toBeGreaterThanOrEqual(memoryMb / 4);
    }),
  );
});

test("the settings as text", () => {
  expect(renderRedisConf(512)).toMatchSnapshot();
});

test("the pod", () => {
  expect(redisPod(versions.redisImage, 512, defaultPods)).toMatchSnapshot();
});

test("the password is only in a file, and in no environment or command line", () => {
  const pod = redisPod(versions.redisImage, 512, defaultPods);
  const text = JSON.stringify(pod);
  expect(text).not.toMatch(/secretKeyRef|"env"|envFrom/);
  for (const probe of Object.values(redisProbes)) expect(probe.join(" ")).toContain("$(cat /run/redis-auth/password)");
});
