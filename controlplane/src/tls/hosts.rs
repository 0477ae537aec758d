//! The names that need a certificate: the console's and each installed app's.

use crate::{
    config::BaseUrl,
    store::{Store, StoreError},
};

/// Tells the names. They follow what is installed.
#[derive(Debug, Clone)]
pub struct Hosts {
    base_url: BaseUrl,
    store: Store,
}

impl Hosts {
    /// Below this base URL, by this database.
    pub const fn new(base_url: BaseUrl, store: Store) -> Self {
        Self { base_url, store }
    }

    /// The names now, the console's first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn now(&self) -> Result<Vec<String>, StoreError> {
        let console = self.base_url.host().to_owned();
        let installed = self.store.installations().await?;
        let apps = installed.iter().map(|installed| format!("{}.{console}", installed.island.app));
        let apps: Vec<String> = apps.collect();
        Ok(std::iter::once(console).chain(apps).collect())
    }
}
