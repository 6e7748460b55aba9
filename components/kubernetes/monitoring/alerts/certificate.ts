import { levels, type Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

const daySeconds = 86_400;

/**
 * A metric of cert-manager about one certificate. Prometheus moves the label `namespace` to `exported_namespace`,
 * unless cert-manager's monitor honours labels.
 */
export function certificateMetric(metric: string, namespace: string, name: string, more = ""): string {
  return ["exported_namespace", "namespace"]
    .map((label) => `certmanager_certificate_${metric}{name=${quoted(name)},${label}=${quoted(namespace)}${more}}`)
    .join(" or ");
}

export function certificateAlerts({ namespace, certificate }: Watched): Alert[] {
  if (certificate === undefined) return [];
  return [
    {
      name: "ChatwootCertificateExpires",
      summary: `The certificate ${certificate} expires in {{ $value | humanizeDuration }}`,
      description: `The certificate ${certificate} expires in {{ $value | humanizeDuration }} and has not been renewed; cert-manager renews a certificate when a third of its lifetime is left. After that, browsers reject Chatwoot.`,
      levels: levels(
        `max(${certificateMetric("expiration_timestamp_seconds", namespace, certificate)}) - time()`,
        "<",
        ["warning", 21 * daySeconds, "1h"],
        ["critical", 7 * daySeconds, "1h"],
      ),
    },
    {
      name: "ChatwootCertificateNotReady",
      summary: `cert-manager cannot issue the certificate ${certificate}`,
      description: `The certificate ${certificate} is not ready: it was never issued, its names have changed, or a renewal failed. Without an earlier certificate, browsers get another one and reject Chatwoot.`,
      levels: [
        {
          severity: "warning",
          expr: `max(${certificateMetric("ready_status", namespace, certificate, ',condition="True"')}) == 0`,
          for: "30m",
        },
      ],
    },
  ];
}
