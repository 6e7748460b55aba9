import { merge, on, type Transform } from "chatwoot-pulumi";

/** web and worker resolve a host that the cluster's DNS does not have. */
const hostAliases = on("kubernetes:apps/v1:Deployment", ({ component, props }) =>
  component === "chatwoot:kubernetes:Chatwoot"
    ? {
        props: merge(props, {
          spec: { template: { spec: { hostAliases: [{ ip: "10.0.0.9", hostnames: ["ldap"] }] } } },
        }),
      }
    : undefined,
);

/** Every Service has the team's label. */
const teamLabel = on("kubernetes:core/v1:Service", ({ props }) => ({
  props: merge(props, { metadata: { labels: { team: "support" } } }),
}));

export default [hostAliases, teamLabel] satisfies Transform[];
