/** Parses the lines of `go build -v`: one for each compiled package, and some for downloads. */
export interface PackageCounter {
  line(this: void, line: string): void;
  total(this: void, packages: number): void;
  describe(this: void): string;
}

/** Counts packages against the total, to show the progress of a long build. */
export function packageCounter(): PackageCounter {
  let total = 0;
  let built = 0;
  let downloaded = 0;
  return {
    line(line) {
      if (line.startsWith("go: downloading ")) downloaded += 1;
      // Import paths have no spaces; warnings and errors do.
      else if (/^[\w.~/-]+$/.test(line)) built += 1;
    },
    total(packages) {
      total = packages;
    },
    describe() {
      if (total === 0) return downloaded > 0 ? `${downloaded} modules downloaded` : "resolving modules";
      if (built === 0) return `${total} packages`;
      // Packages in Go's own cache are not printed, so the count may end below the total.
      return `${built} of ${total} packages (${Math.min(99, Math.floor((100 * built) / total))}%)`;
    },
  };
}
