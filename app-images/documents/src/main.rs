//! The start of the program: reads the command line and does what it says.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use atoll_documents::args::{Arguments, Command, PaintPicture, Serve};
use atoll_documents::extraction::Password;
use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::caged::PASSWORD_VARIABLE;
use atoll_documents::extraction::ocr::child::Task;
use atoll_documents::{extraction, healthcheck, server};
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command.unwrap_or(Command::Serve(Box::new(arguments.serve))) {
        Command::Serve(serve) => serve_until_signal(*serve),
        Command::Healthcheck { listen } => healthcheck::run(listen),
        Command::Extract { memory_bytes, cpu_secs } => {
            extract(Limits { memory_bytes, cpu_secs }).context("could not read the document")
        }
        Command::Paint { memory_bytes, cpu_secs, page, picture } => {
            paint(Limits { memory_bytes, cpu_secs }, page, picture).context("could not draw the page")
        }
        Command::Recognise { memory_bytes, cpu_secs, tesseract, languages, dpi } => {
            let task = Task { tesseract, languages, dpi };
            recognise(Limits { memory_bytes, cpu_secs }, &task).context("could not start tesseract")
        }
        Command::Overlay { memory_bytes, cpu_secs, document_bytes } => {
            let limits = Limits { memory_bytes, cpu_secs };
            extraction::searchable::child::run(limits, document_bytes).context("could not make the copy")
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atoll-documents: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn extract(limits: Limits) -> anyhow::Result<()> {
    let password = document_password()?;
    Ok(extraction::child::run(limits, password.as_ref())?)
}

fn paint(limits: Limits, page: u32, picture: PaintPicture) -> anyhow::Result<()> {
    let picture = picture.picture().context("neither --png-width nor --grey-dpi was named")?;
    let password = document_password()?;
    Ok(extraction::paint::run(limits, page, picture, password.as_ref())?)
}

fn recognise(limits: Limits, task: &Task) -> anyhow::Result<()> {
    match extraction::ocr::child::run(limits, task)? {}
}

/// What the service has handed to this child to open the document with.
fn document_password() -> anyhow::Result<Option<Password>> {
    let typed = std::env::var(PASSWORD_VARIABLE).ok();
    Ok(typed.map(|typed| Password::parse(&typed)).transpose()?)
}

#[tokio::main]
async fn serve_until_signal(serve: Serve) -> anyhow::Result<()> {
    start_log();
    let listener = TcpListener::bind(serve.listen)
        .await
        .with_context(|| format!("could not listen on {}", serve.listen))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    server::run(listener, serve.config()?, async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
    .await
}

/// JSON lines, or text for people at a terminal. `RUST_LOG` or `LOG_LEVEL` says how much.
fn start_log() {
    let filter = EnvFilter::try_from_default_env()
        .or_else(|_| EnvFilter::try_from_env("LOG_LEVEL"))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    // Because a line that cannot be written would be complained of on standard error, and that panics where it cannot be
    // written either.
    let log = tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter);
    if std::io::stdout().is_terminal() {
        log.init();
    } else {
        log.json().flatten_event(true).init();
    }
}
