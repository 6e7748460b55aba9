import { expect, test } from "vitest";
import { checkIssuer } from "./issuer.ts";

const scopes = ["openid", "email", "groups"];

test.each([
  ["an equal one", "https://id.example.com", "https://id.example.com", undefined],
  ["one with a slash more", "https://id.example.com", "https://id.example.com/", '"https://id.example.com/"'],
  [
    "one with a slash less",
    "https://id.example.com/app/",
    "https://id.example.com/app",
    '"https://id.example.com/app"',
  ],
  ["one of another tenant", "https://login.example.com/common/v2.0", "https://login.example.com/{id}/v2.0", "{id}"],
])("an issuer is compared with %s", async (_, issuer, named, problem) => {
  const asked: string[] = [];
  const { problems } = await checkIssuer({ issuer, scopes }, (url) => {
    asked.push(url);
    return Promise.resolve({ issuer: named });
  });
  expect(asked).toEqual([`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`]);
  if (problem === undefined) expect(problems).toEqual([]);
  else
    expect(problems).toEqual([{ key: "kubernetes.sso.issuer", message: expect.stringContaining(problem) as string }]);
});

test("a scope that the issuer does not list is warned of", async () => {
  const issuer = "https://id.example.com";
  const read = () => Promise.resolve({ issuer, scopes_supported: ["openid", "email", "profile"] });
  expect(await checkIssuer({ issuer, scopes }, read)).toEqual({
    problems: [],
    warnings: [{ key: "kubernetes.sso.scopes", message: expect.stringContaining("has groups") as string }],
  });
});

test.each([undefined, null, "text", {}, { issuer: 1, scopes_supported: "openid" }])(
  "nothing is known of an issuer that answers %j",
  async (answer) => {
    const found = await checkIssuer({ issuer: "https://id.example.com", scopes }, () => Promise.resolve(answer));
    expect(found).toEqual({ problems: [], warnings: [] });
  },
);
