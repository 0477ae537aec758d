//! Nothing is lost, whenever and however the service ends.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::process::Process;
use crate::support::server::Options;
use crate::support::{Client, Platform, Server, eventually, pdf};

/// A reader that never comes to an end.
fn endless_reader(folder: &Path) -> PathBuf {
    script(folder, "endless", "exec sleep 600")
}

fn script(folder: &Path, name: &str, line: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn with_reader(program: PathBuf) -> Options {
    let mut options = Options::default();
    options.reader.program = program;
    options
}

async fn begun(client: &Client, id: &str) {
    eventually("reading has begun", || async {
        (client.document(id).await["status"] == "extracting").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_restart_in_the_middle_of_reading_loses_nothing() {
    let scripts = tempfile::tempdir().unwrap();
    let server = Server::with(with_reader(endless_reader(scripts.path()))).await;
    let platform = server.platform.clone();
    let anna = server.client("anna");
    let first = anna.stored("first.pdf", &pdf::with_text("Begun before the restart")).await;
    let second = anna.stored("second.pdf", &pdf::with_text("Waiting during the restart")).await;
    begun(&anna, &first).await;
    let data = server.stop().await;

    let server = Server::on(data, platform, Options::default()).await;
    let anna = server.client("anna");
    for (id, text) in [(first, "Begun before the restart"), (second, "Waiting during the restart")] {
        assert_eq!(anna.settled(&id).await["status"], "ready");
        assert_eq!(anna.text(&id).await, text);
    }
}

#[tokio::test]
async fn kill_9_in_the_middle_of_reading_loses_and_doubles_nothing() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(&platform, data.path(), &["--reader-cpu-secs", "60"]);
    let anna = process.client("anna");
    let slow = anna.stored("slow.pdf", &pdf::exponential(40)).await;
    let next = anna.stored("next.pdf", &pdf::with_text("Behind the slow one")).await;
    begun(&anna, &slow).await;
    let child = eventually("the child works", || async { process.child_id() }).await;
    process.kill();
    eventually("the child died with its parent", || async {
        (!Path::new(&format!("/proc/{child}")).exists()).then_some(())
    })
    .await;

    let process = Process::start(&platform, data.path(), &["--reader-cpu-secs", "1"]);
    let anna = process.client("anna");
    assert_eq!(anna.settled(&slow).await["failure"]["code"], "too-slow");
    assert_eq!(anna.settled(&next).await["status"], "ready");
    assert_eq!(anna.get("/api/documents").await.json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        anna.get(&format!("/api/documents/{next}/text")).await.json()["pages"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_document_that_is_never_finished_is_given_up_at_the_third_attempt() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let endless = ["--reader-cpu-secs", "60"];
    let process = Process::start(&platform, data.path(), &endless);
    let id = process.client("anna").stored("slow.pdf", &pdf::exponential(40)).await;
    begun(&process.client("anna"), &id).await;
    process.kill();
    for _ in 0..2 {
        let process = Process::start(&platform, data.path(), &endless);
        begun(&process.client("anna"), &id).await;
        process.kill();
    }
    let process = Process::start(&platform, data.path(), &endless);
    let document = process.client("anna").document(&id).await;
    assert_eq!(document["failure"]["code"], "gave-up", "{document}");
}

#[tokio::test]
async fn a_good_end_does_not_count_as_an_attempt() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let endless = ["--reader-cpu-secs", "60"];
    let mut id = None;
    for _ in 0..4 {
        let process = Process::start(&platform, data.path(), &endless);
        let anna = process.client("anna");
        if id.is_none() {
            id = Some(anna.stored("slow.pdf", &pdf::exponential(40)).await);
        }
        begun(&anna, id.as_ref().unwrap()).await;
        assert_eq!(process.terminate(), Some(0), "it ends in good order");
    }
}

#[tokio::test]
async fn a_reader_that_is_killed_from_outside_is_started_again() {
    let scripts = tempfile::tempdir().unwrap();
    let marker = scripts.path().join("was-here");
    let real = env!("CARGO_BIN_EXE_atoll-documents");
    let marker = marker.display();
    let line = format!("[ -e {marker} ] || {{ : > {marker}; kill -9 $$; }}\nexec {real} \"$@\"");
    let server = Server::with(with_reader(script(scripts.path(), "killed-once", &line))).await;
    let anna = server.client("anna");
    let id = anna.stored("a.pdf", &pdf::with_text("Second time lucky")).await;
    assert_eq!(anna.settled(&id).await["status"], "ready");
}

#[tokio::test]
async fn a_document_that_is_deleted_while_it_is_read_stays_deleted() {
    let scripts = tempfile::tempdir().unwrap();
    let line = format!("sleep 0.4; exec {} \"$@\"", env!("CARGO_BIN_EXE_atoll-documents"));
    let server = Server::with(with_reader(script(scripts.path(), "slow", &line))).await;
    let anna = server.client("anna");
    let id = anna.stored("a.pdf", &pdf::with_text("Not wanted any more")).await;
    begun(&anna, &id).await;
    anna.delete(&format!("/api/documents/{id}")).await;
    let next = anna.stored("b.pdf", &pdf::with_text("Wanted")).await;
    assert_eq!(anna.settled(&next).await["status"], "ready");
    assert_eq!(anna.get("/api/documents").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn files_that_a_crash_left_behind_are_removed_at_the_next_start() {
    let server = Server::start().await;
    let platform = server.platform.clone();
    let id = server.client("anna").stored("a.pdf", &pdf::with_text("Kept")).await;
    let data = server.stop().await;
    std::fs::write(data.path().join("arriving/half.part"), b"%PDF-1.7").unwrap();
    std::fs::write(data.path().join("files/01a20863-cb1c-73e4-b270-426bded9390f.pdf"), b"%PDF-1.7").unwrap();
    let server = Server::on(data, platform, Options::default()).await;
    assert_eq!(server.client("anna").settled(&id).await["status"], "ready");
    assert_eq!(server.file_count(), 1);
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let _first = Process::start(&platform, data.path(), &[]);
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_atoll-documents"))
        .args(["--listen", "127.0.0.1:0", "--jwks-url", &platform.jwks_url, "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        !second.status.success() && error.contains("another process already uses the data folder"),
        "{error}"
    );
}

#[tokio::test]
async fn an_open_event_stream_does_not_hold_up_the_end() {
    let server = Server::start().await;
    let stream = server.client("anna").events().await;
    tokio::time::timeout(Duration::from_secs(5), server.stop()).await.expect("it stops at once");
    drop(stream);
}

#[tokio::test]
async fn one_document_does_not_wait_behind_somebody_elses_many() {
    let scripts = tempfile::tempdir().unwrap();
    let line = format!("sleep 0.3; exec {} \"$@\"", env!("CARGO_BIN_EXE_atoll-documents"));
    let server = Server::with(with_reader(script(scripts.path(), "slow", &line))).await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let mut hers = Vec::new();
    for number in 0..6 {
        hers.push(anna.stored(&format!("{number}.pdf"), &pdf::with_text(&number.to_string())).await);
    }
    let his = ben.stored("his.pdf", &pdf::with_text("His")).await;
    let waiting = ben.document(&his).await;
    if waiting["status"] == "queued" {
        assert_eq!(waiting["position"], 1, "his place tells nothing of hers: {waiting}");
    }
    ben.settled(&his).await;
    let list = anna.get("/api/documents?status=queued&sort=oldest").await.json();
    let places: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|each| each["position"].clone()).collect();
    assert!(places.len() >= 2, "most of hers still wait: {list}");
    assert!(places.iter().zip(1..).all(|(place, number)| *place == number), "{places:?}");
    for id in hers {
        assert_eq!(anna.settled(&id).await["status"], "ready");
    }
}
