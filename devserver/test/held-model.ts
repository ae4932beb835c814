/** The model that examples/react-dialog asks, played by a test: each question waits until the test answers it. */
import { EventEmitter, once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export class HeldModel {
  private readonly held = new Map<string, ServerResponse>();
  private readonly asked = new EventEmitter();
  private readonly server = createServer((request, response) => {
    const part = request.url!.slice(1);
    this.held.set(part, response);
    // Whoever asked may be gone before there is an answer.
    response.on("close", () => this.held.get(part) === response && this.held.delete(part));
    this.asked.emit(part);
  });

  static async start(): Promise<HeldModel> {
    const model = new HeldModel();
    model.server.listen(0, "127.0.0.1");
    await once(model.server, "listening");
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits for the question if it was not asked yet. */
  async answer(part: string, body: string, status = 200): Promise<void> {
    if (!this.held.has(part)) await once(this.asked, part);
    this.held.get(part)!.writeHead(status).end(body);
    this.held.delete(part);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
