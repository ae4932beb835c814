/** Takes WebSocket upgrades at `/api/sync` and `/api/<client version>/sync`. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Deployment } from "../deployment.js";
import { SyncSocket } from "./socket.js";

const SYNC_PATH = /^\/api\/([^/]+\/)?sync$/;
const LARGEST_MESSAGE = 64 * 2 ** 20;
const GOING_AWAY = 1001;
/** For clients that do not answer the close. */
const CUT_AFTER_MS = 250;

/** Answers how to disconnect everybody. */
export function acceptSockets(server: Server, deployment: () => Deployment | null): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const ready = deployment();
    const [path = ""] = (request.url ?? "/").split("?");
    // Until ws takes the stream over nobody else hears when it breaks.
    stream.on("error", () => stream.destroy());
    if (ready === null || !SYNC_PATH.test(path)) {
      return void stream.end(
        `HTTP/1.1 ${ready === null ? "503 Service Unavailable" : "404 Not Found"}\r\n\r\n`,
      );
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const origin = { ip: request.socket.remoteAddress, userAgent: request.headers["user-agent"] };
      new SyncSocket(ready, socket, origin);
    });
  });
  return () => {
    for (const socket of sockets.clients) {
      socket.close(GOING_AWAY, "the deployment is stopping");
      setTimeout(() => socket.terminate(), CUT_AFTER_MS).unref();
    }
  };
}
