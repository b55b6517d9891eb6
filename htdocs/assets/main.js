// SPDX-License-Identifier: Apache-2.0
// The plain page: register or sign in, describe an app, watch it being written, use it.
import { get, post, session } from "./api.js";
import { h, show, field, report, number, ago } from "./dom.js";
import { composer } from "./composer.js";
import { appCard } from "./job.js";

const main = document.getElementById("main");
const top = document.getElementById("top");

function header() {
  top.querySelector(".plain-me")?.remove();
  if (!session.me) return;
  const { me } = session, n = me.bricks.available;
  top.append(h("div", { class: "plain-me row push" },
    h("a", { class: "link-row", href: `/w/${me.wall.wall_slug}` }, h("bdi", {}, me.display_name)),
    h("span", { id: "balance", class: `bricks ${n >= 150 ? "ok" : n >= 50 ? "low" : "bad"}` }, number(n), h("span", { class: "sr" }, " bricks")),
    me.bricks.held ? h("span", { id: "held", class: "small soft" }, `${number(me.bricks.held)} held`) : null,
    h("button", { class: "btn small", type: "button", onclick: signOut }, "Sign out")));
}

async function refreshBalance() {
  if (!session.me) return;
  session.me.bricks = await get("/bricks/balance");
  header();
}

async function signOut() {
  await post("/auth/logout");
  session.me = null;
  location.assign("/");
}

// ---- signing in -----------------------------------------------------------------------------------

function welcome() {
  const box = h("div", { class: "face pad" });
  const forms = { register: registerForm, login: loginForm };
  const tab = (name, label) => h("button", { type: "button", role: "tab", "aria-selected": "false", onclick: () => pick(name), "data-tab": name }, label);
  const tabs = h("div", { class: "tabs", role: "tablist" }, tab("register", "Create your wall"), tab("login", "Sign in"));
  const pick = (name) => {
    for (const t of tabs.children) t.setAttribute("aria-selected", String(t.dataset.tab === name));
    show(box, tabs, forms[name]());
  };
  pick(location.pathname === "/login" ? "login" : "register");
  show(main, h("div", { class: "plain-welcome plain-head" },
    h("div", {}, h("h1", {}, "Say what you need. Watch it get built."),
      h("p", { class: "soft mt" }, "Post words and small apps on a wall of your own. You describe the app, the queue moves, the code appears line by line, and it runs right there in the post.")),
    box));
}

function accountForm(label, fields, path, body) {
  const note = h("div");
  const button = h("button", { class: "btn main full" }, label);
  const send = async (e) => {
    e.preventDefault();
    button.disabled = true;
    try {
      session.me = (await post(path, body())).user;
      if (location.pathname === "/login" || location.pathname === "/register") history.replaceState(null, "", "/");
      await route();
      main.focus();
    } catch (problem) { report(problem, fields, note); } finally { button.disabled = false; }
  };
  return h("form", { class: "plain-form mt", "aria-label": label, novalidate: true, onsubmit: send }, Object.values(fields).map((f) => f.node), note, button);
}

function registerForm() {
  const fields = {
    username: field("Username", "username", { autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
    email: field("E-mail", "email", { type: "email", autocomplete: "email" }),
    password: field("Password", "password", { type: "password", autocomplete: "new-password" }),
  };
  return accountForm("Create your wall", fields, "/auth/register",
    () => ({ username: fields.username.input.value, email: fields.email.input.value, password: fields.password.input.value }));
}

function loginForm() {
  const fields = {
    login: field("Username or e-mail", "login", { autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
    password: field("Password", "password", { type: "password", autocomplete: "current-password" }),
  };
  return accountForm("Sign in", fields, "/auth/login",
    () => ({ login: fields.login.input.value, password: fields.password.input.value, remember: true }));
}

// ---- posts ----------------------------------------------------------------------------------------

function article(p, changed) {
  const initials = p.author.display_name.split(/\s+/).map((w) => [...w][0]).join("").slice(0, 2).toUpperCase();
  return h("article", { class: "post face", "data-post": p.post_id },
    h("header", { class: "post-head" }, h("span", { class: "avatar", "aria-hidden": "true" }, initials),
      h("div", { class: "who" }, h("a", { class: "name", href: `/w/${p.wall.wall_slug}` }, h("bdi", {}, p.author.display_name)),
        h("span", { class: "meta" }, h("bdi", { dir: "ltr" }, `@${p.author.username}`), " · ",
          h("a", { href: `/p/${p.post_id}` }, h("time", { datetime: p.created_at }, ago(p.created_at))),
          p.visibility === "public" ? null : ` · ${p.visibility}`))),
    p.content_text ? h("div", { class: "prose", dir: "auto" }, p.content_text.split(/\n{2,}/).map((t) => h("p", {}, t))) : null,
    p.app ? h("div", { class: "attach" }, appCard(p, changed)) : null);
}

async function posts(wall, before) {
  const list = h("div", { class: "stack", id: "posts" });
  const changed = async () => { await refreshBalance(); before?.refresh(); };
  const more = async (cursor) => {
    const page = await get(`/walls/${wall}/posts${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
    list.querySelector(".more-row")?.remove();
    list.append(...page.items.map((p) => article(p, changed)));
    if (page.next_cursor) list.append(h("p", { class: "more-row" }, h("button", { class: "btn full", type: "button", onclick: () => more(page.next_cursor) }, "Show more")));
    if (!cursor && !page.items.length) list.append(h("div", { class: "blank face" }, h("h2", {}, "Nothing here yet"), h("p", {}, "What is posted on this wall appears here.")));
  };
  await more();
  return { list, changed };
}

async function home() {
  const made = async ({ post: p, balance }) => {
    session.me.bricks = balance;
    header();
    list.querySelector(".blank")?.remove();
    list.prepend(article(p, changed));
  };
  const form = composer(made);
  const { list, changed } = await posts(session.me.wall.wall_slug, form);
  show(main, h("h1", { class: "sr" }, "Your wall"), h("div", { class: "plain-cols" },
    h("div", { class: "stack" }, form.node, list),
    h("aside", { class: "plain-head small soft", "aria-label": "Prompt help" }, h("h2", {}, "What apps can’t do"),
      h("p", {}, "They run in a closed frame. No network, no cookies, no access to your account or to the page around them."))));
}

async function wall(slug) {
  const w = await get(`/walls/${encodeURIComponent(slug)}`);
  document.title = `${w.display_name}: Wall`;
  const { list } = await posts(w.wall_slug);
  show(main, h("div", { class: "page-head" }, h("div", {}, h("h1", { dir: "auto" }, w.display_name), w.description ? h("p", { dir: "auto" }, w.description) : null)),
    h("div", { class: "plain-cols" }, list));
}

async function single(id) {
  const p = await get(`/posts/${encodeURIComponent(id)}`);
  show(main, h("div", { class: "plain-cols" }, h("div", { class: "stack" }, article(p, refreshBalance))));
}

// ---- start ----------------------------------------------------------------------------------------

async function route() {
  header();
  const [, kind, name] = location.pathname.split("/");
  try {
    if (kind === "w" && name) await wall(decodeURIComponent(name));
    else if (kind === "p" && name) await single(decodeURIComponent(name));
    else if (session.me) await home();
    else welcome();
  } catch (problem) {
    show(main, h("div", { class: "blank face" }, h("h1", {}, problem.status === 404 ? "There is nothing here" : "This did not work"),
      h("p", {}, problem.message), h("a", { class: "btn", href: "/" }, "Go home")));
  }
}

session.me = await get("/users/me").catch(() => null);
await route();
