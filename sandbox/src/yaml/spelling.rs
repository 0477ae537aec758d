//! Which word was meant: "did you mean `memory`?".

/// The known word that is nearest to `word`, if one is near enough to be a slip of the finger.
pub(super) fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let wanted = plain(word);
    known
        .iter()
        .map(|candidate| (distance(&wanted, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added or removed (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in other.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["memory", "cpu", "pids", "depends_on", "stop_grace_period"];
        assert_eq!(closest("memroy", &known), Some("memory"));
        assert_eq!(closest("dependsOn", &known), Some("depends_on"));
        assert_eq!(closest("stopGracePeriod", &known), Some("stop_grace_period"));
        assert_eq!(
            closest("stopGrPerid", &known),
            Some("stop_grace_period"),
            "long words may miss more letters"
        );
        assert_eq!(closest("privileged", &known), None);
        assert_eq!(
            [distance("", "abc"), distance("abc", ""), distance("ab", "ba"), distance("abc", "xabc")],
            [3, 3, 2, 1]
        );
    }
}
