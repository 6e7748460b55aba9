import type { Props } from "../../../policy/resource.ts";
import type { BadChange, Stack } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const web = "chatwoot-web";
const settings = (s: Stack): Props => s.props("ConfigMap", "environment-settings")["data"] as Props;
const password = (s: Stack): string => s.props("RandomPassword", "postgres-password")["result"] as string;
const random = (s: Stack, change: Props): void =>
  void Object.assign(s.props("RandomPassword", "postgres-password"), change);

export const badSecrets: Record<string, BadChange[]> = {
  "no-superuser": [
    ["access for the superuser", (s) => (s.spec("Cluster").enableSuperuserAccess = true)],
    ["a password of the superuser", (s) => (s.spec("Cluster").superuserSecret = { name: "a" })],
    ["a role that is one", (s) => (s.spec("Cluster").managed = { roles: [{ name: "chatwoot", superuser: true }] })],
    ["an owner that is one", (s) => (s.spec("Cluster").bootstrap.initdb.owner = "postgres")],
    ["a database of its owner", (s) => (s.spec("Database").owner = "postgres")],
    [
      "SQL that makes one",
      (s) => s.spec("Cluster").bootstrap.initdb.postInitApplicationSQL.push("ALTER ROLE chatwoot SUPERUSER"),
    ],
    ["SQL from a ConfigMap", (s) => (s.spec("Cluster").bootstrap.initdb.postInitSQL = ["CREATE ROLE a SUPERUSER"])],
    ["sign-in without a password", (s) => (s.spec("Cluster").postgresql.pg_hba = ["host all all all trust"])],
    ["settings by SQL", (s) => (s.spec("Cluster").postgresql.enableAlterSystem = true)],
    ["no TLS", (s) => (s.spec("Cluster").postgresql.parameters.ssl = "off")],
    ["libraries", (s) => (s.spec("Cluster").postgresql.shared_preload_libraries = ["plperlu"])],
    ["an untrusted language", (s) => s.spec("Database").extensions.push({ name: "plpython3u" })],
    ["Chatwoot signs in as one", (s) => (settings(s)["POSTGRES_USERNAME"] = "postgres")],
    [
      "a job signs in as one",
      (s) => (s.container("CronJob").env.find((each: Props) => each["name"] === "PGUSER").value = "postgres"),
    ],
    [
      "a job reads its Secret",
      (s) =>
        s
          .container("CronJob")
          .env.push({ name: "P", valueFrom: { secretKeyRef: { name: "chatwoot-db-superuser", key: "password" } } }),
    ],
    ["a connection without TLS", (s) => (settings(s)["PGSSLMODE"] = "disable")],
    [
      "the drill's database",
      (s) => {
        const { data } = s.props("ConfigMap", "postgres-drill-files");
        const cluster = JSON.parse(data["cluster.json"] as string) as Props;
        cluster["spec"].enableSuperuserAccess = true;
        data["cluster.json"] = JSON.stringify(cluster);
      },
    ],
  ],
  "secrets-by-reference": [
    [
      "a hook",
      (s) =>
        (s.container("Deployment", web).lifecycle.postStart = {
          exec: { command: ["sh", "-c", "PGPASSWORD=hunter2 psql"] },
        }),
    ],
    [
      "a probe",
      (s) => (s.container("StatefulSet").livenessProbe.exec.command = ["redis-cli", "--pass", "hunter2", "ping"]),
    ],
    [
      "another word for a password",
      (s) => s.container("Deployment", web).env.push({ name: "SMTP_PASS", value: "hunter2" }),
    ],
    ["a variable", (s) => s.container("Deployment", web).env.push({ name: "SMTP_PASSWORD", value: "hunter2" })],
    [
      "an address with a password",
      (s) => s.container("Deployment", web).env.push({ name: "CACHE", value: "redis://:hunter2@r:6379" }),
    ],
    ["a ConfigMap", (s) => (settings(s)["SECRET_KEY_BASE"] = "hunter2")],
    [
      "a file of a ConfigMap",
      (s) => (s.props("ConfigMap", "redis-settings")["data"]["redis.conf"] += "requirepass hunter2\n"),
    ],
    [
      "a file in another form",
      (s) => (s.props("ConfigMap", "redis-settings")["data"]["app.yml"] = "password: hunter2\n"),
    ],
    [
      "JSON",
      (s) => (s.props("ConfigMap", "postgres-drill-files")["data"]["a.json"] = '{"spec":{"password":"hunter2"}}'),
    ],
    [
      "binary data",
      (s) =>
        (s.props("ConfigMap", "redis-settings")["binaryData"] = {
          a: Buffer.from("password=hunter2").toString("base64"),
        }),
    ],
    ["an argument", (s) => (s.container("StatefulSet").args = ["--requirepass", "hunter2"])],
    ["an argument in one word", (s) => s.container("Deployment", "sso-proxy").args.push("--client-secret=hunter2")],
    ["a shell", (s) => (s.container("Job").command = ["sh", "-c", "export PGPASSWORD=hunter2; psql"])],
    [
      "a header of a probe",
      (s) =>
        s
          .container("Deployment", web)
          .livenessProbe.httpGet.httpHeaders.push({ name: "Authorization", value: "Bearer hunter2" }),
    ],
    ["an annotation", (s) => (s.props("Deployment", web)["metadata"].annotations["example.com/api-token"] = "hunter2")],
    ["a private key", (s) => (settings(s)["CERTIFICATE"] = "-----BEGIN RSA PRIVATE KEY-----\nabc")],
    ["a trigger", (s) => (s.spec("ScaledObject").triggers[0].metadata.password = "hunter2"), "largest"],
    [
      "fly.toml",
      (s) => s.toml("deployment-release", (t) => t.replace("[env]", '[env]\nSECRET_KEY_BASE = "hunter2"')),
      "staging",
    ],
    [
      "a file of fly.toml",
      (s) =>
        s.toml("redis-deployment-release", (t) =>
          t.replace('raw_value = "bind', 'raw_value = "requirepass hunter2\\nbind'),
        ),
      "staging",
    ],
  ],
  "no-secret-in-the-open": [
    ["an argument", (s) => s.container("Deployment", web).args.push(password(s))],
    ["inside a word", (s) => s.container("Deployment", web).args.push(`--x=${password(s)}y`)],
    ["base64", (s) => s.container("Deployment", web).args.push(Buffer.from(password(s)).toString("base64"))],
    ["base64 of an address", (s) => (settings(s)["NOTE"] = encodeURIComponent(password(s)))],
    ["an annotation", (s) => (s.props("Service", "redis-service")["metadata"].annotations["note"] = password(s))],
    ["a label", (s) => (s.props("Namespace")["metadata"].labels["note"] = password(s))],
    [
      "the annotation of a Secret",
      (s) => (s.props("Secret", "redis-auth")["metadata"].annotations["note"] = password(s)),
    ],
    ["a custom resource", (s) => (s.spec("ObjectStore").configuration.data.additionalCommandArgs = [password(s)])],
    ["why a key is generated again", (s) => random(s, { keepers: { old: password(s) } })],
    [
      "a command of Fly",
      (s) =>
        (s.props("Command", "fly-app")["create"] =
          `app ${s.props("RandomPassword", "secrets-secret-key-base")["result"]}`),
      "staging",
    ],
    [
      "an input of a step",
      (s) => (s.step("fly-app")["STEP_NOTE"] = s.props("RandomPassword", "redis-password")["result"]),
      "staging",
    ],
  ],
  "no-secret-in-chart-values": (
    [
      ["a password", { postgres: { auth: { password: "postgres" } } }],
      ["a key", { env: { SECRET_KEY_BASE: "placeholder" } }],
      ["in a list", { env: [{ API_TOKEN: "a" }] }],
      ["a list of texts", { extra: ["redis://:hunter2@redis:6379"] }],
      ["an address", { redis: { url: "redis://:hunter2@redis:6379" } }],
      ["deeper", { a: { b: { c: { accessKey: "x" } } } }],
      ["another spelling", { smtp: { smtpPassword: "x" } }],
      ["encoded", { note: "PLANTED" }],
    ] as [string, Props][]
  ).map(([what, values]): BadChange => [
    what,
    (s) => {
      const encoded = Buffer.from(password(s)).toString("base64");
      s.resources.push({
        ...s.resource("Namespace"),
        type: "kubernetes:helm.sh/v3:Release",
        props: { values: JSON.parse(JSON.stringify(values).replace("PLANTED", encoded)) as Props },
      });
    },
  ]),
  "secret-length": [
    ["short", (s) => random(s, { length: 12 })],
    ["one letter less", (s) => random(s, { length: 23 })],
    ["as text", (s) => random(s, { length: "8" })],
    ["digits alone", (s) => random(s, { lower: false, upper: false, special: false, length: 24 })],
    [
      "one kind of letters",
      (s) => random(s, { upper: false, numeric: false, number: false, special: false, length: 24 }),
    ],
    [
      "two marks",
      (s) =>
        random(s, {
          lower: false,
          upper: false,
          numeric: false,
          number: false,
          special: true,
          overrideSpecial: "!?",
          length: 32,
        }),
    ],
    ["a pet's name", (s) => (s.resource("RandomPassword", "redis-password").type = "random:index/randomPet:RandomPet")],
    [
      "a number",
      (s) => (s.resource("RandomPassword", "redis-password").type = "random:index/randomInteger:RandomInteger"),
    ],
    ["a short id", (s) => (s.resource("RandomPassword", "sso-cookie-secret").type = "random:index/randomId:RandomId")],
  ],
};
