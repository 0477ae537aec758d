//! The line by which a person recognises a document: its heading and its number, without its sender.

use super::kind;
use super::sheet::{Line, Sheet};
use super::{Fact, fact, fold};
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
    file_name: &str,
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
    let first = sheet.first_page().iter().take(12).find(|line| looks_like_a_heading(line));
    first.map(|line| fact(cut(&calm(line)), 40)).or_else(|| from_file_name(file_name))
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
