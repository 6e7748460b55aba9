import { expect, test } from "vitest";
import { consoleEnvironment } from "./console.ts";

const env = { PATH: "/bin", FLY_API_TOKEN: "token", PULUMI_CONFIG_PASSPHRASE: "planted", GITHUB_TOKEN: "planted" };

test("flyctl gets no secret of another program; kubectl gets what its sign-in may need", () => {
  expect(consoleEnvironment("flyctl", env)).toEqual({ PATH: "/bin", FLY_API_TOKEN: "token" });
  expect(consoleEnvironment("kubectl", env)).toBe(env);
});
