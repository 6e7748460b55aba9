import { allQueues } from "../../config/queues.ts";
import { testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";
import type { StackName } from "../../tests/helpers/stack-files.ts";

function groups(stack: StackName, what: string, own: object, scaling: object = {}): WrongConfig {
  return [
    what,
    stack,
    ({ settings }) => {
      settings["worker"] = { ...settings["worker"], groups: own };
      settings[stack === "prod" ? "kubernetes" : "fly"].scaling = scaling;
    },
  ];
}

const mail = { queues: ["mailers"] };

testWrong([
  groups("staging", "a queue that does not exist", { mail: { queues: ["mailer", "lows"] } }),
  groups("staging", "a group without queues", { mail: { queues: [] }, none: {} }),
  groups("staging", "a queue of two groups", { mail, also: { queues: ["mailers", "low"] } }),
  groups("staging", "a queue twice", { mail: { queues: ["mailers", "mailers"] } }),
  groups("staging", "no queue for the main worker", { all: { queues: [...allQueues] } }),
  groups("staging", "bad names of groups", { Mail: mail, "-a": mail, [`a${"b".repeat(30)}`]: mail }),
  groups("staging", "no workers in a group", { mail: { ...mail, count: 0, concurrency: 0, memoryMb: 300 } }),
  groups("staging", "weights", { mail: { queues: ["mailers,2"] } }),
  groups("staging", "more connections than the pool has", { mail: { ...mail, concurrency: 20 } }),
  groups("staging", "larger and more than scaling allows", {
    mail: { ...mail, count: 3, memoryMb: 4096, concurrency: 1 },
  }),
  [
    "more Redis clients than the plan has",
    "staging",
    ({ settings }) => {
      settings["fly"].redis.maxClients = 30;
      settings["worker"] = { ...settings["worker"], groups: { mail: { ...mail, concurrency: 1 } } };
      settings["fly"].scaling = {};
    },
  ],
  [
    "more Redis clients at the maximum scale than the server has",
    "prod",
    ({ settings, secrets }) => {
      settings["kubernetes"].redis = { kind: "external", maxClients: 150 };
      settings["kubernetes"].scaling = { worker: { max: 4 } };
      settings["kubernetes"].postgres.maxConnections = 400;
      settings["kubernetes"].postgres.memoryMb = 4096;
      secrets["redisUrl"] = "rediss://:redis-password@redis.example.com:6380";
    },
  ],
  groups("prod", "an autoscaler of no group", { mail }, { groups: { mails: { max: 3 } } }),
  groups(
    "prod",
    "an autoscaler whose most is the least",
    { mail: { ...mail, count: 2 } },
    { groups: { mail: { max: 2 } } },
  ),
  groups("prod", "more connections at the groups' most", { mail }, { groups: { mail: { max: 90 } } }),
  groups(
    "prod",
    "an autoscaler of a main worker that only cleans up",
    { urgent: { queues: allQueues.slice(0, 8) } },
    { worker: { max: 4 } },
  ),
]);
