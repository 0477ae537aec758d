use super::*;

const TEXTS: SignedTexts<'_> = SignedTexts { allowlist: "revision: 1\n", lock: "{}\n" };

fn key() -> PrivateKey {
    PrivateKey::from_seed(std::array::from_fn(|index| index as u8))
}

/// The vector for whoever verifies with other tools: this key, these files, these bytes, this signature.
#[test]
fn the_signed_bytes_and_the_signature_are_these() {
    let file = key().sign(TEXTS);
    insta::assert_snapshot!(
        "vector",
        format!("{}{}{}\n{}", key().to_pem(), key().public().to_pem(), hex(&message(TEXTS)), file.to_json())
    );
    key().public().verify("allowlist.sig", &file, TEXTS).unwrap();
}

#[test]
fn keys_read_back_and_the_private_one_is_never_printed() {
    let again: PrivateKey = key().to_pem().parse().unwrap();
    assert_eq!(again.public(), key().public());
    assert_eq!(key().public().to_pem().parse::<TrustedKey>().unwrap(), key().public());
    assert_eq!(format!("{again:?}"), "PrivateKey(…)");
    assert_eq!(key().to_pem().parse::<TrustedKey>(), Err(InvalidKey::Public));
    assert_eq!(key().public().to_pem().parse::<PrivateKey>().unwrap_err(), InvalidKey::Private);
    assert_eq!("".parse::<TrustedKey>(), Err(InvalidKey::Public));
}

#[test]
fn no_byte_of_either_file_may_change_nor_move_from_one_to_the_other() {
    let file = key().sign(TEXTS);
    let others = [
        SignedTexts { allowlist: "revision: 2\n", ..TEXTS },
        SignedTexts { lock: "{ }\n", ..TEXTS },
        SignedTexts { allowlist: "revision: 1\n{", lock: "}\n" },
    ];
    for texts in others {
        let error = key().public().verify("allowlist.sig", &file, texts).unwrap_err();
        assert!(error.to_string().contains("has changed since"), "{error}");
    }
}

#[test]
fn a_signature_by_another_key_or_in_another_spelling_does_not_count() {
    let good = key().sign(TEXTS);
    let other = PrivateKey::from_seed([7; 32]).sign(TEXTS);
    let verify = |file: &SignatureFile| key().public().verify("allowlist.sig", file, TEXTS);
    assert!(verify(&other).unwrap_err().to_string().contains("is the trusted one"));
    let posing = SignatureFile { key: good.key.clone(), ..other };
    assert!(verify(&posing).unwrap_err().to_string().contains("does not fit"));
    for signature in
        [good.signature.to_uppercase(), good.signature[1..].to_owned(), String::new(), "zz".repeat(64)]
    {
        let error = verify(&SignatureFile { signature, ..good.clone() }).unwrap_err();
        assert!(error.to_string().contains("128 lower-case hex digits"), "{error}");
    }
}

#[test]
fn the_file_is_read_strictly() {
    let text = key().sign(TEXTS).to_json();
    assert_eq!(SignatureFile::parse("allowlist.sig", &text).unwrap(), key().sign(TEXTS));
    let bad = [text.replace("1,", "2,"), text.replace("\"key\"", "\"kid\""), "{}".to_owned(), "".to_owned()];
    for text in bad {
        assert!(SignatureFile::parse("allowlist.sig", &text).is_err(), "{text}");
    }
}

#[test]
fn nothing_older_follows_and_no_other_content_under_the_same_revisions() {
    let accepted = |allowlist_revision, lock_revision, sha256: &str| Accepted {
        allowlist_revision,
        lock_revision,
        sha256: sha256.to_owned(),
    };
    let had = accepted(5, 3, "a");
    for next in [accepted(5, 3, "a"), accepted(6, 3, "b"), accepted(5, 4, "b")] {
        had.admits("allowlist.yaml", &next).unwrap();
    }
    for (next, why) in [
        (accepted(4, 3, "b"), "revision 4 of the allowlist is older than 5"),
        (accepted(6, 2, "b"), "revision 2 of the lock is older than 3"),
        (accepted(5, 3, "b"), "other content"),
    ] {
        let error = had.admits("allowlist.yaml", &next).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
