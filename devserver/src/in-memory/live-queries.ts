/** The queries that clients of this process follow: each is answered anew when a commit touched what it read. */
import type { Commit } from "../engine/api.js";
import { ANONYMOUS } from "../server/auth.js";
import { newRequestId } from "../server/caller.js";
import type { Deployment } from "../server/deployment.js";
import { readAll } from "../server/queries.js";
import type { StateModification } from "../server/sync/protocol.js";
import { Subscriptions, type ReadCall } from "../server/sync/subscriptions.js";

const RETRY_MS = 100;

export class LiveQueries {
  readonly #subscriptions = new Subscriptions();
  /** Commits since the read that is under way began; null without one. */
  #later: Commit[] | null = null;

  constructor(
    private readonly deployment: Deployment,
    private readonly tell: (change: StateModification) => void,
  ) {
    deployment.engine.onCommit((commit) => {
      this.#subscriptions.invalidate(commit);
      this.#later?.push(commit);
      this.#settle();
    });
    deployment.everythingChanged.listen(() => {
      this.#subscriptions.invalidateAll();
      this.#settle();
    });
  }

  follow(call: ReadCall): void {
    this.#subscriptions.add(call);
    this.#settle();
  }

  drop(queryId: number): void {
    this.#subscriptions.remove(queryId);
  }

  #settle(): void {
    if (this.#later !== null) return;
    this.#later = [];
    this.#readStale().then(
      () => this.#rest(0),
      // A test lets calls fail; a client over a network would connect again.
      () => this.#rest(RETRY_MS),
    );
  }

  #rest(pauseMs: number): void {
    this.#later = null;
    if (this.#subscriptions.stale().length > 0) setTimeout(() => this.#settle(), pauseMs);
  }

  async #readStale(): Promise<void> {
    for (let stale = this.#subscriptions.stale(); stale.length > 0; stale = this.#subscriptions.stale()) {
      this.#later = [];
      const { results } = await readAll(this.deployment, stale, { ...ANONYMOUS, requestId: newRequestId() });
      const later = this.#later;
      results.forEach((result, at) => this.#subscriptions.answered(stale[at]!.queryId, result, later));
      this.#subscriptions.takeChanges().forEach(this.tell);
    }
  }
}
