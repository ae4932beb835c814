/** The clock of a deployment whose time tests move: a lease or a retry is then a call away, not minutes. */
import { badJsonBody, readJsonObject } from "./http/body.js";
import { json, type Exchange, type Reply, type Route } from "./http/router.js";

export class MovableClock {
  #offset = 0;
  #heldAt: number | null = null;

  now(): number {
    return this.#heldAt ?? Date.now() + this.#offset;
  }

  /** A clock that is held stands still between moves. */
  move(ms: number, hold: boolean): void {
    const now = this.now() + ms;
    this.#offset = now - Date.now();
    this.#heldAt = hold ? now : null;
  }

  /** `POST /api/jobsync/clock`: answers when everything has run that came due. */
  get routes(): Route[] {
    const handle = (exchange: Exchange) => this.#handle(exchange);
    return [{ method: "POST", path: "/api/jobsync/clock", admin: true, handle }];
  }

  async #handle({ deployment, request }: Exchange): Promise<Reply> {
    const { advanceMs = 0, hold = false } = await readJsonObject(request);
    if (!Number.isSafeInteger(advanceMs) || (advanceMs as number) < 0) {
      throw badJsonBody("advanceMs must be a whole number of milliseconds from 0; time goes forward only.");
    }
    if (typeof hold !== "boolean") throw badJsonBody("hold must be true, to stop the clock, or false.");
    this.move(advanceMs as number, hold);
    await deployment.engine.clockMoved();
    return json({ now: this.now() });
  }
}
