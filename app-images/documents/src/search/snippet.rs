//! The place in a text where the words of a search stand, as pieces: plain text, never markup.

use std::ops::Range;

use serde::Serialize;
use utoipa::ToSchema;

use super::Query;
use crate::document::fold_character;

/// A piece of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Piece {
    /// Plain text.
    pub text: String,
    /// Whether it is one of the words looked for.
    #[serde(rename = "match")]
    pub matches: bool,
}

/// How much is shown before the first match, in words.
const WORDS_BEFORE: usize = 8;
/// How much is shown in all, in words.
const WORDS: usize = 32;

/// The words of a text, and the text folded: one string, because a page has hundreds of words and a list hundreds of pages.
struct Words {
    folded: String,
    words: Vec<Word>,
}

/// A word: where it stands in the text, and where in the folded one.
struct Word {
    start: usize,
    end: usize,
    folded: Range<usize>,
}

/// The first place in `text` where a word of the search stands, with the words around it; `None` if none does.
pub fn snippet(query: &Query, text: &str) -> Option<Vec<Piece>> {
    let marks = query.marks();
    let found = Words::of(text);
    let words = &found.words;
    let first = (0..words.len()).find(|&at| found.match_at(&marks, at) > 0)?;
    let begin = first.saturating_sub(WORDS_BEFORE);
    let end = (begin + WORDS).min(words.len());
    let mut pieces = Vec::new();
    // What stands before the window is told by an ellipsis; so is what follows.
    let mut shown = if begin > 0 { words[begin].start } else { 0 };
    if begin > 0 {
        push(&mut pieces, "… ", false);
    }
    let mut at = begin;
    while at < end {
        let matched = found.match_at(&marks, at);
        if matched > 0 {
            let last = (at + matched).min(words.len()) - 1;
            push(&mut pieces, &text[shown..words[at].start], false);
            push(&mut pieces, &text[words[at].start..words[last].end], true);
            shown = words[last].end;
        }
        at += matched.max(1);
    }
    let stop = words[at.min(words.len()) - 1].end.max(shown);
    push(&mut pieces, &text[shown..stop], false);
    if at < words.len() {
        push(&mut pieces, " …", false);
    }
    Some(pieces)
}

impl Words {
    fn of(text: &str) -> Self {
        let (mut folded, mut words) = (String::with_capacity(text.len()), Vec::<Word>::new());
        let mut open = false;
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            let from = folded.len();
            fold_character(character, &mut folded);
            // An accent that stands alone folds to nothing and belongs to the word before it.
            let belongs = if folded.len() == from { open } else { character.is_alphanumeric() };
            match words.last_mut().filter(|_| belongs && open) {
                Some(word) => (word.end, word.folded.end) = (end, folded.len()),
                None if belongs => words.push(Word { start, end, folded: from..folded.len() }),
                None => {}
            }
            open = belongs;
        }
        Self { folded, words }
    }

    /// How many words, from this one on, are one of the marks; 0 for none.
    fn match_at(&self, marks: &[(Vec<String>, bool)], at: usize) -> usize {
        let fits = |(mark, more): &&(Vec<String>, bool)| {
            let Some(window) = self.words.get(at..at + mark.len()) else { return false };
            window.iter().zip(mark.iter()).enumerate().all(|(index, (word, wanted))| {
                let folded = &self.folded[word.folded.clone()];
                let open = *more && index + 1 == mark.len();
                if open { folded.starts_with(wanted) } else { folded == wanted }
            })
        };
        marks.iter().filter(fits).map(|(mark, _)| mark.len()).max().unwrap_or(0)
    }
}

/// White space becomes one space: a snippet is one line.
fn push(pieces: &mut Vec<Piece>, text: &str, matches: bool) {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        let blank = character.is_whitespace() || character.is_control();
        if !blank {
            line.push(character);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    match pieces.last_mut() {
        _ if line.is_empty() => {}
        Some(last) if last.matches == matches => last.text.push_str(&line),
        Some(_) | None => pieces.push(Piece { text: line, matches }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(typed: &str, text: &str) -> Option<String> {
        let query = Query::parse(typed).unwrap().unwrap();
        let pieces = snippet(&query, text)?;
        Some(
            pieces.iter().map(|p| if p.matches { format!("[{}]", p.text) } else { p.text.clone() }).collect(),
        )
    }

    #[test]
    fn matches_are_marked_without_case_and_accents() {
        assert_eq!(shown("mull", "Frau MÜLLER\nschreibt").unwrap(), "Frau [MÜLLER] schreibt");
        assert_eq!(shown("müll", "Frau Mu\u{308}ller").unwrap(), "Frau [Mu\u{308}ller]");
        assert_eq!(
            shown("\"zahlbar bis\"", "Zahlbar  bis: morgen, zahlbar").unwrap(),
            "[Zahlbar bis]: morgen, zahlbar"
        );
        assert_eq!(shown("rn-2026", "Nr. RN-2026, RN").unwrap(), "Nr. [RN-2026], RN");
        assert_eq!(shown("mull", "Mueller"), None);
        assert_eq!(shown("\"mull\"", "Müller"), None, "a quoted word is whole");
    }

    #[test]
    fn a_long_text_is_cut_on_both_sides() {
        let text = format!("{}target{}", "before ".repeat(50), " after".repeat(50));
        let shown = shown("target", &text).unwrap();
        assert!(
            shown.starts_with("… before") && shown.contains("[target]") && shown.ends_with("after …"),
            "{shown}"
        );
        assert!(shown.len() < 260, "{shown}");
    }

    proptest! {
        #[test]
        fn any_text_and_search_make_a_snippet_or_none(typed in ".{0,40}", text in any::<String>()) {
            if let Ok(Some(query)) = Query::parse(&typed) {
                let pieces = snippet(&query, &text);
                prop_assert!(pieces.is_none_or(|pieces| pieces.iter().any(|piece| piece.matches)));
            }
        }
    }
}
