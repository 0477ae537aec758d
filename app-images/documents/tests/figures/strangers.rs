//! Documents of many kinds of senders, each written out whole: see the README beside them.

use std::fs::File;
use std::io::{Seek, Write};

use atoll_documents::classification::DocumentType;

use crate::compare::plain;
use crate::foreign::{Document, Half};
use crate::{pdf, shared};

/// The documents by language.
pub(crate) type Files = &'static [(&'static str, &'static str)];

/// The files of one set, by language, each `strangers/FOLDER/LANGUAGE.txt`.
macro_rules! files {
    ($folder:literal, $($language:literal)*) => {
        &[$(($language, include_str!(concat!("strangers/", $folder, $language, ".txt")))),*]
    };
}

/// Those on which rules have been improved first.
pub(crate) const KNOWN: Files = files!("", "de" "en" "es" "fr");
/// Those that were written afterwards, to see what holds elsewhere; two of their languages no rule knew then.
pub(crate) const LATER: Files = files!("later/", "de" "en" "es" "fr" "it" "nl");
/// Those of somebody who had seen neither the rules nor what they miss; measured before a rule was changed for them.
pub(crate) const FRESH: Files = files!("fresh/", "de" "en" "es" "fr" "it" "nl");
/// Those of another such person, in the same way.
pub(crate) const FOURTH: Files = files!("fourth/", "de" "en" "es" "fr" "it" "nl");
/// Those of a third such person, for which no rule was changed.
pub(crate) const FIFTH: Files = files!("fifth/", "de" "en" "es" "fr" "it" "nl");

/// What separates the columns of a line.
const COLUMN: &str = " || ";
/// What begins a line of the letter paper, which a file draws before all else.
const PAPER: &str = "^ ";
/// How many letters a line of a page has room for.
const WIDTH: usize = 100;

/// The documents as they are written: each row of columns is one line of text.
pub(crate) fn as_text(files: Files) -> Vec<Document> {
    let all = files.iter().flat_map(|(language, text)| {
        text.split("=== ").skip(1).enumerate().map(move |(index, part)| parse(language, index, part))
    });
    all.map(|(document, page)| Document { text: page.text(), ..document }).collect()
}

/// The same through PDFs, read as the service reads them.
pub(crate) async fn as_read(files: Files) -> Vec<Document> {
    let mut documents = Vec::new();
    for (language, text) in files {
        for (index, part) in text.split("=== ").skip(1).enumerate() {
            let (document, page) = parse(language, index, part);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&page.draw()).unwrap();
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

/// A page as it is written, and how it is drawn.
struct Page {
    body: String,
    /// Column after column, not row after row.
    by_columns: bool,
}

fn parse(language: &'static str, index: usize, part: &str) -> (Document, Page) {
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
    let by_columns = match field("drawn").as_deref() {
        None => false,
        Some("columns") => true,
        Some(other) => panic!("nothing is drawn by {other}"),
    };
    (document, Page { body: body.trim_end().to_owned(), by_columns })
}

impl Page {
    fn text(&self) -> String {
        let lines = self.body.lines().map(|line| line.strip_prefix(PAPER).unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").replace(COLUMN, " ")
    }

    /// A page of one font: the letter paper, then the lines or the columns, which have places of their own.
    fn draw(&self) -> Vec<u8> {
        let mut cells = Vec::new();
        let mut y = 800;
        for line in self.body.lines().flat_map(wrapped) {
            let paper = line.strip_prefix(PAPER);
            let columns = paper.unwrap_or(&line).split(COLUMN).zip([50, 330, 440, 505]);
            for (cell, x) in columns.filter(|(cell, _)| !cell.is_empty()) {
                let turn = if self.by_columns { x } else { 0 };
                cells.push((paper.is_none(), turn, x, y, cell.to_owned()));
            }
            y -= 14;
        }
        cells.sort_by_key(|(is_text, turn, ..)| (*is_text, *turn));
        let show = |(_, _, x, y, cell): &(bool, i32, i32, i32, String)| {
            let hexadecimal: String = cell.chars().map(|c| format!("{:02x}", code(c))).collect();
            format!("BT /F 9 Tf {x} {y} Td <{hexadecimal}> Tj ET\n")
        };
        let content: String = cells.iter().map(show).collect();
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

#[test]
fn every_document_bears_the_sender_and_the_number_that_are_asked_of_it() {
    let sets = [FRESH, FOURTH, FIFTH].map(as_text);
    assert_eq!(sets.each_ref().map(Vec::len), [123, 163, 135]);
    for document in sets.into_iter().flatten() {
        let text = plain(&document.text);
        for asked in [&document.sender, &document.number].into_iter().flatten() {
            assert!(text.contains(&plain(asked)), "{}: {asked} is not on it", document.name);
        }
        let stray = document.text.lines().find(|line| line.contains("||"));
        assert_eq!(stray, None, "{}: a separator is left in the text", document.name);
    }
}
