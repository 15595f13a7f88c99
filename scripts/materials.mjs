// Takes out of a bill of materials (CycloneDX) what is not in the build. cargo-cyclonedx lists every crate that the
// lock file could bring for the features; `cargo tree` knows which ones are compiled. Reads the tree from standard
// input, a line `name vX.Y.Z …` each, and prints the bill without the folder of the checkout.
import { readFileSync } from "node:fs";

const [file, checkout] = process.argv.slice(2);
const tree = new Set(readFileSync(0, "utf8").split("\n").filter(Boolean)
  .map((line) => line.split(" ").slice(0, 2).join(" ").replace(/ v/, " ")));
const bill = JSON.parse(readFileSync(file, "utf8").replaceAll(`path+file://${checkout}`, "path+file:///empego-desk"));

const label = (part) => `${part.name} ${part.version}`;
tree.delete(label(bill.metadata.component));
const kept = bill.components.filter((part) => tree.has(label(part)));
const names = new Set(kept.map(label));
const missing = [...tree].filter((name) => !names.has(name));
if (missing.length > 0) throw new Error(`the bill does not name ${missing.join(", ")}`);
const refs = new Set(kept.map((part) => part["bom-ref"]).concat(bill.metadata.component["bom-ref"]));
bill.components = kept;
bill.dependencies = bill.dependencies.filter((entry) => refs.has(entry.ref))
  .map((entry) => ({ ...entry, ...(entry.dependsOn && { dependsOn: entry.dependsOn.filter((ref) => refs.has(ref)) }) }));
const text = `${JSON.stringify(bill, null, 1)}\n`;
if (text.includes(checkout)) throw new Error("the bill names a folder of this machine");
process.stdout.write(text);
