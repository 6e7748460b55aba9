/** A small client of the API server, and where the kinds of the sandbox lie in its API. */

export { createKubeClient, type KubeClient, type KubeObject } from "./kube-client.ts";
export { apiVersionOf, collectionPath, kinds, objectPath, type Kind } from "./resources.ts";
