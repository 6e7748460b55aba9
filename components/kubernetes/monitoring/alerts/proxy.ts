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
        "{{ $value | humanizePercentage }} of the requests to oauth2-proxy are answered by 5xx: by Chatwoot, by the proxy when it does not reach web (502), or when signing on fails (500).",
      levels: levels(
        // A single error in a quiet night is no share worth a call.
        `${rate(',code=~"5.."')} / (${rate("")} > 0.1)`,
        ">",
        ["warning", 0.05, "10m"],
        ["critical", 0.25, "5m"],
      ),
    },
    {
      name: "ChatwootRequestsRefused",
      summary: "{{ $value | humanizePercentage }} of all requests are forbidden",
      description:
        "{{ $value | humanizePercentage }} of the requests are answered by 403: people who are signed on, but in none of the groups or domains that may come in, or somebody who tries.",
      levels: levels(`${rate(',code="403"')} / (${rate("")} > 0.1)`, ">", ["warning", 0.25, "15m"]),
    },
  ];
}
