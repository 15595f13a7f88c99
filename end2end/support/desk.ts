import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The release binary under test. */
export const binary = path.resolve(process.env.DESK_BINARY ?? path.join(here, "../../target/release/empego-desk"));

/** The first administrator of every desk that a test starts. */
export const admin = { email: "front.desk@clinic.example", password: "correct horse battery staple" };

/** How long the desk waits for Empego's answer to a call. */
export const EMPEGO_TIMEOUT_MS = 2_000;

/** A loopback port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

/** One process of the binary under test, with what it wrote. */
class Process {
  private child: ChildProcess | undefined;
  /** Everything the process wrote, over all its lives. */
  log = "";

  constructor(
    private readonly args: string[],
    private readonly env: Record<string, string>,
    private readonly folder: string,
    private readonly probe: string,
  ) {}

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}: run \`make build\` first, or set DESK_BINARY`);
    const child = spawn(binary, this.args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH ?? "", HOME: this.folder, RUST_BACKTRACE: "1", ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    const take = (chunk: Buffer) => void (this.log += chunk.toString());
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    let failed: string | undefined;
    child.once("error", (error) => (failed = String(error)));
    child.once("exit", (code, signal) => (failed = `it ended at start (${code ?? signal})`));
    await expect
      .poll(
        async () => {
          if (failed) throw new Error(`${path.basename(binary)} ${this.args.join(" ")}: ${failed}\n${this.log}`);
          return fetch(this.probe).then((answer) => answer.status, () => 0);
        },
        { message: `${this.probe} answers`, timeout: 20_000, intervals: [20, 50, 100, 200] },
      )
      .toBe(200);
    child.removeAllListeners("exit");
  }

  /** Ends it and waits until it is gone. `SIGKILL` gives it no chance to save anything. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(patience);
  }
}

/** What a test may set differently. */
export interface DeskSettings {
  /** More environment variables for `serve`. */
  env?: Record<string, string>;
  /** Runs the sandbox as a process of its own, so that it outlives the desk. */
  ownSandbox?: boolean;
}

/**
 * The address of an empty database: a file in the folder, or, where `DESK_TEST_POSTGRES` names a server (see
 * scripts/with-postgres), one of its own there, which is gone with that server.
 */
async function database(folder: string): Promise<string> {
  const server = process.env.DESK_TEST_POSTGRES;
  if (!server) return `sqlite://${path.join(folder, "desk.db")}`;
  const name = `desk_${randomBytes(8).toString("hex")}`;
  await promisify(execFile)("psql", [`${server}/postgres`, "--quiet", "--command", `CREATE DATABASE ${name}`]);
  return `${server}/${name}`;
}

/** A running desk with its own folder, database and sandbox. */
export class Desk {
  private constructor(
    private readonly folder: string,
    private readonly server: Process,
    private readonly standIn: Process | undefined,
    /** Where the desk answers: the origin of every page of ours. */
    readonly url: string,
    /** Where the sandbox answers: another port, so another origin. */
    readonly sandboxUrl: string,
  ) {}

  /** Starts a desk on free ports, with an empty database. */
  static async start(settings: DeskSettings = {}): Promise<Desk> {
    const folder = await mkdtemp(path.join(tmpdir(), "empego-desk-"));
    const [deskPort, sandboxPort] = await Promise.all([freePort(), freePort()]);
    const url = `http://127.0.0.1:${deskPort}`;
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    const sandboxEnv = { SANDBOX_ADDR: `127.0.0.1:${sandboxPort}` };
    const env = {
      DESK_ADDR: `127.0.0.1:${deskPort}`,
      DATABASE_URL: await database(folder),
      DESK_DATA_FOLDER: folder,
      DESK_SECRET: randomBytes(20).toString("hex"),
      DESK_ADMIN_EMAIL: admin.email,
      DESK_ADMIN_PASSWORD: admin.password,
      EMPEGO_TIMEOUT: `${EMPEGO_TIMEOUT_MS / 1000}s`,
      ...sandboxEnv,
      ...(settings.ownSandbox
        ? { EMPEGO_API_URL: `${sandboxUrl}/v2`, EMPEGO_API_KEY: "sandbox-key", EMPEGO_APP_ORIGINS: sandboxUrl }
        : {}),
      ...settings.env,
    };
    const standIn = settings.ownSandbox ? new Process(["sandbox"], sandboxEnv, folder, `${sandboxUrl}/control/state`) : undefined;
    const desk = new Desk(folder, new Process(["serve"], env, folder, `${url}/readyz`), standIn, url, sandboxUrl);
    try {
      await standIn?.start();
      await desk.server.start();
      await desk.holdEvents();
    } catch (error) {
      await desk.stop();
      throw error;
    }
    return desk;
  }

  /** Everything that the processes wrote so far. */
  get log(): string {
    return this.server.log + (this.standIn ? `\n--- sandbox ---\n${this.standIn.log}` : "");
  }

  /** Kills the server as a power cut would. The sandbox goes with it, unless it is a process of its own. */
  async kill(): Promise<void> {
    await this.server.end("SIGKILL");
  }

  /** Starts the server again on the same folder and the same ports. */
  async restart(): Promise<void> {
    await this.server.start();
    await this.holdEvents();
  }

  /** Keeps Empego's own word back: most tests are about the browser's, which it would stand in for. */
  private async holdEvents(): Promise<void> {
    const answer = await fetch(`${this.sandboxUrl}/control/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ hold_events: true }),
    });
    if (!answer.ok) throw new Error(`the sandbox holds no events back: ${answer.status}`);
  }

  /** Ends everything and removes the folder. */
  async stop(): Promise<void> {
    await this.server.end("SIGTERM");
    await this.standIn?.end("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }
}
