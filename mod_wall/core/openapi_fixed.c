/* SPDX-License-Identifier: Apache-2.0 */
#include "core/openapi_parts.h"
#include "core/scopes.h"

/* The parts of the document that no table decides: envelope of errors, headers, who may call. */

static void typed(out_t *o, const char *name, const char *type, const char *doc)
{
    out_open(o, name, '{');
    out_str(o, "type", type);
    if (doc != NULL)
        out_str(o, "description", doc);
    out_close(o, '}');
}

static void names(out_t *o, const char *name, int count, const char *const *list)
{
    int i;

    out_open(o, name, '[');
    for (i = 0; i < count; i++)
        out_str(o, NULL, list[i]);
    out_close(o, ']');
}

static void code_schema(out_t *o)
{
    int rc;

    out_open(o, "ErrorCode", '{');
    out_str(o, "type", "string");
    out_str(o, "description", "What went wrong, for programs. Each has one HTTP status.");
    out_open(o, "enum", '[');
    for (rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++)
        out_str(o, NULL, wall_error_code((wall_rc_t)rc));
    out_close(o, ']');
    out_close(o, '}');
}

static void details_schema(out_t *o)
{
    out_open(o, "ErrorDetails", '{');
    out_str(o, "type", "object");
    out_str(o, "description",
            "Each field at fault with a sentence why, and numbers a program can act on.");
    out_open(o, "additionalProperties", '{');
    out_open(o, "type", '[');
    out_str(o, NULL, "string");
    out_str(o, NULL, "integer");
    out_close(o, ']');
    out_close(o, '}');
    out_close(o, '}');
}

static void envelope_schema(out_t *o)
{
    static const char *const outer[] = { "success", "error" };
    static const char *const inner[] = { "code", "message", "request_id" };

    out_open(o, "Error", '{');
    out_str(o, "type", "object");
    out_raw(o, "additionalProperties", "false");
    names(o, "required", 2, outer);
    out_open(o, "properties", '{');
    out_open(o, "success", '{');
    out_raw(o, "const", "false");
    out_close(o, '}');
    out_open(o, "error", '{');
    out_str(o, "type", "object");
    out_raw(o, "additionalProperties", "false");
    names(o, "required", 3, inner);
    out_open(o, "properties", '{');
    out_ref(o, "code", "schemas/ErrorCode");
    typed(o, "message", "string", "A sentence for people.");
    out_ref(o, "details", "schemas/ErrorDetails");
    typed(o, "request_id", "string", "Also in X-Request-Id and in the site's log.");
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, '}');
}

static void problem_schema(out_t *o)
{
    static const char *const required[] = { "type", "title", "status", "code" };

    out_open(o, "Problem", '{');
    out_str(o, "type", "object");
    out_str(o, "description", "RFC 9457, for callers that accept application/problem+json.");
    names(o, "required", 4, required);
    out_open(o, "properties", '{');
    typed(o, "type", "string", NULL);
    typed(o, "title", "string", NULL);
    typed(o, "status", "integer", NULL);
    typed(o, "detail", "string", NULL);
    typed(o, "instance", "string", NULL);
    out_ref(o, "code", "schemas/ErrorCode");
    out_ref(o, "details", "schemas/ErrorDetails");
    typed(o, "request_id", "string", NULL);
    out_close(o, '}');
    out_close(o, '}');
}

void openapi_fixed_schemas(out_t *o)
{
    envelope_schema(o);
    code_schema(o);
    details_schema(o);
    problem_schema(o);
}

static void header(out_t *o, const char *name, const char *type, const char *doc)
{
    out_open(o, name, '{');
    out_str(o, "description", doc);
    out_open(o, "schema", '{');
    out_str(o, "type", type);
    out_close(o, '}');
    out_close(o, '}');
}

static void parameter(out_t *o, const char *component, const char *name, int required,
                      const char *doc)
{
    out_open(o, component, '{');
    out_str(o, "name", name);
    out_str(o, "in", "header");
    out_raw(o, "required", required ? "true" : "false");
    out_str(o, "description", doc);
    out_open(o, "schema", '{');
    out_str(o, "type", "string");
    out_i64(o, "minLength", 1);
    out_i64(o, "maxLength", 200);
    out_close(o, '}');
    out_close(o, '}');
}

static void parameters(out_t *o)
{
    static const char *const key_doc =
        "A name for this one wish, such as a UUID. The same key and body again get the stored "
        "answer; the same key with another body is refused.";

    out_open(o, "parameters", '{');
    parameter(o, "CsrfToken", "X-CSRF-Token", 0,
              "Required with the session cookie: csrf_token of GET /users/me. Not with a bearer "
              "token.");
    parameter(o, "IdempotencyKey", "Idempotency-Key", 0, key_doc);
    parameter(o, "IdempotencyKeyRequired", "Idempotency-Key", 1, key_doc);
    parameter(o, "IfMatch", "If-Match", 0,
              "ETag of the answer that is being changed; if it has changed meanwhile, nothing is done.");
    parameter(o, "LastEventId", "Last-Event-ID", 0, "Resume after this event of the stream.");
    out_close(o, '}');
}

/* The scopes a key may hold; each operation names the one it takes. */
static void api_key(out_t *o)
{
    out_open(o, "apiKey", '{');
    out_str(o, "type", "http");
    out_str(o, "scheme", "bearer");
    out_str(o, "description",
            "An API key of POST /users/me/api-keys, wall_…; an operation's list names the scope the key "
            "must hold. Operations that do not list this scheme cannot be reached with a key.");
    out_open(o, "x-wall-scopes", '{');
    for (int i = 0; i < WALL_SCOPE__COUNT; i++)
        out_str(o, wall_scope_names[i], wall_scope_docs[i]);
    out_close(o, '}');
    out_close(o, '}');
}

void openapi_fixed_components(out_t *o)
{
    parameters(o);
    out_open(o, "headers", '{');
    header(o, "Link", "string", "The next page as rel=\"next\" (RFC 8288); absent on the last.");
    header(o, "Location", "string", "Where the browser goes on.");
    header(o, "RequestId", "string", "Names this request in the site's log.");
    header(o, "RetryAfter", "integer", "Seconds after which trying again makes sense.");
    out_close(o, '}');
    out_open(o, "securitySchemes", '{');
    out_open(o, "cookie", '{');
    out_str(o, "type", "apiKey");
    out_str(o, "in", "cookie");
    out_str(o, "name", "__Host-wall");
    out_str(o, "description", "The session cookie. Its name is wall where the site is plain http.");
    out_close(o, '}');
    out_open(o, "bearer", '{');
    out_str(o, "type", "http");
    out_str(o, "scheme", "bearer");
    out_str(o, "description", "A session token.");
    out_close(o, '}');
    api_key(o);
    out_close(o, '}');
}
