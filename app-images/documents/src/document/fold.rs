//! Text without case and accents, as the search index compares it (FTS5's `unicode61 remove_diacritics 2`).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents: `Größe` becomes `große`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|character| fold_character(character, &mut folded));
    folded
}

/// Appends what one character becomes: nothing for an accent that stands alone.
pub fn fold_character(character: char, to: &mut String) {
    if character.is_ascii() {
        to.push(character.to_ascii_lowercase());
    } else {
        let bare = std::iter::once(character).nfd().filter(|&c| !is_combining_mark(c));
        to.extend(bare.flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("Müller & Söhne, CAFÉ"), "muller & sohne, cafe");
        assert_eq!(fold("Mu\u{308}ller"), fold("MÜLLER"));
    }
}
