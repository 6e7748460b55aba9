import { join } from "node:path";
import { programs, type ProgramOptions } from "./programs.ts";

export interface Ruby {
  /** The program. It needs no further settings. */
  readonly ruby: string;
  /** Folder for PATH. */
  readonly binFolder: string;
}

/** A Ruby with `rubyLibraries`. */
export async function rubyWithGems(options: ProgramOptions = {}): Promise<Ruby> {
  const { binFolder } = await programs("ruby", options);
  return { ruby: join(binFolder, "ruby"), binFolder };
}
