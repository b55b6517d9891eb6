# SPDX-License-Identifier: Apache-2.0
"""Holds every response against htdocs/api/openapi.json and remembers what was seen."""

import json
import os
import re

import jsonschema

from . import TOP

OPENAPI = os.path.join(TOP, "htdocs", "api", "openapi.json")
BASE = "/api/v1"


class Breach(AssertionError):
    """A response that the document does not allow."""


class Operation:
    """One operation of the document: .method .path .spec .id, .idempotent (takes a key) .codes (the error
    codes it declares) .auth ("none", "optional", "user" …)"""

    def __init__(self, method, path, spec, resolve):
        self.method, self.path, self.spec = method, path, spec
        self.id = spec["operationId"]
        self.auth = spec.get("x-wall-auth")
        self.pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$")
        headers = [p["name"].lower() for p in map(resolve, spec.get("parameters", [])) if p["in"] == "header"]
        self.idempotent = "idempotency-key" in headers
        self.codes = set()
        for status, response in spec["responses"].items():
            if status.isdigit() and int(status) >= 400:
                _collect_codes(resolve(response), self.codes)


def _collect_codes(node, found):
    """Adds the values of every `"code": {"enum": […]}` (or "const") in a schema."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "code" and isinstance(value, dict):
                found.update(value.get("enum", []))
                found.update([value["const"]] if "const" in value else [])
            else:
                _collect_codes(value, found)
    elif isinstance(node, list):
        for value in node:
            _collect_codes(value, found)


class Contract:
    """One for a test session; `document` may be given for tests of this class itself."""

    def __init__(self, document=None):
        if document is None:
            with open(OPENAPI, encoding="utf-8") as file:
                document = json.load(file)
        self.document = document
        self.operations = [
            Operation(method.upper(), path, spec, self._resolve)
            for path, methods in document["paths"].items()
            for method, spec in methods.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        servers = document.get("servers") or [{"url": BASE}]
        self.base = re.sub(r"^https?://[^/]+", "", servers[0]["url"]).rstrip("/")
        self._validators = {}
        self.hit = set()  # operation ids with a success
        self.seen = set()  # (operation id, error code)

    def find(self, method, path):
        """The operation of a request path with or without the base; literal paths win. None: unknown."""
        path = path.split("?")[0]
        for base in (BASE, self.base):
            if base and path.startswith(base + "/"):
                path = path[len(base):]
                break
        method = "GET" if method == "HEAD" else method
        matches = [o for o in self.operations if o.method == method and o.pattern.match(path)]
        return min(matches, key=lambda o: o.path.count("{")) if matches else None

    def check(self, method, path, status, content_type, body):
        """Raises Breach unless the document allows this response; returns the operation (or None)."""
        operation = self.find(method, path)
        code = self._error_code(body) if status >= 400 else None
        if operation is None:
            if status < 400:
                raise Breach(f"{method} {path} answers {status} but is not in openapi.json")
            return None
        where = f"{operation.id} {status}"
        if status == 304:
            return operation
        responses = operation.spec["responses"]
        response = responses.get(str(status), responses.get("default"))
        if response is None:
            raise Breach(f"{where}: only {sorted(responses)} are declared; got {body[:300]!r}")
        response = self._resolve(response)
        media = content_type.split(";")[0].strip().lower()
        content = response.get("content", {})
        if method != "HEAD" and content:
            entry = content.get(media, content.get("*/*"))
            if entry is None:
                raise Breach(f"{where}: content type {media!r}, declared {sorted(content)}")
            if media.endswith("json"):
                self._validate(where, entry.get("schema", {}), body)
        if code is None:
            self.hit.add(operation.id)
        else:
            if operation.codes and code not in operation.codes:
                raise Breach(f"{where}: error {code} is not declared for it")
            self.seen.add((operation.id, code))
        return operation

    def missing(self, allowed=()):
        """What no test provoked: lines "operation" and "operation CODE" not in `allowed`."""
        lines = [o.id for o in self.operations if o.id not in self.hit]
        for operation in self.operations:
            lines += [f"{operation.id} {code}" for code in sorted(operation.codes)
                      if (operation.id, code) not in self.seen]
        return [line for line in lines if line not in allowed and "* " + line.split(" ")[-1] not in allowed]

    # ---- inside ------------------------------------------------------------------------------
    @staticmethod
    def _error_code(body):
        try:
            document = json.loads(body)
            if document.get("success") is True:  # an answer with a status that says no, such as readiness
                return None
            return document["error"]["code"] if "error" in document else document.get("code", "?")
        except (ValueError, KeyError, TypeError):
            return "?"

    def _resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def _validate(self, where, schema, body):
        key = id(schema)
        if key not in self._validators:
            rooted = {"$schema": "https://json-schema.org/draft/2020-12/schema",
                      "components": self.document.get("components", {}), **schema}
            self._validators[key] = jsonschema.Draft202012Validator(rooted)
        try:
            value = json.loads(body)
        except ValueError as why:
            raise Breach(f"{where}: not JSON ({why}): {body[:300]!r}") from why
        errors = sorted(self._validators[key].iter_errors(value), key=lambda e: list(map(str, e.path)))
        if errors:
            lines = "; ".join(f"{e.json_path}: {e.message[:200]}" for e in errors[:5])
            raise Breach(f"{where}: {lines}")
