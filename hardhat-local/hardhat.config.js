// The throw-away chain, and a second driver of the compiler beside ledger/abi/build.py.
"use strict";

const path = require("path");
const { subtask } = require("hardhat/config");
const {
  TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD,
  TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS,
} = require("hardhat/builtin-tasks/task-names");

const version = "0.8.30";
// Sources lie outside this folder; scripts/setup links node_modules there, so that imports are found.
const root = path.resolve(__dirname, "..");

// The compiler is the npm package that the lock file pins; nothing is downloaded.
subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async (args, _hre, runSuper) => {
  if (args.solcVersion !== version) return runSuper();
  return {
    compilerPath: require.resolve("solc/soljson.js"),
    isSolcJs: true,
    version,
    longVersion: require("solc").version(),
  };
});

// contracts/ holds forge's tests too; those are not for deployment.
subtask(TASK_COMPILE_SOLIDITY_GET_SOURCE_PATHS, async (_args, _hre, runSuper) => {
  const tests = path.join(root, "contracts", "test") + path.sep;
  return (await runSuper()).filter((file) => !file.startsWith(tests));
});

/** @type {import("hardhat/config").HardhatUserConfig} */
module.exports = {
  paths: {
    root,
    sources: path.join(root, "contracts"),
    artifacts: path.join(__dirname, "artifacts"),
    cache: path.join(__dirname, "cache", "hardhat"),
  },
  solidity: {
    version,
    settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 } },
  },
  networks: {
    hardhat: { chainId: 31337, hardfork: "prague", initialBaseFeePerGas: 0 },
  },
};
