"""The text in a `winmail.dat`: what Outlook and Exchange write among themselves, and sometimes to others.

Source: MS-OXTNEF section 2.1.3 (the stream of attributes) and 2.2.3. Read here are the body and its code page, as few
bytes as that takes; the compressed RTF beside them and attachments are not. The one library for the format (tnefparse
1.4) loops as often as a count in the message tells it to, up to 2**32 times, whatever the message's length.
"""

from __future__ import annotations

import codecs
import struct

_SIGNATURE = struct.pack("<I", 0x223E9F78)
_HEAD = struct.Struct("<BII")  # level, attribute, length; the data and two bytes of a checksum follow
_BODY, _CODE_PAGE = 0x0002800C, 0x00069007
_FIRST = len(_SIGNATURE) + 2  # behind the signature stands a key


def text(raw: bytes) -> str:
    """The plain text of the message in it; nothing where there is none."""
    if not raw.startswith(_SIGNATURE):
        return ""
    page, place = "cp1252", _FIRST
    while place + _HEAD.size <= len(raw):
        _, attribute, length = _HEAD.unpack_from(raw, place)
        data = raw[place + _HEAD.size : place + _HEAD.size + length]
        if attribute == _CODE_PAGE and len(data) >= 2:
            page = _codec(int.from_bytes(data[:2], "little"))
        if attribute == _BODY:
            return data.decode(page, "replace").rstrip("\x00")
        place += _HEAD.size + length + 2
    return ""


def _codec(number: int) -> str:
    try:
        return codecs.lookup("utf-8" if number == 65001 else f"cp{number}").name
    except LookupError:
        return "cp1252"
