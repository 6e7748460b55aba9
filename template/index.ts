export { default } from "chatwoot-pulumi";
