import { expect, test } from "vitest";
import { isFlyPrivate, isLoopback, isPrivateHost } from "./hosts.ts";

test.each([
  ["localhost", true],
  ["127.0.0.53", true],
  ["[::1]", true],
  ["app.localhost", true],
  ["localhost.example.com", false],
  ["10.0.0.1", false],
])("%s is this machine: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ["db.internal", true],
  ["db.flycast", true],
  ["DB.FLYCAST.", true],
  ["internal.example.com", false],
])("%s is on Fly's private network: %s", (host, expected) => {
  expect(isFlyPrivate(host)).toBe(expected);
});

test.each([
  ["minio", true],
  ["minio.chatwoot.svc.cluster.local", true],
  ["minio.chatwoot.svc", true],
  ["db.flycast", true],
  ["10.0.0.5", true],
  ["172.31.255.1", true],
  ["192.168.1.1", true],
  ["100.64.0.1", true],
  ["169.254.169.254", true],
  ["[fd00::1]", true],
  ["[fe80::1]", true],
  ["[::ffff:10.0.0.5]", true],
  ["172.32.0.1", false],
  ["8.8.8.8", false],
  ["[2606:4700::1111]", false],
  ["s3.eu-central-1.amazonaws.com", false],
])("%s is private: %s", (host, expected) => {
  expect(isPrivateHost(host)).toBe(expected);
});
