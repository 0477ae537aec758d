//! Just enough of PDF's syntax (ISO 32000-1, 7.2 and 7.3) to take a dictionary apart without changing a byte of its values.

/// How deep arrays and dictionaries may lie in each other.
const MOST_DEPTH: usize = 64;

/// A key, without its solidus and with its `#` sequences resolved, and the value as it is written.
pub(super) type Entry<'a> = (Vec<u8>, &'a [u8]);

/// Reads bytes from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The entries of a dictionary as written, from `<<` to `>>`; `None` if it is none, or one that needs leniency.
pub(super) fn entries(dictionary: &[u8]) -> Option<Vec<Entry<'_>>> {
    let mut scanner = Scanner::new(dictionary, 0);
    let entries = scanner.dictionary()?;
    scanner.skip_space();
    scanner.rest().is_empty().then_some(entries)
}

/// The value of a key.
pub(super) fn value<'a>(entries: &[Entry<'a>], key: &[u8]) -> Option<&'a [u8]> {
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
}

/// A whole number that is not negative, as written.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(value).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

impl<'a> Scanner<'a> {
    /// Begins at a position, which may lie behind the end.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(&byte) = self.rest().first() {
            if byte == b'%' {
                let comment = self.rest().iter().position(|&byte| matches!(byte, b'\r' | b'\n'));
                self.at += comment.unwrap_or(self.rest().len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Takes this text if it comes next.
    pub(super) fn take(&mut self, text: &[u8]) -> bool {
        let there = self.rest().starts_with(text);
        if there {
            self.at += text.len();
        }
        there
    }

    /// A word of regular characters, after white space; `None` if there is none.
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        self.skip_space();
        let length = self.rest().iter().position(|&byte| !is_regular(byte)).unwrap_or(self.rest().len());
        let word = self.rest().get(..length).filter(|word| !word.is_empty())?;
        self.at += length;
        Some(word)
    }

    /// A whole number that is not negative.
    pub(super) fn number(&mut self) -> Option<u64> {
        number(self.word()?)
    }

    /// A dictionary, from its `<<` on.
    pub(super) fn dictionary(&mut self) -> Option<Vec<Entry<'a>>> {
        self.skip_space();
        let mut entries = Vec::new();
        if !self.take(b"<<") {
            return None;
        }
        loop {
            self.skip_space();
            if self.take(b">>") {
                return Some(entries);
            }
            let key = self.name()?;
            self.skip_space();
            let begin = self.at;
            self.value(0)?;
            entries.push((key, self.bytes.get(begin..self.at)?));
        }
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        if !self.take(b"/") {
            return None;
        }
        let length = self.rest().iter().position(|&byte| !is_regular(byte)).unwrap_or(self.rest().len());
        let written = self.rest().get(..length)?;
        self.at += length;
        let mut name = Vec::with_capacity(length);
        let mut rest = written;
        while let [first, more @ ..] = rest {
            match more {
                [high, low, behind @ ..] if *first == b'#' => {
                    let digit =
                        |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                    name.push(digit(*high)? << 4 | digit(*low)?);
                    rest = behind;
                }
                _ => {
                    name.push(*first);
                    rest = more;
                }
            }
        }
        Some(name)
    }

    /// Passes over one value, a reference being one.
    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        match self.rest() {
            [b'<', b'<', ..] => self.nested(b"<<", b">>", depth),
            [b'[', ..] => self.nested(b"[", b"]", depth),
            [b'<', ..] => {
                self.at += self.rest().iter().position(|&byte| byte == b'>')? + 1;
                Some(())
            }
            [b'(', ..] => self.string(),
            [b'/', ..] => self.name().map(drop),
            _ => {
                let word = self.word()?;
                let mut ahead = *self;
                let reference = number(word).is_some()
                    && ahead.number().is_some()
                    && ahead.word().is_some_and(|word| word == b"R");
                if reference {
                    *self = ahead;
                }
                Some(())
            }
        }
    }

    fn nested(&mut self, open: &[u8], close: &[u8], depth: usize) -> Option<()> {
        self.take(open);
        loop {
            self.skip_space();
            if self.take(close) {
                return Some(());
            }
            self.value(depth + 1)?;
        }
    }

    fn string(&mut self) -> Option<()> {
        let (mut open, mut escaped) = (0usize, false);
        for (index, &byte) in self.rest().iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => open += 1,
                b')' if open == 1 => {
                    self.at += index + 1;
                    return Some(());
                }
                b')' => open -= 1,
                _ => {}
            }
        }
        None
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_given_as_they_are_written() {
        let source = b"<< /A 1 0 R/B[1 2 << /C (a)>> ]/C#44 (x \\) (y) z) % a comment >>\n /E <4142> /F /G /H -1.5/I null >>";
        let entries = entries(source).unwrap();
        let all: Vec<(&str, &str)> = entries
            .iter()
            .map(|(key, value)| (std::str::from_utf8(key).unwrap(), std::str::from_utf8(value).unwrap()))
            .collect();
        let expected = [
            ("A", "1 0 R"),
            ("B", "[1 2 << /C (a)>> ]"),
            ("CD", "(x \\) (y) z)"),
            ("E", "<4142>"),
            ("F", "/G"),
            ("H", "-1.5"),
            ("I", "null"),
        ];
        assert_eq!(all, expected);
        assert_eq!(value(&entries, b"A"), Some(b"1 0 R".as_slice()));
    }

    #[test]
    fn what_is_not_whole_is_no_dictionary() {
        for source in
            ["", "<<", "<< /A", "<< /A 1", "<< 1 /A >>", "<< /A (x >>", "<< /A [ >>", "<< /A >> x", "[]"]
        {
            assert!(entries(source.as_bytes()).is_none(), "{source}");
        }
        let deep = format!("<< /A {} >>", "[".repeat(100_000));
        assert!(entries(deep.as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(source in "(<<|>>|/[A-C#]{1,3}|[0-9]{1,3}| |R|\\(|\\)|\\[|\\]|<|>|%|\\n){0,40}") {
            let _ = entries(source.as_bytes());
            let _ = entries(format!("<<{source}>>").as_bytes());
        }
    }
}
