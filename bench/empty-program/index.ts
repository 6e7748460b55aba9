/* What `npm run bench` compares previews with: the Pulumi packages of the real program, and not one resource. */
import "@pulumi/command";
import "@pulumi/kubernetes";
import "@pulumi/pulumi";
import "@pulumi/random";

export default function deploy(): Record<string, never> {
  return {};
}
