// Speaks the part of solc's command line that compilers' drivers use: --version and --standard-json.
"use strict";

const fs = require("fs");
const path = require("path");

const solc = require(process.env.SOLCJS_DIR || path.join(__dirname, "node_modules", "solc"));

const args = process.argv.slice(2);

if (args.includes("--version")) {
  // Version parsers know only the name of the native build.
  const version = solc.version().replace(".Emscripten.clang", ".Linux.g++");
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`);
  process.exit(0);
}

if (!args.includes("--standard-json")) {
  console.error("solc: only --version and --standard-json are offered here");
  process.exit(1);
}

const roots = { base: null, include: [] };
let inputPath = null;
for (let i = 0; i < args.length; i += 1) {
  const [name, inline] = args[i].split(/=(.*)/s);
  const value = () => inline ?? args[++i];
  if (name === "--base-path") roots.base = value();
  else if (name === "--include-path") roots.include.push(value());
  else if (name === "--allow-paths") value();
  else if (!args[i].startsWith("-") && inputPath === null) inputPath = args[i];
}

function findImport(name) {
  const folders = [roots.base ?? ".", ...roots.include, "/"];
  for (const folder of folders) {
    const file = path.join(folder, name);
    if (fs.existsSync(file) && fs.statSync(file).isFile()) {
      return { contents: fs.readFileSync(file, "utf8") };
    }
  }
  return { error: `File not found: ${name}` };
}

const input = fs.readFileSync(inputPath ?? 0, "utf8");
process.stdout.write(solc.compile(input, { import: findImport }));
