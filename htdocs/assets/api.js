// SPDX-License-Identifier: Apache-2.0
// The API as functions: envelope opened, errors thrown, CSRF and idempotency headers added.

/** What the server refused, in its own words. `fields` maps a field's name to why. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.details = error.details ?? {};
  }
}

/** The signed-in user as GET /users/me describes them, or null. */
export const session = { me: null };

export async function call(method, path, body, { key } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (session.me) headers["X-CSRF-Token"] = session.me.csrf_token;
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new ApiError(0, { code: "OFFLINE", message: "The site cannot be reached. Nothing you typed is lost." });
  }
  const answer = await response.json().catch(() => null);
  if (!answer?.success) {
    throw new ApiError(response.status, answer?.error ??
      { code: "BAD_ANSWER", message: `The site answered with an error (${response.status}). Try again in a moment.` });
  }
  return answer.data;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}, options) => call("POST", path, body, options);
