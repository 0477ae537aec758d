//! The names that people's browsers go to: the console's and each app's.

use atoll_sandbox::allowlist::Allowlist;
use url::Url;

use super::{engine::Reached, installed::is_installed};

/// A name, and whether somebody could use it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AppHost {
    pub(super) name: String,
    /// The console's always is.
    pub(super) is_installed: bool,
}

/// The console's name first, then one for each app of the allowlist.
pub(super) async fn of(base: &Url, allowlist: Option<&Allowlist>, engine: Option<&Reached>) -> Vec<AppHost> {
    let console = base.host_str().unwrap_or_default().to_owned();
    let mut hosts = vec![AppHost { name: console.clone(), is_installed: true }];
    for app in allowlist.into_iter().flat_map(|list| &list.apps) {
        let is_installed = match engine {
            Some(reached) => is_installed(app, reached).await.unwrap_or(false),
            None => false,
        };
        hosts.push(AppHost { name: format!("{}.{console}", app.id), is_installed });
    }
    hosts
}
