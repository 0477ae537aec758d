//! Writes what the gateway says for itself as pages into a folder, one file for each, to be looked at in a browser.
//!
//! `cargo run -p atoll-controlplane --example notices -- <folder>`

use std::{fs, path::Path};

use atoll_controlplane::{
    gateway::{
        notice::Reader,
        refusal::{Refused, Setting},
    },
    identity::throttle::TooMany,
};
use http::Method;
use http_body_util::BodyExt;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    fs::create_dir_all(&folder)?;
    let setting = Setting { console: "https://atoll.example.com", title: Some("Documents") };
    for (name, refused) in refusals() {
        let answer = refused.notice(setting).answer(
            Reader::Person,
            &Method::GET,
            "019ab000-7c1e-7000-8000-3f2a9d1c0b55",
        );
        let page = answer.into_body().collect().await.map_err(|_| "a notice is whole")?.to_bytes();
        fs::write(Path::new(&folder).join(format!("{name}.html")), page)?;
    }
    Ok(())
}

fn refusals() -> Vec<(&'static str, Refused)> {
    let failed = Refused::Failed {
        cause: "Service `web` ended by itself with exit code 1 (`error: could not open /data/documents.db`)"
            .into(),
        cure: "Look at the app's log, mend what it names, and start the app again.".into(),
    };
    vec![
        ("503-waking", Refused::Starting { step: "being woken…".into() }),
        ("503-starting", Refused::Starting { step: "waiting for `db`".into() }),
        ("503-busy", Refused::Busy { most: 64 }),
        ("503-stopped", Refused::Stopped),
        ("503-failed", failed),
        ("502-unreachable", Refused::Unreachable),
        ("504-timeout", Refused::TimedOut),
        ("500-internal", Refused::Internal),
        ("421-unknown-host", Refused::UnknownHost),
        ("404-not-found", Refused::NotFound),
        ("401-not-signed-in", Refused::NotSignedIn),
        ("403-no-grant", Refused::NoGrant),
        ("403-code", Refused::Code),
        ("408-too-slow", Refused::TooSlow),
        ("413-too-large", Refused::BodyTooLarge { limit: 200 << 20 }),
        ("429-too-many-open", Refused::TooManyOpen { most: 16 }),
        ("429-attempts", Refused::TooMany(TooMany { retry_after_secs: 42 })),
        ("431-head", Refused::HeadTooLarge),
        ("200-leave", Refused::ConfirmLeave),
    ]
}
