//! `Retry-After` (RFC 9110, section 10.2.3), from the provider's answer to what people see.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::asking::{answered, good_answer, invoice, store_settings};
use crate::settings::administrator;
use crate::support::process::Process;
use crate::support::provider::{FakeProvider, Scripted};
use crate::support::server::Options;
use crate::support::{Client, Platform, Server, eventually, pdf};

fn limited(after: &str) -> Scripted {
    let words = json!({"error": "too many requests"}).to_string();
    Scripted::Whole(429, vec![("retry-after", after.into())], words)
}

/// An HTTP date (RFC 9110, section 5.6.7), so many seconds from now.
fn date_in(seconds: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_secs(seconds);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Two documents for a provider that refuses the first once; gives when the first was asked about again, after the checks that
/// it was the same one and that the other was not sent meanwhile.
async fn asked_again(after: &str) -> (Timestamp, Timestamp) {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([limited(after), good_answer()]).await;
    store_settings(data.path(), &provider, json!({}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let first = anna.stored("first.pdf", &invoice()).await;
    let second = anna.stored("second.pdf", &pdf::with_text("Another one")).await;
    for id in [&first, &second] {
        assert_eq!(answered(&anna, id).await["ai"]["status"], "done");
    }
    let asked = provider.asked();
    let [refused, again, other] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(refused.body, again.body);
    assert_ne!(again.body, other.body);
    (refused.at, again.at)
}

#[tokio::test]
async fn a_short_wait_in_seconds_is_waited_and_nothing_else_is_sent_meanwhile() {
    let (refused, again) = asked_again("2").await;
    assert!(again.duration_since(refused) >= SignedDuration::from_millis(1_900), "{refused} {again}");
}

#[tokio::test]
async fn a_short_wait_until_a_date_is_waited_and_nothing_else_is_sent_meanwhile() {
    // Long enough for the documents to get there before it.
    let date = date_in(8);
    let (_, again) = asked_again(&date).await;
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&date).unwrap();
    assert!(again >= until, "{again} {until}");
}

/// Waits until the reason for which a document waits has these words.
async fn waits_because(client: &Client, id: &str, words: &str) -> Value {
    eventually("the wait is shown", || async {
        let ai = client.document(id).await["ai"].clone();
        ai["reason"].as_str().is_some_and(|reason| reason.contains(words)).then_some(ai)
    })
    .await
}

#[tokio::test]
async fn a_long_wait_is_shown_and_holds_for_every_document() {
    for after in ["3600", &date_in(3_600)] {
        let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
        let provider = FakeProvider::start([limited(after), good_answer()]).await;
        store_settings(data.path(), &provider, json!({}));
        let server = Server::on(data, platform, Options::default()).await;
        let anna = server.client("anna");
        let first = anna.stored("first.pdf", &invoice()).await;
        let refused = waits_because(&anna, &first, "asks to slow down: too many requests").await;
        let second = anna.stored("second.pdf", &pdf::with_text("Another one")).await;
        let waiting = waits_because(&anna, &second, "asked to be left alone for").await;
        assert_eq!((&refused["status"], &waiting["status"]), (&json!("waiting"), &json!("waiting")));
        assert_eq!(anna.document(&second).await["status"], "ready", "it is read all the same");
        assert_eq!(provider.asked().len(), 1, "{after}");
        let circuit = administrator(&server).get("/admin/api/settings").await.json()["circuit"].clone();
        let paused = circuit["paused_secs"].as_u64().unwrap();
        assert!((3_500..=3_600).contains(&paused), "{after}: {circuit}");
    }
}

#[tokio::test]
async fn a_long_wait_outlives_kill_9() {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([limited("3600"), good_answer()]).await;
    store_settings(data.path(), &provider, json!({}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let id = anna.stored("first.pdf", &invoice()).await;
    waits_because(&anna, &id, "asks to slow down").await;
    process.kill();

    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let later = anna.stored("later.pdf", &pdf::with_text("After the restart")).await;
    assert_eq!(answered(&anna, &later).await["ai"]["status"], "done");
    assert_eq!(anna.document(&id).await["ai"]["status"], "waiting");
    assert_eq!(provider.asked().len(), 2);
}
