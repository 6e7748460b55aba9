import * as pulumi from "@pulumi/pulumi";
import type { ExternalPostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import type { Database } from "../../chatwoot/database.ts";
import { authoritySource, mountedAuthority, type MountedAuthority } from "../authority.ts";
import { credentialsSecret } from "../credentials/credentials.ts";
import { objectNames } from "../names.ts";
import type { DatabaseServer } from "./server.ts";

export interface ExternalPostgresArgs {
  namespace: pulumi.Input<string>;
  postgres: ExternalPostgresConfig;
  /** Where the database is, from databaseUrl or `address`. */
  address: Omit<PostgresUrl<never>, "password">;
  /** The password in databaseUrl; read only if the configuration has it. */
  password: () => pulumi.Output<string>;
  /** Keys the checksum of the password. */
  secretKeyBase: pulumi.Output<string>;
}

/** The authorities of the image, by libpq 16 and newer. */
const systemAuthorities = "system";

/** A database that the stack does not run. It creates at most the Secret and the ConfigMap that pods need to connect. */
export class ExternalPostgres extends pulumi.ComponentResource implements DatabaseServer {
  readonly database: Database;
  readonly authority: string | undefined;
  readonly volumes: readonly MountedAuthority[];
  readonly passwordSecret: DatabaseServer["passwordSecret"];

  constructor(name: string, args: ExternalPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:ExternalPostgres", name, {}, opts);
    const { namespace, postgres, address } = args;
    const { authority } = postgres;
    const mounted =
      authority &&
      mountedAuthority(
        "database",
        authoritySource(
          `${name}-authority`,
          { namespace, objectName: objectNames.databaseAuthority, authority },
          { parent: this },
        ),
      );
    this.volumes = mounted ? [mounted] : [];
    this.authority = mounted?.path ?? (address.sslMode === "verify-full" ? systemAuthorities : undefined);
    const { password, secret } = this.#password(name, args);
    this.database = { ...address, password };
    this.passwordSecret = secret;
    this.registerOutputs();
  }

  #password(name: string, { namespace, postgres, password, secretKeyBase }: ExternalPostgresArgs) {
    const { credentials } = postgres;
    if (credentials.from === "config") return { password: password(), secret: undefined };
    const { key } = credentials;
    const { values } = credentialsSecret(
      `${name}-credentials`,
      {
        namespace,
        source: credentials,
        targetName: objectNames.databaseLogin,
        keys: [key],
        values: () => ({}),
        secretKeyBase,
      },
      { parent: this },
    );
    const found = values?.[key];
    if (found === undefined) throw new Error(`${name}: the Secret was not read`);
    return {
      password: found,
      // A name that is known in every preview, because with one unknown value it shows no object of the chart.
      secret: { name: credentials.from === "existing" ? credentials.name : objectNames.databaseLogin, key },
    };
  }
}
