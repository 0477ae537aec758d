//! The form of single words: paths, variables, images, hosts.

use super::{Checked, Finding, ensure};
use crate::yaml::Path;

/// Variables that would steer the runtime or a library loader, or that the platform sets itself.
const RESERVED_PREFIXES: [&str; 6] = ["LD_", "GCONV_", "NVIDIA_", "CUDA_", "DOCKER_", "ATOLL_"];
const RESERVED: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "HOSTNAME"];

/// Folders of the container that the engine or the kernel owns.
const FORBIDDEN_MOUNTS: [&str; 4] = ["/proc", "/sys", "/dev", "/run/docker"];
const FORBIDDEN_FILES: [&str; 5] = ["/etc", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/passwd"];

/// Text that people read: one line, not empty, at most `longest` characters.
pub(super) fn line(path: Path, text: &str, longest: usize) -> Checked {
    let fits =
        !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control);
    ensure(fits, || Finding::new(path, format!("must be one line of 1 to {longest} characters")))
}

/// A small word for machines.
pub(super) fn word(path: Path, text: &str) -> Checked {
    let fits = (1..=30).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    ensure(fits, || Finding::new(path, "must be 1 to 30 of a-z, 0-9 and hyphens, a letter first"))
}

/// A link for people.
pub(super) fn link(path: Path, text: &str) -> Checked {
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let fits = !rest.is_empty() && text.len() <= 300 && text.bytes().all(|b| b.is_ascii_graphic());
    ensure(fits, || Finding::new(path, "must be a link that starts with https://"))
}

/// A file below the allowlist's folder.
pub(super) fn icon(path: Path, text: &str) -> Checked {
    let clean = text.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    });
    let picture = [".svg", ".png"].iter().any(|ending| text.ends_with(ending));
    ensure(clean && picture, || {
        Finding::new(path, "must be the path of an .svg or .png, relative to the allowlist, without `..`")
    })
}

/// An absolute path in the container at which something may be mounted.
pub(super) fn mount_path(path: Path, text: &str) -> Checked {
    ensure(is_clean_absolute(text) && text != "/", || {
        Finding::new(path.clone(), "must be an absolute path without `.`, `..`, `//` or a slash at the end")
    })?;
    let below =
        |folder: &str| text == folder || text.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let forbidden = FORBIDDEN_MOUNTS.iter().any(|folder| below(folder) || text.starts_with("/run/docker"))
        || FORBIDDEN_FILES.contains(&text);
    ensure(!forbidden, || Finding::new(path, format!("is `{text}`, which belongs to the engine")))
}

/// A path prefix of the app's web pages.
pub(super) fn url_path(path: Path, text: &str) -> Checked {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'%' | b'?' | b'#' | b'\\' | b'"' | b';');
    let clean = text.starts_with('/')
        && !text.contains("//")
        && text.len() <= 300
        && text.bytes().all(plain)
        && text.split('/').all(|part| part != "." && part != "..");
    ensure(clean, || {
        Finding::new(path, "must be a path that starts with `/`, without `..`, `//`, `%`, `?` or `#`")
    })
}

/// The name of a variable that an entry may set.
pub(super) fn variable(path: Path, name: &str) -> Checked {
    let mut bytes = name.bytes();
    let fits = name.len() <= 128
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    ensure(fits, || Finding::new(path.clone(), format!("`{name}` is no variable name")))?;
    let upper = name.to_ascii_uppercase();
    let reserved = RESERVED_PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
        || RESERVED.contains(&upper.as_str());
    ensure(!reserved, || {
        Finding::new(path, format!("sets `{name}`, which belongs to the platform or steers the runtime"))
    })
}

/// An image reference with a tag and without a digest: the digest is the lock's.
pub(super) fn image(path: Path, text: &str) -> Checked {
    ensure(!text.contains('@'), || {
        Finding::new(path.clone(), "holds a digest").hint("name a tag here; the lock holds the digest")
    })?;
    ensure(is_image(text), || {
        Finding::new(path, format!("is `{text}`, which is no image reference with a tag"))
            .hint("write it like atoll/documents:1.0.0, in lower case")
    })
}

fn is_image(text: &str) -> bool {
    let Some((repository, tag)) = text.rsplit_once(':') else { return false };
    let tag_fits = (1..=128).contains(&tag.len())
        && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    let repository_fits = match repository.split_once('/') {
        Some((first, rest)) => is_registry_or_component(first) && rest.split('/').all(is_component),
        None => is_component(repository),
    };
    text.len() <= 200 && tag_fits && repository_fits
}

/// Only a registry's address may have a port; otherwise it is spelled like every other part of a name.
fn is_registry_or_component(text: &str) -> bool {
    match text.split_once(':') {
        Some((host, port)) => {
            is_component(host) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
        }
        None => is_component(text),
    }
}

fn is_component(part: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    edge(part.bytes().next())
        && edge(part.bytes().last())
        && part
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
}

/// A host that an app may reach: exact, or `*.suffix`.
pub(super) fn host(path: Path, text: &str) -> Checked {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let labels: Vec<&str> = name.split('.').collect();
    let fits = name.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        });
    ensure(fits, || {
        Finding::new(path, format!("is `{text}`, which is no host name"))
            .hint("write it in lower case like api.example.org or *.example.org")
    })
}

/// `uid:gid`, both numeric and at least 1000: names would be looked up in the image, and 0 is root.
pub(super) fn user(path: Path, text: &str) -> Checked {
    let id = |digits: &str| {
        let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        plain && digits.parse::<u32>().is_ok_and(|id| (1000..=2_000_000_000).contains(&id))
    };
    let fits = text.split_once(':').is_some_and(|(user, group)| id(user) && id(group));
    ensure(fits, || {
        Finding::new(path, format!("is `{text}`; it must be a numeric uid:gid, both at least 1000"))
            .hint("write it quoted, like \"10001:10001\"")
    })
}

fn is_clean_absolute(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('/') else { return false };
    text.len() <= 200
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b':' | b',' | b'\\' | b'"'))
        && (rest.is_empty() || rest.split('/').all(|part| !matches!(part, "" | "." | "..")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(fits: impl Fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(fits(text), "`{text}` was refused");
        }
        for text in bad {
            assert!(!fits(text), "`{text}` was accepted");
        }
    }

    #[test]
    fn a_word_is_of_small_letters_digits_and_hyphens() {
        let (longest, longer) = ("a".repeat(30), "a".repeat(31));
        each(
            |text| word(Path::default(), text).is_ok(),
            &["a", "a-1", "read-only", &longest],
            &["", "1a", "-a", "aB", "a_b", "a b", "a.b", &longer],
        );
    }

    #[test]
    fn an_image_is_a_repository_with_or_without_a_host_and_a_tag() {
        let (longest, longer) = (format!("a:{}", "1".repeat(128)), format!("a:{}", "1".repeat(129)));
        let (long, too_long) = (format!("{}:1", "a".repeat(198)), format!("{}:1", "a".repeat(199)));
        each(
            is_image,
            &[
                "a:1",
                "a/b/c:1.0.0",
                "a-b/c_d.e:_x-Y.9",
                "example.org/a:1",
                "example.org:5000/a:1",
                "host:5000/a/b:1",
                "localhost/a:1",
                "localhost:5000/a:1",
                &longest,
                &long,
            ],
            &[
                "",
                "a",
                "a:",
                ":1",
                "a/b",
                "a:.1",
                "a:-1",
                "a:1+2",
                "a:ä",
                "A:1",
                "a//b:1",
                "/a:1",
                "a/:1",
                "-a:1",
                "a-:1",
                ".a:1",
                "a.:1",
                "a b:1",
                "a/B:1",
                "a/-b:1",
                "a/b_:1",
                "host:/a:1",
                "host:x/a:1",
                "host:5x/a:1",
                ":5000/a:1",
                "Example.org/a:1",
                "-example.org/a:1",
                "example.org:5000/a",
                "a:1:2",
                "a/b:5000/c:1",
                &longer,
                &too_long,
            ],
        );
    }

    #[test]
    fn a_host_to_reach_is_a_name_of_two_labels_or_more() {
        let (label, longer) = (format!("{}.org", "a".repeat(63)), format!("{}.org", "a".repeat(64)));
        let (longest, too_long) = (format!("{}org", "a.".repeat(125)), format!("{}orgs", "a.".repeat(125)));
        each(
            |text| host(Path::default(), text).is_ok(),
            &["api.example.org", "*.example.org", "a-1.org", "1.2", &label, &longest],
            &[
                "",
                "localhost",
                "*",
                "*.",
                "*.org",
                "*.*.org",
                "a.*.org",
                "a..org",
                ".org.a",
                "a.org.",
                "-a.org",
                "a-.org",
                "a_b.org",
                "A.org",
                "a.org:443",
                "https://a.org",
                "a.org/",
                &longer,
                &too_long,
            ],
        );
    }

    #[test]
    fn a_user_is_two_numbers_above_those_of_the_system() {
        each(
            |text| user(Path::default(), text).is_ok(),
            &["1000:1000", "10001:10001", "2000000000:2000000000"],
            &[
                "",
                "1000",
                "1000:",
                ":1000",
                "999:1000",
                "1000:999",
                "0:0",
                "root:root",
                "01000:1000",
                "1000:+1000",
                "2000000001:1000",
                "1000:2000000001",
                "1000:1000:1000",
                "99999999999:1000",
            ],
        );
    }

    #[test]
    fn a_path_of_pages_has_one_meaning() {
        let (longest, longer) = (format!("/{}", "a".repeat(299)), format!("/{}", "a".repeat(300)));
        each(
            |text| url_path(Path::default(), text).is_ok(),
            &["/", "/a", "/a/", "/a/b-c_d.e~", "/...", "/.well-known/x", &longest],
            &[
                "", "a", "//", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/a/..", "/a b", "/%2e", "/a?b",
                "/a#b", "/a\\b", "/a\"b", "/a;b", "/ä", "/a\0", &longer,
            ],
        );
    }

    #[test]
    fn a_path_is_absolute_and_has_one_meaning() {
        let (longest, longer) = (format!("/{}", "a".repeat(199)), format!("/{}", "a".repeat(200)));
        each(
            is_clean_absolute,
            &["/", "/a", "/a/b-c_d.e", "/...", &longest],
            &[
                "", "a", "a/b", "//", "/a/", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/a b", "/a:b",
                "/a,b", "/a\\b", "/a\"b", "/ä", "/a\0", &longer,
            ],
        );
    }
}
