//! The provider of the moment: made anew when the settings change, kept while they do not, so that its failures are counted.

use std::sync::{Arc, Mutex};

use super::{Outbound, Provider};
use crate::settings::{Settings, SettingsHandle};

/// Gives the provider that the current settings name. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Providers {
    settings: SettingsHandle,
    outbound: Outbound,
    made: Arc<Mutex<Option<Made>>>,
}

#[derive(Debug)]
struct Made {
    from: Arc<Settings>,
    provider: Option<Provider>,
}

impl Providers {
    /// Follows these settings.
    pub fn new(settings: SettingsHandle, outbound: Outbound) -> Self {
        Self { settings, outbound, made: Arc::default() }
    }

    /// The provider to ask now; `None` while the built-in rules work alone.
    pub fn current(&self) -> Option<Provider> {
        let settings = self.settings.current();
        let mut made = self.made.lock().expect("nobody panics while holding the provider");
        let same = |made: &&Made| made.from.ai == settings.ai && made.from.prompt == settings.prompt;
        if let Some(made) = made.as_ref().filter(same) {
            return made.provider.clone();
        }
        let provider = Provider::new(&settings, self.outbound.clone());
        *made = Some(Made { from: settings, provider: provider.clone() });
        provider
    }

    /// How a provider is reached, for one that is only tried.
    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }
}
