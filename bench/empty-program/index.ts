/* The baseline of `npm run bench`: imports the Pulumi packages of the real program and registers no resources. */
import "@pulumi/command";
import "@pulumi/kubernetes";
import "@pulumi/pulumi";
import "@pulumi/random";

export default function deploy(): Record<string, never> {
  return {};
}
