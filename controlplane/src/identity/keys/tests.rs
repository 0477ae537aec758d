use std::{fs, os::unix::fs::PermissionsExt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ring::PUBLIC_KEYS_KEPT, *};

fn clock() -> Clock {
    Clock::manual(Timestamp::UNIX_EPOCH)
}

fn claims() -> Value {
    json!({"iss": "https://a.example", "aud": "notes", "sub": "1", "exp": 1})
}

#[test]
fn a_token_verifies_for_its_issuer_and_audience_only() {
    let keys = Keys::ephemeral(clock()).unwrap();
    let token = keys.sign(Algorithm::Rs256, &claims()).unwrap();
    assert_eq!(keys.verify::<Value>(&token, "https://a.example", "notes"), Some(claims()));
    assert_eq!(keys.verify::<Value>(&token, "https://b.example", "notes"), None);
    assert_eq!(keys.verify::<Value>(&token, "https://a.example", "other"), None);
    let stranger = Keys::ephemeral(clock()).unwrap();
    assert_eq!(stranger.verify::<Value>(&token, "https://a.example", "notes"), None);
}

#[test]
fn a_token_without_a_signature_or_with_another_algorithm_is_refused() {
    let keys = Keys::ephemeral(clock()).unwrap();
    let token = keys.sign(Algorithm::Rs256, &claims()).unwrap();
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
    let body = unsigned.split('.').nth(1).unwrap();
    for alg in ["none", "HS256", "PS256"] {
        let head = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": kid}).to_string());
        let signature = token.rsplit('.').next().unwrap();
        for forged in [format!("{head}.{body}."), format!("{head}.{body}.{signature}")] {
            assert_eq!(keys.verify::<Value>(&forged, "https://a.example", "notes"), None, "{alg}");
        }
    }
}

/// A folder with its first keys, whoever signs with them, and the clock of both.
fn opened() -> (tempfile::TempDir, PathBuf, Keys, Clock) {
    let (dir, clock) = (tempfile::tempdir().unwrap(), clock());
    let folder = dir.path().join("keys");
    let keys = Keys::open(&folder, clock.clone()).unwrap();
    (dir, folder, keys, clock)
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

/// The names of the published keys.
fn published(keys: &Keys) -> Vec<String> {
    let set = keys.jwks();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn signed(keys: &Keys) -> [String; 2] {
    KINDS.map(|kind| keys.sign(kind, &claims()).unwrap())
}

fn verifies(keys: &Keys, token: &str) -> bool {
    keys.verify::<Value>(token, "https://a.example", "notes").is_some()
}

#[test]
fn a_new_key_is_published_before_it_signs_and_an_old_one_until_all_that_it_signed_has_expired() {
    let (_dir, folder, keys, clock) = opened();
    let old = signed(&keys);
    clock.advance(SignedDuration::from_hours(1));
    let names = Keys::rotate(&folder, &clock, Rotation::Ordinary).unwrap();
    // The running process hears of it late.
    clock.advance(SignedDuration::from_mins(30));
    keys.reload().unwrap();
    let known = published(&keys);
    assert_eq!(known.len(), 4);
    assert!(names.lines().all(|name| known.contains(&name.split(' ').nth(1).unwrap().to_owned())), "{names}");
    clock.advance(PUBLISHED_BEFORE - SignedDuration::from_secs(1));
    assert_eq!(signed(&keys).map(|token| kid(&token)), old.clone().map(|token| kid(&token)));
    let last = keys.sign(Algorithm::Rs256, &claims()).unwrap();
    clock.advance(SignedDuration::from_secs(1));
    let new = signed(&keys);
    for (new, old) in new.iter().zip(&old) {
        assert_ne!(kid(new), kid(old));
        assert!(names.contains(&kid(new)));
    }
    // A login that the old key signed last of all.
    clock.advance(crate::identity::session::LIFETIME);
    assert!(verifies(&keys, &last) && verifies(&keys, &new[0]) && published(&keys).len() == 4);
    clock.advance(KEPT_AFTER_ROTATION);
    assert!(!verifies(&keys, &last) && verifies(&keys, &new[0]));
    assert_eq!(published(&keys).len(), 2);
    // The files go with the next rotation.
    assert_eq!(folder::files(&folder).unwrap().len(), 4);
    Keys::rotate(&folder, &clock, Rotation::Ordinary).unwrap();
    assert_eq!(folder::files(&folder).unwrap().len(), 4);
    keys.reload().unwrap();
    assert_eq!(kid(&signed(&keys)[0]), kid(&new[0]));
}

#[test]
fn a_key_is_published_for_longer_than_an_answer_without_it_may_be_kept() {
    assert!(PUBLISHED_BEFORE >= PUBLIC_KEYS_KEPT * 2);
    assert!(KEPT_AFTER_ROTATION > PUBLISHED_BEFORE + crate::identity::session::LIFETIME);
}

#[test]
fn a_rotation_soon_after_another_leaves_signing_with_a_key_that_everybody_knows() {
    let (_dir, folder, keys, clock) = opened();
    let first = signed(&keys).map(|token| kid(&token));
    for _ in 0..3 {
        clock.advance(PUBLISHED_BEFORE / 2);
        Keys::rotate(&folder, &clock, Rotation::Ordinary).unwrap();
        keys.reload().unwrap();
    }
    let second = signed(&keys).map(|token| kid(&token));
    assert!(first != second && published(&keys).iter().position(|kid| *kid == second[0]) >= Some(2));
    // Also when the process begins anew.
    let again = Keys::open(&folder, clock).unwrap();
    assert_eq!(signed(&again).map(|token| kid(&token)), second);
}

#[test]
fn keys_that_were_stolen_are_gone_at_once_and_the_new_ones_sign() {
    let (_dir, folder, keys, clock) = opened();
    let old = signed(&keys);
    Keys::rotate(&folder, &clock, Rotation::Ordinary).unwrap();
    let names = Keys::rotate(&folder, &clock, Rotation::Stolen).unwrap();
    keys.reload().unwrap();
    for keys in [keys, Keys::open(&folder, clock).unwrap()] {
        assert!(!verifies(&keys, &old[0]));
        let known = published(&keys);
        assert!(known.len() == 2 && known.iter().all(|kid| names.contains(kid)), "{known:?}");
        assert!(signed(&keys).iter().all(|token| known.contains(&kid(token))));
    }
}

#[test]
fn only_its_owner_can_read_a_key_and_another_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("keys");
    Keys::open(&folder, clock()).unwrap();
    let path = folder::files(&folder).unwrap().remove(0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    fs::write(&path, "not a key").unwrap();
    let message = Keys::open(&folder, clock()).unwrap_err().to_string();
    assert!(message.contains(path.to_str().unwrap()), "{message}");
}

#[test]
fn an_ed25519_token_verifies_by_the_published_key_and_is_never_a_session() {
    let keys = Keys::ephemeral(clock()).unwrap();
    let token = keys.sign(Algorithm::EdDsa, &claims()).unwrap();
    let published: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.jwks()).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::EdDSA);
    let jwk = published.find(&header.kid.unwrap()).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
    let mut rules = Validation::new(jsonwebtoken::Algorithm::EdDSA);
    rules.set_audience(&["notes"]);
    rules.validate_exp = false;
    assert_eq!(jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap().claims, claims());
    assert_eq!(keys.verify::<Value>(&token, "https://a.example", "notes"), None);
}

#[test]
fn a_folder_from_before_there_was_a_kind_gets_a_key_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("keys");
    let keys = Keys::open(&folder, clock()).unwrap();
    let old = keys.sign(Algorithm::Rs256, &claims()).unwrap();
    let newest_ed25519 = folder::file(&folder, keys.ring().signer(Algorithm::EdDsa, clock().now()).unwrap());
    fs::remove_file(newest_ed25519).unwrap();
    let keys = Keys::open(&folder, clock()).unwrap();
    assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);
    assert!(keys.verify::<Value>(&old, "https://a.example", "notes").is_some());
}
