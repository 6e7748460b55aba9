import { firing, own, quiet, type AlertCase } from "./case.ts";

const requests = (code: number) => own("oauth2_proxy_requests_total", `,code="${code}"`);
const ofVolume = (metric: string, claim: string) =>
  own(`kubelet_volume_stats_${metric}`, `,persistentvolumeclaim="${claim}"`);
const expiry = (label: string) =>
  `certmanager_certificate_expiration_timestamp_seconds{name="chatwoot-tls",${label}="chatwoot",issuer_name="letsencrypt"}`;
const ready = (condition: string) =>
  `certmanager_certificate_ready_status{name="chatwoot-tls",exported_namespace="chatwoot",condition="${condition}"}`;
const day = 86_400;

const volume = (claim: string, free: number) => ({
  [ofVolume("capacity_bytes", claim)]: "1000x60",
  [ofVolume("available_bytes", claim)]: `${1000 * free}x60`,
});
const inodes = (claim: string, free: number) => ({
  [ofVolume("inodes", claim)]: "1000x60",
  [ofVolume("inodes_free", claim)]: `${1000 * free}x60`,
});

const levelsOf = (alert: string, of: typeof volume): AlertCase => {
  const labels = { persistentvolumeclaim: "chatwoot-storage" };
  return {
    alert,
    situations: [
      firing("62 %", "50m", of("chatwoot-storage", 0.38), { severity: "info", labels, shown: "62%" }),
      firing(
        "80 %",
        "50m",
        of("chatwoot-storage", 0.2),
        { severity: "info", labels, shown: "80%" },
        { severity: "warning", labels, shown: "80%" },
      ),
      firing(
        "92 %",
        "50m",
        of("chatwoot-storage", 0.08),
        { severity: "info", labels, shown: "92%" },
        { severity: "warning", labels, shown: "92%" },
        { severity: "critical", labels, shown: "92%" },
      ),
      ...["chatwoot-redis", "chatwoot-db-1", "chatwoot-db-2-wal"].map((claim) =>
        firing(`62 % of ${claim}`, "50m", of(claim, 0.38), {
          severity: "info" as const,
          labels: { persistentvolumeclaim: claim },
          shown: "62%",
        }),
      ),
      quiet("half", "50m", of("chatwoot-storage", 0.5)),
      quiet("the restore drill's", "50m", of("chatwoot-db-drill-1", 0.01)),
    ],
  };
};

export const edgeCases: AlertCase[] = [
  levelsOf("ChatwootVolumeFilling", volume),
  levelsOf("ChatwootVolumeInodesFilling", inodes),
  {
    alert: "ChatwootRequestErrors",
    situations: [
      firing(
        "10 %",
        "25m",
        { [requests(200)]: "0+90x30", [requests(502)]: "0+10x30" },
        { severity: "warning", shown: "10%" },
      ),
      firing(
        "half",
        "25m",
        { [requests(200)]: "0+60x30", [requests(500)]: "0+60x30" },
        { severity: "warning", shown: "50%" },
        { severity: "critical", shown: "50%" },
      ),
      quiet("1 %", "25m", { [requests(200)]: "0+99x30", [requests(502)]: "0+1x30" }),
      quiet("a single request at night", "25m", { [requests(502)]: "0x20 1x20" }),
      quiet("successful sign-ons", "25m", {
        [requests(200)]: "0+50x30",
        [requests(302)]: "0+50x30",
        [requests(401)]: "0+50x30",
      }),
    ],
  },
  {
    alert: "ChatwootRequestsRefused",
    situations: [
      firing(
        "half",
        "30m",
        { [requests(200)]: "0+60x40", [requests(403)]: "0+60x40" },
        { severity: "warning", shown: "50%" },
      ),
      quiet("5 %", "30m", { [requests(200)]: "0+95x40", [requests(403)]: "0+5x40" }),
    ],
  },
  {
    alert: "ChatwootCertificateExpires",
    situations: [
      firing(
        "in 20 days",
        "2h",
        { [expiry("exported_namespace")]: `${20 * day + 7200}x200` },
        {
          severity: "warning",
          shown: "20d 0h 0m 0s",
        },
      ),
      firing(
        "in two days, with honorLabels",
        "2h",
        { [expiry("namespace")]: `${2 * day + 7200}x200` },
        { severity: "warning", shown: "2d 0h 0m 0s" },
        { severity: "critical", shown: "2d 0h 0m 0s" },
      ),
      quiet("in 60 days", "2h", { [expiry("exported_namespace")]: `${60 * day}x200` }),
    ],
  },
  {
    alert: "ChatwootCertificateNotReady",
    situations: [
      firing("for a long time", "1h", { [ready("True")]: "0x90", [ready("False")]: "1x90" }, { severity: "warning" }),
      quiet("it is being issued", "20m", { [ready("True")]: "0x90", [ready("False")]: "1x90" }),
      quiet("it is ready", "1h", { [ready("True")]: "1x90", [ready("False")]: "0x90" }),
    ],
  },
];
