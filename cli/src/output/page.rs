//! Text for people, with a few tones that become colours on a terminal.

use std::{borrow::Cow, fmt::Write};

use anstyle::{AnsiColor, Style};

/// What a piece of text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// What one reads first.
    Strong,
    /// What one may skip.
    Quiet,
    /// All is well.
    Good,
    /// Worth a look.
    Warn,
    /// Wrong.
    Bad,
}

impl Tone {
    const fn style(self) -> Style {
        let plain = Style::new();
        match self {
            Self::Plain => plain,
            Self::Strong => plain.bold(),
            Self::Quiet => plain.dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
        }
    }
}

/// Lines of text being put together.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// Adds text to the current line. Control characters in it become visible: much of what is printed was written by
    /// apps and users, and a terminal obeys what it is sent.
    pub(crate) fn part(&mut self, tone: Tone, text: &str) -> &mut Self {
        let style = tone.style();
        let text = visible(text);
        // Because writing to a String cannot fail.
        let _ = if tone == Tone::Plain {
            self.text.write_str(&text)
        } else {
            write!(self.text, "{style}{text}{style:#}")
        };
        self
    }

    /// Ends the current line.
    pub(crate) fn end(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    /// A whole line.
    pub(crate) fn line(&mut self, text: &str) {
        self.part(Tone::Plain, text).end();
    }

    /// A line of a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.end();
        }
        self.part(Tone::Strong, text).end();
    }

    /// An aligned `name  value` line; `width` is that of the longest name.
    pub(crate) fn field(&mut self, width: usize, name: &str, value: &str) {
        self.part(Tone::Quiet, &format!("{name:width$}  ")).part(Tone::Plain, value).end();
    }

    /// All of it, with colour sequences.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// The text with every control character replaced by its picture, so that it cannot move a cursor, hide a line or
/// rename a window.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && c != '\t') {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match u32::from(c) {
        9 => c,
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        0x80..=0x9f => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    Cow::Owned(text.chars().map(picture).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_wrote_cannot_command_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\rc\u{9b}1m"), "a␛[2Jb␍c\u{fffd}1m");
        assert_eq!(visible("tab\tand ümlaut"), "tab\tand ümlaut");
    }
}
