import { request } from "node:http";
import { expect, test } from "vitest";
import { completeWorkload, type Workload } from "../../../components/kubernetes/workload.ts";
import { openChatwoot } from "./support.ts";
import { defaultPods } from "../../helpers/default-pods.ts";

/* With FORCE_SSL, Chatwoot redirects whatever arrives without the header of the proxy that ends TLS. */

const probe = { httpGet: { path: "/api", port: 3000 }, periodSeconds: 5 };
const chart = {
  metadata: { name: "chatwoot-web" },
  spec: {
    template: {
      metadata: {},
      spec: { containers: [{ startupProbe: probe, livenessProbe: probe, readinessProbe: probe }] },
    },
  },
} as unknown as Workload;
const args = {
  sources: [],
  checksums: {},
  volumes: [],
  runAsNonRoot: false,
  pods: defaultPods,
  isAutoscaled: false,
  onOneNode: false,
};
const web = completeWorkload(chart, "web", args).spec.template.spec.containers[0] as unknown as Record<string, Probe>;
interface Probe {
  httpGet: { path: string; httpHeaders?: { name: string; value: string }[] };
}

/** As a kubelet asks: by the pod's address, without TLS. */
function ask(url: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    request(`${url}${path}`, { headers, timeout: 10_000 }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    })
      .on("error", reject)
      .end();
  });
}

test.each(["startupProbe", "livenessProbe", "readinessProbe"])("%s of web is not redirected", async (name) => {
  const { chatwoot } = await openChatwoot({ forceSsl: true });
  const { path, httpHeaders = [] } = web[name]!.httpGet;
  const headers = Object.fromEntries(httpHeaders.map((header) => [header.name, header.value]));
  expect((await ask(chatwoot.url, path, headers)).status).toBe(200);
  const redirected = await ask(chatwoot.url, path);
  expect([redirected.status, redirected.headers["location"]]).toEqual([301, "https://127.0.0.1/health"]);
});

test.each<[boolean, string, unknown]>([
  [true, "_chatwoot_session=standIn; path=/; HttpOnly; SameSite=Lax; secure", "max-age=63072000; includeSubDomains"],
  [false, "_chatwoot_session=standIn; path=/; HttpOnly; SameSite=Lax", undefined],
])("forceSsl %s: the super admin's cookie and HSTS", async (forceSsl, cookie, hsts) => {
  const { chatwoot } = await openChatwoot({ forceSsl });
  const { status, headers } = await ask(chatwoot.url, "/super_admin/sign_in", { "x-forwarded-proto": "https" });
  expect([status, headers["set-cookie"], headers["strict-transport-security"]]).toEqual([200, [cookie], hsts]);
});

test("a call without TLS is redirected, with its method", async () => {
  const { chatwoot } = await openChatwoot({ forceSsl: true });
  const answer = await fetch(`${chatwoot.url}/auth/sign_in?x=1`, { method: "POST", redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([307, "https://127.0.0.1/auth/sign_in?x=1"]);
});
