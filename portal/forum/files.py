"""What a file really is, whatever its name says: a few kinds are taken, by their content.

Taken: PDF, PNG, JPEG, and office files without macros. Plain text is not: anything can be text, a program too.
"""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

import puremagic

from portal.errors import RuleError
from portal.forum.rules import MOST_BYTES

OFFICE_PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the formats know no other
PLAIN = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
OPEN_XML = {  # the main part's type in [Content_Types].xml, without .main+xml
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MOST_PARTS = 5000  # files inside an office file
MOST_UNPACKED = 200_000_000  # bytes, as the office file says itself
MOST_RATIO = 200  # unpacked to packed; office files reach 100 at most
MOST_LISTED = 1_000_000  # bytes of [Content_Types].xml
# Macros by what holds them, and by what the file calls its parts.
MACRO_PARTS = re.compile(r"(^|/)(vba[^/]*\.(bin|xml)|activex[^/]*|macrosheets/.*)$|^(basic|scripts)/", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macro|vbaproject|activex", re.IGNORECASE)
PROGRAMS = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jse|wsf|hta|msi|lnk|jar|sh)$", re.IGNORECASE)
HIDDEN_WORDS = re.compile(rb"&#|<!DOCTYPE|<!ENTITY", re.IGNORECASE)  # no office program writes these there
LONGEST_NAME = 120


@dataclass(frozen=True)
class FileKind:
    """What a file is: its media type, and the ending that names it have."""

    media_type: str
    ending: str


def kind_of(content: bytes) -> FileKind:
    """What the content is. RuleError beside `file`: `empty_file`, `file_too_large`, `file_unknown`, `file_broken`,
    `file_macros`, `file_bomb`, `file_locked`.
    """
    if not content:
        raise RuleError("empty_file", "file")
    if len(content) > MOST_BYTES:
        raise RuleError("file_too_large", "file")
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    try:
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        found = set()
    for media_type, ending in PLAIN.items():
        if media_type in found and _begins_as(content, ending):
            return FileKind(media_type, ending)
    raise RuleError("file_unknown", "file")


def _begins_as(content: bytes, ending: str) -> bool:
    """The mark stands at the very beginning: a file can be two things at once otherwise."""
    marks = {"pdf": rb"%PDF-[12]\.\d", "png": rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "jpg": rb"\xff\xd8\xff"}
    return re.match(marks[ending], content) is not None


def _packed(content: bytes) -> FileKind:
    """An office file: a zip file that says what it is, without macros, of a sane size."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _check_parts(parts, len(content))
            names = {part.filename: part for part in parts}
            if "mimetype" in names:
                return _open_document(packed, names)
            if "[Content_Types].xml" in names:
                return _open_xml(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as fault:
        raise RuleError("file_broken", "file") from fault
    raise RuleError("file_unknown", "file")


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    """What the table of contents tells, before anything is unpacked."""
    if len(parts) > MOST_PARTS:
        raise RuleError("file_bomb", "file")
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    # Parts that lie over one another make a small file a huge one.
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size or packed > size:
        raise RuleError("file_bomb", "file")
    for part in parts:
        name = part.filename.replace("\\", "/")
        if part.flag_bits & 0x1:
            raise RuleError("file_locked", "file")
        if part.compress_type not in OFFICE_PACKING:
            raise RuleError("file_broken", "file")
        if MACRO_PARTS.search(name):
            raise RuleError("file_macros", "file")
        if PROGRAMS.search(name):
            raise RuleError("file_unknown", "file")
        if name.startswith("/") or ".." in name.split("/"):
            raise RuleError("file_broken", "file")


def _read(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as part:
        found = part.read(most + 1)
    if len(found) > most:
        raise RuleError("file_bomb", "file")
    return found


def _open_xml(packed: zipfile.ZipFile) -> FileKind:
    listed = _read(packed, "[Content_Types].xml", MOST_LISTED)
    if MACRO_TYPES.search(listed):
        raise RuleError("file_macros", "file")
    if HIDDEN_WORDS.search(listed):
        raise RuleError("file_broken", "file")
    kinds = [kind for kind in OPEN_XML if kind + b".main+xml" in listed]
    if len(kinds) != 1:
        raise RuleError("file_unknown", "file")
    return FileKind(kinds[0].decode(), OPEN_XML[kinds[0]])


def _open_document(packed: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> FileKind:
    kind = _read(packed, "mimetype", 200).strip()
    if kind not in OPEN_DOCUMENT or "META-INF/manifest.xml" not in names:
        raise RuleError("file_unknown", "file")
    return FileKind(kind.decode(), OPEN_DOCUMENT[kind])


def clean_name(name: str, ending: str) -> str:
    """The file's name as it is stored: no folder, no control or quoting characters, and the ending of what it is.

    >>> clean_name('C:\\\\temp\\\\"Oplæg"\\n.exe', "pdf")
    'Oplæg.pdf'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] not in "C" and c not in "\"'`<>:|?*;%\u2028\u2029")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", shown.strip())
    stem = " ".join(stem.split()).strip(". ")[:LONGEST_NAME].strip(". ")
    return f"{stem or 'fil'}.{ending}"
