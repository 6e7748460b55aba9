import { levels, type Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** Metrics of oauth2-proxy, which sees every request. */
export function proxyAlerts({ namespace, proxy }: Watched): Alert[] {
  if (!proxy) return [];
  const rate = (codes: string): string =>
    `sum(rate(oauth2_proxy_requests_total{namespace=${quoted(namespace)}${codes}}[5m]))`;
  return [
    {
      name: "ChatwootRequestErrors",
      summary: "{{ $value | humanizePercentage }} of all requests fail",
      description:
        "{{ $value | humanizePercentage }} of the requests to oauth2-proxy get a 5xx status: from Chatwoot, from the proxy when it cannot reach web (502), or when sign-on fails (500).",
      levels: levels(
        // A single error in a quiet night is not worth an alert.
        `${rate(',code=~"5.."')} / (${rate("")} > 0.1)`,
        ">",
        ["warning", 0.05, "10m"],
        ["critical", 0.25, "5m"],
      ),
    },
    {
      name: "ChatwootRequestsRefused",
      summary: "{{ $value | humanizePercentage }} of all requests get status 403",
      description:
        "{{ $value | humanizePercentage }} of the requests get status 403: signed-on users who are in none of the allowed groups or domains, or an attack.",
      levels: levels(`${rate(',code="403"')} / (${rate("")} > 0.1)`, ">", ["warning", 0.25, "15m"]),
    },
  ];
}
