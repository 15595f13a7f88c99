// Each proxy's example in front of a desk: what a browser gets through it, and what the proxy adds or keeps.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connect as secure } from "node:tls";
import { Checks, ask, startDesk } from "./running.mjs";

const HOST = "desk.example.ca";
const EMAIL = "admin@example.com";
const PASSWORD = "correct-otter-battery-staple";
/** Where the browser's requests come from: not the proxy's own address, which is trusted. */
const CLIENT = "127.0.0.2";
/** What a client claims to be. It must be shown nowhere. */
const CLAIMED = "203.0.113.77";
/** Stands for a patient's link and a name: no log of a proxy may hold it. */
const PRIVATE = "PrivateWordOfTheAddress";
/** An event that is held back comes with a later heartbeat, or never. */
const EVENT_MS = 5_000;
/** Two heartbeats of at most 20 s, and some. */
const HEARTBEATS_MS = 50_000;
const LIMIT_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), "desk-proxies-"));
const checks = new Checks();
const pause = (ms) => new Promise((done) => setTimeout(done, ms).unref());

function certificate() {
  const [cert, key] = [join(folder, "fullchain.pem"), join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const both = join(folder, "empego-desk.pem");
  writeFileSync(both, readFileSync(cert, "utf8") + readFileSync(key, "utf8"));
  return { cert, key, both };
}

/** Ports that are free now. They are all held while they are looked for, so that no two are the same. */
async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => done(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** The example with places of this run. Each text must be there: the example is what is tried, not a copy. */
function example(name, changes) {
  let text = readFileSync(new URL(`../packaging/${name}`, import.meta.url), "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`packaging/${name} has no ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** How each proxy is set up in a folder: the program with its arguments. */
const PROXIES = {
  nginx(home, files, ports) {
    const site = example("nginx.conf", [
      ["listen 80;", `listen 127.0.0.1:${ports.plain};`], ["listen [::]:80;", ""],
      ["listen 443 ssl", `listen 127.0.0.1:${ports.tls} ssl`], ["listen [::]:443 ssl http2;", ""],
      ["127.0.0.1:3000", `127.0.0.1:${ports.desk}`],
      ["/etc/ssl/empego-desk/fullchain.pem", files.cert], ["/etc/ssl/empego-desk/key.pem", files.key],
      ["/var/log/nginx/empego-desk.log", `${home}/site.log`],
    ]);
    writeFileSync(join(home, "site.conf"), site);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${home}/${kind};`).join(" ");
    // What /etc/nginx/nginx.conf has around it: a log of all requests, which the example has to turn off.
    // Its workers write large bodies there, and would not be let in as another user.
    const user = process.getuid() === 0 ? "user root;" : "";
    writeFileSync(join(home, "nginx.conf"), `${user} pid ${home}/pid; error_log ${home}/error.log; daemon off;
      events {} http { access_log ${home}/access.log; ${temporary} include ${home}/site.conf; }`);
    return ["nginx", ["-p", home, "-e", join(home, "start.log"), "-c", join(home, "nginx.conf")]];
  },
  haproxy(home, files, ports) {
    const config = example("haproxy.cfg", [
      ["bind :80\n", `bind 127.0.0.1:${ports.plain}\n`], ["bind :443 ", `bind 127.0.0.1:${ports.tls} `],
      ["127.0.0.1:3000", `127.0.0.1:${ports.desk}`], ["/etc/haproxy/empego-desk.pem", files.both],
      ["log /dev/log local0", "log stdout format raw local0"],
    ]);
    writeFileSync(join(home, "haproxy.cfg"), config);
    return ["haproxy", ["-db", "-f", join(home, "haproxy.cfg")]];
  },
  caddy(home, files, ports) {
    const config = example("Caddyfile", [
      ["\n{\n", `\n{\n\tadmin off\n\thttp_port ${ports.plain}\n\thttps_port ${ports.tls}\n\tdefault_bind 127.0.0.1\n\tstorage file_system ${home}/storage\n`],
      ["# tls /etc/ssl/empego-desk/fullchain.pem /etc/ssl/empego-desk/key.pem", `tls ${files.cert} ${files.key}`],
      ["127.0.0.1:3000", `127.0.0.1:${ports.desk}`],
    ]);
    writeFileSync(join(home, "Caddyfile"), config);
    return ["caddy", ["run", "--adapter", "caddyfile", "--config", join(home, "Caddyfile")]];
  },
};

/** A browser's connection to the proxy, over HTTP/2. */
class Browser {
  constructor(port, cert) {
    const options = { host: "127.0.0.1", port, localAddress: CLIENT, servername: HOST, ca: readFileSync(cert), ALPNProtocols: ["h2"] };
    this.origin = `https://${HOST}:${port}`;
    this.cookie = "";
    this.session = connect(this.origin, { createConnection: () => secure(options) });
    this.session.on("error", () => {});
  }

  /** Opens a stream: the response's headers, and the request itself for what follows. */
  open(method, path, headers = {}, body = undefined) {
    const all = { ":method": method, ":path": path, accept: "text/html", "x-forwarded-for": CLAIMED, ...headers };
    if (this.cookie !== "") all.cookie = this.cookie;
    if (body !== undefined) {
      Object.assign(all, { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body),
        origin: this.origin, "sec-fetch-site": "same-origin" });
    }
    const stream = this.session.request(all, { endStream: body === undefined });
    return new Promise((done, fail) => {
      stream.on("response", (answer) => done({ status: answer[":status"], headers: answer, stream }));
      stream.on("error", fail);
      stream.on("close", () => fail(new Error("closed without an answer")));
      if (body !== undefined) stream.end(body);
      setTimeout(() => fail(new Error(`${method} ${path}: no answer in time`)), LIMIT_MS).unref();
    });
  }

  async send(...request) {
    const answer = await this.open(...request);
    let text = "";
    answer.stream.setEncoding("utf8").on("data", (part) => (text += part));
    const whole = new Promise((done) => answer.stream.on("close", () => done(true)));
    if (await Promise.race([whole, pause(LIMIT_MS)]) !== true) throw new Error(`${request[1]}: the answer has no end`);
    return { ...answer, text };
  }

  get(path, headers) {
    return this.send("GET", path, headers);
  }

  post(path, form) {
    return this.send("POST", path, {}, typeof form === "string" ? form : new URLSearchParams(form).toString());
  }

  close() {
    this.session.destroy();
  }
}

/** Waits until a condition holds, and gives what it came to. */
async function until(what, condition) {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await condition().catch(() => undefined);
    if (found) return found;
    if (performance.now() > end) throw new Error(`${what}: not in ${LIMIT_MS / 1000} s`);
    await pause(50);
  }
}

const uncached = (answer) => answer.headers["cache-control"] === "no-store" && answer.headers.age === undefined;

/** Follows the stream of changes while a consultation is created, and over two heartbeats. */
async function follow(browser, check) {
  const live = await browser.open("GET", "/live", { accept: "text/event-stream" });
  const ended = new Promise((done) => live.stream.on("close", () => done("it ended")));
  check("the stream opens", live.status === 200 && live.headers["content-type"] === "text/event-stream", live.status);
  let text = "";
  const seen = (pattern, ms) => {
    const found = new Promise((done) => {
      const look = () => pattern.test(text) && done(true);
      live.stream.on("data", look);
      look();
    });
    return Promise.race([found, ended, pause(ms).then(() => `not in ${ms / 1000} s`)]);
  };
  live.stream.setEncoding("utf8").on("data", (part) => (text += part));
  const created = await browser.post("/api/create_consultation", { first_name: "Ada", last_name: "Example", identifier: "A-1" });
  const id = created.headers.location?.split("/").pop() ?? "";
  check("a consultation is created", created.status === 303 && id !== "", `${created.status} ${created.text.slice(0, 200)}`);
  const event = await seen(new RegExp(`event: ?change\\nid: ?\\d+\\ndata: ?${id}\\n`), EVENT_MS);
  check("its change comes at once through the open stream", event === true, event);
  const beats = await seen(/(?:event: ?beat\n[^]*){3}/, HEARTBEATS_MS);
  check("the stream outlives two heartbeats", beats === true, beats);
  live.stream.close();
}

async function refusals(browser, desk, check) {
  for (const [what, path, status] of [
    ["an unknown link", `/c/${PRIVATE}`, 404], ["a page that is not there", `/nowhere?find=${PRIVATE}`, 404],
    ["a file that is not there", "/pkg/nothing.css", 404],
  ]) {
    const before = desk.log.filter((line) => line.includes('"status":404')).length;
    const answers = [await browser.get(path), await browser.get(path)];
    const same = answers.every((answer) => answer.status === status && uncached(answer));
    const asked = await until("the log", async () => desk.log.filter((line) => line.includes('"status":404')).length - before >= 2)
      .catch(() => false);
    check(`${what} is refused, by the desk each time, and kept nowhere`, same && asked,
      JSON.stringify(answers.map((answer) => [answer.status, answer.headers["cache-control"], answer.headers.age])));
  }
}

async function bodies(browser, check) {
  const padding = (bytes) => `email=x&password=${"p".repeat(bytes)}`;
  const desksOwn = (answer) => answer.headers["content-security-policy"] !== undefined;
  const largest = await browser.post("/api/sign_in", padding(255 * 1024));
  check("a body as large as the desk takes reaches it", desksOwn(largest) && largest.status !== 413, largest.status);
  const larger = await browser.post("/api/sign_in", padding(300 * 1024));
  check("a larger one is answered by the desk's own page", desksOwn(larger) && larger.status === 413, larger.status);
  const far = await browser.post("/api/sign_in", padding(3 * 1024 * 1024)).catch((error) => error);
  const refused = far.status === 413 && !desksOwn(far) && far.headers["cache-control"] === "no-store";
  check("one far larger is refused by the proxy, and the refusal is kept nowhere", refused,
    `${far.status ?? far} ${far.headers?.["cache-control"]}`);
}

async function through(name, files) {
  const check = (what, holds, why) => checks.check(`${name}: ${what}`, holds, why);
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const [desk, tls, plain] = await freePorts(3);
  const ports = { desk, tls, plain };
  const settings = {
    DESK_ADDR: `127.0.0.1:${desk}`, DESK_PUBLIC_URL: `https://${HOST}:${tls}`, DESK_TRUSTED_PROXIES: "127.0.0.1",
    DESK_ADMIN_EMAIL: EMAIL, DESK_ADMIN_PASSWORD: PASSWORD, NO_COLOR: "1",
  };
  const start = () => startDesk(resolve("target/release/empego-desk"), home, settings);
  let running = await start();
  const [program, args] = PROXIES[name](home, files, ports);
  const proxy = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH, HOME: home } });
  const said = [];
  for (const output of [proxy.stdout, proxy.stderr]) output.on("data", (part) => said.push(part.toString()));
  const gone = new Promise((_, fail) => {
    proxy.once("error", fail);
    proxy.once("exit", (code) => fail(new Error(`${name} ended with ${code}:\n${said.join("")}`)));
  });
  gone.catch(() => {});
  let browser;
  // A connection for each question: one to a proxy that is not there yet is of no use later.
  const answers = (path, wanted) => until(`${name} answers ${path}`, async () => {
    const one = new Browser(tls, files.cert);
    try {
      const answer = await one.get(path);
      return wanted(answer.status) ? answer : undefined;
    } finally {
      one.close();
    }
  });
  try {
    await Promise.race([answers("/healthz", (status) => status === 200), gone]);
    browser = new Browser(tls, files.cert);
    const redirect = await ask(`http://127.0.0.1:${plain}/sign-in`, { host: HOST });
    const target = redirect.headers.location ?? "";
    check("plain http leads to https", [301, 308].includes(redirect.status) && target.startsWith(`https://${HOST}`), target);
    const page = await browser.get("/sign-in");
    check("the sign-in page comes over HTTP/2, and is kept nowhere", page.status === 200 && uncached(page), page.status);
    const [, css] = page.text.match(/href="(\/pkg\/[^"]+\.css)"/) ?? [];
    const styles = await browser.get(css, { "accept-encoding": "br" });
    check("its stylesheet comes packed, for a year", styles.status === 200 && styles.headers["content-encoding"] === "br" &&
      styles.headers["cache-control"].includes("immutable"), JSON.stringify(styles.headers));
    const signed = await browser.post("/api/sign_in", { email: EMAIL, password: PASSWORD });
    const cookie = signed.headers["set-cookie"]?.[0] ?? "";
    check("sign-in works, with a cookie for https alone", signed.status === 303 && /^__Host-.*; Secure/.test(cookie), signed.status);
    browser.cookie = cookie.split(";")[0];
    const account = await browser.get("/account");
    check("the desk sees the client's address, and not what it claims", account.text.includes(`>${CLIENT}<`) &&
      !account.text.includes(CLAIMED), account.status);
    await follow(browser, check);
    await refusals(browser, running, check);
    await bodies(browser, check);

    await running.stop("SIGKILL");
    const away = await answers(`/c/${PRIVATE}`, (status) => status >= 500);
    check("without a desk it says so, and the answer is kept nowhere", [502, 503, 504].includes(away.status) && uncached(away),
      `${away.status} ${away.headers["cache-control"]}`);
    running = await start();
    await answers("/sign-in", (status) => status === 200);
    check("and goes on by itself when the desk is back", true);

    const logs = said.concat(readdirSync(home).filter((file) => file.endsWith(".log")).map((file) => readFileSync(join(home, file), "utf8")));
    check("no log of the proxy holds a link or what staff looked for", !logs.join("\n").includes(PRIVATE),
      logs.join("\n").split("\n").filter((line) => line.includes(PRIVATE))[0]);
  } catch (error) {
    check("all of it could be asked", false, `${error.message}\n${said.join("").slice(-2000)}`);
  } finally {
    browser?.close();
    proxy.kill("SIGTERM");
    await running.stop("SIGKILL");
  }
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PROXIES);
try {
  const files = certificate();
  // Side by side: each waits for heartbeats most of the time.
  await Promise.all(names.map((name) => through(name, files)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(checks.end());
