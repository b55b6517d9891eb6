// SPDX-License-Identifier: Apache-2.0
// Making elements without strings of HTML, which the page's Trusted Types policy forbids.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** An HTML element: h("p", { class: "soft" }, "Text"). `on…` attributes are listeners. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
/** An SVG element. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Puts `children` in place of all that `node` holds. */
export function show(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

export const number = (n) => new Intl.NumberFormat().format(n);
export const bricks = (n) => `${number(n)} ${n === 1 ? "brick" : "bricks"}`;

/** "just now", "3 min", "2 h", or the date. */
export function ago(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(Date.parse(iso));
}

/** "40 s", "2 min". */
export const duration = (seconds) => seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

let serial = 0;

/** A labelled input with room for its error. Returns { node, input, fail(text) }. */
export function field(label, name, attributes = {}) {
  const id = `f${++serial}`;
  const input = h(attributes.rows ? "textarea" : "input", { class: "input", id, name, "aria-describedby": `${id}e`, ...attributes });
  const error = h("p", { class: "err", id: `${id}e`, role: "alert" });
  const node = h("div", { class: "field" }, h("label", { for: id }, label), input, error);
  const fail = (text) => {
    error.textContent = text ?? "";
    if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => fail());
  return { node, input, fail };
}

/** Puts an ApiError on the fields it names; what names none goes to `note`. */
export function report(error, fields, note) {
  let first = null;
  for (const [name, f] of Object.entries(fields)) {
    const why = error.details?.[name];
    f.fail(typeof why === "string" ? why : undefined);
    if (typeof why === "string") first ??= f.input;
  }
  show(note, first ? null : h("p", { class: "note bad", role: "alert" }, error.message));
  first?.focus();
}
