// node commitlint.mjs ROOT < FILE.jsonl of {"message"}; ROOT has @commitlint/{load,lint,config-conventional} installed.
// Prints {"valid", "rules", "warnings"} a line; "valid" is null where commitlint throws.
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const root = path.resolve(process.argv[2]);
const load = async (name) =>
  (await import(pathToFileURL(path.join(root, "node_modules", "@commitlint", name, "lib", `${name}.js`)).href)).default;
const config = await (await load("load"))({ extends: ["@commitlint/config-conventional"] }, { cwd: root });
const lint = await load("lint");
const options = { parserOpts: config.parserPreset.parserOpts, plugins: {}, ignores: [], defaultIgnores: true };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { message } = JSON.parse(line);
  let answer;
  try {
    const found = await lint(message, config.rules, options);
    const names = (list) => list.map((entry) => entry.name).sort();
    answer = { valid: found.valid, rules: names(found.errors), warnings: names(found.warnings) };
  } catch (error) {
    answer = { valid: null, rules: [String(error.message)], warnings: [] };
  }
  console.log(JSON.stringify(answer));
}
