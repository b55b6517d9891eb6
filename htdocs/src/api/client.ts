// SPDX-License-Identifier: Apache-2.0
// The API as typed functions. Paths, parameters, bodies and answers come from openapi.json.
import type { components, paths } from "./schema";

export type Schema = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";
type With<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Op<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Answer<O> = O extends { responses: infer R } ? R[keyof R & (200 | 201 | 202)] : never;
export type Data<P extends keyof paths, M extends Method> =
  Answer<Op<P, M>> extends { content: { "application/json": { data: infer D } } } ? D : null;
type PathOf<O> = O extends { parameters: { path: infer V } } ? V : never;
type QueryOf<O> = O extends { parameters: { query?: infer V } } ? V : never;
type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer V } } } ? V : never;

interface Options<O> {
  path?: PathOf<O>;
  query?: QueryOf<O>;
  body?: BodyOf<O>;
  /** Change only what is still as GET of this address (see address()) last answered: If-Match. */
  unchanged?: string;
  /** Idempotency-Key of a request that must not take effect twice. */
  key?: string;
  signal?: AbortSignal;
}

/** What the server refused, in its words. `details` maps a field to why, or a name to a number. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string,
    readonly details: Record<string, string | number> = {}, readonly requestId?: string) {
    super(message);
  }
  /** The network is away (0) or the server failed: trying again may help. */
  get passing(): boolean { return this.status === 0 || this.status >= 500; }
}

/** Set by the application: what is sent with every request, and who hears of every failure. */
export const hooks = {
  csrf: (): string | undefined => undefined,
  /** Language the server answers in. */
  language: (): string => "en",
  /** Something dangerous: asks who it is. True: confirmed, the request is sent once more. */
  confirm: (_error: ApiError): Promise<boolean> => Promise.resolve(false),
  /** `asked`: when the request was sent, by performance.now(). */
  failed: (_error: ApiError, _asked: number): void => {},
  worked: (_asked: number): void => {},
};

/** "/walls/{wall}/posts" with its parameters, as sent. Also the key of a cached answer. */
export function address(path: string, params?: unknown, query?: unknown): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String((params as Record<string, unknown>)[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query as Record<string, unknown>) ?? {})) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  return search.size ? `${filled}?${search}` : filled;
}

/** Entity tags of the latest answers, by address. */
const tags = new Map<string, string>();

/** Any request by its filled address; the typed functions below are to be preferred. */
export async function request(method: string, url: string, options: { body?: unknown; key?: string; unchanged?: string; signal?: AbortSignal } = {}): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": hooks.language() };
  const csrf = hooks.csrf();
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (options.key) headers["Idempotency-Key"] = options.key;
  const seen = options.unchanged && tags.get(options.unchanged);
  if (seen) headers["If-Match"] = seen;
  const asked = performance.now();
  let error: ApiError;
  try {
    const response = await fetch(`/api/v1${url}`, { method, headers, signal: options.signal ?? null,
      body: options.body === undefined ? null : JSON.stringify(options.body) });
    const answer = await response.json().catch(() => null);
    if (answer?.success) {
      const tag = response.headers.get("ETag");
      if (tag) tags.set(url, tag);
      hooks.worked(asked);
      return answer.data;
    }
    const e = answer?.error;
    error = new ApiError(response.status, e?.code ?? "WALL_INTERNAL", e?.message ?? "", e?.details, e?.request_id);
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    error = new ApiError(0, "OFFLINE", "");
  }
  if (error.code === "WALL_STEP_UP" && await hooks.confirm(error)) return request(method, url, options);
  hooks.failed(error, asked);
  throw error;
}

function typed<M extends Method>(method: M) {
  return <P extends With<M>>(path: P, options: Options<Op<P, M>> = {}): Promise<Data<P, M>> =>
    request(method.toUpperCase(), address(path, options.path, options.query), options) as Promise<Data<P, M>>;
}

export const get = typed("get");
export const post = typed("post");
export const put = typed("put");
export const patch = typed("patch");
export const del = typed("delete");
