"""A return label as a one-page PDF, written by hand: three lines of text and a frame need no library."""

from typing import Any

from ariane.demo.company import NAME


def pdf(label: dict[str, Any]) -> bytes:
    """The label made by the office, ready to print (A6, in points)."""
    lines = [
        (18, 385, NAME),
        (11, 350, "Retour prépayé / Prepaid return"),
        (11, 330, f"Commande / Order {label['orderNumber']}"),
        (11, 310, f"Étiquette / Label {label['labelId']}"),
        (16, 250, label["trackingNumber"]),
        (11, 200, "Maison Ricochet, service retours"),
        (11, 184, "1 quai de la Loire, 37000 Tours"),
        (9, 40, f"À utiliser avant le / Use before {label['validUntil']}"),
    ]
    drawn = "\n".join(f"BT /F1 {size} Tf 20 {height} Td ({_escaped(text)}) Tj ET" for size, height, text in lines)
    return _document(f"10 10 278 400 re S\n{_bars(label['trackingNumber'])}\n{drawn}".encode("cp1252", "replace"))


def _bars(number: str) -> str:
    """Bars that look like a code, from the digits of the number; nobody scans them."""
    bars, left = [], 20
    for digit in number:
        width = 1 + ord(digit) % 4
        bars.append(f"{left} 270 {width} 30 re f")
        left += width + 2 + ord(digit) % 3
    return "\n".join(bars)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _document(content: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )
