import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["ingress without a class", "prod", ({ settings }) => (settings["kubernetes"].ingress = { mode: "ingress" })],
  [
    "domains of help centers: Chatwoot's own, one twice, an address",
    "prod",
    ({ settings }) => {
      const own = new URL(settings["url"]).hostname;
      settings["kubernetes"].ingress.helpCenterHosts = [own, "help.example.com", "help.example.com"];
    },
  ],
  [
    "addresses as domains of help centers",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].ingress.helpCenterHosts = ["https://help.example.com", "help.example.com/hc", "HELP"]),
  ],
  ["unknown ingress mode", "prod", ({ settings }) => (settings["kubernetes"].ingress = { mode: "loadbalancer" })],
  ["no context", "prod", ({ settings }) => delete settings["kubernetes"].context],
  ["the default namespace", "prod", ({ settings }) => (settings["kubernetes"].namespace = "default")],
  ["a namespace that others live in", "prod", ({ settings }) => (settings["kubernetes"].namespace = "ingress-nginx")],
  [
    "an issuer as an annotation",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].ingress = {
        mode: "ingress",
        className: "traefik",
        annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
      }),
  ],
  [
    "a plugin for backups that nobody makes",
    "prod",
    ({ settings, secrets }) => {
      settings["kubernetes"].install = { barmanPlugin: true };
      delete settings["kubernetes"].postgres.backup;
      delete secrets["backupAccessKeyId"];
      delete secrets["backupSecretAccessKey"];
    },
  ],
  [
    "Secrets copied from here to here",
    "prod",
    ({ settings, secrets }) => {
      const copied = { from: "copied", namespace: "chatwoot", name: "credentials" };
      settings["kubernetes"].postgres.backup.credentials = copied;
      settings["kubernetes"].sso.credentials = copied;
      for (const key of ["backupAccessKeyId", "backupSecretAccessKey", "oidcClientId", "oidcClientSecret"])
        delete secrets[key];
    },
  ],
  [
    "a network that is none",
    "prod",
    ({ settings }) => (settings["kubernetes"].networkPolicies = { allowedNetworks: ["10.0.0.1"] }),
  ],
  [
    "places of DNS, of the API server and of visitors that are none",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].networkPolicies = {
        apiServerPorts: [70000],
        dns: { namespace: "Kube_System", ports: [] },
        ingressNetworks: ["node-1"],
      }),
  ],
]);
