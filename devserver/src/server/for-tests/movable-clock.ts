/** The clock of a deployment whose time tests move: a lease or a retry is then a call away, not minutes. */
import type { Engine } from "../../engine/api.js";
import { badJsonBody, readJsonObject } from "../http/body.js";
import { json, type Exchange, type Reply, type Route } from "../http/router.js";

export class MovableClock {
  #offset: number;
  #heldAt: number | null = null;

  constructor(aheadMs = 0) {
    this.#offset = aheadMs;
  }

  now(): number {
    return this.#heldAt ?? Date.now() + this.#offset;
  }

  /** One that is held stands still between moves. */
  hold(held: boolean): void {
    this.#set(this.now(), held);
  }

  /** Real time again. */
  reset(): void {
    this.#offset = 0;
    this.#heldAt = null;
  }

  /**
   * Stops at each moment for which a function is scheduled, as if the time had passed: what one of them
   * schedules counts from there. A cron that came due several times runs once.
   */
  async advance(ms: number, engine: Pick<Engine, "nextScheduled" | "clockMoved">): Promise<void> {
    const end = this.now() + ms;
    for (let next = engine.nextScheduled(); next !== null && next < end; next = engine.nextScheduled()) {
      this.#set(Math.max(next, this.now()), this.#heldAt !== null);
      await engine.clockMoved();
    }
    this.#set(Math.max(end, this.now()), this.#heldAt !== null);
    await engine.clockMoved();
  }

  /** `POST /api/jobsync/clock`: answers when everything has run that came due. */
  get routes(): Route[] {
    const handle = (exchange: Exchange) => this.#handle(exchange);
    return [{ method: "POST", path: "/api/jobsync/clock", admin: true, handle }];
  }

  #set(now: number, held: boolean): void {
    this.#offset = now - Date.now();
    this.#heldAt = held ? now : null;
  }

  async #handle({ deployment, request }: Exchange): Promise<Reply> {
    const { advanceMs = 0, hold } = await readJsonObject(request);
    if (!Number.isSafeInteger(advanceMs) || (advanceMs as number) < 0) {
      throw badJsonBody("advanceMs must be a whole number of milliseconds from 0; time goes forward only.");
    }
    if (hold !== undefined && typeof hold !== "boolean") {
      throw badJsonBody("hold must be true, to stop the clock, or false.");
    }
    if (hold !== undefined) this.hold(hold);
    await this.advance(advanceMs as number, deployment.engine);
    return json({ now: this.now() });
  }
}
