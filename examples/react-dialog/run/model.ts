/** A model for the example to ask: it takes its time, and dreams up the same style for the same prompt. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const THINKING_MS = 4000;

/** Answers its address. */
export async function startModel(): Promise<string> {
  const server = createServer((request, response) => {
    void think(request).then((answer) => response.end(answer));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function think(request: IncomingMessage): Promise<string> {
  let prompt = "";
  for await (const chunk of request) prompt += String(chunk);
  await pause(THINKING_MS);
  const colour = colourOf(prompt);
  return request.url === "/palette" ? colour : pictureOf(colour);
}

function colourOf(prompt: string): string {
  const [hue = 0, light = 0] = createHash("sha256").update(prompt).digest();
  return `hsl(${Math.round((hue * 360) / 255)} 70% ${35 + (light % 30)}%)`;
}

function pictureOf(colour: string): string {
  const shapes = `<rect width="160" height="90" fill="${colour}"/><circle cx="112" cy="34" r="20" fill="white" opacity=".6"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90">${shapes}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
