import { FlyError } from "../cli/errors.ts";

/** flyctl's GraphQL queries: it prints a failed one before Fly's reason. */
export const queries = {
  appCompact:
    "query ($appName: String!) { appcompact:app(name: $appName) { id internalNumericId name hostname cnameTarget deployed network status appUrl platformVersion organization { id internalNumericId slug paidPlan } postgresAppRole: role { name } } }",
  app: "query ($appName: String!) { app(name: $appName) { id internalNumericId name hostname deployed status version appUrl platformVersion currentRelease { evaluationId status inProgress version } config { definition } organization { id slug paidPlan } services { description protocol internalPort ports { port handlers } } ipAddresses { nodes { id address type createdAt } } sharedIpAddress cnameTarget imageDetails { registry repository tag digest version } machines{ nodes { id name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id } } } postgresAppRole: role { name } } }",
  releases:
    "query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) { nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }",
  image:
    "query ($appName: String!, $imageRef: String!) { app(name: $appName) { id image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull manifest } } }",
} as const;

export const failedQuery = (query: string, reason: string): FlyError =>
  new FlyError(`failed to run ${query}: ${reason}`);
