//! `docs/engine-policy.md`, written from the tables, and the check that no field of the newest API lacks a verdict.

use std::{env, fs, path::Path};

use super::{CONNECT, CONTAINER, DISCONNECT, Field, NETWORK, VOLUME, Verdict};

const OPENING: &str = "# What a client may say in each field

Written from `socket-proxy/src/verdict/tables.rs` by `UPDATE=1 cargo test -p atoll-socket-proxy verdict`; a test fails
when it is not what the tables say, and when a field of the newest Engine API (1.56) has no verdict.

The engine gets what is rendered from the allowlist, whatever a client sends. Every field may be left out, be `null`, or be
exactly what is rendered (`atoll allowlist render` prints that). Besides:

| verdict | what else is accepted |
|---|---|
| reference | read as a reference or a hole, by rules of its own |
| neutral | the empty value that clients send for what was never set: `false`, `0`, `\"\"`, `[]`, `{}` |
| strict | nothing: here the empty value means something |
| either | `true` and `false`: it makes no difference |
| a number or words | that, and the empty value with words |
| object, list, endpoints | an object of the fields below it |

A field that is not on this page is refused, in every other spelling too.
";

const CALLS: [(&str, &[Field]); 5] = [
    ("POST /containers/create", CONTAINER),
    ("POST /networks/create", NETWORK),
    ("POST /networks/{id}/connect", CONNECT),
    ("POST /networks/{id}/disconnect", DISCONNECT),
    ("POST /volumes/create", VOLUME),
];

/// Every field below `fields` with its whole name, in the order of names.
fn flat(prefix: &str, fields: &'static [Field]) -> Vec<(String, &'static Field)> {
    let mut rows = Vec::new();
    for field in fields {
        let name = if prefix.is_empty() { field.name.to_owned() } else { format!("{prefix}.{}", field.name) };
        match &field.verdict {
            Verdict::Object(below) => rows.extend(flat(&name, below)),
            Verdict::List(below) => rows.extend(flat(&format!("{name}[]"), below)),
            Verdict::Endpoints(below) => rows.extend(flat(&format!("{name}{{}}"), below)),
            Verdict::Reference
            | Verdict::Neutral
            | Verdict::Strict
            | Verdict::Words(_)
            | Verdict::Number(_)
            | Verdict::Either => {}
        }
        rows.push((name, field));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Reference => "reference".to_owned(),
        Verdict::Neutral => "neutral".to_owned(),
        Verdict::Strict => "strict".to_owned(),
        Verdict::Words(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Verdict::Number(number) => format!("`{number}`"),
        Verdict::Either => "either".to_owned(),
        Verdict::Object(_) => "object".to_owned(),
        Verdict::List(_) => "list".to_owned(),
        Verdict::Endpoints(_) => "endpoints".to_owned(),
    }
}

fn page() -> String {
    let mut page = OPENING.to_owned();
    for (call, fields) in CALLS {
        page.push_str(&format!("\n## `{call}`\n| field | verdict | why |\n|---|---|---|\n"));
        for (name, field) in flat("", fields) {
            page.push_str(&format!("| `{name}` | {} | {} |\n", word(&field.verdict), field.why));
        }
    }
    page
}

#[test]
fn the_page_is_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/engine-policy.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/engine-policy.md is out of date: UPDATE=1 cargo test -p atoll-socket-proxy verdict"
    );
}

#[test]
fn every_field_of_the_newest_api_has_exactly_one_verdict() {
    let mut known: Vec<String> = Vec::new();
    for (call, fields) in CALLS {
        known.extend(flat("", fields).into_iter().map(|(name, _)| format!("{call} {name}")));
    }
    let total = known.len();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), total, "a field has two verdicts");
    let lines = include_str!("fields-1.56.txt").lines().filter(|line| !line.starts_with('#'));
    let lacking: Vec<&str> = lines.filter(|line| known.binary_search(&(*line).to_owned()).is_err()).collect();
    assert_eq!(lacking, Vec::<&str>::new(), "fields of the newest API without a verdict");
}
