export interface Said {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

/** What the stand-in answers from: `state.json` of its folder. */
export interface KubectlState {
  context: string;
  namespace: string;
  pods: PodObject[];
  replicasets: object[];
  /** By the name of the pod. */
  logs: Record<string, Said>;
  /** The first whose program holds `match` answers; nothing runs. */
  exec: (Said & { match: string })[];
  /** Makes every call fail with this. */
  down?: string;
}

export interface PodObject {
  metadata: { name: string; labels: Record<string, string> };
  spec: { containers: { name: string; image: string }[] };
  status: { phase: string; conditions: { type: string; status: string }[] };
}
