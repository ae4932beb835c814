/** All that the holder of the admin key can do to a deployment that was started for tests, and only then. */
import type { Engine } from "../../engine/api.js";
import { setUpEnvironment } from "../start-environment.js";
import { parseChange } from "../environment-api.js";
import { badJsonBody, isJsonObject, readJsonObject } from "../http/body.js";
import { json, type Exchange, type Reply, type Route } from "../http/router.js";
import { Faults } from "./faults.js";
import { faultyEngine } from "./faulty-engine.js";
import { MovableClock } from "./movable-clock.js";

export class TestControls {
  private readonly clock: MovableClock;
  private readonly faults = new Faults();

  constructor(clockAheadMs = 0) {
    this.clock = new MovableClock(clockAheadMs);
  }

  readonly now = (): number => this.clock.now();

  around(engine: Engine): Engine {
    return faultyEngine(engine, this.faults);
  }

  get routes(): Route[] {
    const handle = (exchange: Exchange) => this.reset(exchange);
    const reset: Route = { method: "POST", path: "/api/jobsync/reset", admin: true, handle };
    return [...this.clock.routes, ...this.faults.routes, reset];
  }

  /** As after its first start, in milliseconds and under its clients. */
  private async reset({ deployment, request }: Exchange): Promise<Reply> {
    const { environment = {} } = await readJsonObject(request);
    if (!isJsonObject(environment)) throw badJsonBody("environment must be an object of texts.");
    const variables: Record<string, string> = {};
    for (const change of Object.entries(environment)) {
      const [name, value] = parseChange({ name: change[0], value: change[1] });
      if (value !== null) variables[name] = value;
    }
    this.faults.reset();
    this.clock.reset();
    deployment.engine.reset(variables);
    await setUpEnvironment(deployment);
    deployment.pushes.environmentChanged();
    deployment.everythingChanged.send();
    return json(null);
  }
}
