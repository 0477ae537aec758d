//! When to look at the policy files again: when the kernel tells of a change, when asked by SIGHUP, and every few
//! seconds all the same, since a change on the other side of some mounts is told to nobody.

use std::{collections::BTreeSet, io, path::Path, time::Duration};

use inotify::{EventStream, Inotify, WatchMask};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::sleep,
};
use tokio_stream::StreamExt as _;
use tracing::warn;

/// From one unasked look to the next.
const INTERVAL: Duration = Duration::from_secs(5);

/// Room for a few events; whatever does not fit is read next.
const BUFFER: usize = 1024;

/// What the next look waits for.
#[derive(Debug)]
pub(super) struct Changes {
    told: Option<EventStream<[u8; BUFFER]>>,
    asked: Option<Signal>,
}

impl Changes {
    /// Watches the folders that the files are in: an editor replaces a file by renaming another over it, which a
    /// watch on the file would not outlive.
    pub(super) fn of(files: &[&Path]) -> Self {
        let folders = files.iter().filter_map(|file| file.parent()).collect();
        let told = watch(&folders).inspect_err(
            |error| warn!(%error, "no inotify: the policy files are looked at every five seconds"),
        );
        let asked = signal(SignalKind::hangup()).inspect_err(|error| warn!(%error, "SIGHUP is not heard"));
        Self { told: told.ok(), asked: asked.ok() }
    }

    /// Waits; true when a person asked by SIGHUP and wants to hear the outcome whether anything changed or not.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            () = sleep(INTERVAL) => false,
            () = told(&mut self.told) => false,
            () = asked(self.asked.as_mut()) => true,
        }
    }
}

fn watch(folders: &BTreeSet<&Path>) -> io::Result<EventStream<[u8; BUFFER]>> {
    let queue = Inotify::init()?;
    let mask = WatchMask::CLOSE_WRITE | WatchMask::MOVE | WatchMask::CREATE | WatchMask::DELETE;
    for folder in folders {
        queue.watches().add(folder, mask)?;
    }
    queue.into_event_stream([0; BUFFER])
}

/// What an event says is not looked at: any change is a reason to compare contents.
async fn told(events: &mut Option<EventStream<[u8; BUFFER]>>) {
    let Some(stream) = events else { return std::future::pending().await };
    if !matches!(stream.next().await, Some(Ok(_))) {
        warn!("inotify has ended: the policy files are looked at every five seconds");
        *events = None;
    }
}

async fn asked(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_secs(2);
    const A_WHILE: Duration = Duration::from_millis(200);

    /// Reads over what is still to be told of before.
    async fn silence(events: &mut Option<EventStream<[u8; BUFFER]>>) {
        while timeout(A_WHILE, told(events)).await.is_ok() {}
    }

    #[tokio::test]
    async fn each_way_to_change_a_file_is_told_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "").unwrap();
        let mut events = Some(watch(&BTreeSet::from([folder.path()])).unwrap());
        let ways: [(&str, &dyn Fn() -> io::Result<()>); 4] = [
            ("written", &|| fs::write(at("file"), "a")),
            ("renamed", &|| fs::rename(at("file"), at("other"))),
            ("removed", &|| fs::remove_file(at("other"))),
            // A folder, because a file that is made is also written.
            ("made", &|| fs::create_dir(at("folder"))),
        ];
        for (way, change) in ways {
            change().unwrap();
            assert!(timeout(SOON, told(&mut events)).await.is_ok(), "nothing was told of what was {way}");
            assert!(events.is_some(), "after something was {way} nothing more is told");
            silence(&mut events).await;
        }
    }

    #[tokio::test]
    async fn nothing_is_told_or_asked_before_something_happens() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("allowlist.yaml");
        assert!(timeout(A_WHILE, Changes::of(&[&file]).next()).await.is_err());
        let mut hangup = signal(SignalKind::hangup()).unwrap();
        assert!(timeout(A_WHILE, asked(Some(&mut hangup))).await.is_err());
        assert!(timeout(A_WHILE, asked(None)).await.is_err());
        assert!(timeout(A_WHILE, told(&mut None)).await.is_err());
    }
}
