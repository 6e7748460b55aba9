/** A small client of the API server, and the API paths of the sandbox's kinds. */

export { createKubeClient, KubeError, type KubeClient, type KubeObject } from "./kube-client.ts";
export { apiVersionOf, collectionPath, kinds, objectPath, type Kind } from "./resources.ts";
