import { expect, test } from "vitest";
import { majorOf, nextMinor } from "./upgrade.ts";
import { versions } from "../../../config/versions.ts";

test.each([
  [versions.postgresImage, 17],
  [`ghcr.io/cloudnative-pg/postgresql:18.1-standard-trixie@sha256:${"0".repeat(64)}`, 18],
  ["registry.example.com:5000/postgresql:17", 17],
  [`registry.example.com:5000/postgresql@sha256:${"0".repeat(64)}`, undefined],
  ["", undefined],
])("%s is PostgreSQL %s", (image, major) => {
  expect(majorOf(image)).toBe(major);
});

test.each([
  ["0.28.3", "0.29.0", undefined],
  ["0.29.0", "0.29.0", undefined],
  ["0.29.0", "0.28.3", undefined],
  ["0.27.1", "0.29.0", "0.28"],
  ["0.25.0", "0.29.0", "0.26"],
  ["0.29.0", "1.0.0", undefined],
])("from chart %s to %s, the intermediate version is %s", (running, wanted, between) => {
  expect(nextMinor(running, wanted)).toBe(between);
});
