//! The real server, in this process, on a free port and with a data folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::reader::Reader;
use atoll_documents::server::{Config, run};
use atoll_documents::webhooks::address::Reach;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Client, Platform};

/// A running server; stopped when dropped, in good order by [`Server::stop`].
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) platform: Platform,
    data: TempDir,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

/// What a test may want to be different.
pub(crate) struct Options {
    pub(crate) max_upload_bytes: u64,
    pub(crate) reader: Reader,
    pub(crate) web_dir: PathBuf,
    pub(crate) reach: Reach,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_upload_bytes: 1 << 20,
            reader: Reader {
                program: env!("CARGO_BIN_EXE_atoll-documents").into(),
                limits: Limits { memory_bytes: 400 << 20, cpu_secs: 10 },
                wall: Duration::from_secs(60),
                most_output_bytes: 8 << 20,
                ocr: None,
            },
            web_dir: "/nowhere".into(),
            reach: Reach::PrivateAndLoopback,
        }
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::on(tempfile::tempdir().unwrap(), Platform::start().await, options).await
    }

    /// A server on a data folder that another may have used before.
    pub(crate) async fn on(data: TempDir, platform: Platform, options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let config = Config {
            data: data.path().into(),
            web_dir: options.web_dir,
            max_upload_bytes: options.max_upload_bytes,
            app: "documents".into(),
            jwks_url: platform.jwks_url.parse().unwrap(),
            reader: options.reader,
            reach: options.reach,
        };
        let running = tokio::spawn(run(listener, config, stop.clone().cancelled_owned()));
        Self { address, platform, data, stop, running }
    }

    /// A client that the platform vouches for.
    pub(crate) fn client(&self, user: &str) -> Client {
        Client::known(self.address, user)
    }

    /// A client that nobody vouches for.
    pub(crate) fn stranger(&self) -> Client {
        Client::unknown(self.address)
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// How many files there are, half-arrived ones included.
    pub(crate) fn file_count(&self) -> usize {
        ["files", "arriving"]
            .iter()
            .map(|name| std::fs::read_dir(self.data().join(name)).unwrap().count())
            .sum()
    }

    /// Stops in good order and gives the data folder back.
    pub(crate) async fn stop(self) -> TempDir {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        self.data
    }
}
