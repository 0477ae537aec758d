//! Errors as people and programs read them: RFC 9457 problem details. One table, [`ApiError::problem`], maps each.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::DocumentId;
use crate::identity::IdentityError;
use crate::pictures::PaintError;
use crate::store::StoreError;

/// The media type of a problem (RFC 9457, section 3).
pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem as sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable: `urn:atoll:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of its type.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<&'static str>,
    /// The document that is already there, when the same file is uploaded again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// Whether that document lies in the trash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed: Option<bool>,
    /// Names this request in the service's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

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

/// One line of the table: status, code, title, cure.
type Entry = (StatusCode, &'static str, &'static str, Option<&'static str>);

impl ApiError {
    /// The problem to send. What is our fault is said in general words; the log has the rest.
    pub fn problem(&self) -> Problem {
        let (status, code, title, cure) = self.entry();
        // How far an action came is the caller's to know; why it stopped is not.
        let ours = status == StatusCode::INTERNAL_SERVER_ERROR && !matches!(self, Self::Interrupted { .. });
        let detail =
            if ours { "Something went wrong inside the app.".into() } else { sentence(&self.to_string()) };
        let twin = if let ApiError::Duplicate { existing, trashed, .. } = self {
            Some((existing.to_string(), *trashed))
        } else {
            None
        };
        let (document_id, trashed) = twin.unzip();
        let kind = format!("urn:atoll:problem:{code}");
        Problem { kind, title, status: status.as_u16(), detail, cure, document_id, trashed, request_id: None }
    }

    /// The problem to send; the cause of what is our fault is logged, once, here.
    pub fn logged_problem(self) -> Problem {
        let problem = self.problem();
        if problem.status == StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(self)), "a request failed");
        }
        problem
    }

    fn entry(&self) -> Entry {
        use StatusCode as S;
        match self {
            Self::Identity(IdentityError::Keys(_)) => (
                S::SERVICE_UNAVAILABLE,
                "identity-keys-unavailable",
                "The platform cannot be asked who you are",
                Some("Try again in a moment."),
            ),
            Self::Identity(_) => {
                (S::UNAUTHORIZED, "no-identity", "Not signed in", Some("Open this app from the launcher."))
            }
            Self::CrossOrigin => (S::FORBIDDEN, "cross-origin", "Asked by another site", None),
            Self::NotAdministrator => (
                S::FORBIDDEN,
                "not-an-administrator",
                "For administrators",
                Some("Ask somebody who manages this app, or ask them for the role."),
            ),
            Self::SettingsConflict(_) => (
                S::PRECONDITION_FAILED,
                "settings-changed",
                "Changed in the meantime",
                Some("Load the settings again and make your change once more."),
            ),
            Self::Settings(_) | Self::SettingsBody(_) => (
                S::UNPROCESSABLE_ENTITY,
                "bad-settings",
                "Settings not usable",
                Some("Correct the field and send the settings again."),
            ),
            Self::NoSuchDocument => (
                S::NOT_FOUND,
                "no-such-document",
                "No such document",
                Some("It may have been deleted: reload the list."),
            ),
            Self::NoSuchCategory => (
                S::NOT_FOUND,
                "no-such-category",
                "No such category",
                Some("It may have been deleted: reload the page."),
            ),
            Self::Interrupted { .. } => (
                S::INTERNAL_SERVER_ERROR,
                "interrupted",
                "Stopped half-way",
                Some("Ask again: what is done already is not done twice."),
            ),
            Self::NoSuchView => (
                S::NOT_FOUND,
                "no-such-view",
                "No such view",
                Some("It may have been deleted: reload the page."),
            ),
            Self::NoSuchUpload => {
                (S::NOT_FOUND, "no-such-upload", "No such upload", Some("It may have expired: begin again."))
            }
            Self::NoSuchWebhook => (S::NOT_FOUND, "no-such-webhook", "No such webhook", None),
            Self::NoSuchRange { .. } => {
                (S::RANGE_NOT_SATISFIABLE, "no-such-range", "No such range", Some("Ask for the whole file."))
            }
            Self::Offset { .. } => {
                (S::CONFLICT, "wrong-offset", "Wrong place", Some("Ask for the offset and go on from there."))
            }
            Self::UploadBusy => {
                (S::CONFLICT, "upload-busy", "Upload in use", Some("Wait for the other request to end."))
            }
            Self::NotAsAnnounced { .. } => (
                S::UNPROCESSABLE_ENTITY,
                "not-as-announced",
                "Not what was announced",
                Some("Upload the file again from its beginning."),
            ),
            Self::WebhookAddress(_) => (
                S::UNPROCESSABLE_ENTITY,
                "bad-webhook-address",
                "Address not allowed",
                Some("Use an http:// address that leads to a private network address."),
            ),
            Self::NotAnExport(_) => (
                S::UNPROCESSABLE_ENTITY,
                "not-an-export",
                "Not an export",
                Some("Send the export folder of paperless-ngx as one ZIP file."),
            ),
            Self::NoSuchPage => (S::NOT_FOUND, "no-such-page", "No such page", None),
            Self::NotDrawn(_) => (
                S::CONFLICT,
                "no-picture",
                "No picture",
                Some("Download the file and open it with another program."),
            ),
            Self::NameTaken { .. } => (S::CONFLICT, "name-taken", "Name taken", Some("Choose another name.")),
            Self::TooMany { .. } => {
                (S::CONFLICT, "too-many", "Too many", Some("Delete some that you no longer need."))
            }
            Self::NotInTrash { .. } => {
                (S::CONFLICT, "not-in-trash", "Not in the trash", Some("Move it into the trash first."))
            }
            Self::InTrash { .. } => (S::CONFLICT, "in-trash", "In the trash", Some("Restore it first.")),
            Self::Body(_) => (S::BAD_REQUEST, "bad-request", "Request not understood", None),
            Self::NoText => (
                S::CONFLICT,
                "no-text",
                "No text",
                Some("The document's status says whether text will come."),
            ),
            Self::NoSearchableCopy { .. } => (
                S::CONFLICT,
                "no-searchable-copy",
                "No searchable copy",
                Some(
                    "Have the document read again if that was long ago. To a file that is encrypted, damaged or unusual no \
                     words are added: download the original.",
                ),
            ),
            Self::NoSuchPath => (S::NOT_FOUND, "no-such-path", "Nothing here", None),
            Self::Method => (S::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not supported", None),
            Self::Query(_) => (S::BAD_REQUEST, "bad-query", "Query not understood", None),
            Self::Multipart(_) => (
                S::BAD_REQUEST,
                "bad-upload",
                "Upload not understood",
                Some("Send the files as `multipart/form-data`, each with a file name."),
            ),
            Self::NoFile => (
                S::BAD_REQUEST,
                "no-file",
                "No file",
                Some("Send the files as `multipart/form-data`, each with a file name."),
            ),
            Self::TooManyFiles { .. } => (
                S::BAD_REQUEST,
                "too-many-files",
                "Too many files",
                Some("Send the rest in another request."),
            ),
            Self::TooLarge { .. } => (
                S::PAYLOAD_TOO_LARGE,
                "too-large",
                "File too large",
                Some("Split the document, or ask your administrator to raise the limit."),
            ),
            Self::NotPdf { .. } => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "not-a-pdf",
                "Not a PDF",
                Some("Export or print the file as a PDF and upload that."),
            ),
            Self::Empty { .. } => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "empty-file",
                "Empty file",
                Some("Check the file on your computer."),
            ),
            Self::Duplicate { trashed: false, .. } => {
                (S::CONFLICT, "already-here", "Already here", Some("Open the document that is already here."))
            }
            Self::Duplicate { trashed: true, .. } => {
                (S::CONFLICT, "already-here", "Already here", Some("Restore it from the trash."))
            }
            Self::StorageFull => (
                S::INSUFFICIENT_STORAGE,
                "storage-full",
                "No room left",
                Some("Delete documents that you no longer need, or ask your administrator for more room."),
            ),
            Self::Storage(_) | Self::Store(_) | Self::Paint(_) => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "The app made a mistake",
                Some("Try again; if it happens again, tell your administrator the request id."),
            ),
        }
    }
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

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.logged_problem().into_response()
    }
}

impl IntoResponse for Problem {
    /// Leaves itself in the response's extensions, so that the request log can add the request's id.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, MEDIA_TYPE);
        response.extensions_mut().insert(self);
        response
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

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
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

    #[test]
    fn our_own_mistakes_are_not_explained_to_the_caller() {
        let error = ApiError::Storage(std::io::Error::other("/data/files is on fire"));
        let sent = serde_json::to_string(&error.problem()).unwrap();
        assert!(!sent.contains("/data"), "{sent}");
    }
}
