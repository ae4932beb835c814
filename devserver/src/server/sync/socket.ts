/** A WebSocket that carries one session: runs its effects and keeps the connection alive. */
import type { WebSocket } from "ws";
import type { Caller } from "../../engine/api.js";
import { requireAdminKey, ANONYMOUS, noAuthProvider, type Credentials } from "../auth.js";
import { newRequestId } from "../caller.js";
import type { Deployment } from "../deployment.js";
import { readAll } from "../queries.js";
import { parseClientMessage, ProtocolError, type Authenticate, type ServerMessage } from "./protocol.js";
import { SyncSession, type Effect } from "./session.js";

/** Clients give a connection up after 30 silent seconds. */
const PING_EVERY_MS = 10_000;
/** Frames of 16 MiB and more are refused by the Rust client under the Python one; fragments are not. */
const FRAGMENT_BYTES = 4 * 2 ** 20;

/** A client that does not read must not fill our memory; it gets everything afresh when it comes back. */
const MOST_UNSENT_BYTES = 64 * 2 ** 20;

const TRY_AGAIN_LATER = 1013;
const PROTOCOL_ERROR = 1002;

export type Origin = Pick<Caller, "ip" | "userAgent">;

export class SyncSocket {
  private readonly session: SyncSession;
  private readonly stops: (() => void)[];
  private heardSincePing = true;

  constructor(
    private readonly deployment: Deployment,
    private readonly socket: WebSocket,
    private readonly origin: Origin,
  ) {
    this.session = new SyncSession((message) => verify(message, deployment.keys.adminKey));
    const pinging = setInterval(() => this.ping(), PING_EVERY_MS);
    this.stops = [
      deployment.engine.onCommit((commit) => this.run(this.session.committed(commit))),
      deployment.everythingChanged.listen(() => this.run(this.session.invalidateAll())),
      () => clearInterval(pinging),
    ];
    socket.on("message", (data) => this.receive((data as Buffer).toString("utf8")));
    socket.on("pong", () => (this.heardSincePing = true));
    socket.once("close", () => this.stops.forEach((stop) => stop()));
    // An error is followed by "close", which cleans up.
    socket.on("error", () => undefined);
  }

  private receive(text: string): void {
    this.heardSincePing = true;
    try {
      this.run(this.session.receive(parseClientMessage(text)));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.send({ type: "FatalError", error: error.message });
      this.socket.close(PROTOCOL_ERROR, "ProtocolError");
    }
  }

  private run(effects: Effect[]): void {
    // Whoever is gone sends again what was not answered: what is still queued would be applied twice.
    if (this.socket.readyState !== this.socket.OPEN) return;
    for (const effect of effects) {
      switch (effect.do) {
        case "send":
          this.send(effect.message);
          break;
        case "close":
          this.socket.close(TRY_AGAIN_LATER, effect.reason);
          break;
        default:
          this.perform(effect).then(
            (next) => this.run(next),
            (error: unknown) => this.fail(error),
          );
      }
    }
  }

  private async perform(effect: Exclude<Effect, { do: "send" | "close" }>): Promise<Effect[]> {
    const { engine } = this.deployment;
    switch (effect.do) {
      case "read": {
        const caller = this.callerFor(effect.credentials);
        const { ts, results } = await readAll(this.deployment, effect.calls, caller);
        return this.session.read(effect.reading, effect.calls, ts, results);
      }
      case "mutate": {
        const { ref, args, sessionId, requestId } = effect;
        const result = await engine.mutation(ref, args, this.callerFor(effect.credentials), {
          sessionId,
          requestId,
        });
        return this.session.mutated(requestId, result);
      }
      case "act":
        return this.session.acted(
          effect.requestId,
          await engine.action(effect.ref, effect.args, this.callerFor(effect.credentials)),
        );
    }
  }

  private callerFor(credentials: Credentials): Caller {
    return { ...credentials, ...this.origin, requestId: newRequestId() };
  }

  /** The client reconnects and asks again: mutations that did commit are recognised by their session. */
  private fail(error: unknown): void {
    console.error(error);
    this.socket.close(TRY_AGAIN_LATER, "InternalServerError");
  }

  private send(message: ServerMessage): void {
    if (this.socket.bufferedAmount > MOST_UNSENT_BYTES) return this.socket.terminate();
    const bytes = Buffer.from(JSON.stringify(message));
    for (let start = 0; start < bytes.length; start += FRAGMENT_BYTES) {
      const end = start + FRAGMENT_BYTES;
      this.socket.send(bytes.subarray(start, end), { binary: false, fin: end >= bytes.length });
    }
  }

  private ping(): void {
    if (!this.heardSincePing) return this.socket.terminate();
    this.heardSincePing = false;
    this.socket.ping();
    this.send({ type: "Ping" });
  }
}

function verify(message: Authenticate, adminKey: string): Credentials {
  switch (message.tokenType) {
    case "None":
      return ANONYMOUS;
    case "Admin":
      requireAdminKey(message.value ?? "", adminKey);
      return { admin: true, identity: message.impersonating ?? null };
    case "User":
      throw noAuthProvider();
  }
}
