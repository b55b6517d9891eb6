// SPDX-License-Identifier: Apache-2.0
// Addresses and the pages behind them; each page is a part of its own, loaded when first needed.
import type { Page } from "../app/router";

declare const DEVELOPMENT: boolean; // set by build.mjs

export const pages: Page[] = [
  { path: "/", load: () => import("./posts/home") },
  { path: "/new", load: () => import("./posts/new") },
  { path: "/new/app", load: () => import("./posts/new") },
  { path: "/p/{post_id}", load: () => import("./posts/post") },
  { path: "/w/{wall}", load: () => import("./walls/wall") },
  { path: "/a/{app_id}", load: () => import("./apps/app") },
  { path: "/bricks", load: () => import("./bricks/balance") },
  { path: "/bricks/buy", load: () => import("./purchases/buy") },
  { path: "/bricks/purchases/{purchase_id}", load: () => import("./purchases/purchase") },
  { path: "/bricks/test-checkout/{purchase_id}", load: () => import("./purchases/checkout") },
  { path: "/admin/purchases", load: () => import("./admin/purchases") },
  { path: "/admin/purchases/{purchase_id}", load: () => import("./admin/purchase") },
  { path: "/admin/bricks", load: () => import("./admin/bricks") },
  { path: "/bricks/how", load: () => import("./bricks/how") },
  { path: "/login", load: () => import("./accounts/login") },
  { path: "/login/second", load: () => import("./accounts/second") },
  { path: "/forgot", load: () => import("./accounts/mailed") },
  { path: "/reset-password", load: () => import("./accounts/mailed") },
  { path: "/verify-email", load: () => import("./accounts/mailed") },
  { path: "/verify-email/again", load: () => import("./accounts/mailed") },
  { path: "/undo-email", load: () => import("./accounts/mailed") },
  { path: "/register", load: () => import("./accounts/register") },
  { path: "/register/finish", load: () => import("./accounts/finish") },
  { path: "/register/finish/link", load: () => import("./accounts/finish") },
  { path: "/login/telegram", load: () => import("./accounts/telegram") },
  { path: "/settings/connected", load: () => import("./settings/connected") },
  { path: "/settings/profile", load: () => import("./settings/profile") },
  { path: "/settings/notifications", load: () => import("./settings/notifications") },
  { path: "/settings/privacy", load: () => import("./settings/privacy") },
  { path: "/settings/content", load: () => import("./settings/content") },
  { path: "/settings/sign-in", load: () => import("./settings/signin") },
  { path: "/settings/wall", load: () => import("./settings/wall") },
  { path: "/settings/data", load: () => import("./settings/data") },
  { path: "/settings/devices", load: () => import("./settings/devices") },
  { path: "/settings/keys", load: () => import("./settings/keys") },
  { path: "/settings/invitations", load: () => import("./settings/invitations") },
  { path: "/admin/approvals", load: () => import("./admin/approvals") },
  { path: "/admin/users", load: () => import("./admin/users") },
  { path: "/admin/users/{user_id}", load: () => import("./admin/user") },
  { path: "/settings/appearance", load: () => import("./settings/appearance") },
  ...(DEVELOPMENT ? [{ path: "/styleguide", load: () => import("./shell/styleguide") }] : []),
];

export const missing: Page["load"] = () => import("./shell/missing");
