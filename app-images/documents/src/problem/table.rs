//! The table: which status, code, title and cure each error has.

use axum::http::StatusCode;

use super::ApiError;
use crate::identity::IdentityError;

/// One line of the table: status, code, title, cure.
pub(super) type Entry = (StatusCode, &'static str, &'static str, Option<&'static str>);

impl ApiError {
    pub(super) fn entry(&self) -> Entry {
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
