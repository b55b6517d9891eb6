// SPDX-License-Identifier: Apache-2.0
// What the server put into the document: who is signed in, the language, the first data.
import type { Schema } from "../api/client";

export interface Shell {
  lang: string;
  dir: "ltr" | "rtl";
  /** URL of the message module of `lang`. */
  locale: string;
  /** Languages with a catalogue. */
  languages: string[];
  site: { base_url: string; bricks_welcome: number; tokens_per_brick: number; /** what an app costs here on average */ app_bricks: number;
    /** who may open an account */ signup: "open" | "invite" | "approval" | "closed"; /** open ones each user may have */ invitations: number };
  me: Schema["Me"] | null;
  /** Answers of GET requests the page needs first, by path below /api/v1. */
  data: Record<string, unknown>;
  /** HTTP status of the document: 200, 403, 404, 500. */
  status: number;
  events_worker: string;
  icons: string;
}

export const shell: Shell = JSON.parse(document.getElementById("shell")!.textContent!);
