//! The allowlist and its lock together: what may run, and which bytes that means.

use serde::{Deserialize, Serialize};

use crate::{
    allowlist::{Allowlist, App},
    lock::{Lock, Pin, Platform},
    names::AppId,
};

/// Everything that policy says, read from both files.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    allowlist: Allowlist,
    lock: Lock,
}

/// How tightly an app is sealed, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rating {
    /// No rule is relaxed.
    Sealed,
    /// At least one rule is relaxed, with a reason.
    Loosened,
}

impl Policy {
    /// Joins the two files.
    pub fn new(allowlist: Allowlist, lock: Lock) -> Self {
        Self { allowlist, lock }
    }

    /// What may run.
    pub fn allowlist(&self) -> &Allowlist {
        &self.allowlist
    }

    /// Which bytes that means.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The entry of an app.
    pub fn app(&self, app: &AppId) -> Option<&App> {
        self.allowlist.app(app)
    }

    /// The pin of an image reference on a platform.
    pub fn pin(&self, image: &str, platform: &Platform) -> Option<&Pin> {
        self.lock.pin(image, platform)
    }

    /// How tightly an app is sealed.
    pub fn rating(&self, app: &App) -> Rating {
        if app.relax.is_empty() { Rating::Sealed } else { Rating::Loosened }
    }

    /// Every image reference that some entry names, each once.
    pub fn images(&self) -> impl Iterator<Item = &str> {
        let mut images: Vec<&str> = self
            .allowlist
            .apps
            .iter()
            .flat_map(|app| app.services.values())
            .map(|s| s.image.as_str())
            .collect();
        images.sort_unstable();
        images.dedup();
        images.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_of_the_list_is_named_once() {
        let allowlist = Allowlist::parse("a", include_str!("../testdata/allowlist.yaml")).unwrap();
        let lock = Lock::parse("l", include_str!("../testdata/allowlist.lock")).unwrap();
        let mut expected: Vec<String> = allowlist
            .apps
            .iter()
            .flat_map(|app| app.services.values())
            .map(|service| service.image.clone())
            .collect();
        expected.sort();
        expected.dedup();
        let policy = Policy::new(allowlist, lock.clone());
        assert_eq!(policy.lock(), &lock);
        assert_eq!(policy.images().collect::<Vec<_>>(), expected);
    }
}
