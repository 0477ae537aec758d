//! The answer to an upload of several files, each with its own fate.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::DocumentView;
use crate::document::Document;
use crate::problem::{ApiError, Problem};

/// What became of an upload in which at least one file was stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Uploaded {
    /// The stored files, in the order in which they came.
    documents: Vec<DocumentView>,
    /// Why the others were not; each detail names its file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

/// What became of the files so far.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    documents: Vec<Document>,
    errors: Vec<ApiError>,
}

impl Uploaded {
    /// One file, stored.
    pub(in crate::api) fn one(document: Document) -> Self {
        Self { documents: vec![document.into()], problems: Vec::new() }
    }
}

impl Outcomes {
    pub(super) fn stored(&mut self, document: Document) {
        self.documents.push(document);
    }

    pub(super) fn refused(&mut self, error: ApiError) {
        self.errors.push(error);
    }

    pub(super) fn count(&self) -> usize {
        self.documents.len() + self.errors.len()
    }
}

impl IntoResponse for Outcomes {
    /// All stored: 201. Some: 207. None: the first problem, with its own status (RFC 9457 wants one).
    fn into_response(self) -> Response {
        let status = if self.errors.is_empty() { StatusCode::CREATED } else { StatusCode::MULTI_STATUS };
        let mut errors = self.errors.into_iter();
        if self.documents.is_empty() {
            let first = errors.next().unwrap_or(ApiError::NoFile);
            return first.into_response();
        }
        let documents = self.documents.into_iter().map(DocumentView::from).collect();
        let problems = errors.map(|error| error.logged_problem()).collect();
        (status, Json(Uploaded { documents, problems })).into_response()
    }
}
