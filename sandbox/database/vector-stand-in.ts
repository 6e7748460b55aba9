import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The extension `vector`: absent, or a stand-in that the database's owner (trusted) or only a superuser (untrusted) may
 * create. Whether pgvector itself is trusted differs between providers.
 */
export type VectorSupport = "absent" | "trusted" | "untrusted";

/** PostgreSQL's folders from `pg_config`. */
export interface PostgresFolders {
  readonly bindir: string;
  readonly sharedir: string;
  readonly pkglibdir: string;
}

/**
 * The type and its length, so that tables with `vector(1536)` can be created, filled, dumped and restored. Values are
 * stored as text, without distances, indexes or validation.
 */
const sql = `
CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring) RETURNS vector AS 'textin' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vector_out(vector) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer AS 'varchartypmodin' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION vector_typmod_out(integer) RETURNS cstring AS 'varchartypmodout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE vector (
  INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_typmod_in, TYPMOD_OUT = vector_typmod_out, LIKE = text
);
`;

function control(trusted: boolean): string {
  return `comment = 'stand-in for pgvector'\ndefault_version = '0.0.1'\nrelocatable = true\ntrusted = ${trusted}\n`;
}

function linkAll(from: string, to: string, wanted: (name: string) => boolean): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter(wanted)) symlinkSync(join(from, name), join(to, name));
}

/**
 * A PostgreSQL below `root` with the installed one's extensions except `vector`. The server locates its folders relative
 * to its program, so only the program is copied and the rest is linked. Returns the program.
 */
export function postgresWithVector(root: string, folders: PostgresFolders, support: VectorSupport): string {
  const place = (folder: string) => join(root, folder);
  mkdirSync(place(folders.bindir), { recursive: true });
  const program = join(place(folders.bindir), "postgres");
  copyFileSync(join(folders.bindir, "postgres"), program);
  mkdirSync(dirname(place(folders.pkglibdir)), { recursive: true });
  symlinkSync(folders.pkglibdir, place(folders.pkglibdir));
  linkAll(folders.sharedir, place(folders.sharedir), (name) => name !== "extension");
  const extensions = join(place(folders.sharedir), "extension");
  linkAll(join(folders.sharedir, "extension"), extensions, (name) => !/^vector(--|\.)/.test(name));
  if (support !== "absent") {
    writeFileSync(join(extensions, "vector.control"), control(support === "trusted"));
    writeFileSync(join(extensions, "vector--0.0.1.sql"), sql);
  }
  return program;
}
