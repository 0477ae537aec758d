//! What a file must be, checked while it arrives: not too large, not empty, and a PDF by its content.

use crate::document::{FileName, Sha256, Sha256Hasher};
use crate::problem::ApiError;

/// The mark of a PDF.
const MARK: &[u8] = b"%PDF-";
/// The mark must begin within this many bytes: what PDF 1.7's implementation notes (H.3, note 13) ask readers to
/// accept, because mail and scanners put their own lines before it.
const MARK_WITHIN: usize = 1024;

/// The checks of one file.
pub(in crate::api) struct Checks {
    name: FileName,
    limit: u64,
    bytes: u64,
    start: Vec<u8>,
    is_pdf: bool,
    hasher: Sha256Hasher,
}

/// A file that passed.
#[derive(Debug)]
pub(in crate::api) struct Checked {
    pub(in crate::api) sha256: Sha256,
    pub(in crate::api) bytes: u64,
}

impl Checks {
    pub(in crate::api) fn new(name: FileName, limit: u64) -> Self {
        Self { name, limit, bytes: 0, start: Vec::new(), is_pdf: false, hasher: Sha256Hasher::start() }
    }

    /// Looks at the next piece; an error as soon as the file cannot be good any more.
    pub(in crate::api) fn add(&mut self, piece: &[u8]) -> Result<(), ApiError> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.limit {
            return Err(ApiError::TooLarge { name: self.name.to_string(), limit: self.limit });
        }
        self.hasher.update(piece);
        if !self.is_pdf {
            self.look_for_mark(piece);
            if !self.is_pdf && self.start.len() == MARK_WITHIN {
                return Err(self.not_pdf());
            }
        }
        Ok(())
    }

    /// The verdict on the whole file.
    pub(in crate::api) fn finish(self) -> Result<Checked, ApiError> {
        if self.bytes == 0 {
            Err(ApiError::Empty { name: self.name.to_string() })
        } else if !self.is_pdf {
            Err(self.not_pdf())
        } else {
            Ok(Checked { sha256: self.hasher.finish(), bytes: self.bytes })
        }
    }

    fn look_for_mark(&mut self, piece: &[u8]) {
        let room = MARK_WITHIN - self.start.len();
        self.start.extend_from_slice(&piece[..piece.len().min(room)]);
        self.is_pdf = self.start.windows(MARK.len()).any(|window| window == MARK);
        if self.is_pdf {
            self.start = Vec::new();
        }
    }

    fn not_pdf(&self) -> ApiError {
        ApiError::NotPdf { name: self.name.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&[u8]], limit: u64) -> Result<Checked, ApiError> {
        let mut checks = Checks::new(FileName::clean("a.pdf"), limit);
        pieces.iter().try_for_each(|piece| checks.add(piece))?;
        checks.finish()
    }

    #[test]
    fn a_mark_that_arrives_in_two_pieces_is_seen() {
        assert_eq!(check(&[b"junk\n%P", b"DF-1.7 and the rest"], 100).unwrap().bytes, 26);
    }

    #[test]
    fn a_mark_at_the_end_of_the_first_kibibyte_counts_and_one_behind_it_does_not() {
        let before = vec![b' '; MARK_WITHIN - MARK.len()];
        assert!(check(&[&before, MARK], 5000).is_ok());
        let error = check(&[&before, b" ", MARK, b"1.7"], 5000).unwrap_err();
        assert!(matches!(error, ApiError::NotPdf { .. }), "{error}");
    }

    #[test]
    fn a_file_of_exactly_the_limit_passes_and_one_byte_more_does_not() {
        assert!(check(&[b"%PDF-"], 5).is_ok());
        assert!(matches!(check(&[b"%PDF-", b"1"], 5).unwrap_err(), ApiError::TooLarge { .. }));
    }

    #[test]
    fn an_empty_file_is_called_empty() {
        assert!(matches!(check(&[], 5).unwrap_err(), ApiError::Empty { .. }));
        assert!(matches!(check(&[b"%PD"], 5).unwrap_err(), ApiError::NotPdf { .. }));
    }
}
