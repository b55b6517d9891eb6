// SPDX-License-Identifier: Apache-2.0
// Start: the shell's data, the pages, the frame around them.
import { render } from "preact";
import { shell } from "./app/shell";
import { hooks } from "./api/client";
import { restoreScroll, startRouter } from "./app/router";
import { sessionExpired } from "./app/session";
import { startShortcuts } from "./app/shortcuts";
import { startUpdates } from "./app/update";
import "./app/errors";
import { setIconSprite } from "./ui/icon";
import { Frame } from "./pages/shell/frame";
import { missing, pages } from "./pages";

setIconSprite(shell.icons);
const failed = hooks.failed;
hooks.failed = (error, asked) => {
  failed(error, asked);
  if (error.code === "WALL_UNAUTHENTICATED") sessionExpired(asked);
};

hooks.confirm = async (error) => (await import("./pages/accounts/confirm")).ask(error);

type Field = HTMLInputElement | HTMLTextAreaElement;
const ticked = (f: Field) => f instanceof HTMLInputElement && f.checked;

/** Notes what was typed into the server's forms, which are drawn anew; the returned function puts it back, and the cursor. */
function keepTyped(root: HTMLElement): () => void {
  const kept = [...root.querySelectorAll<Field>("input[name]:not([type=hidden], [type=file], [type=radio]), textarea[name]")]
    .map((f) => ({ name: f.name, value: f.value, tick: ticked(f), here: f === document.activeElement, changed: f.value !== f.defaultValue }));
  return () => {
    for (const { name, value, tick, here, changed } of kept) {
      const field = root.querySelector<Field>(`[name="${CSS.escape(name)}"]`);
      if (!field) continue;
      if (here) field.focus();
      if (tick && !ticked(field)) field.click();
      if (!changed || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
}

async function start(): Promise<void> {
  // The server has said already that there is no page here, or not for this reader; but whose wall it is not
  // to be seen, because its reader has blocked them, the wall's page says.
  const none = !Object.keys(shell.data).some((url) => url.endsWith("/block")) && (shell.status === 403 || shell.status === 404 || shell.status >= 500);
  await startRouter(pages, missing, none);
  const root = document.getElementById("app")!;
  const putBack = keepTyped(root);
  root.replaceChildren();
  render(<Frame />, root);
  putBack();
  restoreScroll();
  document.documentElement.dataset.ready = "";
  startShortcuts();
  void startUpdates();
}

// What the server shows for development stays as it is.
if (!location.pathname.startsWith("/dev/")) await start();
