//! The command line as typed, and as meant.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use clap::{Args, Parser, Subcommand};

use crate::extraction::cage::Limits;
use crate::extraction::ocr::{Language, Ocr};
use crate::extraction::paint::Picture;
use crate::extraction::reader::Reader;
use crate::pictures::Painter;
use crate::server::Config;
use crate::webhooks::address::Reach;

/// How long reading one page as a picture may take, waiting for the processor included.
const OCR_PAGE_WALL: Duration = Duration::from_secs(150);

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
        /// The most address space, in bytes.
        #[arg(long)]
        memory_bytes: u64,
        /// The most processor time, in seconds.
        #[arg(long)]
        cpu_secs: u64,
    },
    /// Draw one page of the PDF on standard input: what the service starts for each picture.
    #[command(hide = true)]
    Paint {
        /// The most address space, in bytes.
        #[arg(long)]
        memory_bytes: u64,
        /// The most processor time, in seconds.
        #[arg(long)]
        cpu_secs: u64,
        /// The page; the first is 1.
        #[arg(long)]
        page: u32,
        /// What is drawn.
        #[command(flatten)]
        picture: PaintPicture,
    },
    /// Become Tesseract, locked in, and read the picture on standard input.
    #[command(hide = true)]
    Recognise {
        /// The most address space, in bytes.
        #[arg(long)]
        memory_bytes: u64,
        /// The most processor time, in seconds.
        #[arg(long)]
        cpu_secs: u64,
        /// The program.
        #[arg(long)]
        tesseract: PathBuf,
        /// Tesseract's names of languages, joined by `+`.
        #[arg(long)]
        languages: String,
        /// The picture's resolution in pixels to the inch.
        #[arg(long)]
        dpi: u32,
    },
    /// Put recognised words onto the PDF that follows them on standard input: what makes a searchable copy.
    #[command(hide = true)]
    Overlay {
        /// The most address space, in bytes.
        #[arg(long)]
        memory_bytes: u64,
        /// The most processor time, in seconds.
        #[arg(long)]
        cpu_secs: u64,
        /// How long the PDF is.
        #[arg(long)]
        document_bytes: u64,
    },
}

/// Which of the two pictures is drawn.
#[derive(Clone, Copy, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct PaintPicture {
    /// A PNG of this width in pixels.
    #[arg(long)]
    png_width: Option<u32>,
    /// A graymap of this resolution in pixels to the inch.
    #[arg(long)]
    grey_dpi: Option<u32>,
}

impl PaintPicture {
    /// The picture that is meant; `None` if neither was named, which the command line does not allow.
    pub fn picture(self) -> Option<Picture> {
        self.png_width.map(Picture::Png).or(self.grey_dpi.map(Picture::Grey))
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
    /// The program that reads pages which are pictures. Where it is missing, scans have no text.
    #[arg(long, env = "DOCUMENTS_TESSERACT", default_value = "/usr/bin/tesseract")]
    tesseract: PathBuf,
    /// The languages that pages are expected to be in, by Tesseract's names.
    #[arg(long, env = "DOCUMENTS_OCR_LANGUAGES", default_value = "eng,deu", value_delimiter = ',', value_parser = Language::parse)]
    ocr_languages: Vec<Language>,
    /// The most pages of one document that are read as pictures.
    #[arg(long, env = "DOCUMENTS_OCR_PAGES", default_value_t = 50)]
    ocr_pages: usize,
    /// The most memory that reading one page as a picture may use, in bytes.
    #[arg(long, env = "DOCUMENTS_OCR_MEMORY_BYTES", default_value_t = 400 << 20)]
    ocr_memory_bytes: u64,
    /// The most processor time that reading one page as a picture may use, in seconds.
    #[arg(long, env = "DOCUMENTS_OCR_CPU_SECS", default_value_t = 60)]
    ocr_cpu_secs: u64,
    /// Let webhooks reach this machine itself: for development only.
    #[arg(long, env = "DOCUMENTS_WEBHOOKS_ON_LOOPBACK", hide = true)]
    webhooks_on_loopback: bool,
}

/// What drawing one page may take, in seconds of processor time.
const PAINTER_CPU_SECS: u64 = 20;

impl Serve {
    /// The configuration that these options mean.
    ///
    /// # Errors
    /// When there is no usable address for the identity keys.
    pub fn config(self) -> anyhow::Result<Config> {
        let jwks_url = self.jwks_url.ok_or_else(|| {
            anyhow::anyhow!(
                "no address for the identity keys: set ATOLL_JWKS_URL (Atoll sets it for its apps) or --jwks-url"
            )
        })?;
        anyhow::ensure!(
            jwks_url.scheme_str() == Some("http") && jwks_url.authority().is_some(),
            "the address of the identity keys must be an http:// address, not `{jwks_url}`"
        );
        let program = PathBuf::from("/proc/self/exe");
        let wall = Duration::from_secs(self.reader_wall_secs);
        let drawing = Limits { memory_bytes: self.reader_memory_bytes, cpu_secs: PAINTER_CPU_SECS };
        Ok(Config {
            painter: Painter::new(program.clone(), drawing, wall),
            reach: if self.webhooks_on_loopback { Reach::PrivateAndLoopback } else { Reach::Private },
            data: self.data,
            web_dir: self.web_dir,
            max_upload_bytes: self.max_upload_bytes,
            app: self.app,
            jwks_url,
            reader: Reader {
                program,
                limits: Limits { memory_bytes: self.reader_memory_bytes, cpu_secs: self.reader_cpu_secs },
                wall,
                most_output_bytes: self.reader_text_bytes,
                ocr: Some(Ocr {
                    tesseract: self.tesseract,
                    languages: self.ocr_languages,
                    most_pages: self.ocr_pages,
                    limits: Limits { memory_bytes: self.ocr_memory_bytes, cpu_secs: self.ocr_cpu_secs },
                    wall: OCR_PAGE_WALL,
                }),
            },
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
