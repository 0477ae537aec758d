"""Writes a PDF book for the benchmark: book.py PAGES FILE. The same pages give the same bytes.

Each page has a heading and about 40 lines of 11-point text with kerning, as a word processor would write them, packed with
Deflate; every tenth page has a picture. The words are drawn at random from a short list, with a fixed seed.
"""

import random
import sys
import zlib

WORDS = (
    "the harbour master counts the boats before the evening bell and writes their names into a ledger with a pencil "
    "since ink would run in the rain that comes over the breakwater from October until the end of March while gulls "
    "wait on the ropes for scraps of bread and children ask when the ferry will be repaired and who pays for the oil"
).split()
LINES, WORDS_A_LINE = 40, 13


def text_array(words):
    """A TJ operator in which each word is cut in two and kerned, and spaces are drawn."""
    parts = (f"({word[:2]}) -8 ({word[2:]} )" for word in words)
    return f"[{' '.join(parts)}] TJ T*"


def content(number, chance, picture):
    lines = [text_array(chance.choices(WORDS, k=WORDS_A_LINE)) for _ in range(LINES)]
    image = "q 200 0 0 60 72 40 cm /I Do Q\n" if picture else ""
    heading = f"BT /B 16 Tf 72 770 Td (Chapter {number}) Tj ET"
    return f"{heading}\n0.5 w 72 760 m 523 760 l S\n{image}BT /F 11 Tf 14.5 TL 72 735 Td\n" + "\n".join(lines) + "\nET"


def stream(dictionary, data):
    packed = zlib.compress(data, 6)
    head = f"<< {dictionary} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode() + packed + b"\nendstream"


def objects(pages):
    """The bodies of the objects, numbered from 1: catalogue, page tree, two fonts, a picture, then the pages."""
    chance = random.Random(4711)
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(pages))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode()
    yield font.format("Times-Roman").encode()
    yield font.format("Times-Bold").encode()
    picture = "/Type /XObject /Subtype /Image /Width 400 /Height 120 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    yield stream(picture, bytes((x * y) % 256 for y in range(120) for x in range(400)))
    for index in range(pages):
        resources = "<< /Font << /F 3 0 R /B 4 0 R >> /XObject << /I 5 0 R >> >>"
        yield (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} "
            f"/Contents {7 + 2 * index} 0 R >>"
        ).encode()
        yield stream("", content(index + 1, chance, index % 10 == 0).encode())


def write(pages, path):
    with open(path, "wb") as file:
        file.write(b"%PDF-1.5\n")
        offsets = []
        for number, body in enumerate(objects(pages), 1):
            offsets.append(file.tell())
            file.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        table = file.tell()
        file.write(f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode())
        file.writelines(f"{offset:010} 00000 n \n".encode() for offset in offsets)
        trailer = f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        file.write(trailer.encode())


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
