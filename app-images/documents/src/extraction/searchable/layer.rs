//! Writes the words of a page as drawing operators that draw nothing (text rendering mode 3; ISO 32000-1, 9.3.6).

use std::fmt::Write;

use hayro_interpret::kurbo::{Affine, Point, Vec2};

use super::NoCopy;
use super::font::{self, Fonts};
use crate::extraction::ocr::{RecognisedPage, Word};

/// Where the lines of a page run, in its picture: Tesseract also reads pages that lie on a side or on their head, but does
/// not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Right,
    Down,
    Left,
    Up,
}

/// No place on a page has a larger coordinate, in points.
const FARTHEST: f64 = 1e6;
/// A line is straight if it is not much higher than its words; another one lies askew, and each word has its own base line.
const STRAIGHT: f64 = 1.5;

/// The operators for a page, of which `to_page` says where in the page a pixel of its picture is. The fonts are named `prefix`
/// and their number.
///
/// # Errors
/// When a word would have no place or no size.
pub(super) fn content(
    page: &RecognisedPage,
    to_page: Affine,
    prefix: &str,
    fonts: &mut Fonts,
) -> Result<String, NoCopy> {
    let (along, up) = Direction::of(page).axes();
    let mut content = String::from("q BT 3 Tr\n");
    for line in &page.lines {
        let boxes: Vec<Place> = line.iter().map(|word| Place::of(word, along, up)).collect();
        let shape = Shape::of(&boxes);
        for (index, (word, place)) in line.iter().zip(&boxes).enumerate() {
            let origin = (along * place.begin + up * shape.base(place)).to_point();
            let run =
                Run::new(word, place, shape.height, to_page, (origin, along, up)).ok_or(NoCopy::NoSize)?;
            run.write(&mut content, prefix, fonts, index + 1 < line.len());
        }
    }
    content.push_str("ET Q");
    Ok(content)
}

impl Direction {
    /// The direction in which most words follow each other. Words that are written from right to left do not count.
    fn of(page: &RecognisedPage) -> Self {
        let centre = |word: &Word| {
            let middle = |from: u32, length: u32| f64::from(from) + f64::from(length) / 2.0;
            Point::new(middle(word.left, word.width), middle(word.top, word.height))
        };
        let (mut across, mut downwards) = (0i64, 0i64);
        for pair in page.lines.iter().flat_map(|line| line.windows(2)) {
            let [first, second] = pair else { continue };
            if [first, second].iter().any(|word| word.text.chars().any(is_right_to_left)) {
                continue;
            }
            let step = centre(second) - centre(first);
            if step.x.abs() >= step.y.abs() {
                across += if step.x < 0.0 { -1 } else { 1 };
            } else {
                downwards += if step.y < 0.0 { -1 } else { 1 };
            }
        }
        match (across.abs() >= downwards.abs(), across < 0, downwards < 0) {
            (true, false, _) => Direction::Right,
            (true, true, _) => Direction::Left,
            (false, _, false) => Direction::Down,
            (false, _, true) => Direction::Up,
        }
    }

    /// Which way the line runs, and which way its letters are up; in the picture, so y grows downwards.
    fn axes(self) -> (Vec2, Vec2) {
        let (x, y) = (Vec2::new(1.0, 0.0), Vec2::new(0.0, 1.0));
        match self {
            Direction::Right => (x, -y),
            Direction::Down => (y, x),
            Direction::Left => (-x, y),
            Direction::Up => (-y, -x),
        }
    }
}

/// Hebrew, Arabic and their neighbours, with their presentation forms.
fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}')
}

/// A word's box along its line and across it, in pixels.
#[derive(Clone, Copy, Debug)]
struct Place {
    begin: f64,
    end: f64,
    low: f64,
    high: f64,
}

impl Place {
    fn of(word: &Word, along: Vec2, up: Vec2) -> Self {
        let from = Vec2::new(f64::from(word.left), f64::from(word.top));
        let to = from + Vec2::new(f64::from(word.width), f64::from(word.height));
        let sorted = |axis: Vec2| {
            let (a, b) = (axis.dot(from), axis.dot(to));
            (a.min(b), a.max(b))
        };
        let ((begin, end), (low, high)) = (sorted(along), sorted(up));
        Self { begin, end, low, high }
    }
}

/// What the words of a line have in common, so that viewers see one line in them.
struct Shape {
    /// How high its characters are, in pixels.
    height: f64,
    /// The lower edge of a straight line.
    low: Option<f64>,
}

impl Shape {
    fn of(boxes: &[Place]) -> Self {
        let mut heights: Vec<f64> = boxes.iter().map(|place| place.high - place.low).collect();
        heights.sort_by(f64::total_cmp);
        // Not the highest, because a rule beside the words can be read as a letter.
        let height = heights.get(heights.len() * 3 / 4).copied().unwrap_or(1.0);
        let low = boxes.iter().map(|place| place.low).fold(f64::INFINITY, f64::min);
        let high = boxes.iter().map(|place| place.high).fold(f64::NEG_INFINITY, f64::max);
        Self { height, low: (high - low <= STRAIGHT * height).then_some(low) }
    }

    fn base(&self, place: &Place) -> f64 {
        self.low.unwrap_or(place.low) + font::DESCENT * self.height
    }
}

/// A word on its page, in points.
struct Run<'a> {
    text: &'a str,
    size: f64,
    /// In percent of the font's own width.
    stretch: f64,
    matrix: [f64; 6],
}

impl<'a> Run<'a> {
    /// `None` if it has no usable size or place.
    fn new(
        word: &'a Word,
        place: &Place,
        height: f64,
        to_page: Affine,
        (origin, along, up): (Point, Vec2, Vec2),
    ) -> Option<Self> {
        let turned = |axis: Vec2| (to_page * axis.to_point()) - (to_page * Point::ORIGIN);
        let (along, up) = (turned(along), turned(up));
        let size = height * up.hypot();
        let characters = u32::try_from(word.text.chars().count()).ok()?;
        let own_width = font::WIDTH * size * f64::from(characters);
        let stretch = 100.0 * (place.end - place.begin) * along.hypot() / own_width;
        let (origin, x, y) = (to_page * origin, along / along.hypot(), up / up.hypot());
        let matrix = [x.x, x.y, y.x, y.y, origin.x, origin.y];
        let usable = |value: &f64| value.is_finite() && value.abs() < FARTHEST;
        let all = matrix.iter().chain([&size, &stretch]).all(usable) && size > 0.0 && stretch > 0.0;
        all.then_some(Self { text: &word.text, size, stretch, matrix })
    }

    /// With a space behind it where the line goes on, for readers that copy what is there.
    fn write(&self, content: &mut String, prefix: &str, fonts: &mut Fonts, space: bool) {
        let matrix = self.matrix.map(number).join(" ");
        let stretch = number(self.stretch);
        // Writing to a string cannot fail; so below.
        let _ = write!(content, "{stretch} Tz {matrix} Tm");
        let mut current = None;
        for character in self.text.chars().chain(space.then_some(' ')) {
            let code = fonts.code(character);
            if current != Some(code.font) {
                let close = if current.is_some() { "> Tj" } else { "" };
                let _ = write!(content, "{close} /{prefix}{} {} Tf <", code.font, number(self.size));
                current = Some(code.font);
            }
            let _ = write!(content, "{:02X}", code.code);
        }
        content.push_str("> Tj\n");
    }
}

/// To a ten-thousandth, without an exponent.
fn number(value: f64) -> String {
    let written = format!("{value:.4}");
    let short = written.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: u32, top: u32, width: u32, height: u32) -> Word {
        Word { text: text.into(), left, top, width, height }
    }

    fn page(lines: Vec<Vec<Word>>) -> RecognisedPage {
        RecognisedPage { number: 1, width: 200, height: 100, lines }
    }

    fn drawn(page: &RecognisedPage) -> String {
        // A page of 100 by 50 points.
        let to_page = Affine::new([0.5, 0.0, 0.0, -0.5, 0.0, 50.0]);
        content(page, to_page, "F", &mut Fonts::default()).unwrap()
    }

    #[test]
    fn a_word_fills_its_box() {
        let page = page(vec![vec![word("ab", 20, 40, 40, 20), word("a", 80, 40, 10, 20)]]);
        // 20 points wide and 10 high; two characters of 5 points are stretched by two.
        assert_eq!(
            drawn(&page),
            "q BT 3 Tr\n200 Tz 1 0 0 1 10 22 Tm /F0 10 Tf <000102> Tj\n100 Tz 1 0 0 1 40 22 Tm /F0 10 Tf <00> Tj\nET Q"
        );
    }

    #[test]
    fn lines_that_run_otherwise_are_written_so() {
        let two = |first: (u32, u32), second: (u32, u32)| {
            page(vec![vec![word("a", first.0, first.1, 10, 10), word("b", second.0, second.1, 10, 10)]])
        };
        assert_eq!(Direction::of(&two((10, 10), (50, 11))), Direction::Right);
        assert_eq!(Direction::of(&two((50, 10), (10, 11))), Direction::Left);
        assert_eq!(Direction::of(&two((10, 10), (11, 50))), Direction::Down);
        assert_eq!(Direction::of(&two((10, 50), (11, 10))), Direction::Up);
        let upwards = drawn(&two((10, 50), (11, 10)));
        assert!(upwards.contains(" Tz 0 1 -1 0 "), "{upwards}");
        let hebrew = page(vec![vec![word("שלום", 50, 10, 10, 10), word("עולם", 10, 10, 10, 10)]]);
        assert_eq!(Direction::of(&hebrew), Direction::Right);
    }

    #[test]
    fn words_of_a_straight_line_share_a_base_line_and_those_of_one_askew_do_not() {
        let straight = page(vec![vec![word("a", 0, 12, 10, 8), word("p", 20, 10, 10, 12)]]);
        assert_eq!(drawn(&straight).matches("40.2 Tm").count(), 2, "{}", drawn(&straight));
        let askew = page(vec![vec![word("a", 0, 10, 10, 10), word("b", 100, 30, 10, 10)]]);
        assert!(
            drawn(&askew).contains(" 0 41 Tm") && drawn(&askew).contains(" 50 31 Tm"),
            "{}",
            drawn(&askew)
        );
    }

    #[test]
    fn a_page_without_a_size_is_refused() {
        let page = page(vec![vec![word("a", 0, 0, 10, 10)]]);
        for to_page in [Affine::scale(0.0), Affine::scale(f64::NAN), Affine::scale(1e9)] {
            assert_eq!(content(&page, to_page, "F", &mut Fonts::default()), Err(NoCopy::NoSize));
        }
    }
}
