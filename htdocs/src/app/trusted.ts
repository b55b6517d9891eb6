// SPDX-License-Identifier: Apache-2.0
// The one Trusted Types policy: script addresses of this site's own assets, nothing else.
interface Policy { createScriptURL(url: string): string }
declare const trustedTypes: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy } | undefined;

const rules: Policy = {
  createScriptURL(url) {
    const it = new URL(url, location.href);
    if (it.origin === location.origin && (it.pathname.startsWith("/assets/") || it.pathname === "/sw.js")) return url;
    throw new TypeError(`not a script of this site: ${url}`);
  },
};
const policy = typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("wall", rules);

/** For SharedWorker and service worker registration. */
export const scriptUrl = (url: string): string => policy.createScriptURL(url);
