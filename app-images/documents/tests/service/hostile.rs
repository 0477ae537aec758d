//! Hostile documents harm nobody but themselves.

mod caged;
mod files;
mod mutations;
mod odd;

use std::path::{Path, PathBuf};

use crate::support::process::Process;
use crate::support::server::Options;
use crate::support::{Platform, Server, pdf};
use serde_json::Value;

/// Small files of ours that have brought down one PDF reader or another.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let good = pdf::with_text("A text that is cut off somewhere");
    vec![
        ("form-within-itself.pdf", pdf::form_within_itself()),
        ("page-tree-within-itself.pdf", pdf::page_tree_within_itself()),
        ("deep-array.pdf", pdf::deep_array(200_000)),
        ("bomb.pdf", pdf::bomb()),
        ("cut-in-half.pdf", good[..good.len() / 2].to_vec()),
        ("only-the-mark.pdf", b"%PDF-1.7".to_vec()),
        ("zeros.pdf", [b"%PDF-1.7\n".as_slice(), &[0; 50_000]].concat()),
        ("exponential.pdf", pdf::exponential(40)),
    ]
}

#[tokio::test]
async fn hostile_files_are_settled_one_by_one_and_the_next_good_one_is_read() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-cpu-secs", "2"]);
    let anna = process.client("anna");
    for (name, bytes) in hostile() {
        let id = anna.stored(name, &bytes).await;
        let document = anna.settled(&id).await;
        println!("{name}: {} {}", document["status"], document["failure"]["code"]);
    }
    let good = anna.stored("good.pdf", &pdf::with_text("Still standing")).await;
    assert_eq!(anna.settled(&good).await["status"], "ready");
    assert_eq!(anna.text(&good).await, "Still standing");
    let megabytes = process.peak_memory() >> 20;
    assert!(megabytes < 100, "the service itself used {megabytes} MiB");
}

#[tokio::test]
async fn work_without_end_is_stopped_at_the_time_limit() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-cpu-secs", "1"]);
    let anna = process.client("anna");
    let id = anna.stored("exponential.pdf", &pdf::exponential(40)).await;
    assert_eq!(anna.settled(&id).await["failure"]["code"], "too-slow");
}

#[tokio::test]
async fn a_document_that_needs_more_memory_than_allowed_is_stopped() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-memory-bytes", "90000000"]);
    let anna = process.client("anna");
    let mut large = pdf::with_text("Mostly ballast");
    large.resize(95 << 20, b' ');
    for (name, bytes) in [("large-file.pdf", large), ("small-file-that-unpacks-to-much.pdf", pdf::bomb())] {
        let id = anna.stored(name, &bytes).await;
        let document = anna.settled(&id).await;
        assert_eq!(document["failure"]["code"], "too-big", "{document}");
    }
}

#[tokio::test]
async fn a_document_with_more_text_than_is_kept_is_stopped() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-text-bytes", "2000"]);
    let anna = process.client("anna");
    let words = "word ".repeat(100);
    let id = anna.stored("chatty.pdf", &pdf::with_pages(&[words.as_str(); 20])).await;
    assert_eq!(anna.settled(&id).await["failure"]["code"], "too-much-text");
}

#[tokio::test]
async fn the_child_cannot_open_a_file_or_a_socket_and_inherits_no_secrets() {
    // The limits are the child's own; what they amount to can be read from outside while it works.
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-cpu-secs", "20"]);
    let anna = process.client("anna");
    let id = anna.stored("slow.pdf", &pdf::exponential(40)).await;
    let child = crate::support::eventually("the child works", || async { process.child_id() }).await;
    let limits = crate::support::eventually("the child has locked itself in", || async {
        let limits = std::fs::read_to_string(format!("/proc/{child}/limits")).ok()?;
        limit(&limits, "Max open files").starts_with("3 ").then_some(limits)
    })
    .await;
    assert_eq!(limit(&limits, "Max processes"), "0 0");
    assert_eq!(limit(&limits, "Max file size"), "0 0");
    assert_eq!(limit(&limits, "Max cpu time"), "20 21");
    assert_eq!(std::fs::read(format!("/proc/{child}/environ")).unwrap(), b"");
    anna.delete(&format!("/api/documents/{id}")).await;
}

/// Soft and hard limit of a row in `/proc/<pid>/limits`.
fn limit(limits: &str, name: &str) -> String {
    let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// The folder with real and hostile documents that is not part of the repository.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("ATOLL_SHARED").map_or(beside, PathBuf::from).join("pdf");
    shared.join("MANIFEST.tsv").exists().then_some(shared)
}

#[tokio::test]
async fn every_document_of_the_shared_set_meets_its_expected_outcome() {
    let Some(folder) = shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let mut options = Options { max_upload_bytes: 10 << 20, ..Options::default() };
    options.reader.limits.cpu_secs = 2;
    options.reader.ocr = Some(crate::reading::recognised::ocr());
    let has_ocr = crate::reading::recognised::ocr().is_installed();
    let server = Server::with(options).await;
    let anna = server.client("anna");
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut wrong = Vec::new();
    for line in manifest.lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        let (file, expected, snippet) = (fields[0], fields[7], fields[8]);
        let bytes = std::fs::read(folder.join("files").join(file)).unwrap();
        let answer = anna.upload(&[(file, &bytes)]).await;
        let outcome = match answer.json()["documents"][0]["id"].as_str() {
            None => format!("refused: {}", answer.problem()),
            Some(id) => outcome(
                &anna.settled(id).await,
                snippet,
                anna.get(&format!("/api/documents/{id}/text")).await,
            ),
        };
        if !meets(expected, &outcome, has_ocr) {
            wrong.push(format!("{file}: expected {expected}, got {outcome}"));
        }
    }
    assert!(manifest.lines().count() > 40, "the set is there");
    assert_eq!(wrong, Vec::<String>::new());
}

fn outcome(document: &Value, snippet: &str, text: crate::support::Answer) -> String {
    match document["failure"]["code"].as_str() {
        Some(code) => code.into(),
        None if letters(&text.json()["pages"].to_string()).contains(&letters(snippet)) => "text".into(),
        None => "text without the snippet".into(),
    }
}

fn meets(expected: &str, outcome: &str, has_ocr: bool) -> bool {
    match expected {
        "text" => outcome == "text",
        "needs_ocr" => outcome == if has_ocr { "text" } else { "scan" },
        "password" => outcome == "password",
        "reject" => outcome.starts_with("refused"),
        "limit" => ["too-slow", "too-big"].contains(&outcome),
        "text_or_error" => true,
        other => panic!("unknown expectation {other}"),
    }
}

/// Lower case, without anything that is not part of a word.
fn letters(text: &str) -> String {
    let text = text.replace("\\n", " ").replace("\\\"", "\"");
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
