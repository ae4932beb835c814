import { jobsync } from "./client";

export const { get } = jobsync.functions("handshake");
