// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

let last = 0;

/** An id of the document: preact's own begin anew in each tree, and the question for a confirmation is a tree of its own. */
export const useId = () => useState(() => `u${++last}`)[0];
