/** The CRDs of one project: their folder in its Go module, and those that the sandbox uses. */
export interface CrdSet {
  readonly module: string;
  readonly folder: string;
  readonly files: RegExp;
}

export const crdSets = {
  "cloudnative-pg": {
    module: "github.com/cloudnative-pg/cloudnative-pg",
    folder: "config/crd/bases",
    files: /^postgresql\.cnpg\.io_/,
  },
  "barman-cloud": {
    module: "github.com/cloudnative-pg/plugin-barman-cloud",
    folder: "config/crd/bases",
    files: /^barmancloud\.cnpg\.io_/,
  },
  "cert-manager": {
    module: "github.com/cert-manager/cert-manager",
    folder: "deploy/crds",
    files: /\.yaml$/,
  },
  "gateway-api": {
    module: "sigs.k8s.io/gateway-api",
    folder: "config/crd/standard",
    // The folder also contains an admission policy for upgrades, which a disposable cluster does not need.
    files: /^gateway\.networking\.k8s\.io_(?!vap_)/,
  },
  "prometheus-operator": {
    module: "github.com/prometheus-operator/prometheus-operator",
    folder: "example/prometheus-operator-crd",
    // Only the CRDs that applications use; those of the servers are megabytes in size.
    files: /_(podmonitors|servicemonitors|prometheusrules)\.yaml$/,
  },
  "external-secrets": {
    module: "github.com/external-secrets/external-secrets",
    folder: "config/crds/bases",
    files: /^external-secrets\.io_/,
  },
  keda: {
    module: "github.com/kedacore/keda/v2",
    folder: "config/crd/bases",
    files: /^keda\.sh_(scaledobjects|triggerauthentications)\.yaml$/,
  },
} satisfies Record<string, CrdSet>;

export type CrdSetName = keyof typeof crdSets;
export const crdSetNames = Object.keys(crdSets) as CrdSetName[];
