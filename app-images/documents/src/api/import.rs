//! Takes an export of paperless-ngx.
//!
//! The answer begins when the archive has arrived and grows with every document, so that neither a browser nor a proxy
//! gives up waiting for a large one.

use std::fs::File;
use std::io;

use axum::body::Body as RawBody;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

use super::ApiState;
use super::upload::Arrival;
use crate::changes::Change;
use crate::document::{Document, UserId};
use crate::identity::Caller;
use crate::paperless::{Entry, Export};
use crate::problem::{ApiError, Problem};
use crate::store::{Edited, Patch};

/// The largest archive, in bytes.
const MOST_ARCHIVE_BYTES: u64 = 20 << 30;

/// What became of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    /// How many documents the archive has.
    documents: u64,
    /// Each document of the archive, in its order.
    files: Vec<ImportedFile>,
    /// How many are here now.
    imported: u64,
    /// How many were here before.
    already_here: u64,
    /// How many could not be taken.
    refused: u64,
}

/// What became of one document of the archive.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedFile {
    /// The file's name.
    name: String,
    /// What became of it.
    outcome: Outcome,
    /// Its id here, or that of the document with the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What became of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is here now.
    Imported,
    /// It was here before.
    AlreadyHere,
    /// It could not be taken.
    Refused,
}

/// Takes the PDFs of a paperless-ngx export: its folder as one ZIP file, with title, date, correspondent and tags.
#[utoipa::path(post, path = "/api/import", operation_id = "import",
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses(
        (status = OK, description = "What became of it", body = Imported),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn import(
    State(state): State<ApiState>,
    caller: Caller,
    archive: RawBody,
) -> Result<Response, ApiError> {
    let file = keep(&state, archive).await?;
    let opened = tokio::task::spawn_blocking(move || {
        let mut export = Export::open(file)?;
        let entries = export.entries()?;
        Ok((export, entries))
    });
    let opened = opened.await.map_err(io::Error::other)?;
    let (export, entries) =
        opened.map_err(|error: crate::paperless::ExportError| ApiError::NotAnExport(error.to_string()))?;
    let (out, pieces) = mpsc::channel(4);
    let importing = Importing {
        owner: caller.id().clone(),
        who: caller.shown_name().to_owned(),
        state,
        handle: Handle::current(),
        counts: [0; 3],
    };
    tokio::task::spawn_blocking(move || importing.run(export, &entries, &out));
    let body = RawBody::from_stream(ReceiverStream::new(pieces));
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Writes the archive to the disk, because a ZIP is read from its end.
async fn keep(state: &ApiState, archive: RawBody) -> Result<File, ApiError> {
    let mut file = tokio::fs::File::from_std(state.files.nameless().await?);
    let (mut pieces, mut bytes) = (archive.into_data_stream(), 0u64);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| ApiError::Multipart(error.to_string()))?;
        bytes += piece.len() as u64;
        if bytes > MOST_ARCHIVE_BYTES {
            return Err(ApiError::TooLarge { name: "the archive".into(), limit: MOST_ARCHIVE_BYTES });
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(file.into_std().await)
}

struct Importing {
    state: ApiState,
    owner: UserId,
    who: String,
    handle: Handle,
    /// Imported, already here, refused.
    counts: [u64; 3],
}

type Out = mpsc::Sender<Result<Bytes, io::Error>>;

impl Importing {
    /// Imports all, telling each outcome as it is known. Ends early when nobody listens.
    fn run(mut self, mut export: Export<File>, entries: &[Entry], out: &Out) {
        let say = |text: String| out.blocking_send(Ok(text.into())).is_ok();
        if !say(format!("{{\"documents\":{},\"files\":[", entries.len())) {
            return;
        }
        for (number, entry) in entries.iter().enumerate() {
            let file = self.one(&mut export, entry);
            let comma = if number == 0 { "\n" } else { ",\n" };
            if !say(format!(
                "{comma}{}",
                serde_json::to_string(&file).expect("plain structures always make JSON")
            )) {
                break;
            }
        }
        let [imported, already_here, refused] = self.counts;
        say(format!("],\n\"imported\":{imported},\"already_here\":{already_here},\"refused\":{refused}}}\n"));
        self.state.changes.announce(Change::Many(self.owner));
    }

    fn one(&mut self, export: &mut Export<File>, entry: &Entry) -> ImportedFile {
        let name = entry.name.to_string();
        match self.take(export, entry) {
            Ok(document) => {
                self.counts[0] += 1;
                let document_id = Some(document.id.to_string());
                ImportedFile { name, outcome: Outcome::Imported, document_id, detail: None }
            }
            Err(ApiError::Duplicate { existing, .. }) => {
                self.counts[1] += 1;
                let document_id = Some(existing.to_string());
                ImportedFile { name, outcome: Outcome::AlreadyHere, document_id, detail: None }
            }
            Err(error) => {
                self.counts[2] += 1;
                let detail = Some(error.logged_problem().detail);
                ImportedFile { name, outcome: Outcome::Refused, document_id: None, detail }
            }
        }
    }

    fn take(&self, export: &mut Export<File>, entry: &Entry) -> Result<Document, ApiError> {
        let mut arrival = self.handle.block_on(Arrival::begin(&self.state, entry.name.clone()))?;
        export.read(entry, |piece| self.handle.block_on(arrival.add(piece)))?;
        let document = self.handle.block_on(arrival.store(&self.state, &self.owner))?;
        let patch = Patch { facts: entry.facts.clone(), ..Patch::default() };
        let edited = self.state.store.edit(&self.owner, document.id, &self.who, &patch);
        match self.handle.block_on(edited)? {
            Edited::Done(document) => Ok(*document),
            // Deleted in between, or impossible: the patch names no category.
            Edited::NoSuchDocument | Edited::NoSuchCategory => Err(ApiError::NoSuchDocument),
        }
    }
}
