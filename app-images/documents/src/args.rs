//! The command line as typed, and as meant.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use clap::{Args, Parser, Subcommand};
use tokio::sync::Semaphore;

use crate::extraction::cage::Limits;
use crate::extraction::ocr::{Languages, Recogniser};
use crate::extraction::reader::Reader;
use crate::pictures::{PLACES, Painter};
use crate::server::Config;
use crate::webhooks::address::Reach;

/// Upload, read and find PDF documents: an app for Atoll.
#[derive(Debug, Parser)]
#[command(name = "atoll-documents", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `serve`.
    #[command(flatten)]
    pub serve: Serve,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service (the default).
    Serve(Box<Serve>),
    /// Ask the running service whether it is well.
    Healthcheck {
        /// Where it listens.
        #[arg(long, env = "DOCUMENTS_LISTEN", default_value = "0.0.0.0:8080")]
        listen: SocketAddr,
    },
    /// Read one PDF from standard input: what the service starts for each document.
    #[command(hide = true)]
    Extract {
        /// What it may use.
        #[command(flatten)]
        cage: Cage,
    },
    /// Paint a page of the PDF on standard input: what the service starts for each picture.
    #[command(hide = true)]
    Paint {
        /// What it may use.
        #[command(flatten)]
        cage: Cage,
        /// The page; the first is 1.
        #[arg(long)]
        page: u32,
        /// How wide, in pixels; else in grey and as large as for the recognition of letters.
        #[arg(long)]
        width: Option<u16>,
    },
    /// Recognise the letters in the picture on standard input.
    #[command(hide = true)]
    Recognise {
        /// What it may use.
        #[command(flatten)]
        cage: Cage,
        /// The program.
        #[arg(long)]
        tesseract: PathBuf,
        /// The languages to expect.
        #[arg(long)]
        languages: Languages,
    },
}

/// What a child may use.
#[derive(Clone, Copy, Debug, Args)]
pub struct Cage {
    /// The most address space, in bytes.
    #[arg(long)]
    memory_bytes: u64,
    /// The most processor time, in seconds.
    #[arg(long)]
    cpu_secs: u64,
}

impl From<Cage> for Limits {
    fn from(cage: Cage) -> Self {
        Self { memory_bytes: cage.memory_bytes, cpu_secs: cage.cpu_secs }
    }
}

/// The options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen.
    #[arg(long, env = "DOCUMENTS_LISTEN", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// The folder for database and files.
    #[arg(long, env = "DOCUMENTS_DATA", default_value = "/data")]
    data: PathBuf,
    /// The folder with the built page.
    #[arg(long, env = "DOCUMENTS_WEB_DIR", default_value = "/usr/share/documents/web")]
    web_dir: PathBuf,
    /// The most bytes that one file may have.
    #[arg(long, env = "DOCUMENTS_MAX_UPLOAD_BYTES", default_value_t = 100 << 20)]
    max_upload_bytes: u64,
    /// The app that identity tokens must be for.
    #[arg(long, env = "ATOLL_APP", default_value = "documents")]
    app: String,
    /// Where the platform publishes the keys that sign identity tokens. `serve` needs it.
    #[arg(long, env = "ATOLL_JWKS_URL")]
    jwks_url: Option<Uri>,
    /// The most memory that reading one document may use, in bytes.
    #[arg(long, env = "DOCUMENTS_READER_MEMORY_BYTES", default_value_t = 400 << 20)]
    reader_memory_bytes: u64,
    /// The most processor time that reading one document may use, in seconds.
    #[arg(long, env = "DOCUMENTS_READER_CPU_SECS", default_value_t = 10)]
    reader_cpu_secs: u64,
    /// The most time that reading one document may take, waiting included, in seconds.
    #[arg(long, env = "DOCUMENTS_READER_WALL_SECS", default_value_t = 60)]
    reader_wall_secs: u64,
    /// The most text that one document may have, in bytes.
    #[arg(long, env = "DOCUMENTS_READER_TEXT_BYTES", default_value_t = 32 << 20)]
    reader_text_bytes: u64,
    /// The program that recognises letters in scans. Where it is not installed, scans have no text.
    #[arg(long, env = "DOCUMENTS_TESSERACT", default_value = "/usr/bin/tesseract")]
    tesseract: PathBuf,
    /// The languages to expect in scans, by Tesseract's names.
    #[arg(long, env = "DOCUMENTS_OCR_LANGUAGES", default_value = "eng+deu")]
    ocr_languages: Languages,
    /// How many pages of one document are looked at for letters in pictures.
    #[arg(long, env = "DOCUMENTS_OCR_PAGES", default_value_t = 50)]
    ocr_pages: usize,
    /// Let webhooks reach this machine itself: for development only.
    #[arg(long, env = "DOCUMENTS_WEBHOOKS_ON_LOOPBACK", hide = true)]
    webhooks_on_loopback: bool,
}

/// Tesseract maps its libraries and models into memory: more address space than it fills.
const RECOGNISER_MEMORY_BYTES: u64 = 1 << 30;
/// For one page, in seconds.
const RECOGNISER_CPU_SECS: u64 = 60;
/// For one page, in seconds.
const PAINTER_CPU_SECS: u64 = 20;

impl Serve {
    /// The configuration that these options mean.
    ///
    /// # Errors
    /// When there is no usable address for the identity keys.
    pub fn config(self) -> anyhow::Result<Config> {
        let jwks_url = self.jwks_url.clone().ok_or_else(|| {
            anyhow::anyhow!(
                "no address for the identity keys: set ATOLL_JWKS_URL (Atoll sets it for its apps) or --jwks-url"
            )
        })?;
        anyhow::ensure!(
            jwks_url.scheme_str() == Some("http") && jwks_url.authority().is_some(),
            "the address of the identity keys must be an http:// address, not `{jwks_url}`"
        );
        let wall = Duration::from_secs(self.reader_wall_secs);
        let painter = self.painter(wall);
        let recogniser = self.recogniser(painter.clone(), wall);
        Ok(Config {
            data: self.data,
            web_dir: self.web_dir,
            max_upload_bytes: self.max_upload_bytes,
            app: self.app,
            jwks_url,
            reader: Reader {
                program: PathBuf::from("/proc/self/exe"),
                limits: Limits { memory_bytes: self.reader_memory_bytes, cpu_secs: self.reader_cpu_secs },
                wall,
                most_output_bytes: self.reader_text_bytes,
                recogniser,
            },
            painter,
            reach: if self.webhooks_on_loopback { Reach::PrivateAndLoopback } else { Reach::Private },
        })
    }

    fn painter(&self, wall: Duration) -> Painter {
        let limits = Limits { memory_bytes: self.reader_memory_bytes, cpu_secs: PAINTER_CPU_SECS };
        Painter {
            program: PathBuf::from("/proc/self/exe"),
            limits,
            wall,
            places: Arc::new(Semaphore::new(PLACES)),
        }
    }

    fn recogniser(&self, painter: Painter, wall: Duration) -> Option<Recogniser> {
        self.tesseract.exists().then(|| Recogniser {
            painter,
            tesseract: self.tesseract.clone(),
            languages: self.ocr_languages.clone(),
            limits: Limits { memory_bytes: RECOGNISER_MEMORY_BYTES, cpu_secs: RECOGNISER_CPU_SECS },
            // Because the processors may be busy with something else.
            wall: wall.max(Duration::from_secs(2 * RECOGNISER_CPU_SECS)),
            most_pages: self.ocr_pages,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_an_address_for_the_keys_the_error_names_the_cure() {
        let arguments = Arguments::parse_from(["atoll-documents", "--app", "x"]);
        if arguments.serve.jwks_url.is_none() {
            let error = arguments.serve.config().unwrap_err().to_string();
            assert!(error.contains("ATOLL_JWKS_URL"), "{error}");
        }
    }
}
