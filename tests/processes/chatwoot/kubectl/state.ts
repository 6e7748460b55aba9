export interface Answer {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

/** The stand-in's answers: `state.json` in its folder. */
export interface KubectlState {
  context: string;
  namespace: string;
  pods: PodObject[];
  replicasets: object[];
  /** By the name of the pod. */
  logs: Record<string, Answer>;
  /** The first entry whose program contains `match` answers; nothing runs. */
  exec: (Answer & { match: string })[];
  /** Makes every call fail with this error. */
  down?: string;
}

export interface PodObject {
  metadata: { name: string; labels: Record<string, string> };
  spec: { containers: { name: string; image: string }[] };
  status: { phase: string; conditions: { type: string; status: string }[] };
}
