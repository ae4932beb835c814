export { openEngine } from "./engine.js";
export { openDisk } from "./on-disk/disk.js";
