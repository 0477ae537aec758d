//! `atoll status`: who is signed in where, and how the control plane is.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::SessionView;
use crate::{
    api::{Answer, Api, ApiError},
    exit::Exit,
    failure::Failure,
    output::{Output, Page, quantity},
    server::ServerArgs,
};

#[derive(Debug, Deserialize)]
struct StatusView {
    version: String,
    uptime_secs: u64,
    engine: EngineView,
    policy: PolicyView,
    instances: Instances,
}

#[derive(Debug, Deserialize)]
struct EngineView {
    reachable: bool,
    name: Option<String>,
    version: Option<String>,
    api_version: Option<String>,
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
struct PolicyView {
    revision: u64,
    apps: usize,
    loaded_at: Timestamp,
    error: Option<PolicyErrorView>,
}

#[derive(Debug, Deserialize)]
struct PolicyErrorView {
    message: String,
    file: String,
    line: Option<u32>,
    column: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Instances {
    ready: usize,
    #[serde(default)]
    changing: usize,
    failed: usize,
    stopped: usize,
}

/// Tells who is signed in and, to administrators, how the platform is.
pub(crate) async fn status(server: &ServerArgs, output: Output) -> Result<Exit, Failure> {
    let api = server.api()?;
    let session = api.get::<SessionView>(&["session"]).await?;
    let platform = platform(&api).await?;
    let value =
        json!({ "url": api.base(), "session": session.raw, "platform": platform.as_ref().map(|p| &p.raw) });
    output.print(&value, |page| {
        let who = session.view.user.who();
        let until = quantity::moment(session.view.expires_at);
        page.field(9, "Console", &api.shown());
        page.field(9, "Signed in", &format!("{who}, {}, until {until}", session.view.user.role));
        if let Some(platform) = &platform {
            platform.view.write(page);
        }
    })?;
    Ok(Exit::Done)
}

/// How the platform is, or `None` for people who may not know.
async fn platform(api: &Api) -> Result<Option<Answer<StatusView>>, ApiError> {
    match api.get(&["status"]).await {
        Ok(answer) => Ok(Some(answer)),
        Err(ApiError::NotAllowed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl StatusView {
    fn write(&self, page: &mut Page) {
        page.field(9, "Atoll", &format!("{}, up {}", self.version, quantity::secs(self.uptime_secs)));
        page.field(9, "Engine", &self.engine.sentence());
        let policy = &self.policy;
        let apps = quantity::count(policy.apps, "app");
        let loaded = quantity::moment(policy.loaded_at);
        page.field(9, "Policy", &format!("revision {}, {apps}, loaded {loaded}", policy.revision));
        if let Some(error) = &policy.error {
            page.field(9, "", &format!("the newest file is refused: {}", error.sentence()));
        }
        let Instances { ready, changing, failed, stopped } = self.instances;
        let apps = format!("{ready} ready, {changing} changing, {failed} failed, {stopped} stopped");
        page.field(9, "Apps", &apps);
    }
}

impl EngineView {
    fn sentence(&self) -> String {
        if !self.reachable {
            return format!("unreachable: {}", self.error.as_deref().unwrap_or("no reason was given"));
        }
        let version = self.version.as_deref().unwrap_or("of unknown version");
        let words = [self.name.as_deref(), Some(version)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.api_version.as_deref().map_or(words.clone(), |api| format!("{words}, API {api}"))
    }
}

impl PolicyErrorView {
    fn sentence(&self) -> String {
        let place =
            [self.line, self.column].into_iter().flatten().map(|n| format!(":{n}")).collect::<String>();
        format!("{}{place}: {}", self.file, self.message)
    }
}
