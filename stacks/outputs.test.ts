import type { Output } from "@pulumi/pulumi";
import { expectTypeOf, test } from "vitest";
import type { chatwootEnvironment } from "../components/chatwoot/environment.ts";
import type { DnsRecord } from "../components/driver/dns-records.ts";
import type { FlyConfig, KubernetesConfig } from "../config/schema.ts";
import type { StackOutputs } from "./outputs.ts";

// Held by the type checker: these tests cannot fail when they run, but do not compile when a type changes.

test("outputs that are secret are Outputs, the others plain values", () => {
  expectTypeOf<StackOutputs["postgres"]>().toEqualTypeOf<{
    host: string;
    port: number;
    username: string;
    password: Output<string>;
    database: string;
    sslMode: string;
  }>();
  expectTypeOf<StackOutputs["admin"]>().toEqualTypeOf<{ email: string; password: Output<string> }>();
  expectTypeOf<
    StackOutputs["databaseUrl" | "redisUrl" | "secretKeyBase" | "apiToken" | "webhookSecret"]
  >().toEqualTypeOf<Output<string>>();
  expectTypeOf<StackOutputs["dnsRecords"]>().toEqualTypeOf<Output<DnsRecord[]>>();
  expectTypeOf<StackOutputs["target"]>().toEqualTypeOf<"fly" | "kubernetes">();
});

test("each target has its own block and no other", () => {
  expectTypeOf<FlyConfig>().toHaveProperty("fly");
  expectTypeOf<FlyConfig>().not.toHaveProperty("kubernetes");
  expectTypeOf<KubernetesConfig>().toHaveProperty("kubernetes");
  expectTypeOf<KubernetesConfig>().not.toHaveProperty("database");
  expectTypeOf<FlyConfig["storage"]["kind"]>().toEqualTypeOf<"s3" | "tigris">();
  expectTypeOf<KubernetesConfig["storage"]["kind"]>().toEqualTypeOf<"s3" | "claim">();
});

test("the environment's secrets have the type of the secrets that go in", () => {
  expectTypeOf<ReturnType<typeof chatwootEnvironment<Output<string>>>["secrets"]>().toEqualTypeOf<
    Record<string, Output<string>>
  >();
});
