//! Which digest stands for an image.
//!
//! An image from a registry is known by its manifest's digest, which is the same on every machine. An image that was
//! built here has no such name in the world, so the engine's own id of it has to do.

use atoll_sandbox::lock::{InvalidPin, Pin, PinSource, Platform};

use crate::engine::view::Image;

/// Why an image cannot be pinned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unpinnable {
    /// Made for another machine.
    #[error("the image `{image}` is made for {found}, but the engine runs {platform}")]
    Foreign {
        /// Its reference.
        image: String,
        /// What it is made for.
        found: String,
        /// What the engine runs.
        platform: Platform,
    },
    /// The engine says something that is no digest.
    #[error("the engine's name for the image `{image}` cannot be read: {source}")]
    Unreadable {
        /// Its reference.
        image: String,
        /// What it says.
        source: InvalidPin,
    },
}

/// The pin of what the engine has under `reference`.
pub(crate) fn pin_of(reference: &str, image: &Image, platform: &Platform) -> Result<Pin, Unpinnable> {
    let found = format!("{}/{}", image.os, image.architecture);
    if found != platform.as_str() && !image.os.is_empty() {
        return Err(Unpinnable::Foreign { image: reference.to_owned(), found, platform: platform.clone() });
    }
    let (digest, source) = match manifest_digest(reference, image) {
        Some(digest) => (digest, PinSource::Registry),
        None => (image.id.as_str(), PinSource::Local),
    };
    let digest =
        digest.parse().map_err(|source| Unpinnable::Unreadable { image: reference.to_owned(), source })?;
    Ok(Pin { digest, source })
}

/// The digest under which a registry knows the image in the reference's repository.
///
/// The containerd store calls every image by its manifest's digest, built here or pulled, and Podman lists what it built
/// as coming from `localhost`: neither says that a registry knows the image. Where that digest is also the image's id,
/// nothing is lost by pinning it as the id.
fn manifest_digest<'a>(reference: &str, image: &'a Image) -> Option<&'a str> {
    let digest = manifest_digests(reference, image).next()?;
    (digest != image.id && !repository(reference).starts_with("localhost/")).then_some(digest)
}

/// All manifest digests that the engine knows the image by in the reference's repository.
pub(crate) fn manifest_digests<'a>(reference: &str, image: &'a Image) -> impl Iterator<Item = &'a str> {
    let wanted = repository(reference);
    let entries = image.repo_digests.iter().flatten().filter_map(|entry| entry.split_once('@'));
    entries.filter(move |(name, _)| repository(name) == wanted).map(|(_, digest)| digest)
}

/// The repository in full, without tag: `docker.io/library/postgres` for `postgres:17`.
fn repository(reference: &str) -> String {
    let name = match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => reference,
    };
    match name.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
        None => format!("docker.io/library/{name}"),
    }
}

/// The word for people.
pub(crate) const fn source_word(source: PinSource) -> &'static str {
    match source {
        PinSource::Local => "local",
        PinSource::Registry => "registry",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    fn pin(reference: &str, digests: &[String]) -> (PinSource, String) {
        let image = Image {
            id: hex('1'),
            repo_digests: Some(digests.to_vec()),
            os: "linux".into(),
            architecture: "amd64".into(),
        };
        let pin = pin_of(reference, &image, &"linux/amd64".parse().unwrap()).unwrap();
        (pin.source, pin.digest.to_string())
    }

    #[test]
    fn an_image_of_a_registry_is_pinned_by_the_digest_that_its_own_repository_knows() {
        let other = format!("mirror.example.org/postgres@{}", hex('2'));
        for (reference, name) in [
            ("postgres:17", "postgres"),
            ("docker.io/library/postgres:17", "postgres"),
            ("postgres:17", "docker.io/library/postgres"),
            ("team/app:1", "docker.io/team/app"),
            ("registry.example.org:5000/team/app:1", "registry.example.org:5000/team/app"),
        ] {
            let digests = [other.clone(), format!("{name}@{}", hex('3'))];
            assert_eq!(pin(reference, &digests), (PinSource::Registry, hex('3')), "{reference}");
        }
    }

    #[test]
    fn an_image_that_no_registry_knows_is_pinned_by_its_id() {
        let local = (PinSource::Local, hex('1'));
        assert_eq!(pin("atoll/documents:1.0.0", &[]), local);
        assert_eq!(pin("a:1", &[format!("b@{}", hex('2'))]), local, "known under another name only");
        assert_eq!(pin("a:1", &[format!("a@{}", hex('1'))]), local, "the containerd store");
        assert_eq!(pin("localhost/a:1", &[format!("localhost/a@{}", hex('2'))]), local, "built by Podman");
    }

    #[test]
    fn an_image_for_another_machine_is_refused() {
        let image =
            Image { id: hex('1'), repo_digests: None, os: "linux".into(), architecture: "arm64".into() };
        let error = pin_of("a:1", &image, &"linux/amd64".parse().unwrap()).unwrap_err().to_string();
        assert_eq!(error, "the image `a:1` is made for linux/arm64, but the engine runs linux/amd64");
    }
}
