import { expect, test } from "vitest";
import { hasBucketInHost, regionIn, regionOf } from "./s3-endpoint.ts";

test.each([
  ["https://s3.eu-central-003.backblazeb2.com", "eu-central-003"],
  ["https://s3.eu-west-1.amazonaws.com", "eu-west-1"],
  ["https://s3.dualstack.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["https://s3.amazonaws.com", "us-east-1"],
  ["https://fra1.digitaloceanspaces.com", "fra1"],
  ["https://s3.eu-central-1.wasabisys.com", "eu-central-1"],
  ["https://s3.fr-par.scw.cloud", "fr-par"],
  ["https://fsn1.your-objectstorage.com", "fsn1"],
  ["https://fly.storage.tigris.dev", "auto"],
  ["https://account.r2.cloudflarestorage.com", undefined],
  ["https://minio.storage.svc:9000", undefined],
  ["https://s3.eu-central-003.backblazeb2.com.example.org", undefined],
  ["nothing", undefined],
])("the region in %s is %s", (endpoint, region) => expect(regionIn(endpoint)).toBe(region));

test("a bucket's region is the configured one, that of the endpoint, or auto", () => {
  const endpoint = "https://s3.eu-west-1.amazonaws.com";
  expect(regionOf({ endpoint, region: "elsewhere" })).toBe("elsewhere");
  expect(regionOf({ endpoint })).toBe("eu-west-1");
  expect(regionOf({ endpoint: "https://s3.example.com" })).toBe("auto");
});

test.each([
  ["https://acme.s3.eu-central-1.amazonaws.com", true],
  ["https://other.s3.eu-central-1.amazonaws.com", true],
  ["https://acme.fra1.digitaloceanspaces.com", true],
  ["https://acme.account.r2.cloudflarestorage.com", true],
  ["https://acme.storage.example.com", true],
  ["https://acme.example.com", false],
  ["https://s3.eu-central-1.amazonaws.com", false],
  ["https://account.eu.r2.cloudflarestorage.com", false],
  ["https://project.storage.supabase.co/storage/v1/s3", false],
])("%s has a bucket in its host: %s", (endpoint, expected) => {
  expect(hasBucketInHost(endpoint, "acme")).toBe(expected);
});
