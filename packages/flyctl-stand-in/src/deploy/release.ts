import type { Call } from "../cli/call.ts";
import { CancelledError } from "../cli/errors.ts";
import * as ids from "../state/ids.ts";
import type { App, Release, ReleaseStatus } from "../state/types.ts";

interface NewRelease {
  readonly imageRef: string;
  readonly strategy: string;
  readonly description: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Opens a release, runs `work`, and closes the release as complete, failed or interrupted. */
export async function inRelease(
  call: Call,
  wanted: NewRelease,
  work: (release: Release) => Promise<void>,
): Promise<Release> {
  const release = call.updateApp((app) => openRelease(app, wanted));
  call.onInterrupt = () => setStatus(call, release.id, "interrupted");
  try {
    await work(release);
  } catch (error) {
    setStatus(call, release.id, error instanceof CancelledError ? "interrupted" : "failed");
    throw error;
  } finally {
    call.onInterrupt = () => undefined;
  }
  setStatus(call, release.id, "complete");
  return release;
}

function openRelease(app: App, wanted: NewRelease): Release {
  const release: Release = {
    id: ids.releaseId(),
    version: Math.max(0, ...app.releases.map((each) => each.version)) + 1,
    status: "running",
    createdAt: new Date().toISOString(),
    secretsVersion: app.secretsVersion,
    ...wanted,
  };
  app.releases.push(release);
  return release;
}

function setStatus(call: Call, id: string, status: ReleaseStatus): void {
  call.updateApp((app) => {
    for (const release of app.releases) if (release.id === id) release.status = status;
  });
}
