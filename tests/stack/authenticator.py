# SPDX-License-Identifier: Apache-2.0
"""A passkey authenticator in software (Web Authentication Level 3, CTAP 2): makes credentials and signs, rightly or as told wrong."""

import base64
import hashlib
import json
import os
import struct
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA, RS256 = -7, -8, -257


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """One credential."""

    def __init__(self, algorithm=ES256, id_length=32):
        self.algorithm = algorithm
        self.id = os.urandom(id_length)
        self.count = 0
        self.handle = None
        self.key = {ES256: lambda: ec.generate_private_key(ec.SECP256R1()), EDDSA: ed25519.Ed25519PrivateKey.generate,
                    RS256: lambda: rsa.generate_private_key(65537, 2048)}[algorithm]()

    def cose(self):
        public = self.key.public_key()
        if self.algorithm == ES256:
            point = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        if self.algorithm == EDDSA:
            return {1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes_raw()} if hasattr(public, "public_bytes_raw") else \
                {1: 1, 3: EDDSA, -1: 6, -2: raw_ed25519(public)}
        numbers = public.public_numbers()
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}

    def sign(self, data):
        if self.algorithm == ES256:
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        if self.algorithm == EDDSA:
            return self.key.sign(data)
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def raw_ed25519(public):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


class Authenticator:
    """Answers as a browser at `origin` would. Keyword arguments make a wrong answer."""

    def __init__(self, origin):
        self.origin = origin
        self.rp_id = urlsplit(origin).hostname

    def client_data(self, kind, challenge, *, origin=None, **more):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or self.origin, "crossOrigin": False,
                           **more}).encode()

    def data(self, count, *, rp_id=None, flags=UP | UV, credential=b""):
        return (hashlib.sha256((rp_id or self.rp_id).encode()).digest()
                + struct.pack(">BI", flags | (AT if credential else 0), count) + credential)

    def create(self, options, key=None, *, kind="webauthn.create", challenge=None, origin=None, rp_id=None, flags=UP | UV,
               algorithm=None, cut=None, extra=b"", display_name=None, **client):
        """The body of addPasskey, and the key it is about."""
        key = key or Key()
        key.handle = options["user_handle"]
        credential = bytes(16) + struct.pack(">H", len(key.id)) + key.id + cbor2.dumps(key.cose()) + extra
        data = self.data(key.count, rp_id=rp_id, flags=flags, credential=credential)
        body = {"algorithm": algorithm or key.algorithm,
                "client_data": b64(self.client_data(kind, challenge or options["challenge"], origin=origin, **client)),
                "authenticator_data": b64(data[:cut]), "transports": ["internal", "hybrid"]}
        if display_name:
            body["display_name"] = display_name
        return body, key

    def get(self, options, key, *, kind="webauthn.get", challenge=None, origin=None, rp_id=None, flags=UP | UV, count=None,
            cut=None, handle=True, signature=None, **client):
        """The body of a PasskeyAnswer. Without `count` the key counts up."""
        if count is None:
            key.count += 1
            count = key.count
        client_data = self.client_data(kind, challenge or options["challenge"], origin=origin, **client)
        data = self.data(count, rp_id=rp_id, flags=flags)
        signed = key.sign(data + hashlib.sha256(client_data).digest()) if signature is None else signature
        body = {"credential_id": b64(key.id), "client_data": b64(client_data), "authenticator_data": b64(data[:cut]),
                "signature": b64(signed)}
        if handle:
            body["user_handle"] = key.handle if handle is True else handle
        return body
