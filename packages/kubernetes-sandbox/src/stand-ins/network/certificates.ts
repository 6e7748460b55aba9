import { createPki } from "../../certificates.ts";
import { mergeConditions, type Condition } from "../conditions.ts";
import type { StandIn } from "../stand-in.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Issues well-formed but untrusted certificates, from a CA whose key is discarded. */
export const certificates: StandIn = {
  name: "cert-manager",
  kind: "Certificate",
  wakes: [],
  reads: ["Secret"],
  async reconcile(certificate, context) {
    const { namespace, generation = 1 } = certificate.metadata;
    const before = (certificate.status?.conditions ?? []) as Condition[];
    if (before.some(({ type, observedGeneration }) => type === "Ready" && observedGeneration === generation))
      return undefined;
    const name = certificate.spec.secretName as string;
    if (!context.world.get("Secret", namespace, name)) {
      const { apiserver, ca } = await createPki();
      const data = {
        "tls.crt": base64(apiserver.certificate),
        "tls.key": base64(apiserver.key),
        "ca.crt": base64(ca.certificate),
      };
      await context.create("Secret", { metadata: { name, namespace: namespace! }, type: "kubernetes.io/tls", data });
    }
    const ready: Condition = {
      type: "Ready",
      status: "True",
      reason: "Ready",
      message: "simulated by the sandbox",
      observedGeneration: generation,
    };
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    await context.patch(
      "Certificate",
      certificate,
      { status: { conditions: mergeConditions(before, [ready], now) } },
      "status",
    );
    return undefined;
  },
};
