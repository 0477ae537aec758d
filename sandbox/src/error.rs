//! What is wrong with a policy file: where, what, and the cure.

use std::fmt;

/// A policy file that cannot be used. Displays as `file:line:column: message (hint)`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PolicyError {
    /// The file, as it was named to the reader.
    pub file: String,
    /// Counted from one, where known.
    pub line: Option<u64>,
    /// Counted from one, in characters, where known.
    pub column: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

impl PolicyError {
    /// An error about the file as a whole, such as one that cannot be opened.
    pub fn whole_file(file: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, message: message.into(), hint }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}", self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for PolicyError {}
