export { openEngine } from "./engine.js";
