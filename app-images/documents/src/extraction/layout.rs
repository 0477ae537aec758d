//! Puts the letters of a page into words, lines and paragraphs.
//!
//! A PDF says where each glyph is drawn, not what a word or a line is. We keep the order in which the file draws
//! (it is the author's reading order far more often than any order guessed from positions) and only decide, from
//! one glyph to the next, whether a space, a new line or a new paragraph lies between them. All distances are in
//! ems along and across the direction of the writing, so turned and scaled text needs no special case. White as wide as
//! between columns becomes a tab, by which the rules tell a letterhead from what stands beside it.

mod pen;
mod vector;

use self::pen::{Break, Pen};
pub use self::vector::Vector;

/// What a glyph stands for. Nearly always one character, for which nothing is allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Characters {
    /// One character.
    One(char),
    /// Several, as for a ligature.
    Several(Box<str>),
}

impl From<char> for Characters {
    fn from(character: char) -> Self {
        Self::One(character)
    }
}

/// A glyph where the page draws it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedGlyph {
    /// The characters that the glyph stands for; U+FFFD when the file does not say.
    pub text: Characters,
    /// Where the glyph starts, on its baseline.
    pub origin: Vector,
    /// From the origin to where the next glyph of the word would start; may be zero.
    pub advance: Vector,
    /// The direction of the writing; of any length but zero.
    pub direction: Vector,
    /// The height of the type, in points.
    pub em: f64,
}

/// Two equal runs nearer than this are one run drawn twice, to look bold or outlined.
const DOUBLE_STRIKE_EMS: f64 = 0.12;
/// Type smaller than this (in points) has no meaningful em; a thousandth of a point keeps divisions finite.
const SMALLEST_EM: f64 = 0.001;

/// Collects the text of one page, run by run.
#[derive(Default)]
pub struct PageLayout {
    text: String,
    pen: Option<Pen>,
    last_run: Vec<PlacedGlyph>,
}

impl PageLayout {
    /// Adds the glyphs that one operator of the page draws.
    pub fn push_run(&mut self, run: Vec<PlacedGlyph>) {
        if self.strikes_twice(&run) {
            return;
        }
        for glyph in &run {
            self.push(glyph);
        }
        self.last_run = run;
    }

    /// The text so far in bytes; spaces at the ends of lines included.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was drawn yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The finished text: no spaces at the ends of lines, at most one empty line in a row.
    pub fn finish(self) -> String {
        let mut tidy = String::with_capacity(self.text.len());
        let mut empty_lines = 0;
        for line in self.text.lines().map(str::trim_end) {
            if line.is_empty() {
                empty_lines += 1;
                continue;
            }
            if !tidy.is_empty() {
                tidy.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
            }
            empty_lines = 0;
            tidy.push_str(line);
        }
        tidy
    }

    fn strikes_twice(&self, run: &[PlacedGlyph]) -> bool {
        !run.is_empty()
            && run.len() == self.last_run.len()
            && run.iter().zip(&self.last_run).all(|(new, old)| {
                new.text == old.text
                    && new.origin.minus(old.origin).length() <= DOUBLE_STRIKE_EMS * new.em.max(SMALLEST_EM)
            })
    }

    fn push(&mut self, glyph: &PlacedGlyph) {
        if !glyph.origin.is_finite() || !glyph.advance.is_finite() || !glyph.em.is_finite() {
            return;
        }
        let direction = glyph.direction.unit();
        let em = glyph.em.max(SMALLEST_EM);
        let between = match &self.pen {
            Some(pen) => pen.break_before(glyph, direction, em),
            // None, because a page begins with its first glyph.
            None => Break::Nothing,
        };
        let is_white = matches!(glyph.text, Characters::One(character) if character.is_whitespace());
        // A column begins with its first letter, not with the spaces that lead to it.
        self.push_break(if is_white && between == Break::Column { Break::Space } else { between });
        match &glyph.text {
            Characters::One(character) => self.push_character(*character),
            Characters::Several(text) => text.chars().for_each(|character| self.push_character(character)),
        }
        let position = Vector { x: glyph.origin.x + glyph.advance.x, y: glyph.origin.y + glyph.advance.y };
        let ink = self.pen.as_ref().filter(|_| is_white).map_or(position, |pen| pen.ink);
        self.pen = Some(Pen { position, direction, em, ink });
    }

    fn push_break(&mut self, between: Break) {
        match between {
            Break::Nothing => {}
            Break::Space => self.push_space(),
            Break::Column => self.push_column(),
            Break::Line => self.text.push('\n'),
            Break::Paragraph => self.text.push_str("\n\n"),
        }
    }

    fn push_space(&mut self) {
        if !self.text.ends_with([' ', '\t', '\n']) && !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn push_column(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.ends_with(['\t', '\n']) && !self.text.is_empty() {
            self.text.push('\t');
        }
    }

    fn push_character(&mut self, character: char) {
        match ligature(character) {
            Some(letters) => self.text.push_str(letters),
            None if character.is_whitespace() => self.push_space(),
            None if character.is_control() => {}
            None => self.text.push(character),
        }
    }
}

/// The letters of a typographic ligature (Unicode's Latin presentation forms), so that "ﬁnden" is found as "finden".
fn ligature(character: char) -> Option<&'static str> {
    match character {
        '\u{FB00}' => Some("ff"),
        '\u{FB01}' => Some("fi"),
        '\u{FB02}' => Some("fl"),
        '\u{FB03}' => Some("ffi"),
        '\u{FB04}' => Some("ffl"),
        '\u{FB05}' | '\u{FB06}' => Some("st"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A run of 10-point type in which every letter is 5 points wide.
    fn run(text: &str, x: f64, y: f64) -> Vec<PlacedGlyph> {
        turned_run(text, Vector { x, y }, Vector { x: 1.0, y: 0.0 })
    }

    fn turned_run(text: &str, start: Vector, direction: Vector) -> Vec<PlacedGlyph> {
        let at = |steps: f64| Vector { x: start.x + direction.x * steps, y: start.y + direction.y * steps };
        let advance = Vector { x: direction.x * 5.0, y: direction.y * 5.0 };
        text.chars()
            .enumerate()
            .map(|(index, letter)| PlacedGlyph {
                text: letter.into(),
                origin: at(index as f64 * 5.0),
                advance,
                direction,
                em: 10.0,
            })
            .collect()
    }

    fn layout(runs: impl IntoIterator<Item = Vec<PlacedGlyph>>) -> String {
        let mut page = PageLayout::default();
        for run in runs {
            page.push_run(run);
        }
        page.finish()
    }

    #[test]
    fn a_gap_is_a_space_and_kerning_is_not() {
        assert_eq!(layout([run("Rech", 0.0, 0.0), run("nung", 21.0, 0.0)]), "Rechnung");
        assert_eq!(layout([run("Rechnung", 0.0, 0.0), run("42", 43.0, 0.0)]), "Rechnung 42");
    }

    #[test]
    fn a_drawn_space_and_a_gap_make_one_space() {
        assert_eq!(layout([run("total ", 0.0, 0.0), run("12", 36.0, 0.0)]), "total 12");
    }

    #[test]
    fn white_as_wide_as_between_columns_is_a_tab_whether_drawn_or_not() {
        assert_eq!(layout([run("total", 0.0, 0.0), run("12", 60.0, 0.0)]), "total\t12");
        assert_eq!(layout([run("total ", 0.0, 0.0), run("12", 60.0, 0.0)]), "total\t12");
        assert_eq!(layout([run("total       12", 0.0, 0.0)]), "total\t12");
        assert_eq!(layout([run("total   12", 0.0, 0.0)]), "total 12");
    }

    #[test]
    fn a_lower_baseline_is_a_line_and_a_much_lower_one_a_paragraph() {
        let text = layout([run("one", 0.0, 100.0), run("two", 0.0, 88.0), run("three", 0.0, 60.0)]);
        assert_eq!(text, "one\ntwo\n\nthree");
    }

    #[test]
    fn a_superscript_stays_on_its_line() {
        assert_eq!(layout([run("m", 0.0, 0.0), run("2", 5.0, 4.0), run("x", 10.0, 0.0)]), "m2x");
    }

    #[test]
    fn a_second_column_on_the_same_baseline_starts_a_line_when_it_is_drawn_after_a_jump_back() {
        assert_eq!(layout([run("right", 200.0, 0.0), run("left", 0.0, 0.0)]), "right\nleft");
    }

    #[test]
    fn text_turned_by_a_quarter_reads_like_any_other() {
        let up = Vector { x: 0.0, y: 1.0 };
        let runs = [
            turned_run("side", Vector { x: 0.0, y: 0.0 }, up),
            turned_run("ways", Vector { x: 0.0, y: 25.0 }, up),
            turned_run("next", Vector { x: 12.0, y: 0.0 }, up),
        ];
        assert_eq!(layout(runs), "side ways\nnext");
    }

    #[test]
    fn a_word_drawn_twice_to_look_bold_is_read_once() {
        assert_eq!(layout([run("Summe", 0.0, 0.0), run("Summe", 0.4, 0.0)]), "Summe");
    }

    #[test]
    fn double_letters_in_runs_of_their_own_stay_double() {
        assert_eq!(layout([run("a", 0.0, 0.0), run("l", 5.0, 0.0), run("l", 10.0, 0.0)]), "all");
    }

    #[test]
    fn ligatures_become_letters_and_control_characters_vanish() {
        assert_eq!(layout([run("ﬁnden\u{0}", 0.0, 0.0)]), "finden");
    }

    #[test]
    fn glyphs_at_impossible_places_are_left_out() {
        let mut glyphs = run("abc", 0.0, 0.0);
        glyphs[1].origin.x = f64::NAN;
        assert_eq!(layout([glyphs]), "a c");
    }

    proptest! {
        /// Whatever the positions, every letter comes out once, in drawing order.
        #[test]
        fn no_letter_is_lost_or_doubled(
            places in proptest::collection::vec((-1e6f64..1e6, -1e6f64..1e6, 0.0f64..100.0), 1..40)
        ) {
            let letters: String = (0..places.len()).map(|index| char::from(b'A' + (index % 26) as u8)).collect();
            let runs = letters.chars().zip(&places).map(|(letter, &(x, y, em))| {
                let mut run = run(&letter.to_string(), x, y);
                run[0].em = em;
                run
            });
            let read: String = layout(runs).chars().filter(|character| !character.is_whitespace()).collect();
            prop_assert_eq!(read, letters);
        }
    }
}
