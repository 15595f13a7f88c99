import { type BrowserContext, expect } from "@playwright/test";

/**
 * Listens to everything that the browser complains about or asks for, in every window of a test. At the end of the test
 * there must be no error or warning on any console, no uncaught exception, no violation of the content security policy, and no
 * request to any other server than the desk and its sandbox.
 */
export class Guard {
  private readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly origins: Set<string>;
  private readonly watched = new WeakSet<BrowserContext>();

  constructor(origins: string[]) {
    this.origins = new Set(origins);
  }

  /** Listens to a window's context from now on. */
  watch(context: BrowserContext): void {
    if (this.watched.has(context)) return;
    this.watched.add(context);
    context.on("console", (message) => {
      // A warning counts as well: it is how a bundle that could not be woken is told of.
      if (message.type() === "error" || message.type() === "warning") {
        this.complaints.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => {
      const { name, message, stack } = error.error();
      this.complaints.push(`uncaught: ${stack || `${name} ${message}`} (${error.page()?.url() ?? "a worker"})`);
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && !this.origins.has(url.origin)) this.complaints.push(`foreign request: ${url.origin}`);
    });
  }

  /** What was complained about so far. */
  get heard(): readonly string[] {
    return this.complaints;
  }

  /** Another server that this test brings in on purpose. */
  allowOrigin(origin: string): void {
    this.origins.add(origin);
  }

  /** A complaint that this test provokes on purpose. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /** An answer with this status is what the test is about; the browser notes each on its console. */
  allowStatus(...statuses: number[]): void {
    this.allow(...statuses.map((status) => new RegExp(`the server responded with a status of ${status}\\b`)));
  }

  /** The network is broken on purpose. */
  allowNetworkErrors(): void {
    this.allow(/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED|CONNECTION_\w+|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|NETWORK_CHANGED|SOCKET_NOT_CONNECTED)/);
  }

  /** Fails the test if there was a complaint that it did not provoke. */
  check(): void {
    const unexpected = this.complaints.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
    expect(unexpected, "what the browser complained about").toEqual([]);
  }
}
