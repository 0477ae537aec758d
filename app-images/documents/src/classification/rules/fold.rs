//! Letters without their case and marks, so that `Échéance` and `ECHEANCE` are one word; and words found among them.

use std::collections::HashMap;

/// Lower case, without accents; spaces of every width become one plain space.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' | 'ā' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ì'..='ï' => folded.push('i'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ù'..='ü' | 'ů' | 'ű' => folded.push('u'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ź' | 'ž' | 'ż' => folded.push('z'),
            'ď' | 'đ' => folded.push('d'),
            'ť' | 'ț' => folded.push('t'),
            'ğ' => folded.push('g'),
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ř' => folded.push('r'),
            'ý' | 'ÿ' => folded.push('y'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            '\u{300}'..='\u{36f}' | '\u{ad}' => {}
            '’' | '‘' | '´' => folded.push('\''),
            '‐' | '‑' | '–' | '—' | '−' => folded.push('-'),
            _ if letter.is_whitespace() => folded.push(' '),
            _ => folded.push(letter),
        }
    }
    folded
}

/// Where `phrase` stands in `text` as words of its own. A `~` at either end of the phrase lets it go on there:
/// `~rechnung` is found in `stromrechnung`. Both are folded.
pub(super) fn find(text: &str, phrase: &str) -> Option<std::ops::Range<usize>> {
    let open_before = phrase.starts_with('~');
    let open_after = phrase.ends_with('~');
    let needle = phrase.trim_matches('~');
    places(text, needle).map(|start| start..start + needle.len()).find(|found| {
        let before = text[..found.start].chars().next_back();
        let after = text[found.end..].chars().next();
        (open_before || !before.is_some_and(char::is_alphanumeric))
            && (open_after || !after.is_some_and(char::is_alphanumeric))
    })
}

/// Where a text has a needle. Lines are short and needles many: what `str::find` prepares for each costs more than it saves.
fn places(text: &str, needle: &str) -> impl Iterator<Item = usize> {
    let first = needle.chars().next();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.get(from..)?.find(first?)?;
            from = at + first?.len_utf8();
            if text[at..].starts_with(needle) {
                return Some(at);
            }
        }
    })
}

/// Like [`find`], the last one.
pub(super) fn find_last(text: &str, phrase: &str) -> Option<std::ops::Range<usize>> {
    let mut last = None;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| find(rest, phrase)) {
        last = Some(from + found.start..from + found.end);
        from += found.end;
    }
    last
}

/// Whether one of the phrases stands there.
pub(super) fn has_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| find(text, phrase).is_some())
}

/// Many phrases, sought at once: a text is read once and each of its words looked up, not the text once for each phrase.
pub(super) struct Phrases {
    /// By their first word, those that begin with a whole one.
    by_word: HashMap<&'static str, Vec<&'static str>>,
    /// Those that begin within a word, or with none.
    others: Vec<&'static str>,
}

impl Phrases {
    pub(super) fn of(phrases: &[&'static str]) -> Self {
        let (mut by_word, mut others) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for &phrase in phrases {
            let word =
                words(phrase).next().filter(|(at, word)| *at == 0 && phrase.get(word.len()..) != Some("~"));
            match word {
                Some((_, word)) => by_word.entry(word).or_default().push(phrase),
                None => others.push(phrase),
            }
        }
        Self { by_word, others }
    }

    /// Whether one of the phrases stands there, as [`find`] finds it.
    pub(super) fn any_in(&self, text: &str) -> bool {
        let begins = |(at, word): (usize, &str)| {
            let phrases = self.by_word.get(word);
            phrases.is_some_and(|phrases| phrases.iter().any(|phrase| stands_at(&text[at..], phrase)))
        };
        words(text).any(begins) || has_any(text, &self.others)
    }
}

/// Whether a text begins with a phrase that ends with a word, or may go on.
pub(super) fn stands_at(text: &str, phrase: &str) -> bool {
    let rest = text.strip_prefix(phrase.trim_end_matches('~'));
    rest.is_some_and(|rest| phrase.ends_with('~') || !rest.starts_with(char::is_alphanumeric))
}

/// The runs of letters and digits, each with where it starts.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_alphanumeric()).filter_map(move |word| {
        // Because `split` takes one character away after each word.
        let start = at;
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_wide_spaces_fold_away() {
        assert_eq!(fold("ÉCHÉANCE\u{a0}Größe Œuvre n’est"), "echeance grosse oeuvre n'est");
        assert_eq!(fold("e\u{301}te\u{301}"), "ete");
    }

    #[test]
    fn a_word_is_found_only_as_a_word_unless_it_may_go_on() {
        assert_eq!(find("an order", "order"), Some(3..8));
        assert_eq!(find("a border", "order"), None);
        assert_eq!(find("stromrechnung", "~rechnung"), Some(5..13));
        assert_eq!(find("rechnungen", "~rechnung"), None);
        assert_eq!(find_last("total 3 total 4", "total"), Some(8..13));
    }

    #[test]
    fn many_phrases_are_found_where_each_alone_is() {
        const PHRASES: [&str; 7] = ["bank", "~bank", "city of", "& co", "bau~", "sehr geehrte~", "e.v."];
        let texts = [
            "volksbank",
            "a bank",
            "banks",
            "city of ely",
            "city office",
            "x & co",
            "x & cow",
            "bauhof",
            "abbau",
        ];
        for text in
            texts.into_iter().chain(["sehr geehrter herr", "verein e.v.", "e.v.x", "ö.bank", "", " & "])
        {
            for phrase in PHRASES {
                assert_eq!(
                    Phrases::of(&[phrase]).any_in(text),
                    find(text, phrase).is_some(),
                    "{phrase} in {text}"
                );
            }
            assert_eq!(Phrases::of(&PHRASES).any_in(text), has_any(text, &PHRASES), "{text}");
        }
    }
}
