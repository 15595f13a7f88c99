// Starts a desk in a process of its own and waits until it is open. For scripts that look at one from outside.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { get } from "node:http";

const OPEN = "Empego Desk is open at ";
const LONGEST_START = 30_000;

/**
 * Starts `binary serve` with these settings and no other of the desk's.
 * @returns its process, the address that it listens on, what it printed and logged, and `stop`.
 */
export async function startDesk(binary, folder, settings) {
  // Nothing of the caller's environment may help: no LEPTOS_ variable, no setting.
  const env = { PATH: process.env.PATH, HOME: folder, DESK_ADDR: "127.0.0.1:0", SANDBOX_ADDR: "127.0.0.1:0", ...settings };
  const child = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  const opened = new Promise((done) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      log.push(line);
      if (line.startsWith(OPEN)) done(line.slice(OPEN.length));
    });
  });
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("it did not open in time")), LONGEST_START).unref());
  const early = ended.then((code) => Promise.reject(new Error(`it ended with ${code}:\n${log.join("\n")}`)));
  early.catch(() => {});
  const url = await Promise.race([opened, early, late]);
  const stop = (signal = "SIGTERM") => (child.kill(signal), ended);
  return { child, url, log, stop, ended };
}

/** The answer to one plain request: status, headers and text. */
export function ask(url, headers = {}) {
  return new Promise((done, fail) => {
    get(url, { headers, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    }).on("error", fail);
  });
}

/** Counts checks, prints each, and at the end the line that CI reads. */
export class Checks {
  passed = 0;
  failed = 0;

  check(what, holds, why = "") {
    if (holds) this.passed += 1;
    else this.failed += 1;
    console.log(`${holds ? "  ok" : "FAIL"}  ${what}${holds || why === "" ? "" : `: ${why}`}`);
    return holds;
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 ? 0 : 1;
  }
}
