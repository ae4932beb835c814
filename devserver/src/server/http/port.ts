/** A listening port that can be closed without cutting the answers that are under way. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How long answers that are under way may take once the port is to be closed. */
const DRAIN_MS = 1000;
/** Pooled clients reuse a connection after a pause; closing it under them costs a retry, or the call. */
const KEEP_ALIVE_MS = 120_000;

export class Port {
  readonly server: Server;
  private readonly answering = new Set<ServerResponse>();

  constructor(listener: RequestListener) {
    this.server = createServer((request, response) => {
      this.answering.add(response);
      response.once("close", () => this.answering.delete(response));
      listener(request, response);
    });
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Answers the URL at which clients on this machine find it. */
  async open(host: string, port: number): Promise<string> {
    this.server.listen(port, host);
    await once(this.server, "listening");
    const { address, family, port: bound } = this.server.address() as AddressInfo;
    const anywhere = address === "0.0.0.0" || address === "::";
    const name = anywhere ? "127.0.0.1" : family === "IPv6" ? `[${address}]` : address;
    return `http://${name}:${bound}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    const timer = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
    await Promise.all([...this.answering].map((response) => once(response, "close")));
    this.server.closeAllConnections();
    await closed;
    clearTimeout(timer);
  }
}
