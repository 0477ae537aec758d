//! Recognises the letters in pictures of pages, with Tesseract.
//!
//! Page by page: only a page that says too little in letters ([`verdict::needs_ocr`]) is painted and looked at.
//! Tesseract is a program of its own with libraries and data of its own. It runs in a cage too, a wider one than the
//! reader's since it has files to open ([`cage::lock_for_program`]), and sees nothing but a picture that we painted.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tracing::{debug, info};

use super::cage::{self, Limits};
use super::painting::Canvas;
use super::process::{self, ReadError, Said, cause_of_death};
use super::{Failure, PageText, Password, TextSource, verdict};
use crate::pictures::{PaintError, Painter};

/// How letters are recognised.
#[derive(Clone, Debug)]
pub struct Recogniser {
    /// Who paints the pages.
    pub painter: Painter,
    /// Where Tesseract is.
    pub tesseract: PathBuf,
    /// The languages to expect.
    pub languages: Languages,
    /// What looking at one page may use.
    pub limits: Limits,
    /// How long looking at one page may take, waiting included.
    pub wall: Duration,
    /// How many pages of one document are looked at.
    pub most_pages: usize,
}

/// Languages by Tesseract's names, as it wants them: `eng+deu`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(String);

/// The text is no list of languages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language that Tesseract knows by name: write `eng`, or several as `eng+deu`")]
pub struct NotLanguages(String);

impl FromStr for Languages {
    type Err = NotLanguages;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |name: &str| {
            (3..=16).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let fits = text.len() <= 100 && text.split('+').all(is_name);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotLanguages(text.chars().take(40).collect())) }
    }
}

impl Languages {
    /// As Tesseract wants them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// More text than one page can show, in bytes.
const MOST_BYTES: u64 = 1 << 20;

impl Recogniser {
    /// Looks at the pages whose letters are not to be had otherwise, and puts what it finds in their place.
    ///
    /// # Errors
    /// When a child is ended from outside. A page that cannot be painted or looked at keeps what it has.
    pub async fn complete(
        &self,
        pages: &mut [PageText],
        document: &File,
        password: Option<&Password>,
    ) -> Result<(), ReadError> {
        let wanting = pages.iter_mut().zip(1u32..).filter(|(page, _)| verdict::needs_ocr(page));
        let mut looked_at = 0;
        for (page, number) in wanting.take(self.most_pages) {
            let picture = match self.painter.canvas(document, number, Canvas::Scan, password).await {
                Ok(picture) => picture,
                Err(PaintError::Interrupted(error)) => return Err(error),
                Err(error @ PaintError::Page(_)) => {
                    debug!(number, %error, "a page is not looked at");
                    continue;
                }
            };
            looked_at += 1;
            match self.look(picture).await? {
                Ok(text) => replace(page, text),
                Err(failure) => debug!(number, failure = failure.code(), "no letters recognised"),
            }
        }
        if looked_at > 0 {
            info!(pages = looked_at, "looked for letters in pictures");
        }
        Ok(())
    }

    async fn look(&self, picture: Vec<u8>) -> Result<Result<String, Failure>, ReadError> {
        let arguments = [
            OsStr::new("--tesseract"),
            self.tesseract.as_os_str(),
            "--languages".as_ref(),
            self.languages.0.as_ref(),
        ];
        let mut child = process::start(
            &self.painter.program,
            "recognise",
            self.limits,
            &arguments,
            Stdio::piped(),
            None,
        )?;
        let Some(mut input) = child.stdin.take() else {
            return Err(ReadError::Listen(io::Error::other("the child has no pipes")));
        };
        let show = async {
            // A child that has ended early says why by its end.
            let _ = input.write_all(&picture).await;
            drop(input);
        };
        let both = async { tokio::join!(process::listen(child, MOST_BYTES), show).0 };
        // Dropped at the end of its time, the child is killed.
        let Ok(said) = timeout(self.wall, both).await else { return Ok(Err(Failure::TooSlow)) };
        match said? {
            None => Ok(Err(Failure::TooMuchText)),
            Some(Said { output, status, .. }) if status.success() => Ok(Ok(tidy(&output))),
            Some(Said { status, complaint, .. }) => {
                debug!(%status, complaint, "Tesseract stopped");
                cause_of_death(status, &complaint).map(Err)
            }
        }
    }
}

/// Takes the recognised text if it says more than the page's own letters.
fn replace(page: &mut PageText, text: String) {
    let own = verdict::readable_characters(&page.text);
    if verdict::readable_characters(&text) > own {
        page.source = if own > 0 { TextSource::Mixed } else { TextSource::Ocr };
        page.text = text;
    }
}

/// Without the form feed at its end, and with at most one empty line in a row.
fn tidy(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let mut tidy = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines().map(|line| line.trim_matches(|c: char| c.is_whitespace() || c.is_control())) {
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        tidy.push_str(line);
        empty_lines = 0;
    }
    tidy
}

/// Runs the whole life of the child: locks the cage and becomes Tesseract, which reads the picture from standard input
/// and writes the text to standard output.
///
/// # Errors
/// When the cage cannot be locked or the program cannot be started; otherwise it does not return.
pub fn become_tesseract(limits: Limits, tesseract: &Path, languages: &Languages) -> io::Result<()> {
    cage::lock_for_program(limits)?;
    let mut command = Command::new(tesseract);
    // 1: automatic page segmentation, with the direction of the page found out.
    command.args(["stdin", "stdout", "-l", languages.as_str(), "--psm", "1"]);
    command.env_clear().env("OMP_THREAD_LIMIT", "1");
    Err(command.exec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_names_and_nothing_that_could_be_an_option_or_a_path() {
        for good in ["eng", "eng+deu", "chi_sim", "eng+deu+fra"] {
            assert!(good.parse::<Languages>().is_ok(), "{good}");
        }
        for bad in ["", "en", "+", "eng+", "--psm", "../eng", "eng deu", "eng,deu", "é".repeat(3).as_str()] {
            assert!(bad.parse::<Languages>().is_err(), "{bad}");
        }
    }

    #[test]
    fn recognised_text_replaces_letters_only_when_it_says_more() {
        let page = |text: &str| PageText { text: text.into(), pictures: true, source: TextSource::Pdf };
        let mut stamp = page("No 1");
        replace(&mut stamp, "Dear Sir, No 1".into());
        assert_eq!((stamp.text.as_str(), stamp.source), ("Dear Sir, No 1", TextSource::Mixed));
        let mut kept = page("No 17");
        replace(&mut kept, "No".into());
        assert_eq!((kept.text.as_str(), kept.source), ("No 17", TextSource::Pdf));
    }

    #[test]
    fn the_end_of_the_page_and_doubled_empty_lines_are_left_out() {
        assert_eq!(tidy(b" a \n\n\n b\n\x0c"), "a\n\nb");
    }
}
