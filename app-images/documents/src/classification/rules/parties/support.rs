//! What the rest of a page says of a name: that it comes back, and that mail and web addresses are made of it.

use super::super::sheet::Line;
use super::letterhead;
use super::names::{Name, is_common};

/// The most that [`Voices::support`] gives.
pub(super) const MOST: f32 = 7.0;
/// Those whose customers write from their domains, which say nothing of who writes.
#[rustfmt::skip]
const MAIL_HOSTS: &[&str] = &["gmail", "googlemail", "outlook", "hotmail", "yahoo", "gmx", "web", "icloud", "tonline", "orange", "wanadoo",
    "free", "libero", "protonmail", "ziggo", "bluewin"];
/// Titles whose feminine forms look like domains: `dott.ssa`.
const TITLES: &[&str] = &["dott.", "prof.", "gent.", "spett.", "egreg.", "messrs."];

/// The lines of a page that are not addressed to anybody.
pub(super) struct Voices<'a> {
    lines: Vec<&'a Line>,
    /// The names in the domains of mail and web addresses, without hyphens.
    domains: Vec<String>,
    /// See [`headings`](super::letterhead::headings).
    pub(super) headings: usize,
    /// See [`foot_speaks`](super::letterhead::foot_speaks).
    pub(super) foot_speaks: bool,
}

impl<'a> Voices<'a> {
    pub(super) fn of(page: &'a [Line], addressed: &[usize]) -> Self {
        let lines: Vec<&Line> = page
            .iter()
            .enumerate()
            .filter(|(index, _)| !addressed.contains(index))
            .map(|(_, line)| line)
            .collect();
        let words = lines.iter().flat_map(|line| line.folded.split([' ', ',', '|', '·', '(', ')']));
        let mut domains: Vec<String> = words.filter_map(domain).collect();
        domains.sort_unstable();
        domains.dedup();
        let (headings, foot_speaks) = (letterhead::headings(page), letterhead::foot_speaks(page));
        Self { lines, domains, headings, foot_speaks }
    }

    /// The lines but one.
    pub(super) fn others(&self, line: &Line) -> impl Iterator<Item = &&'a Line> {
        self.lines.iter().filter(move |other| other.above != line.above || other.text != line.text)
    }

    /// Whether a domain is that name and nothing else.
    pub(super) fn is_domain(&self, name: &Name) -> bool {
        let compact = compact_of(&name.core());
        compact.len() >= 5 && self.domains.contains(&compact)
    }

    /// How much speaks for its being the name of who speaks, up to [`MOST`].
    pub(super) fn support(&self, name: &Name) -> f32 {
        let core = name.core();
        self.again(name, &core) + self.in_domains(&core)
    }

    /// It stands in more lines than one, at best in the head and in the foot.
    fn again(&self, name: &Name, core: &str) -> f32 {
        if core.len() < 5 {
            return 0.0;
        }
        let mut lines = self.lines.iter().filter(|line| line.folded.contains(core)).peekable();
        let head = lines.peek().is_some_and(|line| line.above < 5);
        let (times, foot) =
            lines.fold((0, false), |(times, foot), line| (times + 1, foot || line.below <= 4));
        let short = !name.has_legal_form() && !core.contains(' ');
        match (times > 1, head && foot) {
            (true, true) if !short => 2.5,
            (true, _) => 1.5,
            (false, _) => 0.0,
        }
    }

    fn in_domains(&self, core: &str) -> f32 {
        let compact = compact_of(core);
        if compact.len() < 4 {
            return 0.0;
        }
        let of = |domain: &String| {
            let (short, long) = if domain.len() < compact.len() {
                (domain.as_str(), compact.as_str())
            } else {
                (compact.as_str(), domain.as_str())
            };
            if short == long || is_of_words(domain, core) {
                4.0
            } else if short.len() >= 5 && long.starts_with(short) {
                3.0
            } else if core
                .split([' ', '-'])
                .any(|word| word.len() >= 4 && domain.contains(&compact_of(word)) && !is_common(word))
            {
                2.5
            } else {
                0.0
            }
        };
        self.domains.iter().map(of).fold(0.0, f32::max)
    }
}

/// Letters and digits alone. German domains write `ä` as `ae`, and folding as `a`: here both are one.
fn compact_of(folded: &str) -> String {
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// Whether a domain is put together of words of a name, in any order: `thornton-bakery` of `Bakery Thornton & Sons`.
fn is_of_words(domain: &str, core: &str) -> bool {
    let mut left = domain.to_owned();
    let mut own = false;
    for word in core.split([' ', '-']).filter(|word| word.len() >= 3) {
        if let Some(at) = left.find(&compact_of(word)) {
            left.replace_range(at..at + compact_of(word).len(), "");
            own |= !is_common(word);
        }
    }
    left.is_empty() && own
}

/// The name in a mail or web address: `rackmuehle` of `buchhaltung@rackmuehle.example`.
fn domain(word: &str) -> Option<String> {
    let word = word.trim_matches(['.', ':', ';', '<', '>']);
    if TITLES.iter().any(|title| word.starts_with(title)) {
        return None;
    }
    let address = word.rsplit('@').next()?;
    let host = address.split_once("://").map_or(address, |(_, rest)| rest).split('/').next()?;
    let parts: Vec<&str> = host.split('.').collect();
    let top = parts
        .last()
        .filter(|top| (2..=8).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_lowercase()))?;
    let clean = parts
        .iter()
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let parts = &parts[..parts.len().checked_sub(1)?];
    // `co.uk` and the like are no names.
    let name = match parts {
        [.., name, "co" | "com" | "org" | "gov" | "ac" | "net"] if top.len() == 2 => name,
        [.., name] => name,
        [] => return None,
    };
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    (clean && name.len() >= 4 && !MAIL_HOSTS.contains(&name.as_str())).then(|| compact_of(&name))
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn a_domain_is_named_as_its_owner_is() {
        for (word, name) in [
            ("buchhaltung@rack-muehle.example", Some("rackmuhle")),
            ("https://www.saltmarsh.co.uk/bills", Some("saltmarsh")),
            ("clearhop.example.", Some("clearhop")),
            ("someone@gmail.com", None),
            ("e.v.", None),
            ("dott.ssa", None),
            ("12.03.2024", None),
            ("1.204,17", None),
        ] {
            assert_eq!(domain(word).as_deref(), name, "{word}");
        }
    }
}
