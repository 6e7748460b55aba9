// Preloaded by the programs that tests start. Each process that opens a state derives its key, which takes a quarter of a
// second of processor time; here the first one keeps it for the others. Only the passphrases of tests pass through.
const { Buffer } = require("node:buffer");
const crypto = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { join } = require("node:path");

/** Keeps derived keys in `folder`, one file for each set of arguments. */
module.exports = function keepDerivedKeys(folder) {
  const { pbkdf2 } = crypto;
  crypto.pbkdf2 = (password, salt, iterations, length, digest, done) => {
    const parts = [password, salt].map((part) => Buffer.from(part).toString("base64"));
    const name = [...parts, iterations, length, digest].join("|");
    const file = join(folder, crypto.createHash("sha256").update(name).digest("hex"));
    const known = read(file);
    if (known !== undefined) return void process.nextTick(done, null, known);
    pbkdf2(password, salt, iterations, length, digest, (error, key) => {
      if (!error) keep(file, key);
      done(error, key);
    });
  };
  syncBuiltinESMExports();

  function keep(file, key) {
    const unfinished = `${file}.${process.pid}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, key, { mode: 0o600 });
    renameSync(unfinished, file);
  }
};

function read(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}
