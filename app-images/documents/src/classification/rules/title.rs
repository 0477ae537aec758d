//! The line by which a person recognises a document: its heading and its number, without its sender.

use super::kind;
use super::sheet::{Line, Sheet};
use super::{Fact, Readable, fact, fold};
use crate::classification::DocumentType;

/// Titles are shown in lists: longer ones are cut at a word.
const MOST_CHARS: usize = 90;
/// What subjects of letters follow. Folded.
const SUBJECTS: &[&str] =
    &["subject:", "re:", "betreff:", "objet :", "objet:", "asunto:", "betrifft:", "concerning:"];
const GREETINGS: &[&str] = &[
    "dear",
    "sehr geehrte~",
    "liebe",
    "lieber",
    "guten tag",
    "madame",
    "monsieur",
    "chers",
    "chere",
    "cher",
    "estimad~",
    "querid~",
    "hello",
    "bonjour",
    "hola",
];

pub(super) fn of(
    sheet: &Sheet,
    kind: DocumentType,
    number: Option<&Fact<String>>,
    document: &Readable<'_>,
) -> Option<Fact<String>> {
    let subject = || if kind == DocumentType::Letter { subject(sheet) } else { None };
    if let Some(subject) = subject() {
        return Some(fact(cut(&subject), 70));
    }
    if let Some(heading) = kind::heading(sheet, kind) {
        let heading = calm(heading);
        let title = match number {
            Some(number) if !heading.contains(&number.value) => format!("{heading} {}", number.value),
            Some(_) | None => heading,
        };
        return Some(fact(cut(&title), 75));
    }
    if let Some(stated) = document.title.and_then(stated) {
        return Some(fact(cut(stated), 50));
    }
    let first = sheet.first_page().iter().take(12).find(|line| looks_like_a_heading(line));
    first.map(|line| fact(cut(&calm(line)), 40)).or_else(|| from_file_name(document.file_name))
}

/// What programs write where a title should be. Folded.
const NO_TITLES: &[&str] = &[
    "untitled",
    "unbenannt",
    "sans titre",
    "sin titulo",
    "document",
    "dokument",
    "scan",
    "print",
    "microsoft",
];
/// A title that the file states, if a person wrote it: several words, and not the name of a file or of a program's window.
fn stated(title: &str) -> Option<&str> {
    let title = title.trim();
    let folded = fold::fold(title);
    let written = title.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count() >= 2
        && !NO_TITLES.iter().any(|none| folded.starts_with(none))
        && !title.contains(['/', '\\', '_', '<', '{'])
        && !title.rsplit_once('.').is_some_and(|(_, end)| (2..=5).contains(&end.len()) && !end.contains(' '));
    written.then_some(title)
}

/// The subject of a letter: behind its caption, or the short line beside the greeting.
fn subject(sheet: &Sheet) -> Option<String> {
    let page = sheet.first_page();
    let captioned = page.iter().take(40).find_map(|line| {
        let caption = SUBJECTS.iter().find(|caption| line.folded.starts_with(**caption))?;
        line.text.char_indices().nth(caption.chars().count()).map(|(at, _)| line.text[at..].trim().to_owned())
    });
    let beside = || {
        let greeting =
            page.iter().position(|line| fold::has_any(&line.folded, GREETINGS) && line.word_count() <= 8)?;
        let below = page.get(greeting + 1).filter(|line| looks_like_a_heading(line));
        let above = greeting.checked_sub(1).and_then(|above| page.get(above));
        let above = above.filter(|line| looks_like_a_heading(line) && line.word_count() >= 3);
        below.or(above).map(|line| line.text.clone())
    };
    captioned.filter(|subject| !subject.is_empty()).or_else(beside)
}

fn looks_like_a_heading(line: &Line) -> bool {
    let letters = line.text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && letters * 2 >= line.text.chars().count()
        && line.word_count() <= 12
        && line.text.starts_with(char::is_uppercase)
        && !line.text.ends_with([',', '.', ':', ';'])
}

/// A heading that shouts is written as a word.
fn calm(line: &Line) -> String {
    let text = line.text.split(" - ").next().unwrap_or(&line.text).trim_end_matches([':', '.', ',']).trim();
    let shouts = text.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    if !shouts {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().collect();
    first + &letters.as_str().to_lowercase()
}

fn from_file_name(file_name: &str) -> Option<Fact<String>> {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let words = stem.replace(['_', '-'], " ");
    let words = words.trim();
    (words.chars().filter(|c| c.is_alphabetic()).count() >= 3).then(|| fact(cut(words), 20))
}

fn cut(title: &str) -> String {
    if title.chars().count() <= MOST_CHARS {
        return title.to_owned();
    }
    let short: String = title.chars().take(MOST_CHARS).collect();
    let end = short.rfind(' ').unwrap_or(short.len());
    format!("{}…", &short[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_title_is_taken_when_a_person_wrote_it() {
        for title in ["Annual report 2025", "  Über die Messung von Wind ", "Contrat de location"] {
            assert_eq!(stated(title), Some(title.trim()));
        }
        for title in [
            "",
            "Untitled document",
            "Unbenannt 1",
            "Microsoft Word - letter final",
            "letter to the bank.docx",
            "C:\\Users\\letter to us",
            "scan 2025 11 03",
            "invoice_2025 final",
            "12 34",
            "Invoice",
        ] {
            assert_eq!(stated(title), None, "{title}");
        }
    }
}
