import { digestOf, effectiveSecrets } from "../state/secrets.ts";
import type { App } from "../state/types.ts";
import { addressView } from "./ips.ts";
import { releaseView } from "./release-view.ts";

/** Fly shows the personal organization as `personal`, and also accepts its real slug. */
const personalSlug = "jane-doe-123";

export const rawSlug = (slug: string): string => (slug === "personal" ? personalSlug : slug);

/** An organization in `status --json`. */
export const organizationView = (slug: string): Record<string, unknown> => ({
  ID: slug,
  InternalNumericID: "1",
  Name: slug,
  Slug: slug,
  RawSlug: rawSlug(slug),
  PaidPlan: true,
});

export const appStatus = (app: App): string => {
  if (!app.deployed) return "pending";
  return app.machines.some((machine) => machine.state === "started") ? "deployed" : "suspended";
};

/** An app in `apps list --json`: flyctl prints the zero value of every field that it did not query. */
export function appView(app: App): Record<string, unknown> {
  const newest = app.releases.at(-1);
  const release = newest === undefined ? null : releaseView(newest);
  return {
    ID: app.id,
    InternalNumericID: 1,
    Name: app.name,
    State: "",
    Status: appStatus(app),
    Deployed: app.deployed,
    Hostname: `${app.name}.fly.dev`,
    AppURL: `https://${app.name}.fly.dev`,
    Version: newest?.version ?? 0,
    NetworkID: 0,
    Network: app.network,
    Release: null,
    Organization: {
      ...organizationView(app.org),
      RemoteBuilderImage: "",
      RemoteBuilderApp: null,
      Type: app.org === "personal" ? "PERSONAL" : "SHARED",
      Billable: true,
      Settings: null,
      AllowedReplaySourceOrgSlugs: null,
      AllowAllCrossNetworkReplays: false,
      WireGuardPeer: null,
      WireGuardPeers: { Nodes: null, Edges: null },
      DelegatedWireGuardTokens: { Nodes: null, Edges: null },
      LoggedCertificates: null,
    },
    Secrets: secretsOf(app),
    CurrentRelease: release,
    Releases: { Nodes: release === null ? [] : [release] },
    IPAddresses: { Nodes: app.ips.map(addressView) },
    EgressIpAddresses: { Nodes: [] },
    SharedIPAddress: "",
    CNAMETarget: `${app.id.slice(0, 7)}.${app.name}.fly.dev`,
    IPAddress: null,
    Certificates: { Nodes: null },
    Certificate: noCertificate,
    PostgresAppRole: null,
    Image: null,
    ImageUpgradeAvailable: false,
    ImageVersionTrackingEnabled: false,
    ImageDetails: noImage,
    LatestImageDetails: noImage,
    PlatformVersion: "machines",
    Machines: { Nodes: [] },
    CurrentLock: null,
  };
}

const secretsOf = (app: App): unknown[] =>
  Object.entries(effectiveSecrets(app)).map(([name, value]) => ({
    Name: name,
    Digest: digestOf(app, value),
    CreatedAt: app.secretHistory.findLast((each) => each.name === name)?.at ?? "",
  }));

const noCertificate = {
  ID: "",
  AcmeDNSConfigured: false,
  AcmeALPNConfigured: false,
  Configured: false,
  CertificateAuthority: "",
  CreatedAt: "0001-01-01T00:00:00Z",
  DNSProvider: "",
  DNSValidationInstructions: "",
  DNSValidationHostname: "",
  DNSValidationTarget: "",
  Hostname: "",
  Source: "",
  ClientStatus: "",
  IsApex: false,
  IsWildcard: false,
  ValidationErrors: null,
  Issued: { Nodes: null },
};

const noImage = { Registry: "", Repository: "", Tag: "", Version: "", Digest: "" };
