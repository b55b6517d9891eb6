# SPDX-License-Identifier: Apache-2.0
"""A provider to sign in with that can be made to lie: OpenID Connect under several issuers, and the endpoints of
GitHub, Yandex, Facebook and VK as they answer; Telegram's signature. Run in the tests' own process.

    with Provider() as provider:
        Stack(options=provider.options(folder))       # WallOAuthProvider lines for all of them
        back = provider.approve(location, person)     # what the browser would be sent back with: a dict
        with provider.lying(claims={"aud": "other"}): …

What it can be made to do (lying): claims (replace or, None, take away), header, sign ("none", "hs256", "broken",
"stranger"), token (answer of the token endpoint), userinfo, discovery, status, slow (seconds), drip (a byte each so
many seconds), huge (bytes) – the last four by the end of the path, such as {"/token": 500}.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import threading
import time
import urllib.parse
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLIENT, SECRET = "wall-client", "s3cret & more"
BOT, BOT_TOKEN = "7001", "7001:AAbot-token"
ISSUERS = ("fake", "other", "liar")  # the last one's discovery document is another's


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size):
    return b64(value.to_bytes(size, "big"))


class Key:
    def __init__(self, kid, alg="RS256"):
        self.kid, self.alg = kid, alg
        self.private = (ec.generate_private_key(ec.SECP256R1()) if alg == "ES256"
                        else rsa.generate_private_key(65537, 2048))

    def jwk(self):
        public = self.private.public_key().public_numbers()
        kind = ({"kty": "EC", "crv": "P-256", "x": number(public.x, 32), "y": number(public.y, 32)}
                if self.alg == "ES256" else
                {"kty": "RSA", "n": number(public.n, 256), "e": number(public.e, 3)})
        return {**kind, "kid": self.kid, "use": "sig", "alg": self.alg}

    def pem(self):
        return self.private.public_key().public_bytes(serialization.Encoding.PEM,
                                                      serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data):
        if self.alg == "ES256":
            r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        pad = (padding.PSS(padding.MGF1(hashes.SHA256()), 32) if self.alg == "PS256" else padding.PKCS1v15())
        return self.private.sign(data, pad, hashes.SHA256())


def person(**more):
    """Somebody new, as claims."""
    name = "p" + uuid.uuid4().hex[:10]
    return {"sub": str(uuid.uuid4().int)[:18], "email": f"{name}@provider.example", "email_verified": True,
            "name": f"Person {name}", "preferred_username": name, **more}


class Provider:
    def __init__(self):
        self.key, self.stranger = Key("k1"), Key("k1")
        self.codes, self.refresh_tokens, self.tokens = {}, {}, {}
        self.requests = []  # (path, form) of every request
        self.lies = {}
        self.lock = threading.Lock()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.base = f"http://localhost:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def options(self, folder, account=None):
        """Options of packaging/instance; the secrets' files are made in `folder`."""
        files = {"client": SECRET, "bot": BOT_TOKEN}
        for name, text in files.items():
            files[name] = os.path.join(folder, "oauth-" + name)
            with open(files[name], "w", encoding="ascii") as file:
                file.write(text.replace(" ", "") + "\n")
            os.chmod(files[name], 0o640)
            if os.geteuid() == 0:
                import pwd
                os.chown(files[name], 0, pwd.getpwnam(account or "www-data").pw_gid)
        at = self.base
        lines = [f"{name} {CLIENT} {files['client']} issuer={at}/{name} label={name.capitalize()}" for name in ISSUERS]
        lines += [
            f"gone {CLIENT} {files['client']} issuer=http://localhost:9/gone label=Gone",
            f"github {CLIENT} {files['client']} authorize={at}/authorize token={at}/token userinfo={at}/github/user "
            f"emails={at}/github/emails revoke={at}/github/{{client_id}}/token",
            f"yandex {CLIENT} {files['client']} authorize={at}/authorize token={at}/token userinfo={at}/yandex/info "
            f"revoke={at}/revoke",
            f"facebook {CLIENT} {files['client']} authorize={at}/authorize token={at}/token userinfo={at}/facebook/me "
            f"revoke={at}/facebook/me/permissions",
            f"vk {CLIENT} none authorize={at}/authorize token={at}/token userinfo={at}/vk/user_info revoke={at}/revoke",
            f"telegram {BOT} {files['bot']}",
        ]
        return [part for line in lines for part in ("--set", f"WallOAuthProvider {line}")]

    # ---- what tests do ------------------------------------------------------------------------
    @contextlib.contextmanager
    def lying(self, **lies):
        self.lies = lies
        try:
            yield self
        finally:
            self.lies = {}

    def rotate(self, alg="RS256"):
        """Other keys from now on; the old ones are not published any more."""
        self.key = Key("k" + uuid.uuid4().hex[:8], alg)

    def approve(self, location, who, **more):
        """The person agreed: the query of the way back."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        code = "c" + uuid.uuid4().hex
        path = urllib.parse.urlsplit(location).path
        self.codes[code] = {**asked, "who": who, "issuer": self._issuer(path), "used": False}
        back = {"code": code, "state": asked["state"], **more}
        if path.count("/") > 1:
            back.setdefault("iss", self._issuer(path))
        return back

    def telegram(self, who, state, at=None, token=BOT_TOKEN):
        fields = {"id": who["sub"], "first_name": "Ada", "username": who["preferred_username"],
                  "photo_url": f"https://t.me/i/{uuid.uuid4().hex}.jpg",  # no two signatures are the same
                  "auth_date": str(int(at or time.time()))}
        text = "\n".join(f"{k}={v}" for k, v in sorted(fields.items()))
        key = hashlib.sha256(token.encode()).digest()
        return {**fields, "hash": hmac.new(key, text.encode(), "sha256").hexdigest(), "state": state}

    # ---- what it answers ----------------------------------------------------------------------
    def _issuer(self, path):
        name = path.strip("/").split("/")[0]
        return f"{self.base}/{name}" if name in ISSUERS else self.base

    def discovery(self, name):
        issuer = f"{self.base}/{name}"
        return {"issuer": f"{self.base}/fake" if name == "liar" else issuer,
                "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo", "jwks_uri": f"{issuer}/jwks",
                "revocation_endpoint": f"{issuer}/revoke",
                "authorization_response_iss_parameter_supported": True, **self.lies.get("discovery", {})}

    def id_token(self, grant, access):
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {"iss": grant["issuer"], "aud": grant["client_id"], "sub": grant["who"]["sub"], "iat": now,
                  "exp": now + 300, "nonce": grant.get("nonce"), "at_hash": b64(half)}
        claims.update(self.lies.get("claims", {}))
        claims = {k: v for k, v in claims.items() if v is not None}
        header = {"alg": self.key.alg, "kid": self.key.kid, "typ": "JWT", **self.lies.get("header", {})}
        header = {k: v for k, v in header.items() if v is not None}
        how = self.lies.get("sign")
        if how == "none":
            header["alg"] = "none"
        elif how == "hs256":
            header["alg"] = "HS256"
        data = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}".encode()
        if how == "none":
            signature = b""
        elif how == "hs256":
            signature = hmac.new(self.key.pem(), data, "sha256").digest()
        else:
            signature = (self.stranger if how == "stranger" else self.key).sign(data)
        if how == "broken":
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        return f"{data.decode()}.{b64(signature)}"

    def token(self, form, authorization):
        """(status, answer) of the token endpoint."""
        if authorization:
            pair = base64.b64decode(authorization.split(" ")[1]).decode()
            client, secret = map(urllib.parse.unquote_plus, pair.split(":"))
        else:
            client, secret = form.get("client_id"), form.get("client_secret")
        if client != CLIENT or (secret or SECRET.replace(" ", "")) != SECRET.replace(" ", ""):
            return 401, {"error": "invalid_client"}
        with self.lock:
            if form.get("grant_type") == "refresh_token":
                grant = self.refresh_tokens.pop(form.get("refresh_token"), None)
                if grant is None:
                    return 400, {"error": "invalid_grant"}
            else:
                grant = self.codes.get(form.get("code"))
                challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
                if (grant is None or grant["used"] or challenge != grant["code_challenge"]
                        or form.get("redirect_uri") != grant["redirect_uri"]):
                    return 400, {"error": "invalid_grant"}
                grant["used"] = True
            access, refresh = "at-" + uuid.uuid4().hex, "rt-" + uuid.uuid4().hex
            self.refresh_tokens[refresh] = grant
            self.tokens[access] = grant
        answer = {"access_token": access, "refresh_token": refresh, "token_type": "Bearer",
                  "expires_in": self.lies.get("expires_in", 3600)}
        if grant["issuer"] != self.base:
            answer["id_token"] = self.id_token(grant, access)
        else:
            answer["user_id"] = grant["who"]["sub"]
        answer.update(self.lies.get("token", {}))
        return 200, {k: v for k, v in answer.items() if v is not None}

    def about(self, path, token):
        """Who the owner of an access token is, in each provider's words."""
        grant = self.tokens.get(token)
        if grant is None:
            return 401, {"message": "Bad credentials"}
        who = {**grant["who"], **self.lies.get("userinfo", {})}
        first, _, last = who["name"].partition(" ")
        answers = {
            "/github/user": {"id": int(who["sub"]) if who["sub"].isdigit() else 0, "login": who["preferred_username"], "name": who["name"],
                             "email": "not-verified@elsewhere.example"},
            "/github/emails": [{"email": "old@elsewhere.example", "primary": False, "verified": True},
                               {"email": who["email"], "primary": True, "verified": who["email_verified"]}],
            "/yandex/info": {"id": who["sub"], "login": who["preferred_username"], "real_name": who["name"],
                             "client_id": who.get("client", CLIENT), "default_email": who["email"]},
            "/facebook/me": {"id": who["sub"], "name": who["name"], "email": who["email"]},
            "/vk/user_info": {"user": {"user_id": who["sub"], "first_name": first, "last_name": last,
                                       "email": who["email"]}},
        }
        return 200, answers.get(path, who)

    def answer(self, path, form, authorization):
        if path.endswith("/.well-known/openid-configuration"):
            return 200, self.discovery(path.split("/")[1])
        if path.endswith("/jwks"):
            return 200, {"keys": [self.key.jwk()]}
        if path.endswith("/revoke") or "/permissions" in path or path == f"/github/{CLIENT}/token":
            return 200, {}
        if path.endswith("/token"):
            return self.token(form, authorization)
        token = form.get("access_token") or (authorization or " ").split(" ")[1]
        return self.about("/userinfo" if path.endswith("/userinfo") else path, token)

    def _handler(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                path = urllib.parse.urlsplit(self.path).path
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = dict(urllib.parse.parse_qsl(body))
                provider.requests.append((path, form or body, self.headers.get("Authorization")))
                here = lambda name: next((v for p, v in provider.lies.get(name, {}).items() if path.endswith(p)), None)
                if here("slow"):
                    time.sleep(here("slow"))
                status, answer = provider.answer(path, form, self.headers.get("Authorization"))
                data = json.dumps(answer).encode()
                if here("huge"):
                    data = b"[" + b"1," * here("huge") + b"1]"
                if here("status"):
                    status, data = here("status"), b"<p>Sorry</p>"
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    for byte in data if here("drip") else ():
                        time.sleep(here("drip"))
                        self.wfile.write(bytes([byte]))
                    self.wfile.write(b"" if here("drip") else data)

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, *unused):
                pass

        return Handler
