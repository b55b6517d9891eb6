// SPDX-License-Identifier: Apache-2.0
// The one Trusted Types policy: script addresses of this site's own assets, and HTML the server made.
interface Policy { createScriptURL(url: string): string; createHTML(html: string): string }
declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;

const rules: Policy = {
  createScriptURL(url) {
    const it = new URL(url, location.href);
    if (it.origin === location.origin && (it.pathname.startsWith("/assets/") || it.pathname === "/sw.js")) return url;
    throw new TypeError(`not a script of this site: ${url}`);
  },
  createHTML: (html) => html,
};
const policy = typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("wall", rules);

/** For SharedWorker and service worker registration. */
export const scriptUrl = (url: string): string => policy.createScriptURL(url);

/** For fields the API calls …_html, and nothing else: the server writes them through its allowlist. */
export const serverHtml = (html: string): string => policy.createHTML(html);
