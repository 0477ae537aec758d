//! The seal: proof that this proxy made an object, written as a label on it.
//!
//! HMAC-SHA256 over the object's kind, its name and its labels, under a key that only this proxy can read. Labels
//! alone prove nothing: an image brings labels of its own, and anybody on the host can write them.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use atoll_sandbox::labels;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What kind of object is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Container,
    Network,
    Volume,
}

/// Labels by name.
pub(crate) type Labels = BTreeMap<String, String>;

/// Labels that are looked up by name, wherever they were read.
pub(crate) trait LabelLookup {
    fn label(&self, name: &str) -> Option<&str>;
}

impl LabelLookup for Labels {
    fn label(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

/// The key, ready to be used. Never shown.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    fn of_key(key: [u8; 32]) -> Self {
        Self(Hmac::new_from_slice(&key).expect("a key of any length serves"))
    }

    /// Reads the key from `<state>/seal.key`, or makes it at the first start. It is readable by its owner alone.
    pub fn open(state: &Path) -> io::Result<Self> {
        let path = state.join("seal.key");
        match fs::File::open(&path) {
            Ok(file) => Self::read(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(&path),
            Err(error) => Err(error),
        }
    }

    fn read(mut file: fs::File) -> io::Result<Self> {
        let mut key = Vec::new();
        Read::by_ref(&mut file).take(33).read_to_end(&mut key)?;
        let key = key.try_into().map_err(|_| io::Error::other("seal.key does not hold 32 bytes"))?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            return Err(io::Error::other("seal.key can be read by others than its owner: chmod 600 it"));
        }
        Ok(Self::of_key(key))
    }

    /// Written whole under another name first, so that a crash leaves no half key.
    fn make(path: &Path) -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let draft = path.with_extension("draft");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&key)?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        Ok(Self::of_key(key))
    }

    /// The seal of an object with these labels, in hex.
    pub(crate) fn of(&self, kind: Kind, name: &str, labels: &impl LabelLookup) -> String {
        let tag = self.mac(kind, name, labels).finalize().into_bytes();
        tag.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the labels hold the seal of this very object. Takes the same time whatever is wrong.
    pub(crate) fn holds(&self, kind: Kind, name: &str, labels: &impl LabelLookup) -> bool {
        let Some(seal) = labels.label(labels::SEAL).and_then(from_hex) else { return false };
        self.mac(kind, name, labels).verify_slice(&seal).is_ok()
    }

    /// Each part goes in with its length, so that no two objects spell the same bytes.
    fn mac(&self, kind: Kind, name: &str, labels: &impl LabelLookup) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        let mut add = |part: &str| {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        };
        add(kind.word());
        add(name);
        for label in kind.sealed_labels() {
            add(label);
            add(labels.label(label).unwrap_or(""));
        }
        mac
    }
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
        }
    }

    /// Where the engine has an object of this kind.
    pub(crate) fn path(self, id: &str) -> String {
        format!("/{}s/{id}", self.word())
    }

    /// The labels that the kind carries. An image may add others; they mean nothing.
    fn sealed_labels(self) -> &'static [&'static str] {
        match self {
            Self::Container => &[labels::APP, labels::INSTANCE, labels::SERVICE, labels::INDEX, labels::SPEC],
            Self::Network => &[labels::APP, labels::INSTANCE, labels::INDEX, labels::SPEC],
            Self::Volume => &[labels::APP, labels::INSTANCE, labels::VOLUME, labels::SPEC],
        }
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| (b as char).to_digit(16).filter(|_| !b.is_ascii_uppercase());
    let pair = |pair: &[u8]| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8);
    (hex.len() == 64).then(|| hex.as_bytes().chunks(2).map(pair).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        [
            (labels::APP, "a"),
            (labels::INSTANCE, "main"),
            (labels::SERVICE, "web"),
            (labels::INDEX, "0"),
            (labels::SPEC, "x"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn sealed(seal: &Seal, kind: Kind, name: &str) -> Labels {
        let mut labels = labels();
        labels.insert(labels::SEAL.to_owned(), seal.of(kind, name, &labels));
        labels
    }

    #[test]
    fn a_seal_holds_for_its_own_object_only() {
        let state = tempfile::tempdir().unwrap();
        let seal = Seal::open(state.path()).unwrap();
        let good = sealed(&seal, Kind::Container, "atoll-a-main-web");
        assert!(seal.holds(Kind::Container, "atoll-a-main-web", &good));
        assert!(Seal::open(state.path()).unwrap().holds(Kind::Container, "atoll-a-main-web", &good));
        assert!(!seal.holds(Kind::Container, "atoll-b-main-web", &good));
        assert!(!seal.holds(Kind::Network, "atoll-a-main-web", &good));
        for name in
            [labels::APP, labels::INSTANCE, labels::SERVICE, labels::INDEX, labels::SPEC, labels::SEAL]
        {
            let mut changed = good.clone();
            changed.insert(name.to_owned(), "b".to_owned());
            assert!(!seal.holds(Kind::Container, "atoll-a-main-web", &changed), "{name}");
            changed.remove(name);
            assert!(!seal.holds(Kind::Container, "atoll-a-main-web", &changed), "{name}");
        }
        let other = Seal::open(tempfile::tempdir().unwrap().path()).unwrap();
        assert!(!other.holds(Kind::Container, "atoll-a-main-web", &good));
    }

    #[test]
    fn moving_a_letter_from_one_label_to_the_next_breaks_the_seal() {
        let seal = Seal::of_key([7; 32]);
        let mut one = labels();
        one.insert(labels::APP.to_owned(), "ab".to_owned());
        let mut two = labels();
        two.insert(labels::INSTANCE.to_owned(), "bmain".to_owned());
        assert_ne!(seal.of(Kind::Container, "n", &one), seal.of(Kind::Container, "n", &two));
    }

    #[test]
    fn the_key_is_readable_by_its_owner_alone_and_never_printed() {
        let state = tempfile::tempdir().unwrap();
        let seal = Seal::open(state.path()).unwrap();
        let path = state.path().join("seal.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(format!("{seal:?}"), "Seal(…)");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Seal::open(state.path()).is_err());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(Seal::open(state.path()).is_err());
    }

    #[test]
    fn a_key_that_is_there_and_cannot_be_read_is_not_replaced() {
        let state = tempfile::tempdir().unwrap();
        let path = state.path().join("seal.key");
        // It leads to itself, which nobody can open, whoever runs the tests.
        std::os::unix::fs::symlink(&path, &path).unwrap();
        assert!(Seal::open(state.path()).is_err());
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    }
}
