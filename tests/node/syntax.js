// Parse every script of a folder as a classic script of ES2017, the floor of the browsers we promise.
// tsc cannot: it accepts newer syntax and would lower it, but nothing lowers what the site ships.
// node syntax.js FOLDER — one line a fault, exit 1 when there is one.
"use strict";

const fs = require("fs");
const path = require("path");
const acorn = require("acorn");

/** Paths of all .js files below a folder, sorted. */
function scripts(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.join(folder, entry.name);
      return entry.isDirectory() ? scripts(name) : name.endsWith(".js") ? [name] : [];
    })
    .sort();
}

for (const name of scripts(process.argv[2])) {
  try {
    acorn.parse(fs.readFileSync(name, "utf8"), { ecmaVersion: 2017, sourceType: "script" });
  } catch (fault) {
    console.error(`${name}: ${fault.message}`);
    process.exitCode = 1;
  }
}
