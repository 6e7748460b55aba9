import { expect, test } from "vitest";
import { refusedObjects } from "./refused-objects.ts";

const causesIn = (text: string) => {
  const refused = refusedObjects();
  text.split("\n").forEach(refused.read);
  return refused.causes().map(({ about, what, fix }) => [about, what, fix.split(",")[0]]);
};

test("objects that were refused are read from Pulumi's messages, also from those of several lines and in colour", () => {
  const output = `Updating (prod):
Diagnostics:
  kubernetes:apps/v1:StatefulSet (redis-server):
    \u001b[31merror:\u001b[0m resource redis was not created: statefulsets.apps "chatwoot-redis" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'b' denied request: use our registry
  kubernetes:apps/v1:Deployment (chatwoot-chart:chatwoot/chatwoot-web):
    error: update failed: admission webhook "validate.kyverno.svc-fail" denied the request: 

    resource Deployment/chatwoot/chatwoot-web was blocked due to the following policies 

    require-limits:
      limits: 'rule failed at path /spec/template/spec/containers/0/resources/limits/cpu/'
  kubernetes:core/v1:Secret (environment-secrets):
    error: resource was not created: secrets is forbidden: User "x" cannot create resource "secrets"
  pulumi:pulumi:Stack (chatwoot-prod):
    error: update failed
Resources:
    denied the request: limits.cpu
`;
  expect(causesIn(output)).toEqual([
    ["chatwoot-redis", "admission refuses", "Change `chatwoot:kubernetes.images.redis`"],
    ["chatwoot-web", "admission refuses", "Change `chatwoot:kubernetes.pods.overrides.web.resources.limits.cpu`"],
  ]);
});
