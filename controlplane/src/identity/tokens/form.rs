//! What a token looks like: `atoll_pat_`, 32 random letters and digits, and a check of 6.
//!
//! The prefix lets people, scanners of leaked secrets and the gateway know it at sight; the check tells a mistyped one
//! from a wrong one without a look into anything. Letters and digits alone, so that a double click marks it whole and no
//! client escapes it.

use aws_lc_rs::digest::{SHA256, digest};

use crate::{random::Random, secret::Secret};

/// What every token begins with.
pub const PREFIX: &str = "atoll_pat_";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62 to the 32nd: 190 bits.
const BODY: usize = 32;
/// 62 to the 6th is just more than 32 bits.
const CHECK: usize = 6;

/// The SHA-256 of a token, by which it is known.
pub(super) type Hash = [u8; 32];

/// A new one.
pub(super) fn draw(random: &Random) -> Secret {
    let mut token = PREFIX.to_owned();
    while token.len() < PREFIX.len() + BODY {
        let [byte] = random.bytes::<1>();
        // Because 256 is no multiple of 62, the last few values would make some letters likelier.
        if byte < 248 {
            token.push(char::from(ALPHABET[usize::from(byte % 62)]));
        }
    }
    let check = check(&token);
    Secret::new(token + &check)
}

/// The hash of what has the form of a token.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let well_formed =
        text.len() == PREFIX.len() + BODY + CHECK && text.is_ascii() && text.starts_with(PREFIX);
    let (body, given) = text.split_at_checked(PREFIX.len() + BODY).filter(|_| well_formed)?;
    (check(body) == given).then(|| sha256(text))
}

pub(super) fn sha256(text: &str) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

fn check(body: &str) -> String {
    let [a, b, c, d, ..] = sha256(body);
    let mut rest = u64::from(u32::from_be_bytes([a, b, c, d]));
    let mut letters = [0; CHECK];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[usize::try_from(rest % 62).expect("less than 62")];
        rest /= 62;
    }
    letters.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_token_has_the_form_and_one_with_a_letter_changed_has_not() {
        let token = draw(&Random::seeded(1));
        let token = token.expose();
        assert_eq!(token.len(), 48);
        assert!(hash(token).is_some());
        for at in PREFIX.len()..token.len() {
            let other = if &token[at..=at] == "x" { "y" } else { "x" };
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(hash(&changed), None, "{changed}");
        }
    }

    #[test]
    fn nothing_else_has_the_form() {
        let token = draw(&Random::seeded(1));
        let longer = format!("{}0", token.expose());
        for bad in ["", PREFIX, "hunter2", &longer, &longer[1..], &"é".repeat(24)] {
            assert_eq!(hash(bad), None, "{bad}");
        }
    }
}
