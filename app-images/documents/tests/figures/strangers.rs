//! Documents of many kinds of senders, each written out whole: see the README beside them.

use std::fs::File;
use std::io::{Seek, Write};

use atoll_documents::classification::DocumentType;

use crate::foreign::{Document, Half};
use crate::{pdf, shared};

const FILES: [(&str, &str); 4] = [
    ("de", include_str!("strangers/de.txt")),
    ("en", include_str!("strangers/en.txt")),
    ("es", include_str!("strangers/es.txt")),
    ("fr", include_str!("strangers/fr.txt")),
];
/// What separates the columns of a line.
const COLUMN: &str = " || ";
/// How many letters a line of a page has room for.
const WIDTH: usize = 100;

/// The documents as they are written: each row of columns is one line of text.
pub(crate) fn as_text() -> Vec<Document> {
    let all = FILES.into_iter().flat_map(|(language, text)| {
        text.split("=== ").skip(1).enumerate().map(move |(index, part)| parse(language, index, part))
    });
    all.map(|(document, body)| Document { text: body.replace(COLUMN, " "), ..document }).collect()
}

/// The same through PDFs, read as the service reads them.
pub(crate) async fn as_read() -> Vec<Document> {
    let mut documents = Vec::new();
    for (language, text) in FILES {
        for (index, part) in text.split("=== ").skip(1).enumerate() {
            let (document, body) = parse(language, index, part);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&draw(&body)).unwrap();
            file.rewind().unwrap();
            documents.push(Document { text: read(file).await, ..document });
        }
    }
    documents
}

async fn read(file: File) -> String {
    let reading = shared::reader().read(file, None).await.unwrap();
    let pages = reading.text.unwrap();
    pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn parse(language: &'static str, index: usize, part: &str) -> (Document, String) {
    let (head, body) = part.split_once("\n---\n").unwrap();
    let (first, fields) = head.split_once('\n').unwrap_or((head, ""));
    let (half, kinds) = first.split_once(' ').unwrap();
    let half = match half {
        "tuned" => Half::Tuned,
        "held-out" => Half::HeldOut,
        other => panic!("no half is called {other}"),
    };
    let kinds: Vec<DocumentType> =
        kinds.split('|').map(|code| DocumentType::from_code(code).unwrap()).collect();
    let field = |name: &str| {
        let value = fields.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned)
    };
    let document = Document {
        name: format!("{language}-{}-{}", index + 1, kinds[0]),
        half,
        language,
        kinds,
        text: String::new(),
        date: field("date").map(|date| date.parse().unwrap()),
        sender: field("sender"),
        total: field("total"),
        number: field("number"),
    };
    (document, body.trim_end().to_owned())
}

/// Pages of one font, in the order of the lines, columns at places of their own.
fn draw(body: &str) -> Vec<u8> {
    let mut content = String::new();
    let mut y = 800;
    for line in body.lines().flat_map(wrapped) {
        for (cell, x) in line.split(COLUMN).zip([50, 330, 440]).filter(|(cell, _)| !cell.is_empty()) {
            let hexadecimal: String = cell.chars().map(|c| format!("{:02x}", code(c))).collect();
            content += &format!("BT /F 9 Tf {x} {y} Td <{hexadecimal}> Tj ET\n");
        }
        y -= 14;
    }
    pdf::assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".into(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> \
         /Contents 5 0 R >>"
            .into(),
        pdf::stream("", &content),
    ])
}

fn wrapped(line: &str) -> Vec<String> {
    if line.contains(COLUMN) {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().unwrap();
        if !last.is_empty() && last.chars().count() + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines
}

/// The character in Windows' code page 1252; a question mark for what it lacks.
fn code(c: char) -> u8 {
    match c {
        '€' => 0x80,
        'Œ' => 0x8c,
        '–' => 0x96,
        '—' => 0x97,
        'œ' => 0x9c,
        other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
    }
}
