import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/**
 * Runs the deployment, then registers a protected resource that depends on every other one. Pulumi deletes in reverse
 * order of dependencies, so `pulumi destroy` fails at this resource before it deletes anything, also with
 * `--skip-preview` or `--exclude-protected`. `pulumi up` still removes and replaces what it must. The guard exists after
 * the first `up` that succeeds. Delete a stack on purpose with `pulumi state unprotect --all` and `pulumi destroy`.
 */
export async function withDestroyGuard<Outputs>(name: string, deploy: () => Promise<Outputs>): Promise<Outputs> {
  const resources: pulumi.Resource[] = [];
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    resources.push(resource);
    return undefined;
  });
  const outputs = await deploy();
  // A copy, because the guard is added to the list too.
  new random.RandomId(name, { byteLength: 4 }, { protect: true, dependsOn: [...resources] });
  return outputs;
}
