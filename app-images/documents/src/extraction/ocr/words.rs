//! What Tesseract says of one picture: the text, and where in the picture each word stands.
//!
//! Tesseract is asked for both at once and writes them to the same pipe: rows of twelve columns (its TSV), and the text.
//! Text that it recognises has no tabs, so a line is either the one or the other, in whichever order they come.

use serde::{Deserialize, Serialize};

/// A page that was recognised, as Tesseract saw it. Pixels count from the picture's upper left corner, to the right and down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognisedPage {
    /// Which page of the document; the first is 1.
    pub number: u32,
    /// The picture's width in pixels; at least 1.
    pub width: u32,
    /// The picture's height in pixels; at least 1.
    pub height: u32,
    /// The words, line by line, in the order of reading. No line is empty.
    pub lines: Vec<Vec<Word>>,
}

/// A word and the box around its ink, in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// At least one character, none of them a control character.
    pub text: String,
    /// Where it begins.
    pub left: u32,
    /// Where it begins.
    pub top: u32,
    /// At least 1.
    pub width: u32,
    /// At least 1.
    pub height: u32,
}

/// How the rows begin.
const HEADER: &str = "level\tpage_num\t";
/// The level of a row that is the whole picture.
const PICTURE: u32 = 1;
/// The level of a row that is a word.
const WORD: u32 = 5;

/// Parts what Tesseract wrote for page `number` into the text as it stands and the words; `None` in place of the words if there
/// are none, or no sizes.
pub(super) fn part(output: &str, number: u32) -> (String, Option<RecognisedPage>) {
    let mut text = String::with_capacity(output.len());
    let mut page = RecognisedPage { number, width: 0, height: 0, lines: Vec::new() };
    let mut line = None;
    for written in output.split_inclusive('\n') {
        match Row::parse(written.trim_end_matches(['\n', '\r'])) {
            Some(row) if row.level == PICTURE => (page.width, page.height) = (row.width, row.height),
            Some(row) if row.level == WORD => {
                let Some(word) = row.word() else { continue };
                match page.lines.last_mut().filter(|_| line == Some(row.line)) {
                    Some(words) => words.push(word),
                    None => page.lines.push(vec![word]),
                }
                line = Some(row.line);
            }
            Some(_) => {}
            None if written.starts_with(HEADER) => {}
            None => text.push_str(written),
        }
    }
    let whole = page.width > 0 && page.height > 0 && !page.lines.is_empty();
    (text, whole.then_some(page))
}

/// One row: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
struct Row<'a> {
    level: u32,
    /// Block, paragraph and line within it.
    line: [u32; 3],
    left: u32,
    top: u32,
    width: u32,
    height: u32,
    text: &'a str,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut columns = line.splitn(12, '\t');
        let mut number = || columns.next()?.parse::<u32>().ok();
        let (level, _page) = (number()?, number()?);
        let (block, paragraph, line, _word) = (number()?, number()?, number()?, number()?);
        let (left, top, width, height) = (number()?, number()?, number()?, number()?);
        let _confidence: f32 = columns.next()?.parse().ok()?;
        let text = columns.next()?;
        Some(Self { level, line: [block, paragraph, line], left, top, width, height, text })
    }

    fn word(&self) -> Option<Word> {
        let text: String = self.text.trim().chars().filter(|character| !character.is_control()).collect();
        let there = !text.is_empty() && self.width > 0 && self.height > 0;
        let Self { left, top, width, height, .. } = *self;
        there.then_some(Word { text, left, top, width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t1241\t1754\t-1\t\n\
        4\t1\t1\t1\t1\t0\t120\t137\t163\t13\t-1\t\n\
        5\t1\t1\t1\t1\t1\t120\t137\t52\t13\t89.269173\tGröße\n\
        5\t1\t1\t1\t1\t2\t181\t138\t38\t12\t96.8\tTown\n\
        5\t1\t1\t1\t1\t3\t190\t138\t38\t12\t95\t \n\
        5\t1\t1\t1\t2\t1\t120\t160\t57\t13\t95\tBelow\n";
    const TEXT: &str = "Größe Town\n\n5 1 1 Below\n\u{C}";

    #[test]
    fn text_and_words_are_parted_in_either_order_and_the_text_stays_as_it_is() {
        for output in [format!("{ROWS}{TEXT}"), format!("{TEXT}\n{ROWS}")] {
            let (text, page) = part(&output, 7);
            let page = page.unwrap();
            assert_eq!(text.trim_end_matches('\n'), TEXT);
            assert_eq!((page.number, page.width, page.height), (7, 1241, 1754));
            let words = |line: &Vec<Word>| line.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
            let lines: Vec<_> = page.lines.iter().map(words).collect();
            assert_eq!(lines, [vec!["Größe", "Town"], vec!["Below"]]);
            assert_eq!((page.lines[0][0].left, page.lines[0][0].height), (120, 13));
        }
    }

    #[test]
    fn without_rows_everything_is_text_and_there_are_no_words() {
        assert_eq!(part("Only text\n", 1), ("Only text\n".into(), None));
        assert_eq!(part("1\t1\t0\t0\t0\t0\t0\t0\t10\t10\t-1\t\n", 1), (String::new(), None));
    }
}
