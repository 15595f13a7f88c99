// The byte budgets, in bytes after brotli 11. A whole page adds its HTML, which scripts/bench measures.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const names = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
const size = (name) => statSync(join(folder, `${names[name]}.br`)).size;

const css = size("empego-desk.css");
const patient = size("empego-desk-patient.js") + size("empego-desk-patient.wasm");
const staff = size("empego-desk.js") + size("empego-desk.wasm");
// The patient's page may cost 100 KB in all; its HTML with the inline script stays under 4 KB (tests/it/headers.rs keeps
// the script under 1 KB).
const budgets = [
  ["the stylesheet", css, 8 * 1024],
  ["the patient's bundle, the stylesheet and 4 KB of HTML", patient + css + 4 * 1024, 100 * 1024],
  ["the staff's bundle", staff, 120 * 1024],
];
let failed = 0;
for (const [what, bytes, budget] of budgets) {
  const over = bytes > budget;
  failed += over ? 1 : 0;
  console.log(`${over ? "OVER" : "  ok"}  ${what}: ${bytes} of ${budget} bytes`);
}
console.log(`budgets: ${budgets.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
