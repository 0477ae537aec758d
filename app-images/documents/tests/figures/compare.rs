//! When two statements are the same to a person.

use std::collections::HashMap;

/// Lower case letters and digits only.
pub(crate) fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The same name, or one that is within the other and not much shorter: `Rehm` is not `Tischlerei Rehm`, but
/// `Tischlerei Rehm GmbH` is.
pub(crate) fn same_name(expected: &str, found: &str) -> bool {
    let (expected, found) = (plain(expected), plain(found));
    let (short, long) = if expected.len() < found.len() { (&expected, &found) } else { (&found, &expected) };
    !short.is_empty() && long.contains(short.as_str()) && short.len() * 10 >= long.len() * 6
}

/// How many words of the truth were read, and how many that were read are true; each word as often as it stands.
pub(crate) fn recall_and_precision(truth: &str, read: &str) -> (f64, f64) {
    let count = |text: &str| {
        let mut words: HashMap<String, usize> = HashMap::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
        words
    };
    let (truth, read) = (count(truth), count(read));
    let both: usize =
        truth.iter().map(|(word, times)| (*times).min(read.get(word).copied().unwrap_or(0))).sum();
    let share = |all: &HashMap<String, usize>| {
        let all: usize = all.values().sum();
        if all == 0 { 1.0 } else { both as f64 / all as f64 }
    };
    (share(&truth), share(&read))
}

/// `1.904,00`, `2,318.44` and `279.84` as one number.
pub(crate) fn amount(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    let cents = text.len() > 3 && matches!(text.as_bytes()[text.len() - 3], b'.' | b',');
    let number: f64 = digits.parse().ok()?;
    Some(if cents { number / 100.0 } else { number })
}
