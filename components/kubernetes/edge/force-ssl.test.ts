import { expect, test } from "vitest";
import { edge } from "../../../config/schema/kubernetes/edge.ts";
import { forcesSsl } from "./force-ssl.ts";

const gateway = { name: "public", namespace: "gateways" };

test.each<[boolean, object]>([
  [true, { mode: "ingress", className: "traefik", clusterIssuer: "letsencrypt" }],
  [false, { mode: "ingress", className: "traefik" }],
  [true, { mode: "ingress", className: "traefik", forceSsl: true }],
  [false, { mode: "ingress", className: "traefik", clusterIssuer: "letsencrypt", forceSsl: false }],
  [true, { mode: "gateway", gateway }],
  [false, { mode: "gateway", gateway, forceSsl: false }],
  [false, { mode: "none" }],
  [true, { mode: "none", forceSsl: true }],
])("%s for %j", (expected, config) => expect(forcesSsl(edge.parse(config))).toBe(expected));
