//! A pretended container engine of a version that Atoll does not support: answers who it is, and nothing else.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

const PING: &str = "OK";
const VERSION: &str =
    r#"{"Version":"19.03.15","ApiVersion":"1.40","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}"#;
const HEAD: &str =
    "HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Type: application/json\r\nConnection: close\r\n";

/// Listens on a unix socket until the process ends.
pub struct OldEngine {
    path: PathBuf,
}

impl OldEngine {
    /// Starts it on a new socket at `path`.
    ///
    /// # Panics
    /// When nothing can listen there.
    pub fn at(path: &Path) -> Self {
        drop(std::fs::remove_file(path));
        let listener = UnixListener::bind(path).expect("the folder can be written");
        std::thread::spawn(move || {
            listener.incoming().filter_map(Result::ok).for_each(|stream| answer(&stream))
        });
        Self { path: path.to_owned() }
    }

    /// Its address, as `DOCKER_HOST` has it.
    pub fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }
}

fn answer(mut stream: &UnixStream) {
    let mut head = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let request = head.next().unwrap_or_default();
    head.for_each(drop);
    let body = if request.contains("_ping") { PING } else { VERSION };
    // Because a client that has gone away is no concern of ours.
    drop(write!(stream, "{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()));
}
