import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What a server knows of the extension `vector`: nothing; or a stand-in that its database's owner may create, or only a
 * superuser. Whether pgvector itself is trusted differs from provider to provider.
 */
export type VectorSupport = "absent" | "trusted" | "untrusted";

/** PostgreSQL's folders, as its `pg_config` tells them. */
export interface PostgresFolders {
  readonly bindir: string;
  readonly sharedir: string;
  readonly pkglibdir: string;
}

/**
 * The type and its length, so that tables with `vector(1536)` can be made, filled, dumped and restored. It is text
 * underneath: no distances, no indexes, no check of what is stored.
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
 * A PostgreSQL below `root` whose extensions are the installed one's, but for `vector`. The server finds its folders
 * from where it lies itself, so that program alone is copied and everything else is linked. Returns the program.
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
