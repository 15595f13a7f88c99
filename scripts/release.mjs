// Unpacks a release, checks its sums, starts it where it lies, and looks at it as a browser would.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks, ask, startDesk } from "./running.mjs";

const [tarball] = process.argv.slice(2);
const checks = new Checks();
const folder = mkdtempSync(join(tmpdir(), "desk-release-"));
let desk;
try {
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  const [name] = readdirSync(folder);
  const tree = join(folder, name);
  execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: tree, stdio: "inherit" });
  const summed = new Set(readFileSync(join(tree, "SHA256SUMS"), "utf8").split("\n").map((line) => line.slice(66)));
  const files = execFileSync("find", [".", "-type", "f"], { cwd: tree, encoding: "utf8" }).trim().split("\n");
  const unsummed = files.filter((file) => file !== "./SHA256SUMS" && !summed.has(file));
  checks.check("every file is in SHA256SUMS and is what it says", unsummed.length === 0, unsummed.join(" "));
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENCES.txt", ".env.example",
    "packaging/empego-desk.service", "docs/operations.md"]) {
    checks.check(`it has ${file}`, existsSync(join(tree, file)));
  }
  for (const [file, crate] of [["empego-desk.cdx.json", "axum"], ["empego-desk-browser.cdx.json", "wasm-bindgen"]]) {
    const bill = JSON.parse(readFileSync(join(tree, file), "utf8"));
    const named = bill.components.some((part) => part.name === crate && part.version && part.hashes?.length > 0);
    checks.check(`${file} is CycloneDX and names ${crate} with its checksum`, bill.bomFormat === "CycloneDX" && named);
    const licences = readFileSync(join(tree, "THIRD-PARTY-LICENCES.txt"), "utf8");
    const without = bill.components.filter((part) => !licences.includes(`  ${part.name} ${part.version}`));
    checks.check(`every crate of ${file} has a licence text`, without.length === 0, without.map((part) => part.name).join(" "));
  }
  const sections = execFileSync("readelf", ["-S", "--wide", join(tree, "empego-desk")], { encoding: "utf8" });
  checks.check("the binary is stripped", !/\.(symtab|debug_info)\b/.test(sections));

  desk = await startDesk(join(tree, "empego-desk"), tree, {});
  const alive = await ask(`${desk.url}/healthz`);
  checks.check("/healthz answers", alive.status === 200 && alive.body.toString() === "ok\n", alive.status);
  const page = await ask(`${desk.url}/sign-in`);
  const html = page.body.toString();
  checks.check("the sign-in page is there", page.status === 200 && html.includes('type="password"'), page.status);
  const named = [...html.matchAll(/(?:href|src)="(\/pkg\/[^"]+)"/g)].map((match) => match[1]);
  const styles = named.filter((path) => path.endsWith(".css"));
  checks.check("the sign-in page names a stylesheet", styles.length === 1, named.join(" "));
  for (const path of new Set(named)) {
    const file = await ask(desk.url + path);
    const good = file.status === 200 && file.body.length > 1000 && file.headers["cache-control"]?.includes("immutable");
    checks.check(`${path} is there, for a year`, good, `${file.status} ${file.headers["cache-control"]}`);
  }
  const code = await desk.stop();
  checks.check("it stops when it is told to", code === 0, code);
} finally {
  desk?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
process.exit(checks.end());
