"""One run of a peer that is a Python library: peer.py pdfplumber|pdfium FILE prints the file's text."""

import sys


def with_pdfplumber(path):
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            yield page.extract_text() or ""


def with_pdfium(path):
    import pypdfium2

    for page in pypdfium2.PdfDocument(path):
        yield page.get_textpage().get_text_bounded()


if __name__ == "__main__":
    reader = {"pdfplumber": with_pdfplumber, "pdfium": with_pdfium}[sys.argv[1]]
    for text in reader(sys.argv[2]):
        sys.stdout.write(text + "\n")
