#!/usr/bin/env python3
"""Writes the three sample PDFs beside this file. Needs nothing but Python's standard library.

Companies, people and figures are invented. The PDFs are plain on purpose (standard fonts, uncompressed), so that a
text editor shows what is in them, and the same on every run.
"""

from pathlib import Path

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4 in points
LEFT, RIGHT = 64, 531

# Widths of Helvetica from space to tilde, in thousandths of an em (Adobe's font metrics).
HELVETICA = dict(zip(map(chr, range(32, 127)), map(int, """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584
584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667
611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500
722 500 500 500 334 260 334 584""".split())))
HELVETICA |= {"ä": 556, "ö": 556, "ü": 556, "Ä": 667, "Ö": 778, "Ü": 722, "ß": 611, "€": 556, "–": 556, "·": 278, "°": 400, "’": 222, "£": 556}

INK, GREY, LINE = "0.11 0.15 0.17", "0.40 0.46 0.49", "0.85 0.88 0.89"


def width(text, size):
    """The width of a line in Helvetica, in points. Bold is taken as 6 % wider."""
    return sum(HELVETICA[character] for character in text) * size / 1000


def wrapped(text, size, room):
    """Breaks a paragraph into lines no wider than `room` points."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(longer, size) > room:
            yield line
            longer = word
        line = longer
    yield line


class Page:
    """The drawing operators of one page; `y` is measured from the top."""

    def __init__(self):
        self.operators = []

    def text(self, x, y, text, size=10, bold=False, colour=INK, right=False):
        if right:
            x -= width(text, size) * (1.06 if bold else 1)
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        font = "F2" if bold else "F1"
        self.operators.append(f"{colour} rg BT /{font} {size} Tf {x:.2f} {PAGE_HEIGHT - y:.2f} Td ({escaped}) Tj ET")

    def box(self, x, y, box_width, height, colour):
        self.operators.append(f"{colour} rg {x} {PAGE_HEIGHT - y - height} {box_width} {height} re f")

    def rule(self, y, colour=LINE):
        self.box(LEFT, y, RIGHT - LEFT, 0.7, colour)

    def paragraph(self, y, text, size=10, leading=15, x=LEFT, right=RIGHT):
        """Draws a paragraph; returns where the next one begins."""
        for line in wrapped(text, size, right - x):
            self.text(x, y, line, size)
            y += leading
        return y + leading * 0.55


def pdf(title, language, pages):
    """The bytes of a PDF with these pages."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    first_page = 6
    kids = " ".join(f"{first_page + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) /ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        f"<< /Title ({title}) /Producer (samples/make.py) >>",
    ]
    for index, page in enumerate(pages):
        stream = "\n".join(page.operators)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {first_page + 2 * index + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\n"
    return out + f"{trailer}startxref\n{len(out)}\n%%EOF\n".encode()


def invoice():
    """A German invoice of a bicycle workshop."""
    green = "0.05 0.36 0.30"
    page = Page()
    page.box(0, 0, PAGE_WIDTH, 8, green)
    page.text(LEFT, 66, "Radwerk Nordlicht GmbH", 17, bold=True, colour=green)
    page.text(LEFT, 83, "Werkstatt für Lastenräder · Deichstraße 14 · 24937 Flensburg", 8.5, colour=GREY)
    for y, line in zip((138, 153, 168, 183), ("Bäckerei Sönnichsen", "Frau Wiebke Sönnichsen", "Süderhofenden 8", "24937 Flensburg")):
        page.text(LEFT, y, line)
    facts = [("Rechnungsnummer", "RN-2026-0417"), ("Rechnungsdatum", "12.10.2026"), ("Leistungsdatum", "08.10.2026"), ("Kundennummer", "K-1183")]
    for index, (label, value) in enumerate(facts):
        page.text(348, 138 + 15 * index, label, 9, colour=GREY)
        page.text(RIGHT, 138 + 15 * index, value, 9, right=True)
    page.text(LEFT, 248, "Rechnung", 22, bold=True)
    y = page.paragraph(278, "Sehr geehrte Frau Sönnichsen, für die Wartung Ihrer beiden Lieferräder berechnen wir wie vereinbart:")

    columns = [(LEFT, False), (318, True), (424, True), (RIGHT, True)]
    rows = [
        ("Jahreswartung Lastenrad", "2", "89,00 €", "178,00 €"),
        ("Bremsbeläge hydraulisch, Satz", "4", "18,50 €", "74,00 €"),
        ("Kette und Ritzel gewechselt", "1", "112,00 €", "112,00 €"),
        ("Reifen 20 Zoll, pannensicher", "2", "34,90 €", "69,80 €"),
    ]
    y += 8
    for (x, right), label in zip(columns, ("Leistung", "Menge", "Einzelpreis", "Betrag")):
        page.text(x, y, label, 9, bold=True, colour=GREY, right=right)
    page.rule(y + 7)
    for row in rows:
        y += 24
        for (x, right), cell in zip(columns, row):
            page.text(x, y, cell, right=right)
        page.rule(y + 8)
    for label, amount, bold in (("Nettobetrag", "433,80 €", False), ("Umsatzsteuer 19 %", "82,42 €", False), ("Gesamtbetrag", "516,22 €", True)):
        y += 22
        page.text(424, y, label, bold=bold, right=True)
        page.text(RIGHT, y, amount, bold=bold, right=True)
    y = page.paragraph(y + 44, "Bitte überweisen Sie den Gesamtbetrag bis zum 26.10.2026 unter Angabe der Rechnungsnummer.")
    page.paragraph(y, "Vielen Dank für Ihren Auftrag. Gute Fahrt!")
    page.rule(762)
    page.text(LEFT, 778, "Radwerk Nordlicht GmbH · Geschäftsführung: Jette Petersen · Amtsgericht Flensburg HRB 00000", 8, colour=GREY)
    page.text(LEFT, 790, "USt-IdNr. DE000000000 · IBAN DE02 1203 0000 0000 2020 51 · BIC BYLADEM1001", 8, colour=GREY)
    return pdf("Rechnung RN-2026-0417", "de", [page])


def letter():
    """An English letter of a landlord."""
    blue = "0.13 0.27 0.47"
    page = Page()
    page.text(LEFT, 66, "Harbour & Lane Property", 17, bold=True, colour=blue)
    page.text(LEFT, 83, "3 Customs House Row, Bristol BS1 4RN", 8.5, colour=GREY)
    page.box(LEFT, 94, 48, 2, blue)
    for y, line in zip((140, 155, 170, 185), ("Kestrel Design Ltd", "Attn. Ms Priya Raman", "Unit 7, The Ropewalk", "Bristol BS2 0QW")):
        page.text(LEFT, y, line)
    page.text(RIGHT, 140, "21 September 2026", right=True)
    page.text(LEFT, 236, "Replacement of the windows in Unit 7", 13, bold=True)
    y = 264
    for paragraph in (
        "Dear Ms Raman,",
        "We are writing to tell you that the windows on the river side of Unit 7 will be replaced between Monday, 9 November, and Friday, 13 November 2026. The work is part of the renovation that we announced in spring, and there is no charge to you.",
        "The fitters will need access from 8 a.m. to 4 p.m. They will cover desks and floors, but please clear the window sills and move screens at least one metre away from the glass. One room at a time can be used as normal while the others are worked on.",
        "For the inconvenience we will reduce your rent for November by ten per cent, that is from £1,850.00 to £1,665.00. You do not need to do anything: the direct debit will be changed for you.",
        "If these dates do not suit you, please call us by 12 October, and we will find others. Our number is 0117 496 0123, weekdays from 9 a.m.",
        "Yours sincerely,",
    ):
        y = page.paragraph(y, paragraph)
    page.text(LEFT, y + 34, "Thomas Ashdown", bold=True)
    page.text(LEFT, y + 49, "Property manager", colour=GREY)
    return pdf("Replacement of the windows in Unit 7", "en", [page])


def manual():
    """A two-page English manual of a coffee grinder."""
    rust = "0.62 0.27 0.13"
    first, second = Page(), Page()
    first.box(0, 0, PAGE_WIDTH, 150, rust)
    first.text(LEFT, 84, "Mahlwerk M2", 32, bold=True, colour="1 1 1")
    first.text(LEFT, 112, "Coffee grinder · Instructions for use", 12, colour="1 1 1")

    def section(page, y, heading, *paragraphs):
        page.text(LEFT, y, heading, 13, bold=True, colour=rust)
        y += 22
        for paragraph in paragraphs:
            y = page.paragraph(y, paragraph)
        return y + 12

    y = section(first, 200, "1  Before you begin",
        "Read these instructions once from beginning to end and keep them with the grinder. Remove all packing, and check that the cable is not damaged.",
        "The grinder is made for roasted coffee beans only. Grind nothing else in it, no spices and no sugar: they wear the burrs down within days.")
    y = section(first, y, "2  Setting the grind",
        "Turn the collar to choose one of 24 steps. A lower number grinds finer. Turn it only while the motor is running, because beans caught between the burrs can block it.",
        "Steps 1 to 6 suit espresso, 7 to 14 filter coffee, 15 to 24 the French press. Begin in the middle and move by one step at a time.")
    section(first, y, "3  Grinding",
        "Fill the hopper with no more than 250 g of beans and close the lid. Place the cup under the spout and press the button: short for one portion of 9 g, long for two. The grinder stops by itself.")
    y = section(second, 84, "4  Cleaning",
        "Pull out the plug before you clean the grinder. Wipe the hopper with a dry cloth every week. Once a month, unscrew the collar, lift out the upper burr and brush both burrs clean. Never use water.")
    y = section(second, y, "5  When something is wrong",
        "The motor hums but nothing comes out: a stone or a hard bean blocks the burrs. Pull out the plug, take out the upper burr and remove it.",
        "The grinder does not start: the lid is not closed. A switch in the hinge keeps the motor off until it is.",
        "The coffee tastes bitter: the grind is too fine. Go two steps up.")
    section(second, y, "6  Figures",
        "Voltage 230 V, 50 Hz. Power 150 W. Hopper 250 g. Weight 2.9 kg. Noise below 72 dB(A) at one metre. Guarantee: three years from the date of purchase.")
    for number, page in enumerate((first, second), start=1):
        page.rule(790)
        page.text(LEFT, 806, "Mahlwerk M2, edition 3, August 2026", 8, colour=GREY)
        page.text(RIGHT, 806, f"Page {number} of 2", 8, colour=GREY, right=True)
    return pdf("Mahlwerk M2: instructions for use", "en", [first, second])


if __name__ == "__main__":
    folder = Path(__file__).parent
    for name, make in (("rechnung-rn-2026-0417.pdf", invoice), ("letter-windows.pdf", letter), ("manual-mahlwerk-m2.pdf", manual)):
        (folder / name).write_bytes(make())
        print(f"wrote {name}")
