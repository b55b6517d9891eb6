// SPDX-License-Identifier: Apache-2.0
import { draft } from "../../app/drafts";

/** The description being written; survives reload, and is filled in again by "Try again". */
export const prompt = draft("app");
export const PROMPT_LIMIT = 2000;
