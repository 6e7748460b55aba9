import { Transform, type TransformCallback } from "node:stream";

const newline = 10;
/** Longer lines outside table rows are not inspected beyond this. */
const longestStatement = 64 * 1024;

/** `COPY schema.table (columns) FROM stdin;`, names quoted or not. */
const copyLine = /^COPY ((?:(?:"(?:[^"]|"")+"|[^"\s.(]+)\.?)+) (?:\(.*\) )?FROM stdin;$/;

/**
 * Filters the SQL of pg_restore: counts the rows of each table (in COPY's text format a row is a line) and drops the
 * setting unknown to older servers.
 */
export class ScriptFilter extends Transform {
  /** Rows by table name, quoted and with the schema as in the script. */
  readonly rows = new Map<string, number>();
  readonly #dropped: ReadonlySet<string>;
  #rest: Buffer = Buffer.alloc(0);
  #table: string | undefined;

  constructor(serverMajor: number) {
    super();
    this.#dropped = new Set(serverMajor < 17 ? ["SET transaction_timeout = 0;"] : []);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let kept = 0;
    let start = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, start)) {
      if (!this.#keeps(data, start, end)) {
        if (start > kept) this.push(data.subarray(kept, start));
        kept = end + 1;
      }
      start = end + 1;
    }
    if (start > kept) this.push(data.subarray(kept, start));
    this.#rest = Buffer.from(data.subarray(start));
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#rest.length > 0) this.push(this.#rest);
    done();
  }

  #keeps(data: Buffer, start: number, end: number): boolean {
    if (this.#table !== undefined) {
      if (end - start === 2 && data[start] === 0x5c && data[start + 1] === 0x2e) this.#table = undefined;
      else this.rows.set(this.#table, (this.rows.get(this.#table) ?? 0) + 1);
      return true;
    }
    const line = data.toString("utf8", start, Math.min(end, start + longestStatement));
    this.#table = copyLine.exec(line)?.[1];
    if (this.#table !== undefined && !this.rows.has(this.#table)) this.rows.set(this.#table, 0);
    return !this.#dropped.has(line);
  }
}
