//! The lines of a document as the rules look at them.

use std::collections::HashSet;

use super::Readable;
use super::fold::{self, fold};
use super::language::{self, Language};

/// How many pages from the start and from the end are looked at.
const FIRST_PAGES: usize = 20;
const LAST_PAGES: usize = 5;
/// A page or a line that is longer is cut: no office writes such, but files do that want to be slow.
const MOST_PAGE_BYTES: usize = 24_000;
const MOST_LINE_BYTES: usize = 600;

/// How many lines of the start, and of the end, are early.
const EARLY_LINES: usize = 160;
const EARLY_AT_END: usize = 20;

fn is_early(index: usize, count: usize) -> bool {
    index < EARLY_LINES || index + EARLY_AT_END >= count
}

/// One line of text that is not empty.
pub(super) struct Line {
    /// As it stands, with single spaces.
    pub(super) text: String,
    /// Which of those spaces part columns, in bytes.
    pub(super) gaps: Vec<usize>,
    /// See [`fold`].
    pub(super) folded: String,
    /// Counted from 0, over the pages that are looked at.
    pub(super) page: usize,
    /// How many lines of its page stand above it, and below.
    pub(super) above: usize,
    pub(super) below: usize,
}

impl Line {
    /// Whether it stands where letterheads do.
    pub(super) fn is_head(&self) -> bool {
        self.page == 0 && self.above < 16
    }

    pub(super) fn word_count(&self) -> usize {
        self.folded.split(' ').count()
    }

    /// What stands in the columns of the line, from left to right.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.gaps.iter().map(|gap| gap + 1));
        let ends = self.gaps.iter().copied().chain([self.text.len()]);
        starts.zip(ends).map(|(start, end)| &self.text[start..end])
    }

    /// A part of the line's text as a line in the same place.
    pub(super) fn part(&self, text: &str) -> Self {
        let Self { page, above, below, .. } = *self;
        Self { folded: fold(text), text: text.to_owned(), gaps: Vec::new(), page, above, below }
    }

    pub(super) fn has_digit(&self) -> bool {
        self.folded.bytes().any(|byte| byte.is_ascii_digit())
    }
}

/// A document's lines, and the language that they are in.
pub(super) struct Sheet {
    pub(super) lines: Vec<Line>,
    pub(super) language: Option<Language>,
    /// What `is_early` says of all the lines, folded, in one text: to know soon what is nowhere.
    early: String,
    /// The words of it.
    words: HashSet<Box<str>>,
}

impl Sheet {
    pub(super) fn of(document: &Readable<'_>) -> Self {
        let count = document.pages.len();
        let looked_at = document
            .pages
            .iter()
            .enumerate()
            .filter(|(index, _)| *index < FIRST_PAGES || *index + LAST_PAGES >= count)
            .map(|(_, page)| cut(page, MOST_PAGE_BYTES));
        let mut lines = Vec::new();
        for (page, text) in looked_at.enumerate() {
            let of_page: Vec<(String, Vec<usize>)> =
                text.lines().map(tidy).filter(|(line, _)| !line.is_empty()).collect();
            let most = of_page.len();
            lines.extend(of_page.into_iter().enumerate().map(|(above, (text, gaps))| Line {
                folded: fold(&text),
                text,
                gaps,
                page,
                above,
                below: most - 1 - above,
            }));
        }
        let language = language::of(&lines);
        let count = lines.len();
        let searched = lines.iter().enumerate().filter(|(index, _)| is_early(*index, count));
        let early = searched.map(|(_, line)| line.folded.as_str()).collect::<Vec<_>>().join("\n");
        let words = fold::words(&early).map(|(_, word)| word.into()).collect();
        Self { lines, language, early, words }
    }

    /// Whether the document is in this language, ISO 639-1.
    pub(super) fn is_in(&self, code: &str) -> bool {
        self.language.is_some_and(|language| language.code == code)
    }

    /// The lines in which a document says what it is: the first ones, and the last.
    pub(super) fn early(&self) -> impl Iterator<Item = &Line> {
        let count = self.lines.len();
        self.lines.iter().enumerate().filter(move |(index, _)| is_early(*index, count)).map(|(_, line)| line)
    }

    /// Whether a phrase may stand in one of the early lines.
    pub(super) fn may_have(&self, phrase: &str) -> bool {
        // Because most phrases begin with a word that is not there, and a set is asked sooner than a text is read.
        let whole =
            fold::words(phrase).next().filter(|(at, word)| *at == 0 && phrase.get(word.len()..) != Some("~"));
        whole.is_none_or(|(_, word)| self.words.contains(word))
            && self.early.contains(phrase.trim_matches('~'))
    }

    /// The lines of the first page.
    pub(super) fn first_page(&self) -> &[Line] {
        let end = self.lines.iter().position(|line| line.page > 0).unwrap_or(self.lines.len());
        &self.lines[..end]
    }
}

/// The words of a line with single spaces, and those of the spaces that were tabs.
fn tidy(line: &str) -> (String, Vec<usize>) {
    let (mut text, mut gaps) = (String::with_capacity(line.len().min(MOST_LINE_BYTES)), Vec::new());
    for cell in cut(line, MOST_LINE_BYTES).split('\t') {
        let mut words = cell.split(' ').filter(|word| !word.is_empty()).peekable();
        if !text.is_empty() && words.peek().is_some() {
            gaps.push(text.len());
        }
        for word in words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
    }
    (text, gaps)
}

/// The start of a text, at the border of a character.
fn cut(text: &str, most_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(most_bytes)]
}
