/** The state of GitHub's stand-in. */
export interface GithubState {
  /** The host where `gh` is signed in. */
  hosts: string[];
  /** By owner/name, then by environment, then by the name of a secret. */
  repositories: Record<string, Record<string, Record<string, string>>>;
  /** A secret that cannot be set. */
  failOn?: string;
}
