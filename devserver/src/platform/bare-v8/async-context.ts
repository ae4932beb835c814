/**
 * What Node's AsyncLocalStorage does, where there is none: a value that follows a call over its awaits.
 *
 * The bundle for V8 alone has its async functions written out as promise chains, so each step of each of them goes
 * through `then`, which remembers whose step it is.
 */
const contexts: AsyncContext<unknown>[] = [];

export class AsyncContext<T> {
  #value: T | undefined;

  constructor() {
    contexts.push(this);
  }

  getStore(): T | undefined {
    return this.#value;
  }

  run<R>(value: T, body: () => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return body();
    } finally {
      this.#value = before;
    }
  }

  /** Makes a callback run with the value of now. */
  bind<A extends unknown[], R>(callback: (...args: A) => R): (...args: A) => R {
    const value = this.#value;
    return (...args) => this.run(value as T, () => callback(...args));
  }
}

export function bindToContexts<A extends unknown[], R>(callback: (...args: A) => R): (...args: A) => R {
  return contexts.reduce((bound, context) => context.bind(bound), callback);
}

/** Must come before the first promise. */
export function followPromises(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { then } = Promise.prototype;
  const bound = (callback: unknown) =>
    typeof callback === "function" ? bindToContexts(callback as (value: unknown) => unknown) : undefined;
  Promise.prototype.then = function (this: Promise<unknown>, fulfilled: unknown, rejected: unknown) {
    return then.call(this, bound(fulfilled), bound(rejected)) as Promise<never>;
  } as typeof then;
}
