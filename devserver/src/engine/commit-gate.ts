/**
 * Lets a transaction that lost too many races run while nobody else commits.
 *
 * Those who run alone queue up; everyone else asks `passed()` right before committing.
 */
export class CommitGate {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  async runAlone<T>(alone: boolean, body: () => Promise<T>): Promise<T> {
    if (!alone) return body();
    this.#waiting += 1;
    const turn = this.#last.then(body);
    this.#last = turn.then(
      () => this.#leave(),
      () => this.#leave(),
    );
    return turn;
  }

  async passed(): Promise<void> {
    while (this.#waiting > 0) await this.#last;
  }

  #leave(): void {
    this.#waiting -= 1;
  }
}
