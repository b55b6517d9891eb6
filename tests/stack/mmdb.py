# SPDX-License-Identifier: Apache-2.0
"""Writes a tiny database in MaxMind's format (MaxMind DB File Format Specification 2.0), for tests."""

MARKER = b"\xab\xcd\xefMaxMind.com"
KINDS = {"node_count": 6, "build_epoch": 9}


def _control(kind, size):
    """Control byte or bytes of a value; sizes below 29 + 256 are all a test needs."""
    extra = b"" if size < 29 else bytes([size - 29])
    size = min(size, 29)
    return (bytes([kind << 5 | size]) if kind <= 7 else bytes([size, kind - 7])) + extra


def encode(value, kind=5):
    """`kind` of a number: 5, 6, 9 for 16, 32, 64 bits."""
    if isinstance(value, str):
        data = value.encode()
        return _control(2, len(data)) + data
    if isinstance(value, dict):
        return _control(7, len(value)) + b"".join(encode(k) + encode(v, KINDS.get(k, 5)) for k, v in value.items())
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(encode, value))
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(data)) + data


def write(path, network, bits, record):
    """One IPv4 network ("127.0.0.0", 8) with its record; every other address is unknown."""
    number = int.from_bytes(bytes(map(int, network.split("."))), "big")
    nodes = []
    for depth in range(bits):
        onward = depth + 1 if depth + 1 < bits else bits + 16  # the next node, or the first record
        pair = [bits, bits]  # node_count: not found
        pair[number >> (31 - depth) & 1] = onward
        nodes.append(pair)
    tree = b"".join(value.to_bytes(3, "big") for pair in nodes for value in pair)
    metadata = {"node_count": bits, "record_size": 24, "ip_version": 4, "database_type": "Test-City",
                "languages": ["en", "de"], "binary_format_major_version": 2, "binary_format_minor_version": 0,
                "build_epoch": 1795248900, "description": {"en": "made for a test"}}
    with open(path, "wb") as file:
        file.write(tree + b"\0" * 16 + encode(record) + MARKER + encode(metadata))
