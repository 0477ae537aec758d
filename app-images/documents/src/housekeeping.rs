//! What has to go in time: documents that lay in the trash long enough, and uploads that nobody goes on with.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::changes::{Change, Changes};
use crate::files::Files;
use crate::queue::sleep_or;
use crate::store::{Store, StoreError};

/// How often it is looked after.
const EVERY: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Everything that tidying up needs.
#[derive(Clone, Debug)]
pub struct Housekeeping {
    /// The rows.
    pub store: Store,
    /// The files.
    pub files: Files,
    /// Who wants to know.
    pub changes: Changes,
}

impl Housekeeping {
    /// Tidies up at once and then every hour, until `stop`. `trash_days` is asked each time.
    pub async fn run(self, trash_days: impl Fn() -> u32, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.tidy(Timestamp::now(), trash_days()).await {
                error!(error = format!("{:#}", anyhow::Error::new(error)), "could not tidy up");
            }
            sleep_or(&stop, EVERY).await;
        }
    }

    /// Removes what has to go by `now`. Returns how many documents left the trash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tidy(&self, now: Timestamp, trash_days: u32) -> Result<usize, StoreError> {
        let gone = self.store.empty_trash(now - DAY * trash_days).await?;
        for (owner, id) in &gone {
            self.changes.announce(Change::Deleted { owner: owner.clone(), id: *id });
            if let Err(error) = self.files.remove(*id).await {
                warn!(document = %id, %error, "could not remove a deleted document's file; the next start will");
            }
        }
        for id in self.store.expire_uploads(now).await? {
            if let Err(error) = self.files.remove_upload(id).await {
                warn!(upload = %id, %error, "could not remove an expired upload's file; the next start will");
            }
        }
        if !gone.is_empty() {
            info!(documents = gone.len(), "emptied the trash");
        }
        Ok(gone.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{FileName, Sha256Hasher, UploadId, UserId};
    use crate::store::{Action, NewDocument, Upload};

    #[tokio::test]
    async fn the_trash_keeps_a_document_for_its_days_and_not_longer() {
        let folder = tempfile::tempdir().unwrap();
        let (store, files) = opened(folder.path()).await;
        let anna = UserId::parse("anna").unwrap();
        let mut arriving = files.begin().await.unwrap();
        arriving.write(b"%PDF-").await.unwrap();
        let id = arriving.finish().await.unwrap();
        let new = NewDocument {
            id,
            owner: anna.clone(),
            name: FileName::clean("a.pdf"),
            sha256: Sha256Hasher::start().finish(),
            bytes: 5,
            uploaded_at: Timestamp::now(),
        };
        store.insert_document(new).await.unwrap();
        store.bulk(&anna, "Anna", &[id], &Action::Trash).await.unwrap();
        let house = Housekeeping { store: store.clone(), files: files.clone(), changes: Changes::default() };
        let now = Timestamp::now();
        assert_eq!(house.tidy(now + DAY * 29, 30).await.unwrap(), 0);
        assert!(store.document(&anna, id).await.unwrap().is_some());
        assert_eq!(house.tidy(now + DAY * 31, 30).await.unwrap(), 1);
        assert!(store.document(&anna, id).await.unwrap().is_none());
        assert!(files.read(id).await.is_err());
    }

    #[tokio::test]
    async fn an_upload_that_nobody_goes_on_with_is_forgotten_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let (store, files) = opened(folder.path()).await;
        let (anna, now) = (UserId::parse("anna").unwrap(), Timestamp::now());
        let id = UploadId::generate();
        let name = FileName::clean("a.pdf");
        let upload = Upload { id, owner: anna.clone(), name, bytes: 9, sha256: None, received: 0 };
        store.insert_upload(&upload, now + DAY).await.unwrap();
        drop(files.append(id, 0).await.unwrap());
        let house = Housekeeping { store: store.clone(), files: files.clone(), changes: Changes::default() };
        house.tidy(now, 30).await.unwrap();
        assert!(files.read_upload(id).await.is_ok());
        house.tidy(now + DAY, 30).await.unwrap();
        assert!(files.read_upload(id).await.is_err());
        assert!(store.upload(&anna, id).await.unwrap().is_none());
    }

    async fn opened(folder: &std::path::Path) -> (Store, Files) {
        (Store::open(&folder.join("documents.db")).await.unwrap(), Files::open(folder).unwrap())
    }
}
