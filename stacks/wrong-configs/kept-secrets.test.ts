import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["kept secrets that are not JSON", "prod", ({ secrets }) => (secrets["keptSecrets"] = "planted-secret")],
  [
    "kept secrets that are the chart's example, in part, or nobody's",
    "prod",
    ({ secrets }) =>
      (secrets["keptSecrets"] = JSON.stringify({
        SECRET_KEY_BASE: "replace_with_your_super_duper_secret_key_base",
        ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "planted-secret",
        REDIS_PASSWORD: "planted-secret",
      })),
  ],
  [
    "kept secrets that are cut off, or elsewhere on Fly",
    "staging",
    ({ secrets }) => (secrets["keptSecrets"] = '{"SECRET_KEY_BASE": "planted", "POSTGRES_PASSWORD": "planted-secret"}'),
  ],
]);
