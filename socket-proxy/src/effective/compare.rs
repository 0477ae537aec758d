//! The comparisons themselves: pure, on what was asked for and what the engine reports.

use atoll_sandbox::holes::Holes;
use serde_json::{Value, json};

use super::Difference;
use crate::json::is_unset;

/// What engines fill in by themselves: the name of their runtime, and the masks over /proc and /sys, of which one
/// path each must be there.
const FILLED_IN: [(&str, &str); 3] =
    [("Runtime", ""), ("MaskedPaths", "/proc/kcore"), ("ReadonlyPaths", "/proc/sys")];

/// Compares a container with its bound rendering. `network` is the island's network by name.
pub(crate) fn container(bound: &Value, image: &str, network: &str, inspect: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut check = |field: &str, expected: &Value, actual: &Value| {
        if !same(expected, actual) {
            found.push(Difference::new(field, expected, actual));
        }
    };
    check("Image", &json!(image), &inspect["Image"]);
    let config = &inspect["Config"];
    for field in ["User", "Hostname", "Healthcheck", "StopTimeout"] {
        check(&format!("Config.{field}"), &bound[field], &config[field]);
    }
    if !bound["Cmd"].is_null() {
        check("Config.Cmd", &bound["Cmd"], &config["Cmd"]);
    }
    for field in ["Tty", "OpenStdin", "Domainname"] {
        check(&format!("Config.{field}"), &Value::Null, &config[field]);
    }
    check("Mounts", &expected_mounts(bound), &actual_mounts(inspect));
    check(
        "NetworkSettings.Networks",
        &expected_networks(bound, network),
        &actual_networks(bound, network, inspect),
    );
    found.extend(missing_variables(bound, config));
    found.extend(host_config(&bound["HostConfig"], network, &inspect["HostConfig"]));
    found
}

/// Compares a network with its rendering.
pub(crate) fn network(rendered: &Value, inspect: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for field in ["Driver", "Internal", "EnableIPv6", "IPAM"] {
        let (expected, actual) = (&rendered[field], &inspect[field]);
        if !same(expected, actual) {
            found.push(Difference::on_host(format!("Network.{field}"), expected, actual));
        }
    }
    for field in ["Attachable", "Ingress", "ConfigOnly"] {
        if !is_unset(&inspect[field]) {
            found.push(Difference::on_host(format!("Network.{field}"), &json!(false), &inspect[field]));
        }
    }
    if !isolates(&rendered["Options"], &inspect["Options"]) {
        found.push(Difference::on_host("Network.Options", &rendered["Options"], &inspect["Options"]));
    }
    found
}

/// A volume is a folder of the local driver without options: with them it could be a mount of anything.
pub(crate) fn volume(inspect: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    if inspect["Driver"].as_str() != Some("local") {
        found.push(Difference::on_host("Volume.Driver", &json!("local"), &inspect["Driver"]));
    }
    if !is_unset(&inspect["Options"]) {
        found.push(Difference::on_host("Volume.Options", &json!({}), &inspect["Options"]));
    }
    found
}

/// Whether the bridge has no host address: by the rendered option, or by the one of the engine's older or newer
/// versions, since an engine may have been updated under a network.
fn isolates(rendered: &Value, actual: &Value) -> bool {
    const FORMS: [(&str, &str); 2] = [
        ("com.docker.network.bridge.inhibit_ipv4", "true"),
        ("com.docker.network.bridge.gateway_mode_ipv4", "isolated"),
    ];
    const HARMLESS: [(&str, &str); 2] =
        [("com.docker.network.enable_ipv4", "true"), ("com.docker.network.enable_ipv6", "false")];
    let Some(options) = actual.as_object() else { return false };
    let is = |(name, value): &(&str, &str), option: (&String, &Value)| option.0 == name && option.1 == value;
    let rendered_one = |option: (&String, &Value)| rendered.get(option.0) == Some(option.1);
    let isolating = |option| rendered_one(option) || FORMS.iter().any(|form| is(form, option));
    options.iter().any(isolating)
        && options.iter().all(|option| isolating(option) || HARMLESS.iter().any(|form| is(form, option)))
}

fn host_config(expected: &Value, network: &str, actual: &Value) -> Vec<Difference> {
    let fields = actual.as_object().into_iter().flatten();
    let mut found: Vec<Difference> = fields
        .filter(|(name, actual)| !is_as_asked(name, &expected[name.as_str()], network, actual))
        .map(|(name, actual)| {
            Difference::on_host(format!("HostConfig.{name}"), &expected[name.as_str()], actual)
        })
        .collect();
    let missing =
        expected.as_object().into_iter().flatten().filter(|(name, _)| actual.get(name.as_str()).is_none());
    found.extend(
        missing.map(|(name, wanted)| Difference::new(format!("HostConfig.{name}"), wanted, &Value::Null)),
    );
    found
}

fn is_as_asked(name: &str, expected: &Value, network: &str, actual: &Value) -> bool {
    match name {
        // Engines write back the id that they were given, or the name that it belongs to.
        "NetworkMode" => same(expected, actual) || actual == network,
        // An engine may add limits of its own configuration.
        "Ulimits" => {
            let added = actual.as_array().map_or(&[][..], Vec::as_slice);
            expected
                .as_array()
                .is_some_and(|asked| asked.iter().all(|one| added.iter().any(|other| same(one, other))))
        }
        _ => match FILLED_IN.iter().find(|(field, _)| expected.is_null() && *field == name) {
            Some((_, must_hold)) => is_filled_in(must_hold, actual),
            None => same(expected, actual),
        },
    }
}

/// A list must hold the path: an empty one has removed the mask.
fn is_filled_in(must_hold: &str, actual: &Value) -> bool {
    match actual {
        Value::Array(items) => items.iter().any(|item| item == must_hold),
        Value::String(_) => must_hold.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Equal, where objects may hold further keys that are unset, and capabilities and security options may be spelled
/// in the engine's other way.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Null, actual) => is_unset(actual),
        (Value::Object(expected), Value::Object(actual)) => {
            let known = |name: &String| expected.get(name).unwrap_or(&Value::Null);
            actual.iter().all(|(name, actual)| same(known(name), actual))
                && expected.iter().all(|(name, wanted)| actual.contains_key(name) || is_unset(wanted))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(one, other)| same(one, other))
        }
        (Value::String(expected), Value::String(actual)) => {
            let actual = actual.strip_prefix("CAP_").unwrap_or(actual);
            let actual = if actual == "no-new-privileges=true" { "no-new-privileges" } else { actual };
            expected == actual
        }
        (expected, actual) => expected == actual || (is_unset(expected) && is_unset(actual)),
    }
}

/// The mounts as (type, volume, place, whether it may be written), sorted: an image's own volumes would be more.
fn expected_mounts(bound: &Value) -> Value {
    let mounts = bound["HostConfig"]["Mounts"].as_array().into_iter().flatten();
    sorted(mounts.map(|mount| {
        let writable = mount["ReadOnly"].as_bool() != Some(true);
        json!([mount["Type"], mount["Source"].as_str().unwrap_or(""), mount["Target"], writable])
    }))
}

fn actual_mounts(inspect: &Value) -> Value {
    let mounts = inspect["Mounts"].as_array().into_iter().flatten();
    sorted(mounts.map(|mount| {
        // What has no name has a path of the host instead, which is nobody's business; its type tells it apart.
        json!([
            mount["Type"],
            mount["Name"].as_str().unwrap_or(""),
            mount["Destination"],
            mount["RW"].as_bool() == Some(true)
        ])
    }))
}

fn sorted(mounts: impl Iterator<Item = Value>) -> Value {
    let mut mounts: Vec<Value> = mounts.collect();
    mounts.sort_by_key(|mount| mount[2].as_str().map(str::to_owned));
    Value::Array(mounts)
}

/// The island's network alone, with the fixed address.
fn expected_networks(bound: &Value, network: &str) -> Value {
    let endpoints = bound["NetworkingConfig"]["EndpointsConfig"].as_object().into_iter().flatten();
    endpoints.map(|(_, endpoint)| json!([network, endpoint["IPAMConfig"]["IPv4Address"]])).collect()
}

fn actual_networks(bound: &Value, network: &str, inspect: &Value) -> Value {
    let networks = inspect["NetworkSettings"]["Networks"].as_object().into_iter().flatten();
    // A network that is not the island's counts, and is not named: it is somebody else's.
    let named = |name: &String| {
        if name == network || bound["HostConfig"]["NetworkMode"] == *name {
            network
        } else {
            "another network"
        }
    };
    networks.map(|(name, endpoint)| json!([named(name), endpoint["IPAMConfig"]["IPv4Address"]])).collect()
}

/// The fixed variables that are not there as rendered, by name only.
fn missing_variables(bound: &Value, config: &Value) -> Vec<Difference> {
    let actual = config["Env"].as_array().map_or(&[][..], Vec::as_slice);
    let expected = bound["Env"].as_array().into_iter().flatten().filter_map(Value::as_str);
    expected
        .filter_map(|variable| Some((variable, variable.split_once('=')?)))
        .filter(|(variable, (name, value))| match *value {
            Holes::PLACEHOLDER => {
                !actual.iter().filter_map(Value::as_str).any(|found| starts_with(found, name))
            }
            _ => !actual.iter().any(|found| found == variable),
        })
        .map(|(_, (name, _))| {
            Difference::new(format!("Config.Env.{name}"), &json!("as rendered"), &json!("different"))
        })
        .collect()
}

fn starts_with(variable: &str, name: &str) -> bool {
    variable.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_may_add_limits_to_those_that_were_asked_for_and_leave_none_out() {
        let asked = json!([{"Name": "nofile", "Soft": 1024, "Hard": 1024}]);
        let more =
            json!([{"Name": "core", "Soft": 0, "Hard": 0}, {"Name": "nofile", "Soft": 1024, "Hard": 1024}]);
        let other = json!([{"Name": "nofile", "Soft": 4096, "Hard": 4096}]);
        assert!(is_as_asked("Ulimits", &asked, "n", &asked) && is_as_asked("Ulimits", &asked, "n", &more));
        for wrong in [&other, &json!([]), &Value::Null] {
            assert!(!is_as_asked("Ulimits", &asked, "n", wrong), "{wrong}");
        }
    }

    #[test]
    fn a_bridge_isolates_by_the_option_of_any_version_and_by_nothing_else_beside_it() {
        let rendered = json!({"com.docker.network.bridge.inhibit_ipv4": "true"});
        let good = [
            rendered.clone(),
            json!({"com.docker.network.bridge.gateway_mode_ipv4": "isolated"}),
            json!({"com.docker.network.bridge.inhibit_ipv4": "true", "com.docker.network.enable_ipv6": "false"}),
        ];
        let bad = [
            Value::Null,
            json!({}),
            json!({"com.docker.network.enable_ipv6": "false"}),
            json!({"com.docker.network.bridge.gateway_mode_ipv4": "nat"}),
            json!({"com.docker.network.bridge.inhibit_ipv4": "false"}),
            json!({"com.docker.network.other": "isolated"}),
            json!({"com.docker.network.bridge.inhibit_ipv4": "true", "com.docker.network.bridge.name": "docker0"}),
        ];
        for options in good {
            assert!(isolates(&rendered, &options), "{options}");
        }
        for options in bad {
            assert!(!isolates(&rendered, &options), "{options}");
        }
    }

    #[test]
    fn a_variable_must_be_there_as_rendered_and_a_hole_under_its_name() {
        let bound = json!({"Env": ["MODE=safe", format!("KEY={}", Holes::PLACEHOLDER)]});
        let missing = |actual: Value| {
            let found = missing_variables(&bound, &json!({"Env": actual}));
            found.into_iter().map(|difference| difference.field).collect::<Vec<_>>()
        };
        assert_eq!(missing(json!(["MODE=safe", "KEY=secret", "PATH=/bin"])), [""; 0]);
        assert_eq!(missing(json!(["MODE=unsafe", "KEY=secret"])), ["Config.Env.MODE"]);
        assert_eq!(missing(json!(["MODE=safe", "KEYS=secret"])), ["Config.Env.KEY"]);
        assert_eq!(missing(json!([])), ["Config.Env.MODE", "Config.Env.KEY"]);
    }

    #[test]
    fn a_command_of_the_entry_must_be_there_and_without_one_the_images_own_is() {
        let differs = |asked: Value, actual: Value| {
            let found = container(&json!({"Cmd": asked}), "", "n", &json!({"Config": {"Cmd": actual}}));
            found.iter().any(|difference| difference.field == "Config.Cmd")
        };
        assert!(!differs(json!(["serve"]), json!(["serve"])) && differs(json!(["serve"]), json!(["sh"])));
        assert!(differs(json!(["serve"]), Value::Null) && !differs(Value::Null, json!(["of the image"])));
    }
}
