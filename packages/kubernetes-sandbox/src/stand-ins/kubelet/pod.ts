import type { KubeObject } from "../../kube-client.ts";

/** The fields of a pod's spec that are read. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumeDevices?: readonly { readonly name: string }[];
  readonly resources?: Readonly<Record<"limits" | "requests", Readonly<Record<string, string>> | undefined>>;
}

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: KeyRef;
    readonly configMapKeyRef?: KeyRef;
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: {
      readonly containerName?: string;
      readonly resource: string;
      readonly divisor?: string;
    };
  };
}

export interface EnvFromSource {
  readonly prefix?: string;
  readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
}

export interface SourceItems {
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

export interface Volume {
  readonly name: string;
  readonly secret?: SourceItems & { readonly secretName: string };
  readonly configMap?: SourceItems & { readonly name: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly projected?: {
    readonly sources?: readonly {
      readonly secret?: SourceItems & { readonly name: string };
      readonly configMap?: SourceItems & { readonly name: string };
    }[];
  };
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly serviceAccountName?: string;
  readonly enableServiceLinks?: boolean;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly readinessGates?: readonly { readonly conditionType: string }[];
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec;
}

/** The reason why a container or the whole pod cannot start yet. */
export interface Problem {
  /** The reason in the container's status. */
  readonly reason: "ContainerCreating" | "CreateContainerConfigError" | "ImagePullBackOff" | "InvalidImageName";
  readonly message: string;
}

export const isSidecar = (container: Container): boolean => container.restartPolicy === "Always";
