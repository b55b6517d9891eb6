// SPDX-License-Identifier: Apache-2.0
// The installed app: registers the service worker and asks before a new version takes over.
import { toast } from "../ui/toast";
import { t } from "./i18n";
import { scriptUrl } from "./trusted";

export async function startUpdates(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(scriptUrl("/sw.js"));
  let asked = false;
  const offer = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller || asked) return;
    asked = true;
    toast(t("update.ready"), { action: { label: t("update.now"), run: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      registration.waiting?.postMessage("take-over");
    } } });
  };
  offer();
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", offer));
}
