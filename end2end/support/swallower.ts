import { createServer, request as ask, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy that can swallow streams of changes: connections stay open, and nothing comes through. */
export class Swallower {
  /** Whether new streams are swallowed from their beginning. */
  private swallows = false;
  private readonly open = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** In front of a desk, on a port of its own. */
  static async start(desk: string): Promise<Swallower> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const swallower = new Swallower(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (incoming, outgoing) => {
      const address = new URL(incoming.url ?? "/", desk);
      const headers = { ...incoming.headers, host: address.host };
      const asked = ask(address, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        if (address.pathname !== "/live") return;
        const swallow = () => {
          answer.unpipe(outgoing);
          answer.resume();
        };
        if (swallower.swallows) swallow();
        swallower.open.add(swallow);
      });
      asked.on("error", () => outgoing.destroy());
      outgoing.on("close", () => asked.destroy());
      incoming.pipe(asked);
    });
    return swallower;
  }

  /** Swallows every stream from now on, also those that are open. */
  swallow(): void {
    this.swallows = true;
    for (const swallow of this.open) swallow();
  }

  /** Lets new streams through again. */
  release(): void {
    this.swallows = false;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
