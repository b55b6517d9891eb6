// SPDX-License-Identifier: Apache-2.0
// What surrounds every page: skip link, navigation, banner, toasts, help.
import { useEffect } from "preact/hooks";
import { get } from "../../api/client";
import { watch } from "../../app/events";
import { explain, trouble } from "../../app/errors";
import { bricks, number, t } from "../../app/i18n";
import { go, leaving, place } from "../../app/router";
import { balance, level, me, sawBalance, setBalance, signOut } from "../../app/session";
import { helpOpen } from "../../app/shortcuts";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Menu } from "../../ui/menu";
import { Amount } from "../../ui/text";
import { toast, Toasts } from "../../ui/toast";
import { Help } from "./help";

const Mark = () => (
  <svg viewBox="0 0 28 22" fill="currentColor" aria-hidden="true">
    <path d="M0 0h18v6H0zM20 0h8v6h-8zM0 8h8v6H0zM10 8h18v6H10zM0 16h18v6H0zM20 16h8v6h-8z" />
  </svg>
);
export const Logo = () => <a class="logo" href="/" aria-label="Wall"><Mark /><span>wall</span></a>;

/** Running low is told once, in one tab; the server says it again only after there was enough. */
function toldLow(available: number): void {
  const key = "wall.low", now = Date.now();
  if (now - Number(localStorage.getItem(key)) < 60_000) return;
  localStorage.setItem(key, String(now));
  toast(t("bricks.low", { n: available }), { action: { label: t("bricks.get_more"), run: () => go("/bricks#get-more") } });
}

function useLiveBalance(userId: number | undefined) {
  useEffect(() => {
    if (userId === undefined) return;
    let newest = 0; // two movements may be told in the wrong order
    const ask = async () => {
      const asked = performance.now(), now = await get("/bricks/balance").catch(() => null);
      if (now) sawBalance(now, asked);
    };
    return watch(`user:${userId}`, (event, data) => {
      if (event === "stream.open") void ask();
      else if (event === "bricks.balance" && data.transaction_id > newest) {
        newest = data.transaction_id;
        setBalance(data);
      } else if (event === "bricks.low") toldLow(data.available);
    });
  }, [userId]);
}

function Nav() {
  const user = me.value!;
  const here = place.value!.url.split("?")[0]!;
  const items = [
    { href: "/", icon: "home", label: t("nav.home") },
    { href: `/w/${user.wall.wall_slug}`, icon: "wall", label: t("nav.wall") },
    { href: "/new", icon: "plus", label: t("nav.new"), on: here.startsWith("/new") },
    { href: "/bricks", icon: "brick", label: t("nav.bricks") },
    { href: "/settings/appearance", icon: "gear", label: t("nav.settings"), on: here.startsWith("/settings/") },
    ...(user.role === "user" ? [] : [{ href: "/admin/users", icon: "gauge", label: t("nav.admin"), on: here.startsWith("/admin/") }]),
  ];
  return (
    <nav class="side" aria-label={t("nav.main")}>
      <Logo />
      <div class="nav"><ul>
        {items.map((it) => (
          <li key={it.href}><a href={it.href} data-new={it.href === "/new" || undefined} aria-current={it.on || here === it.href ? "page" : undefined}>
            <Icon name={it.icon} /><span class="label">{it.label}</span></a></li>))}
      </ul></div>
      <div class="person me">
        <Avatar name={user.display_name} />
        <span class="who"><b dir="auto">{user.display_name}</b><Balance /></span>
        <Menu label={t("nav.account")} items={[
          { label: t("nav.settings"), icon: "gear", href: "/settings/appearance" },
          { label: t("nav.shortcuts"), icon: "key", onPick: () => { helpOpen.value = true; } },
          { label: t("auth.sign_out"), icon: "back", onPick: () => void signOut().catch((problem) => { if (me.value) toast(explain(problem), { kind: "bad" }); }) },
        ]} />
      </div>
    </nav>
  );
}

/** How much there is, by colour, by the shape of the brick, and in words for those who hear it. */
function Balance() {
  const { available } = balance.value!, at = level(available);
  return <a class="bricks-link small" href="/bricks"><Amount text={number(available)} label={`${bricks(available)}, ${t(`bricks.level.${at}`)}`} level={at} /></a>;
}

function Banner() {
  if (!trouble.value) return null;
  return (
    <div class="banner" role="alert"><Icon name="warn" />
      <p>{trouble.value === "offline" ? t("error.offline") : t("error.server")}</p>
      <Button small onClick={() => location.reload()}>{t("action.retry")}</Button></div>
  );
}

export function Frame() {
  const { component: Page, params, url } = place.value!;
  useLiveBalance(me.value?.user_id);
  const path = url.split("?")[0]!;
  const landing = !me.value && path === "/";
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); document.getElementById("main")?.focus(); }}>{t("nav.skip")}</a>
      {leaving.value && <div class="loading" role="progressbar" aria-label={t("state.loading")} />}
      <Banner />
      {landing ? <Page key={url} params={params} />
        : (
          <div class={`shell${me.value ? "" : " guest"}`}>
            <header class="top"><Logo />
              <span class="push" />
              {me.value ? <Balance /> : <><a class="btn small" href={`/login?next=${encodeURIComponent(url)}`}>{t("auth.sign_in")}</a><a class="btn main small" href="/register">{t("auth.create")}</a></>}
            </header>
            {me.value && <Nav />}
            <Page key={path} params={params} />
          </div>
        )}
      <Toasts close={t("action.close")} />
      <Help />
    </>
  );
}
