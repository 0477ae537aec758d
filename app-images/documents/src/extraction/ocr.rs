//! Reads pages that are pictures, with Tesseract.
//!
//! Tesseract is a program of its own, from the distribution. For each page two children work hand in hand: one of ours
//! draws the page, the other ([`child`]) locks itself in, becomes Tesseract and reads the picture from the first one's
//! output. Neither sees another document, and Tesseract never sees the PDF.

pub mod child;
mod words;

pub use words::{RecognisedPage, Word};

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Child;
use tokio::time::timeout;

use super::cage::Limits;
use super::{PageText, Password, TextSource, caged, verdict};

/// How pages are recognised.
#[derive(Clone, Debug)]
pub struct Ocr {
    /// The program, normally `/usr/bin/tesseract`.
    pub tesseract: PathBuf,
    /// The languages to expect, the most likely first, by Tesseract's names: `eng`, `deu`, `chi_sim`.
    pub languages: Vec<Language>,
    /// How many pages of one document are recognised.
    pub most_pages: usize,
    /// What recognising one page may use.
    pub limits: Limits,
    /// How long one page may take, waiting included.
    pub wall: Duration,
}

/// The name of one of Tesseract's languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

/// The text is not the name of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is named by 3 to 20 lower-case letters and underscores, as in `eng` or `chi_sim`")]
pub struct NotALanguage;

/// The resolution that Tesseract's models were made for, in pixels to the inch.
const DPI: u32 = 300;
/// More text and rows of words than a page can hold, in bytes.
const MOST_OUTPUT_BYTES: u64 = 4 << 20;
/// More words than are kept with their places for one document: four thousand on each of fifty pages.
const MOST_WORDS: usize = 200_000;

impl Language {
    /// Takes a name. Whether Tesseract has the language shows when it is asked.
    ///
    /// # Errors
    /// When no language is named so.
    pub fn parse(name: &str) -> Result<Self, NotALanguage> {
        let fits =
            (3..=20).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if fits { Ok(Self(name.into())) } else { Err(NotALanguage) }
    }
}

/// What was seen of the pages of one document, in the memory of the service.
#[derive(Default)]
struct Recognised {
    pages: Vec<RecognisedPage>,
    words: usize,
}

impl Recognised {
    /// Once there are too many words, none are kept: those of a few pages alone would be of no use.
    fn add(&mut self, page: Option<RecognisedPage>) {
        self.words += page.iter().flat_map(|page| &page.lines).map(Vec::len).sum::<usize>();
        if self.words > MOST_WORDS {
            self.pages.clear();
        } else {
            self.pages.extend(page);
        }
    }
}

/// What one document needs to have its pages drawn.
pub(super) struct Source<'a> {
    /// The program that draws: this one.
    pub(super) program: &'a Path,
    /// What drawing one page may use.
    pub(super) limits: Limits,
    pub(super) document: &'a File,
    pub(super) password: Option<&'a Password>,
}

impl Ocr {
    /// Whether there is a Tesseract.
    pub fn is_installed(&self) -> bool {
        self.tesseract.exists()
    }

    /// Reads the pages whose own text is no text, up to the limit, and gives what it saw of those that it could read; nothing
    /// if that is too much. A page that cannot be recognised stays as it is.
    pub(super) async fn complete(&self, source: &Source<'_>, pages: &mut [PageText]) -> Vec<RecognisedPage> {
        let mut recognised = Recognised::default();
        let wanting = pages.iter_mut().zip(1..).filter(|(page, _)| verdict::needs_ocr(page));
        for (page, number) in wanting.take(self.most_pages) {
            match timeout(self.wall, self.recognise(source, number)).await {
                Ok(Ok((text, words))) => {
                    if add(page, &text) {
                        recognised.add(words);
                    }
                }
                Ok(Err(error)) => {
                    tracing::warn!(page = number, error = format!("{error:#}"), "a page was not recognised");
                }
                Err(_) => tracing::warn!(page = number, "recognising a page took too long and was stopped"),
            }
        }
        recognised.pages
    }

    async fn recognise(
        &self,
        source: &Source<'_>,
        number: u32,
    ) -> anyhow::Result<(String, Option<RecognisedPage>)> {
        let mut painter = source.paint(number)?;
        let (Some(picture), Some(complaints)) = (painter.stdout.take(), painter.stderr.take()) else {
            anyhow::bail!("the painter has no pipes");
        };
        let mut tesseract = self.start(source.program, picture.try_into()?)?;
        let (Some(output), Some(more_complaints)) = (tesseract.stdout.take(), tesseract.stderr.take()) else {
            anyhow::bail!("tesseract has no pipes");
        };
        let (output, complaint, other_complaint) = tokio::join!(
            caged::all_bytes(output, MOST_OUTPUT_BYTES),
            caged::first_bytes(complaints),
            caged::first_bytes(more_complaints)
        );
        let (drawn, read) = (painter.wait().await?, tesseract.wait().await?);
        anyhow::ensure!(drawn.success(), "the painter ended with {drawn}: {complaint}");
        anyhow::ensure!(complaint.is_empty(), "the page cannot be drawn: {complaint}");
        anyhow::ensure!(read.success(), "tesseract ended with {read}: {other_complaint}");
        let (text, words) = words::part(&String::from_utf8_lossy(&output?), number);
        Ok((tidy(&text), words))
    }

    fn start(&self, program: &Path, picture: Stdio) -> io::Result<Child> {
        let languages: Vec<&str> = self.languages.iter().map(|language| language.0.as_str()).collect();
        let mut command = caged::command(program, "recognise", self.limits);
        command.arg("--tesseract").arg(&self.tesseract);
        command.args(["--languages", &languages.join("+"), "--dpi", &DPI.to_string()]);
        command.stdin(picture).spawn()
    }
}

impl Source<'_> {
    fn paint(&self, number: u32) -> io::Result<Child> {
        let mut command = caged::command(self.program, "paint", self.limits);
        command.args(["--page", &number.to_string(), "--grey-dpi", &DPI.to_string()]);
        caged::command_on(self.document, self.password, command)?.spawn()
    }
}

/// Puts what was recognised onto the page. The picture shows the letters that the page names as well, unless they are
/// invisible; what it does not show is kept in front. `false` if nothing was recognised.
fn add(page: &mut PageText, recognised: &str) -> bool {
    if verdict::readable_characters(recognised) == 0 {
        return false;
    }
    let named: String = page.text.chars().filter(|&character| !verdict::is_nameless(character)).collect();
    let named = named.trim();
    if named.is_empty() || letters(recognised).contains(&letters(named)) {
        page.text = recognised.into();
        page.source = TextSource::Ocr;
    } else {
        page.text = format!("{named}\n\n{recognised}");
        page.source = TextSource::Mixed;
    }
    true
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// No control characters, no spaces at the ends of lines, at most one empty line in a row.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.split(['\n', '\u{C}']).map(str::trim_end) {
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        tidy.extend(line.chars().filter(|character| !character.is_control()));
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> PageText {
        PageText { text: text.into(), pictures: true, source: TextSource::Pdf }
    }

    #[test]
    fn a_language_is_a_name_and_nothing_else() {
        assert!(Language::parse("deu").is_ok() && Language::parse("chi_sim").is_ok());
        for name in ["", "de", "--psm", "../deu", "deu+eng", "DEU"] {
            assert_eq!(Language::parse(name), Err(NotALanguage), "{name}");
        }
    }

    #[test]
    fn a_stamp_that_the_picture_shows_is_not_said_twice() {
        let mut page = page("Seite 1");
        assert!(add(&mut page, "Rechnung\nSeite 1"));
        assert_eq!((page.text.as_str(), page.source), ("Rechnung\nSeite 1", TextSource::Ocr));
    }

    #[test]
    fn a_stamp_that_the_picture_does_not_show_is_kept() {
        let mut page = page("Eingang 4711");
        assert!(add(&mut page, "Rechnung"));
        assert_eq!((page.text.as_str(), page.source), ("Eingang 4711\n\nRechnung", TextSource::Mixed));
    }

    #[test]
    fn of_a_document_with_too_many_words_none_are_kept() {
        let word = Word { text: "a".into(), left: 0, top: 0, width: 1, height: 1 };
        let page =
            |words| RecognisedPage { number: 1, width: 1, height: 1, lines: vec![vec![word.clone(); words]] };
        let mut recognised = Recognised::default();
        recognised.add(Some(page(MOST_WORDS)));
        recognised.add(None);
        assert_eq!(recognised.pages.len(), 1);
        for words in [1, 1] {
            recognised.add(Some(page(words)));
            assert_eq!(recognised.pages, []);
        }
    }

    #[test]
    fn nothing_recognised_changes_nothing() {
        let mut before = page("Seite 1");
        assert!(!add(&mut before, " \n"));
        assert_eq!(before, page("Seite 1"));
    }

    #[test]
    fn the_text_is_tidy() {
        assert_eq!(tidy("Eins \n\n \n\nZwei\u{7}\nDrei\n\u{C}"), "Eins\n\nZwei\nDrei");
    }
}
