import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { knownValue } from "./known-value.ts";
import { withRemoteChildren } from "./remote-children.ts";

export interface Deployed<Outputs> {
  outputs: Outputs;
  /**
   * Called with every resource once all of them exist: at the end of a deployment, and of a preview of a stack that was
   * deployed completely before.
   */
  check?: (resources: readonly pulumi.Resource[]) => Promise<void>;
  /** Called at the end of every run, once all resources are registered. */
  end?: () => Promise<void>;
}

/**
 * Runs the deployment, then registers a protected resource that depends on every other one. Pulumi deletes in reverse
 * order of dependencies, so `pulumi destroy` fails at this resource before it deletes anything, also with
 * `--skip-preview` or `--exclude-protected`. `pulumi up` still removes and replaces what it must. The guard exists after
 * the first `up` that succeeds, so a preview can tell a deployed stack from a first deployment. To delete a stack, run
 * `pulumi state unprotect --all` and then `pulumi destroy`.
 */
export async function withDestroyGuard<Outputs>(
  name: string,
  deploy: () => Promise<Deployed<Outputs>>,
): Promise<Outputs> {
  const resources: pulumi.Resource[] = [];
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    resources.push(resource);
    return undefined;
  });
  const { outputs, check, end } = await deploy();
  // Pulumi keeps what the guard depends on, but not the children of a remote component that it depends on.
  const registered = (await Promise.all(resources.map(withRemoteChildren))).flat();
  const guard = new random.RandomId(name, { byteLength: 4 }, { protect: true, dependsOn: registered });
  if (check && (await knownValue(guard.id)) !== undefined) await check(registered);
  // The guard depends on every resource, so its URN comes after all of them.
  if (end && (await knownValue(guard.urn)) !== undefined) await end();
  return outputs;
}
