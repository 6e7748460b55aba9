import type { Provider, ProviderContext, ProviderFactory } from "../../provider.ts";
import { plain, type Props } from "../../values.ts";
import { isNotFound, NoSuchKindError, UnreachableError } from "./api-error.ts";
import { isJobComplete } from "./await/job.ts";
import { timeoutSeconds } from "./await/wait.ts";
import { checkedInputs, refuseUnsupported } from "./check.ts";
import { constructComponent } from "./component/construct.ts";
import { openCluster, type Cluster } from "./cluster.ts";
import { diffConfig } from "./config-diff.ts";
import { readConfig, type KubernetesConfig } from "./config.ts";
import { deleteObject } from "./delete.ts";
import { diffObjects, mustDeleteFirst, replaceUnreadyPath } from "./diff.ts";
import { decodeYaml } from "./invoke.ts";
import { loadConnection } from "./kubeconfig.ts";
import {
  annotation,
  annotationNames,
  fromTypeToken,
  isAnnotated,
  metadata,
  nameOf,
  parseId,
  type KubeObject,
} from "./objects.ts";
import { settingsOf, type KubernetesOptions } from "./options.ts";
import { prune } from "./prune.ts";
import { createResource, readObject, updateResource, type Setup } from "./resource.ts";
import { isNamespaced } from "./scope.ts";
import { markSecretData } from "./secrets.ts";
import { fieldManagerOnObject, fromState, toState } from "./state.ts";
import { newFieldManager } from "./naming.ts";
import { normalize, underscored } from "./normalize.ts";
import { warnAboutAnnotations } from "./warnings.ts";

/** Kubernetes objects by server-side apply, and the components that render them. */
export function kubernetesProvider(options: KubernetesOptions = {}): ProviderFactory {
  const settings = settingsOf(options);
  return (inputs, { projectDir }) => {
    const config = readConfig(inputs, settings.env);
    let opened: Cluster | undefined;

    /** Opened on first use: a program may create a provider whose cluster is never used. */
    function setup(): Setup {
      if (config.unknown) throw new UnreachableError("the provider's configuration is not known yet");
      try {
        opened ??= openCluster(
          loadConnection(config, settings.env, projectDir),
          config.requestTimeoutMs ?? settings.requestTimeoutMs,
        );
      } catch (error) {
        throw new UnreachableError((error as Error).message, error);
      }
      return { cluster: opened, config, settings };
    }

    function setupIfReachable(): Setup | undefined {
      try {
        return setup();
      } catch (error) {
        if (error instanceof UnreachableError) return undefined;
        throw error;
      }
    }

    const scopeOf = (object: KubeObject) =>
      isNamespaced(setupIfReachable()?.cluster.discovery, object["apiVersion"], object["kind"]);

    async function isUnready(live: KubeObject): Promise<boolean> {
      try {
        return !isJobComplete(await readObject(setup(), live));
      } catch {
        // As in the real provider, an unreadable configuration does not cause a replacement.
        return false;
      }
    }

    const provider: Provider = {
      async check(news, olds, context) {
        const object = plain(news) as KubeObject;
        refuseUnsupported(context.type, object);
        if (config.unknown) return { inputs: news };
        warnAboutAnnotations(object, config, context);
        const normal = normalize(object);
        const namespace = setupIfReachable()?.cluster.defaultNamespace;
        const isIn = namespace !== undefined && (await scopeOf(normal)) !== false;
        return {
          inputs: checkedInputs(
            object,
            olds && (plain(olds) as KubeObject),
            context.name,
            isIn ? namespace : undefined,
          ),
        };
      },

      async diff(oldInputs, oldOutputs, newInputs, context) {
        const state = fromState(oldOutputs);
        const news = plain(newInputs) as KubeObject;
        const result = diffObjects({
          oldInputs: state.inputs ?? (plain(oldInputs) as KubeObject),
          oldLive: state.live,
          newInputs: news,
          namespaced: (await scopeOf(normalize(news))) !== false,
          mutable: config,
        });
        if (!isAnnotated(news, annotationNames.replaceUnready)) return result;
        if (news["kind"] !== "Job") {
          context.warn("replaceUnready annotation is not supported for this resource");
          return result;
        }
        if (!(await isUnready(state.live))) return result;
        const changes = [...result.changes, { path: replaceUnreadyPath, kind: "update" as const, replace: true }];
        return { changes, deleteBeforeReplace: mustDeleteFirst(changes, state.live, news) };
      },

      create(news, context) {
        if (context.preview && !setupIfReachable()) return Promise.resolve({ id: "", outputs: news });
        return createResource(setup(), news, context);
      },

      update(_id, _oldInputs, oldOutputs, newInputs, context) {
        if (context.preview && !setupIfReachable()) return Promise.resolve(newInputs);
        return updateResource(setup(), oldOutputs, newInputs, context);
      },

      async delete(_id, oldInputs, oldOutputs, context) {
        const { live, inputs } = fromState(oldOutputs);
        const object = inputs ?? (plain(oldInputs) as KubeObject);
        try {
          await deleteObject(setup().cluster, live, object, {
            timeoutSeconds: timeoutSeconds(context.timeoutSeconds, object),
            signal: context.signal,
            info: (message) => context.status(message),
            warn: (message) => context.warn(message),
          });
        } catch (error) {
          dropIfUnreachable(error, config, context);
        }
      },

      async read(id, inputs, context) {
        const olds = plain(inputs) as KubeObject;
        const { name, namespace } = parseId(id);
        const type = fromTypeToken(context.type);
        const target = {
          apiVersion: olds["apiVersion"] ?? type.apiVersion,
          kind: olds["kind"] ?? type.kind,
          metadata: { name, namespace },
        };
        let live: KubeObject;
        try {
          live = await readObject(setup(), normalize(target));
        } catch (error) {
          if (!isNotFound(error) && !(error instanceof NoSuchKindError)) dropIfUnreachable(error, config, context);
          return undefined;
        }
        const shape = Object.keys(olds).length > 0 ? (prune(live, normalize(olds)) as KubeObject) : liveInputs(live);
        const manager =
          annotation(olds, annotationNames.patchFieldManager) ?? fieldManagerOnObject(live) ?? newFieldManager();
        const outputs = toState(live, shape, live["apiVersion"], manager);
        return { id, outputs, inputs: markSecretData(underscored(shape)) };
      },

      invoke(token, args) {
        if (token === "kubernetes:yaml:decode") return decodeYaml(plain(args) as Props, (object) => scopeOf(object));
        throw new Error(`the sandbox does not implement ${token}`);
      },

      construct(args, context: ProviderContext, child) {
        return constructComponent({ setup: () => setup(), settings, config }, args, context, child);
      },

      diffConfig: (olds, news) =>
        Promise.resolve(diffConfig(plain(olds) as Props, plain(news) as Props, settings.env, projectDir)),

      close() {
        opened?.client.close();
        return Promise.resolve();
      },
    };
    return provider;
  };
}

/**
 * As the provider does for `refresh` and deletions: an unreachable cluster is an error, whose message names the variable
 * that drops the resource from the state instead.
 */
function dropIfUnreachable(error: unknown, { deleteUnreachable }: KubernetesConfig, context: ProviderContext): void {
  if (!(error instanceof UnreachableError)) throw error;
  if (!deleteUnreachable) {
    const hint =
      "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
      'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';
    throw new UnreachableError(`${error.reason}\n${hint}`, error);
  }
  context.warn(`${error.message}; the resource is dropped from the state because deleteUnreachable is set`);
}

/** The inferred inputs of a live object. */
function liveInputs(live: KubeObject): KubeObject {
  const { status: _status, ...rest } = normalize(live);
  const {
    [annotationNames.lastApplied]: _copy,
    "deployment.kubernetes.io/revision": _revision,
    ...annotations
  } = metadata(rest)["annotations"] ?? {};
  return { ...rest, metadata: { ...metadata(rest), name: nameOf(live), annotations } };
}
