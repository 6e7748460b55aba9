import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPostgresUrl } from "../../../lib/postgres-url.ts";
import { freePort, isOpenToAll } from "kubernetes-sandbox/processes";
import { serverUser } from "../server-process.ts";

/** The stored facts about a persistent database, readable only by their owner. */
export interface KeptPlace {
  /** Folder of the server's files. */
  readonly home: string;
  readonly port: number;
  readonly password: string;
}

export const keptUser = "facts";
export const keptDatabase = "facts";

const prefix = "chatwoot-facts-";
/** In a home elsewhere: the folder that it belongs to. */
const ownerFile = "folder";

const file = (folder: string): string => join(folder, "server.json");
export const dataFolder = ({ home }: KeptPlace): string => join(home, "data");

/** The place from an earlier command; undefined if there is none. */
export function readPlace(folder: string): KeptPlace | undefined {
  return existsSync(file(folder)) ? (JSON.parse(readFileSync(file(folder), "utf8")) as KeptPlace) : undefined;
}

/** The place of the database in this folder; created on first use. */
export async function keptPlace(folder: string): Promise<KeptPlace> {
  const known = readPlace(folder);
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return write(folder, {
    home: makeHome(folder),
    port: await freePort(),
    password: randomBytes(18).toString("base64url"),
  });
}

/** The same place with another port. */
export async function movePlace(folder: string, place: KeptPlace): Promise<KeptPlace> {
  return write(folder, { ...place, port: await freePort() });
}

export function placeUrl({ port, password }: KeptPlace): string {
  const address = { host: "127.0.0.1", port, username: keptUser, password, database: keptDatabase } as const;
  return formatPostgresUrl({ ...address, sslMode: "disable" });
}

export function removePlace(folder: string): void {
  const place = readPlace(folder);
  if (place !== undefined) rmSync(place.home, { recursive: true, force: true, maxRetries: 5 });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The folder itself. As root it is elsewhere, because the server's user cannot enter private folders. */
function makeHome(folder: string): string {
  const user = serverUser();
  if (user === undefined) {
    const home = join(folder, "server");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return home;
  }
  const parent = isOpenToAll(tmpdir()) ? tmpdir() : "/tmp";
  removeAbandoned(parent);
  const home = mkdtempSync(join(parent, prefix));
  writeFileSync(join(home, ownerFile), folder);
  chmodSync(home, 0o700);
  chownSync(home, user.uid, user.gid);
  return home;
}

/** Deletes the files of databases whose folder is gone: whoever deletes a sandbox's folder does not know of them. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
    const owner = join(parent, name, ownerFile);
    if (existsSync(owner) && !existsSync(readFileSync(owner, "utf8")))
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function write(folder: string, place: KeptPlace): KeptPlace {
  writeFileSync(file(folder), JSON.stringify(place), { mode: 0o600 });
  return place;
}
