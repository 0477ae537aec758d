//! What can go wrong with a request, in words.

use crate::document::DocumentId;
use crate::identity::IdentityError;
use crate::pictures::PaintError;
use crate::store::StoreError;

/// Everything that can go wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nobody was recognised.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Another site's page asked.
    #[error("the request was made by a page of another site")]
    CrossOrigin,
    /// The caller lacks the role `admin`.
    #[error("only an administrator of this app may see and change its settings")]
    NotAdministrator,
    /// Somebody else stored settings in the meantime.
    #[error(transparent)]
    SettingsConflict(crate::settings::ReplaceError),
    /// Settings that cannot be as they are.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// Settings that cannot be read.
    #[error("the settings could not be understood: {0}")]
    SettingsBody(String),
    /// No such document, as far as the caller may know.
    #[error("there is no such document")]
    NoSuchDocument,
    /// No such category, as far as the caller may know.
    #[error("there is no such category")]
    NoSuchCategory,
    /// An action for many documents ended half-way.
    #[error("the action stopped half-way: {done} documents were changed and stay so")]
    Interrupted {
        /// How many documents were changed.
        done: usize,
        /// Why it stopped.
        #[source]
        cause: Box<ApiError>,
    },
    /// No such view, as far as the caller may know.
    #[error("there is no such view")]
    NoSuchView,
    /// No such upload, as far as the caller may know.
    #[error("there is no such upload")]
    NoSuchUpload,
    /// No such webhook, as far as the caller may know.
    #[error("there is no such webhook")]
    NoSuchWebhook,
    /// The piece does not go on where the last one ended.
    #[error("the upload goes on at byte {offset}, not there")]
    Offset {
        /// Where it goes on.
        offset: u64,
    },
    /// Another request is sending a piece of the same upload.
    #[error("another request is sending a piece of this upload")]
    UploadBusy,
    /// What arrived is not what was announced.
    #[error("what arrived of “{name}” is not what was announced")]
    NotAsAnnounced {
        /// The file's name.
        name: String,
    },
    /// A webhook may not go there.
    #[error("the webhook cannot be delivered there: {0}")]
    WebhookAddress(String),
    /// What was sent is no export of paperless-ngx.
    #[error("this is no export of paperless-ngx: {0}")]
    NotAnExport(String),
    /// The file ends before the range that was asked for begins.
    #[error("the file has {bytes} bytes, so it has no such range")]
    NoSuchRange {
        /// How many it has.
        bytes: u64,
    },
    /// The document has fewer pages.
    #[error("the document has no such page")]
    NoSuchPage,
    /// A page cannot be drawn, for reasons that are the document's.
    #[error("the page cannot be drawn: {0}")]
    NotDrawn(String),
    /// A page could not be drawn, for reasons that are ours.
    #[error("a page could not be drawn")]
    Paint(#[source] PaintError),
    /// Another one has the name.
    #[error("there is another {what} of this name")]
    NameTaken {
        /// `category` or `view`.
        what: &'static str,
    },
    /// The caller has as many as one may have.
    #[error("there are {most} {what} already, the most that one person may have")]
    TooMany {
        /// `categories` or `views`.
        what: &'static str,
        /// How many.
        most: usize,
    },
    /// Only what is in the trash is deleted for good.
    #[error("“{name}” is not in the trash")]
    NotInTrash {
        /// The document's name.
        name: String,
    },
    /// What is in the trash is not processed.
    #[error("“{name}” is in the trash")]
    InTrash {
        /// The document's name.
        name: String,
    },
    /// The body cannot be understood.
    #[error("the request cannot be understood: {0}")]
    Body(String),
    /// The document has no text, or not yet.
    #[error("the document has no text to show")]
    NoText,
    /// The document was read, but there is nothing of it that other programs could search.
    #[error("“{name}” has no searchable copy")]
    NoSearchableCopy {
        /// The document's name.
        name: String,
    },
    /// No such path.
    #[error("there is nothing at this address")]
    NoSuchPath,
    /// The path is known, the method is not.
    #[error("this address does not support the method")]
    Method,
    /// A query parameter cannot be understood.
    #[error("a query parameter cannot be understood: {0}")]
    Query(String),
    /// The upload is no `multipart/form-data`, or broke off.
    #[error("the upload could not be read: {0}")]
    Multipart(String),
    /// The form holds no file.
    #[error("the upload holds no file")]
    NoFile,
    /// The form holds more files than one request may.
    #[error("the upload holds more than {most} files")]
    TooManyFiles {
        /// How many it may hold.
        most: usize,
    },
    /// A file is larger than allowed.
    #[error("“{name}” is larger than {}, the most that one file may have", in_words(*.limit))]
    TooLarge {
        /// Its name.
        name: String,
        /// In bytes.
        limit: u64,
    },
    /// A file is not a PDF, judged by its content.
    #[error("“{name}” is not a PDF: it does not contain a PDF's mark")]
    NotPdf {
        /// Its name.
        name: String,
    },
    /// A file has no bytes.
    #[error("“{name}” is empty")]
    Empty {
        /// Its name.
        name: String,
    },
    /// The caller has the same bytes already.
    #[error("“{name}” is already here{}", if *.trashed { ", in the trash" } else { "" })]
    Duplicate {
        /// Its name in this upload.
        name: String,
        /// The document with the same bytes.
        existing: DocumentId,
        /// Whether it lies in the trash.
        trashed: bool,
    },
    /// No room on the volume.
    #[error("there is no room left to store the file")]
    StorageFull,
    /// The file could not be written or read.
    #[error("the file could not be stored or read")]
    Storage(#[source] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        let full =
            matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
        if full { Self::StorageFull } else { Self::Storage(error) }
    }
}

impl From<crate::settings::ReplaceError> for ApiError {
    fn from(error: crate::settings::ReplaceError) -> Self {
        use crate::settings::ReplaceError;
        match error {
            ReplaceError::Conflict { .. } => Self::SettingsConflict(error),
            ReplaceError::Invalid(error) => Self::Settings(error),
            ReplaceError::Write(error) => error.into(),
        }
    }
}

impl From<PaintError> for ApiError {
    fn from(error: PaintError) -> Self {
        match error {
            PaintError::Width => Self::Query(error.to_string()),
            PaintError::NoSuchPage => Self::NoSuchPage,
            PaintError::Document(_) | PaintError::NoSize => Self::NotDrawn(error.to_string()),
            PaintError::Start(_) | PaintError::Listen(_) | PaintError::Killed => Self::Paint(error),
        }
    }
}

/// A size as people say it, rounded down to what fits: 200 MiB.
fn in_words(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) if bytes.is_multiple_of(size) => format!("{} {unit}", bytes / size),
        Some((size, unit)) => format!("{:.1} {unit}", (bytes * 10 / size) as f64 / 10.0),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_said_in_words() {
        let error = ApiError::TooLarge { name: "big.pdf".into(), limit: 200 << 20 };
        assert_eq!(
            error.problem().detail,
            "“big.pdf” is larger than 200 MiB, the most that one file may have."
        );
        assert_eq!(in_words(1536), "1.5 KiB");
        assert_eq!(in_words(999), "999 bytes");
    }
}
