// Packs the browser's files for a release: each under a name with a hash of its content, a brotli copy beside it, and a
// list of names that the server reads at start (src/server/site.rs).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2] ?? "target/site/pkg";
const PLAIN = /^empego-desk(-patient)?\.(css|js|wasm)$/;

const names = {};
for (const name of readdirSync(folder)) {
  if (!PLAIN.test(name)) rmSync(join(folder, name), { recursive: true });
}
for (const name of readdirSync(folder).sort()) {
  const content = readFileSync(join(folder, name));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const hashed = name.replace(/\.(\w+)$/, `.${hash}.$1`);
  const packed = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeFileSync(join(folder, hashed), content);
  writeFileSync(join(folder, `${hashed}.br`), packed);
  names[name] = hashed;
  console.log(`${hashed}  ${content.length} bytes, ${packed.length} with brotli`);
}
writeFileSync(join(folder, "manifest.json"), JSON.stringify(names, null, 1) + "\n");
