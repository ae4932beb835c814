/** Makes the component known to a deployment of `convex-test`, under the name that the app gives it. */
export declare function register(
  t: { registerComponent: (name: string, schema: never, modules: never) => void },
  name?: string,
): void;
