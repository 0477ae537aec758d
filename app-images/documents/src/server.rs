//! Puts the parts together and runs them: [`run`] takes its socket and its end as arguments.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::http::Uri;
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::api::{self, ApiState, Busy};
use crate::changes::Changes;
use crate::classification::provider::{Outbound, Providers};
use crate::data_lock::DataLock;
use crate::extraction::reader::Reader;
use crate::files::Files;
use crate::housekeeping::Housekeeping;
use crate::identity::{self, Verifier};
use crate::page::{self, Page};
use crate::pictures::Painter;
use crate::problem::ApiError;
use crate::queue::{Asking, Bell, Passwords, Queue};
use crate::settings::SettingsFile;
use crate::store::Store;
use crate::webhooks::Deliverer;
use crate::webhooks::address::Reach;
use crate::{request_log, same_origin, security_headers};

/// What the service needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder for database and files; one process at a time.
    pub data: PathBuf,
    /// The folder with the built page.
    pub web_dir: PathBuf,
    /// The most bytes that one file may have.
    pub max_upload_bytes: u64,
    /// The app that tokens must be for.
    pub app: String,
    /// Where the platform publishes its keys.
    pub jwks_url: Uri,
    /// How documents are read.
    pub reader: Reader,
    /// Who paints pages.
    pub painter: Painter,
    /// How far webhooks reach.
    pub reach: Reach,
}

/// How long requests may go on after the end was asked for. Containers get 20 s before they are killed.
const GRACE: Duration = Duration::from_secs(12);

/// Serves until `shutdown`, then lets requests finish, puts the document that is being read back into the queue and
/// closes the database.
///
/// # Errors
/// When the data folder cannot be used or the socket fails.
pub async fn run(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let _lock = DataLock::take(&config.data)?;
    let files = Files::open(&config.data).context("could not use the data folder")?;
    let store = Store::open(&config.data.join("documents.db")).await?;
    recover(&store, &files).await?;
    let settings = SettingsFile::watch(config.data.join("settings.json"));

    let stop = CancellationToken::new();
    let (changes, bell, finished) = (Changes::default(), Bell::default(), Bell::default());
    let (passwords, asking) = (Passwords::default(), Bell::default());
    let queue = Queue {
        store: store.clone(),
        files: files.clone(),
        reader: config.reader,
        changes: changes.clone(),
        passwords: passwords.clone(),
        bell: bell.clone(),
        settings: settings.clone(),
        asking: asking.clone(),
        finished: finished.clone(),
    };
    let providers = Providers::new(settings.clone(), Outbound::from_environment());
    let asking = Asking {
        store: store.clone(),
        changes: changes.clone(),
        providers: providers.clone(),
        settings: settings.clone(),
        bell: asking,
        finished: finished.clone(),
    };
    let deliverer = Deliverer { store: store.clone(), bell: finished, reach: config.reach };
    let house = Housekeeping { store: store.clone(), files: files.clone(), changes: changes.clone() };
    let mut work = JoinSet::new();
    work.spawn(queue.run(stop.clone()));
    work.spawn(asking.run(stop.clone()));
    work.spawn(deliverer.run(stop.clone()));
    let kept = settings.clone();
    work.spawn(house.run(move || kept.current().trash_days, stop.clone()));
    let max_upload_bytes = config.max_upload_bytes;
    let state = ApiState {
        store: store.clone(),
        files,
        changes,
        bell,
        passwords,
        painter: config.painter,
        busy: Busy::default(),
        reach: config.reach,
        max_upload_bytes,
        settings,
        providers,
        stop: stop.clone(),
    };
    let verifier = Arc::new(Verifier::new(config.app, config.jwks_url));
    let page = Arc::new(Page::load(&config.web_dir).context("could not read the web page")?);

    info!(address = %listener.local_addr()?, "serving");
    serve(listener, router(state, verifier, page), &stop, shutdown).await?;
    while let Some(ended) = work.join_next().await {
        ended.context("the work in the background stopped in disorder")?;
    }
    store.close().await;
    info!("stopped");
    Ok(())
}

fn router(state: ApiState, verifier: Arc<Verifier>, page: Arc<Page>) -> Router {
    let (api, description) = api::router();
    let description = Arc::new(description);
    let settings = state.settings.clone();
    let known_people = api
        .with_state(state)
        .route("/api/openapi.json", get(async move || Json(description.as_ref().clone())))
        .fallback_service(any(page::serve).with_state(page))
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(middleware::from_fn(same_origin::require))
        .layer(middleware::from_fn_with_state(verifier, identity::require));
    Router::new()
        .route("/healthz", get(async move || format!("ok\nsettings {}\n", settings.version())))
        .merge(known_people)
        .layer(middleware::from_fn(security_headers::add))
        .layer(middleware::from_fn(request_log::log))
}

async fn serve(
    listener: TcpListener,
    router: Router,
    stop: &CancellationToken,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let mut server = std::pin::pin!(server.into_future());
    tokio::select! {
        ended = &mut server => ended.context("the server stopped")?,
        () = shutdown => info!("stopping"),
    }
    stop.cancel();
    match tokio::time::timeout(GRACE, server).await {
        Ok(ended) => ended.context("the server stopped in disorder"),
        Err(_) => {
            warn!("some requests did not finish in {} s and were cut off", GRACE.as_secs());
            Ok(())
        }
    }
}

async fn recover(store: &Store, files: &Files) -> anyhow::Result<()> {
    let (put_back, given_up) = store.recover_queue().await?;
    let removed = files
        .sweep(store.document_ids().await?, store.upload_ids().await?)
        .await
        .context("could not tidy the data folder")?;
    if put_back + given_up > 0 || removed > 0 {
        info!(put_back, given_up, removed, "tidied up after the last run");
    }
    Ok(())
}
