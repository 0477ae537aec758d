//! Everything that an island is built from: the allowlist's entry, its pinned images, its addresses and the values of
//! its holes. Made before anything is created, so that what cannot work fails with nothing to clean up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use atoll_sandbox::{
    allowlist::{App, Instances, Service},
    holes::setting_variables,
    lock::{Pin, PinSource},
    names::{IslandId, ServiceName, VolumeName},
    policy::Policy,
    subnet::{NetworkIndex, Pool, Subnet},
};
use futures_util::future::try_join_all;
use serde_json::Value;

use super::{
    failure::Failure, obstacle::Obstacle, report::Report, shared::Shared, site::Site, steps::StepName,
    verify::Promise,
};
use crate::{
    engine::{Hole, error::EngineError, info::EngineInfo},
    secret::Secret,
};

/// What was approved, as far as the engine has nothing to say about it.
#[derive(Debug, Clone)]
pub(super) struct Approved {
    pub(super) policy: Arc<Policy>,
    pub(super) app: App,
    pub(super) engine: Arc<EngineInfo>,
}

/// Everything that an island is built from.
#[derive(Debug, Clone)]
pub(super) struct Blueprint {
    pub(super) island: IslandId,
    pub(super) app: App,
    pub(super) index: NetworkIndex,
    pub(super) pool: Pool,
    subnet: Subnet,
    image_ids: BTreeMap<ServiceName, String>,
    holes: BTreeMap<ServiceName, Vec<Hole>>,
    swap_unlimited: bool,
}

impl Approved {
    /// Checks everything that can be known from the policy and from what the engine is.
    pub(super) async fn check(shared: &Shared, island: &IslandId) -> Result<Self, Obstacle> {
        let policy = shared.policy.current();
        let app = listed(&policy, island).map_err(Obstacle::Plain)?;
        let engine = shared.engine_info().await?;
        if !engine.unenforced.is_empty() && !shared.accept_unenforced_limits {
            return Err(Obstacle::Plain(unenforced(&engine)));
        }
        let approved = Self { policy, app, engine };
        approved.pins().map_err(Obstacle::Plain)?;
        Ok(approved)
    }

    /// Finds the pinned images on the engine: the engine's image id for each service.
    /// Those that a registry has are pulled when they are not there.
    pub(super) async fn images(
        &self,
        shared: &Shared,
        report: &Report,
    ) -> Result<BTreeMap<ServiceName, String>, Obstacle> {
        let platform = self.engine.platform().map_err(|error| strange_platform(&error.to_string()))?;
        let found = self.app.services.iter().map(|(name, service)| {
            let pin = self.policy.pin(&service.image, &platform);
            async move {
                let image = match shared.engine.image(&service.image).await {
                    Err(error) if pin.is_some_and(|pin| is_to_be_pulled(pin, &error)) => {
                        report.says(StepName::Images, &format!("Pulling {}", service.image));
                        let tell = |pulled| report.pulled(StepName::Images, pulled);
                        shared.engine.pull(&service.image, tell).await?;
                        shared.engine.image(&service.image).await?
                    }
                    found => found?,
                };
                let pinned = pin.is_some_and(|pin| image.is(pin));
                if pinned { Ok((name.clone(), image.id)) } else { Err(changed_image(service, &image.id)) }
            }
        });
        Ok(try_join_all(found).await?.into_iter().collect())
    }

    /// Every volume that the app has, each once.
    pub(super) fn volumes(&self) -> BTreeSet<&VolumeName> {
        self.app.volumes().collect()
    }

    fn pins(&self) -> Result<(), Failure> {
        let platform = self.engine.platform().map_err(|error| plain_platform(&error.to_string()))?;
        let unpinned = |service: &&Service| self.policy.pin(&service.image, &platform).is_none();
        match self.app.services.values().find(unpinned) {
            None => Ok(()),
            Some(service) => Err(Failure::new(
                format!("The lock has no pin of image `{}` for {platform}.", service.image),
                "Run `atoll allowlist lock` on the machine that has the image.",
            )),
        }
    }
}

/// The entry of an island's app, if it can be installed by this version.
pub(super) fn listed(policy: &Policy, island: &IslandId) -> Result<App, Failure> {
    let app = policy.app(&island.app).ok_or_else(|| {
        Failure::new(
            format!("`{}` is not on the allowlist.", island.app),
            "Add it to the allowlist, or remove the app here.",
        )
    })?;
    match app.instances {
        Instances::Shared => {}
        Instances::PerUser => {
            return Err(Failure::new(
                format!(
                    "`{}` wants an instance for each person, which this version cannot do yet.",
                    app.title
                ),
                "Set `instances: shared` in its allowlist entry if people may share one.",
            ));
        }
    }
    match required_settings(app).next() {
        None => Ok(app.clone()),
        Some(setting) => Err(Failure::new(
            format!(
                "`{}` needs the setting `{setting}`, and this version cannot ask for settings yet.",
                app.title
            ),
            "Give the setting a `default` in the app's allowlist entry.",
        )),
    }
}

/// The settings that have to be given: required and without a default.
fn required_settings(app: &App) -> impl Iterator<Item = &str> {
    let schema = app.settings.as_ref();
    let required = schema.and_then(|schema| schema.get("required")?.as_array()).into_iter().flatten();
    required.filter_map(Value::as_str).filter(|setting| default_of(app, setting).is_none())
}

fn default_of<'a>(app: &'a App, setting: &str) -> Option<&'a Value> {
    app.settings.as_ref()?.get("properties")?.get(setting)?.get("default")
}

/// The settings' defaults as variables.
fn setting_holes(app: &App) -> Vec<Hole> {
    let hole = |(setting, variable): (&str, &str)| {
        let value = match default_of(app, setting)? {
            Value::String(text) => text.clone(),
            value
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                value.to_string()
            }
        };
        Some(Hole { name: variable.to_owned(), value: Secret::new(value) })
    };
    setting_variables(app).filter_map(hole).collect()
}

impl Blueprint {
    /// Puts together what was checked, where the island lies, and the app's secrets.
    pub(super) fn new(
        island: &IslandId,
        approved: &Approved,
        index: NetworkIndex,
        image_ids: BTreeMap<ServiceName, String>,
        secrets: &BTreeMap<VolumeName, Secret>,
    ) -> Result<Self, Obstacle> {
        let pool = approved.policy.allowlist().host.subnets;
        let subnet = pool.subnet(index).ok_or_else(|| outside(&island.app.to_string(), pool))?;
        let app = approved.app.clone();
        let settings = setting_holes(&app);
        let holes = app.services.iter().map(|(name, service)| {
            let given = service.secrets.iter().filter_map(|secret| {
                let value = secrets.get(&secret.name)?.clone();
                Some(Hole { name: secret.env.clone(), value })
            });
            (name.clone(), given.chain(settings.iter().cloned()).collect())
        });
        let holes = holes.collect();
        let swap_unlimited = approved.engine.swap_unlimited;
        Ok(Self { island: island.clone(), app, index, pool, subnet, image_ids, holes, swap_unlimited })
    }

    /// The same island in another address range.
    pub(super) fn moved_to(&mut self, index: NetworkIndex) -> Result<(), Obstacle> {
        self.subnet = self.pool.subnet(index).ok_or_else(|| outside(self.island.app.as_str(), self.pool))?;
        self.index = index;
        Ok(())
    }

    /// Services in the order of their start: each wave needs only those before it.
    pub(super) fn waves(&self) -> Vec<Vec<ServiceName>> {
        waves(&self.app)
    }

    pub(super) fn holes(&self, service: &ServiceName) -> &[Hole] {
        self.holes.get(service).map_or(&[], Vec::as_slice)
    }

    pub(super) fn promise<'a>(&'a self, name: &'a ServiceName, service: &'a Service) -> Promise<'a> {
        Promise {
            island: &self.island,
            subnet: self.subnet,
            app: &self.app,
            name,
            service,
            image_id: self.image_ids.get(name).map_or("", String::as_str),
            swap_unlimited: self.swap_unlimited,
        }
    }

    /// Where its services are.
    pub(super) const fn site(&self) -> Site<'_> {
        Site::new(&self.app, self.subnet)
    }
}

/// Services in the order of their start: each wave needs only those before it. Reversed, the order of their stop.
pub(super) fn waves(app: &App) -> Vec<Vec<ServiceName>> {
    let mut waves: Vec<Vec<ServiceName>> = Vec::new();
    for name in app.start_order() {
        let needs = &app.services[&name].depends_on;
        let after = waves.iter().rposition(|wave| wave.iter().any(|earlier| needs.contains(earlier)));
        let place = after.map_or(0, |wave| wave + 1);
        match waves.get_mut(place) {
            Some(wave) => wave.push(name),
            None => waves.push(vec![name]),
        }
    }
    waves
}

fn unenforced(engine: &EngineInfo) -> Failure {
    Failure::new(
        format!(
            "This container engine cannot enforce {} limits, so an app could take the whole machine.",
            engine.unenforced.join(" and ")
        ),
        "`atoll doctor` says how to mend it. To run apps without these limits all the same, start the control plane \
         with `--accept-unenforced-limits`.",
    )
}

/// Because a registry's digest is looked up by itself, another image under the same tag is no obstacle to a pull.
fn is_to_be_pulled(pin: &Pin, error: &EngineError) -> bool {
    let lacking = error.has_reason("image-missing") || error.has_reason("image-changed");
    pin.source == PinSource::Registry && lacking
}

fn changed_image(service: &Service, id: &str) -> Obstacle {
    Obstacle::Plain(Failure::new(
        format!("The image `{}` on the engine is {id}, not the one that was approved.", service.image),
        "Load the approved image, or approve this one with `atoll allowlist lock`.",
    ))
}

fn strange_platform(why: &str) -> Obstacle {
    Obstacle::Plain(plain_platform(why))
}

fn plain_platform(why: &str) -> Failure {
    Failure::new(
        format!("The engine's platform cannot be used: {why}."),
        "Use an engine that runs Linux containers.",
    )
}

fn outside(app: &str, pool: Pool) -> Obstacle {
    Obstacle::Plain(Failure::new(
        format!("The address range of `{app}` lies outside `host.subnets` {pool}."),
        "Widen `host.subnets` again, or remove the app and install it anew.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(services: &[(&str, &[&str])]) -> App {
        let services: serde_json::Map<String, Value> = services
            .iter()
            .map(|(name, needs)| {
                let service = serde_json::json!({
                    "image": "i:1", "user": "1:1", "depends_on": needs,
                    "resources": {"limits": {"cpu": "1", "memory": "64Mi", "pids": 9}},
                });
                ((*name).to_owned(), service)
            })
            .collect();
        serde_json::from_value(serde_json::json!({
            "id": "notes", "version": "1", "title": "Notes", "description": "d", "category": "c",
            "services": services, "http": {"service": "web", "port": 80, "access": []}, "roles": [],
        }))
        .unwrap()
    }

    fn settings(schema: Value) -> App {
        App { settings: Some(schema), ..app(&[("web", &[])]) }
    }

    #[test]
    fn services_start_in_waves_each_after_what_it_needs() {
        let app = app(&[("web", &["api", "cache"]), ("api", &["db"]), ("cache", &[]), ("db", &[])]);
        let waves = waves(&app);
        let named: Vec<Vec<&str>> =
            waves.iter().map(|wave| wave.iter().map(ServiceName::as_str).collect()).collect();
        assert_eq!(named, [vec!["cache", "db"], vec!["api"], vec!["web"]]);
    }

    #[test]
    fn a_required_setting_needs_a_default() {
        let without = settings(serde_json::json!({"required": ["lang"], "properties": {"lang": {}}}));
        assert_eq!(required_settings(&without).collect::<Vec<_>>(), ["lang"]);
        let with = settings(serde_json::json!({
            "required": ["lang", "size"],
            "properties": {
                "lang": {"default": "de", "x-env": "LANG_OF_APP"},
                "size": {"default": 3, "x-env": "SIZE"},
                "free": {"x-env": "FREE"},
            },
        }));
        assert_eq!(required_settings(&with).count(), 0);
        let holes: Vec<(String, String)> = setting_holes(&with)
            .into_iter()
            .map(|hole| (hole.name, hole.value.expose().to_owned()))
            .collect();
        let expected = [("LANG_OF_APP", "de"), ("SIZE", "3")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(holes, expected);
    }
}
