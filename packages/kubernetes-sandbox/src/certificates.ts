import "reflect-metadata"; // The X.509 library's dependency injection asks for it.
import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";

/** A key pair, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The control plane's certificates and keys. */
export interface Pki {
  readonly ca: KeyPair;
  readonly apiserver: KeyPair;
  readonly etcd: KeyPair;
  readonly admin: KeyPair;
  readonly controllerManager: KeyPair;
  readonly standIns: KeyPair;
  /** Signs service account tokens; a bare key pair. */
  readonly serviceAccounts: { readonly privateKey: string; readonly publicKey: string };
}

const { subtle } = webcrypto;
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const yearMs = 365 * 24 * 3600 * 1000;

/** The user of the kubeconfig. */
export const administrator = "sandbox-admin";

/** A sandbox may run for years. Starting a minute in the past tolerates clock changes. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + 10 * yearMs) };
}

async function pem(format: "pkcs8" | "spki", key: webcrypto.CryptoKey): Promise<string> {
  const label = format === "pkcs8" ? "PRIVATE KEY" : "PUBLIC KEY";
  return `${x509.PemConverter.encode(await subtle.exportKey(format, key), label)}\n`;
}

const newKeys = () => subtle.generateKey(ecdsa, true, ["sign", "verify"]);

/** A certificate request. */
export interface Leaf {
  readonly subject: x509.JsonName;
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
  readonly names?: readonly x509.JsonGeneralName[];
}

const server: readonly x509.JsonGeneralName[] = [
  { type: "ip", value: "127.0.0.1" },
  { type: "ip", value: "10.0.0.1" },
  ...["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map((value): x509.JsonGeneralName => ({
    type: "dns",
    value,
  })),
];

/** Members of system:masters have all permissions, even before any role exists. */
const master = (name: string): Leaf => ({
  subject: [{ O: ["system:masters"] }, { CN: [name] }],
  usages: ["clientAuth"],
});

/** A certificate authority and its signing function; needs no installed program. */
export interface Authority {
  readonly ca: KeyPair;
  readonly sign: (leaf: Leaf) => Promise<KeyPair>;
}

export async function createAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as never);
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: [{ CN: [name] }],
    ...validity(),
    signingAlgorithm: ecdsa,
    keys: caKeys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  let serial = 1;
  const sign = async ({ subject, usages, names }: Leaf): Promise<KeyPair> => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (++serial).toString(16).padStart(2, "0"),
      issuer: ca.subjectName,
      subject,
      ...validity(),
      signingAlgorithm: ecdsa,
      publicKey: keys.publicKey as never,
      signingKey: caKeys.privateKey as never,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(usages.map((usage) => x509.ExtendedKeyUsage[usage])),
        ...(names ? [new x509.SubjectAlternativeNameExtension([...names])] : []),
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: await pem("pkcs8", keys.privateKey) };
  };
  return { ca: { certificate: `${ca.toString("pem")}\n`, key: await pem("pkcs8", caKeys.privateKey) }, sign };
}

/** Creates a certificate authority and all certificates. */
export async function createPki(): Promise<Pki> {
  const { ca, sign } = await createAuthority("sandbox-ca");
  const tokens = await newKeys();
  return {
    ca,
    apiserver: await sign({ subject: [{ CN: ["kube-apiserver"] }], usages: ["serverAuth"], names: server }),
    // etcd calls itself with its own certificate, and the API server shows the same one.
    etcd: await sign({ subject: [{ CN: ["etcd"] }], usages: ["serverAuth", "clientAuth"], names: server }),
    admin: await sign(master(administrator)),
    controllerManager: await sign(master("sandbox-controller-manager")),
    standIns: await sign(master("sandbox-stand-ins")),
    serviceAccounts: {
      privateKey: await pem("pkcs8", tokens.privateKey),
      publicKey: await pem("spki", tokens.publicKey),
    },
  };
}
