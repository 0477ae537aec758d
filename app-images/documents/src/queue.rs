//! Reads the documents that wait, one after the other.
//!
//! One at a time, because a child may use most of the container's memory. The queue itself is in the database
//! ([`crate::store`]); this loop only takes from it, and is woken when something was put in. What a text says is stored
//! together with it, so a document that is ready is classified too.

mod asking;
mod passwords;

pub use asking::Asking;
pub use passwords::Passwords;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::changes::{Change, Changes};
use crate::classification::rules::{self, Readable};
use crate::classification::{Classification, e_invoice};
use crate::document::{Document, DocumentId};
use crate::extraction::ocr::Language;
use crate::extraction::reader::{ReadError, Reader, Reading};
use crate::extraction::{Failure, Metadata, PageText, Searchable};
use crate::files::Files;
use crate::settings::SettingsHandle;
use crate::store::{Claim, Found, Store, StoreError};

/// Wakes the queue. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Says that a document waits.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until somebody says so; what was said before counts.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

/// Everything that the queue's loop needs.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Where the queue is.
    pub store: Store,
    /// Where the documents' files are.
    pub files: Files,
    /// Who reads them.
    pub reader: Reader,
    /// Who wants to know.
    pub changes: Changes,
    /// The passwords that people gave.
    pub passwords: Passwords,
    /// What wakes us.
    pub bell: Bell,
    /// Whether there is an AI provider to ask.
    pub settings: SettingsHandle,
    /// Wakes those who ask it.
    pub asking: Bell,
    /// Wakes those who tell of finished documents.
    pub finished: Bell,
}

/// The pause after the first attempt that was cut short; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(2);
/// The pause after the database failed.
const PAUSE_AFTER_STORE_ERROR: Duration = Duration::from_secs(5);

impl Queue {
    /// Runs until `stop`. A document that is being read then goes back into the queue, and the attempt does not count.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let worked = match self.store.claim_next(Timestamp::now()).await {
                Ok(Some(claim)) => self.work(claim, &stop).await,
                Ok(None) => self.wait(&stop).await,
                Err(error) => Err(error),
            };
            if let Err(error) = worked {
                error!(error = format!("{:#}", anyhow::Error::new(error)), "the queue has to pause");
                sleep_or(&stop, PAUSE_AFTER_STORE_ERROR).await;
            }
        }
    }

    async fn wait(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        let now = Timestamp::now();
        let pause = self.store.next_due().await?.map(|due| Duration::try_from(due - now).unwrap_or_default());
        tokio::select! {
            () = self.bell.rung() => {}
            () = stop.cancelled() => {}
            () = sleep_if(pause) => {}
        }
        Ok(())
    }

    async fn work(&self, claim: Claim, stop: &CancellationToken) -> Result<(), StoreError> {
        self.changes.announce(Change::Document(Box::new(claim.document.clone())));
        let changed = tokio::select! {
            read = self.read(&claim) => self.conclude(&claim, read).await?,
            () = stop.cancelled() => self.store.put_back(claim.document.id, Timestamp::now(), false).await?,
        };
        // None, because its owner deleted it meanwhile.
        if let Some(document) = changed {
            self.changes.announce(Change::Document(Box::new(document)));
            self.asking.ring();
            self.finished.ring();
        }
        Ok(())
    }

    async fn read(&self, claim: &Claim) -> Result<Reading, ReadError> {
        match self.files.read(claim.document.id).await {
            Ok(file) => self.reader().read(file, self.passwords.of(claim.document.id).as_ref()).await,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Reading::failed(Failure::FileMissing))
            }
            Err(error) => Err(ReadError::Start(error)),
        }
    }

    /// The reader, with the languages that an administrator has chosen for scans.
    fn reader(&self) -> Reader {
        let mut reader = self.reader.clone();
        let chosen: Vec<Language> = self
            .settings
            .current()
            .ocr_languages
            .iter()
            .filter_map(|name| Language::parse(name).ok())
            .collect();
        if let (Some(ocr), false) = (&mut reader.ocr, chosen.is_empty()) {
            ocr.languages = chosen;
        }
        reader
    }

    async fn conclude(
        &self,
        claim: &Claim,
        read: Result<Reading, ReadError>,
    ) -> Result<Option<Document>, StoreError> {
        let id = claim.document.id;
        match read {
            Ok(Reading { text: Ok(pages), e_invoice, metadata, searchable, tail, .. }) => {
                info!(document = %id, pages = pages.len(), "read a document");
                self.passwords.forget(id);
                let mut facts = from_rules(&claim.document, &pages, &metadata);
                facts.merge(from_e_invoice(e_invoice.as_deref()));
                let ask_ai = self.settings.current().ai.is_some();
                let searchable = self.keep_tail(id, searchable, tail).await;
                let found = Found { pages: &pages, facts: &facts, searchable, ask_ai };
                self.store.finish_with_text(id, found).await
            }
            Ok(Reading { pages, text: Err(failure), e_invoice, .. }) => {
                info!(document = %id, failure = failure.code(), "a document has no text");
                self.passwords.forget(id);
                self.keep_tail(id, Searchable::No, None).await;
                let facts = from_e_invoice(e_invoice.as_deref());
                self.store.finish_with_failure(id, pages, failure, &facts).await
            }
            Err(error) if claim.attempt < Store::MOST_ATTEMPTS => {
                warn!(document = %id, attempt = claim.attempt, %error, "an attempt was cut short; will try again");
                let pause = PAUSE * 2u32.pow(claim.attempt - 1);
                self.store.put_back(id, Timestamp::now() + pause, true).await
            }
            Err(error) => {
                error!(document = %id, attempt = claim.attempt, %error, "gave a document up");
                self.store.finish_with_failure(id, None, Failure::GaveUp, &Classification::default()).await
            }
        }
    }

    /// Keeps what makes a searchable copy, in the place of what an earlier reading kept. A copy that cannot be kept is no reason to
    /// lose the text.
    async fn keep_tail(&self, id: DocumentId, searchable: Searchable, tail: Option<Vec<u8>>) -> Searchable {
        let kept = match tail {
            Some(tail) => self.files.keep_tail(id, tail).await,
            None => self.files.remove_tail(id).await,
        };
        match kept {
            Ok(()) => searchable,
            Err(error) => {
                warn!(document = %id, %error, "the searchable copy of a document cannot be kept");
                Searchable::No
            }
        }
    }
}

/// What the text and the file's own title say by the rules.
fn from_rules(document: &Document, pages: &[PageText], metadata: &Metadata) -> Classification {
    let texts: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let file_name = document.name.as_str();
    let title = metadata.title.as_deref();
    rules::classify(&Readable { pages: &texts, file_name, title, today })
}

/// What the electronic invoice inside says exactly; nothing if there is none.
fn from_e_invoice(xml: Option<&[u8]>) -> Classification {
    let read = xml.map(e_invoice::read).transpose();
    read.inspect_err(|error| debug!(%error, "an electronic invoice cannot be understood"))
        .unwrap_or_default()
        .unwrap_or_default()
}

/// Sleeps for this long, or for ever.
pub(crate) async fn sleep_if(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}

/// Sleeps for this long, or until `stop`.
pub(crate) async fn sleep_or(stop: &CancellationToken, pause: Duration) {
    // Whichever comes first; both mean "go on".
    drop(tokio::time::timeout(pause, stop.cancelled()).await);
}
