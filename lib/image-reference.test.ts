import { expect, test } from "vitest";
import { imageName, isSameImage, parseImage, shortImage, tagMajor, tagVersion } from "./image-reference.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

test.each([
  ["redis", "redis", undefined, undefined],
  ["chatwoot/chatwoot:v4.16.2", "chatwoot/chatwoot", "v4.16.2", undefined],
  [`chatwoot/chatwoot:v4.16.2@${digest("a")}`, "chatwoot/chatwoot", "v4.16.2", digest("a")],
  [`chatwoot/chatwoot@${digest("a")}`, "chatwoot/chatwoot", undefined, digest("a")],
  ["registry.example.com:5000/chatwoot", "registry.example.com:5000/chatwoot", undefined, undefined],
  [`registry.example.com:5000/a/b:1@${digest("a")}`, "registry.example.com:5000/a/b", "1", digest("a")],
  ["", "", undefined, undefined],
])("parses %j, and joined again it is the same", (reference, repository, tag, found) => {
  expect(parseImage(reference)).toEqual({ repository, tag, digest: found });
  expect([repository, ...(tag ? [`:${tag}`] : []), ...(found ? [`@${found}`] : [])].join("")).toBe(reference);
});

test.each([
  ["chatwoot/chatwoot:v4.16.2-ce", "4.16.2", 4],
  [`ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie@${digest("0")}`, "17.11", 17],
  ["registry.example.com:5000/postgresql:17", "17", 17],
  [`registry.example.com:5000/postgresql@${digest("1")}`, undefined, undefined],
  ["registry.example.com:5000/chatwoot:main-3f2a", undefined, undefined],
  ["chatwoot:20ab", undefined, undefined],
])("%s has the version %s, major %s", (reference, version, major) => {
  expect([tagVersion(reference), tagMajor(reference)]).toEqual([version, major]);
});

test.each([
  ["redis:8", "docker.io/library/redis:8", true],
  ["redis:8", `mirror.example/library/redis:8@${digest("a")}`, true],
  ["redis:8", "redis:8.1", false],
  ["acme/redis:8", "redis:8", false],
  [`a/b:1@${digest("a")}`, `mirror.example/a/b:2@${digest("a")}`, true],
  [`a/b:1@${digest("a")}`, `a/b:1@${digest("b")}`, false],
])("%s and %s are one image: %s", (one, other, same) => {
  expect([isSameImage(one, other), isSameImage(other, one)]).toEqual([same, same]);
});

test("writes names and the beginning of the digest", () => {
  expect(imageName(`docker.io/library/redis:8@${digest("a")}`)).toBe("redis:8");
  expect(shortImage(`registry.example.com:5000/a/b:1@${digest("a")}`)).toBe(`a/b:1@sha256:${"a".repeat(12)}`);
  expect(shortImage("a/b")).toBe("a/b");
});
