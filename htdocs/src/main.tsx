// SPDX-License-Identifier: Apache-2.0
// Start: the shell's data, the pages, the frame around them.
import { render } from "preact";
import { shell } from "./app/shell";
import { hooks } from "./api/client";
import { startRouter } from "./app/router";
import { sessionExpired } from "./app/session";
import { startShortcuts } from "./app/shortcuts";
import { startUpdates } from "./app/update";
import "./app/errors";
import { setIconSprite } from "./ui/icon";
import { Frame } from "./pages/shell/frame";
import { missing, pages } from "./pages";

setIconSprite(shell.icons);
const failed = hooks.failed;
hooks.failed = (error) => {
  failed(error);
  if (error.code === "WALL_UNAUTHENTICATED") sessionExpired();
};

await startRouter(pages, missing);
const root = document.getElementById("app")!;
root.replaceChildren();
render(<Frame />, root);
document.documentElement.dataset.ready = "";
startShortcuts();
void startUpdates();
