use crate::allowlist::Allowlist;

const GOOD: &str = include_str!("../../../testdata/allowlist.yaml");

fn parse(text: &str) -> Result<Allowlist, String> {
    Allowlist::parse("allowlist.yaml", text).map_err(|error| error.to_string())
}

/// The message for the good file with one thing changed.
fn broken(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good file does not hold `{from}`");
    parse(&GOOD.replacen(from, to, 1)).expect_err(&format!("`{to}` was accepted"))
}

#[test]
fn an_allowlist_that_uses_every_key_is_read() {
    let allowlist = parse(GOOD).unwrap();
    assert_eq!(allowlist.apps.len(), 2);
    assert_eq!(allowlist.apps[0].start_order()[0].as_str(), "db");
}

#[test]
fn what_is_not_written_down_has_the_documented_default() {
    let allowlist = parse(include_str!("../../../../socket-proxy/tests/proxy/allowlist.yaml")).unwrap();
    assert_eq!(allowlist.apps[0].idle.after.as_std().as_secs(), 30 * 60);
    let http = &allowlist.apps[0].http;
    assert_eq!((http.max_body_size.to_string(), http.max_concurrent_requests), ("10Mi".into(), 1024));
    assert_eq!(http.identity.algorithm.name(), "RS256");
    assert_eq!(crate::allowlist::IdentityAlgorithm::EdDsa.name(), "EdDSA");
    let probe = parse(&GOOD.replacen("failures: 3, ", "", 1)).unwrap();
    let probes =
        probe.apps.iter().flat_map(|app| app.services.values()).filter_map(|service| service.probe.as_ref());
    assert!(probes.map(|probe| probe.failures).any(|failures| failures == 3));
}

#[test]
fn services_start_after_those_that_they_need_and_each_once() {
    let mut app = parse(GOOD).unwrap().apps.remove(0);
    let one = app.services.values().next().unwrap().clone();
    app.services.clear();
    for (name, needs) in
        [("a", vec!["c"]), ("b", vec![]), ("c", vec!["b"]), ("x", vec!["y"]), ("y", vec!["x"])]
    {
        let mut service = one.clone();
        service.depends_on = needs.into_iter().map(|name| name.parse().unwrap()).collect();
        app.services.insert(name.parse().unwrap(), service);
    }
    let order: Vec<String> = app.start_order().iter().map(ToString::to_string).collect();
    assert_eq!(order, ["b", "c", "a", "x", "y"]);
}

#[test]
fn nothing_may_take_longer_than_a_day_and_all_variables_together_32_kib() {
    let idle = |time: &str| parse(&GOOD.replacen("idle: 1h}", &format!("idle: {time}}}"), 1));
    assert!(idle("24h").is_ok());
    assert!(idle("86401s").unwrap_err().contains("a day"));
    let asleep = |time: &str| parse(&GOOD.replacen("after: 30m", &format!("after: {time}"), 1));
    assert!(asleep("24h").is_ok());
    assert!(asleep("86401s").unwrap_err().contains("a day"));
    let environment = |last: usize| {
        let variables = |index| format!("V{index}: {}", "x".repeat(if index == 0 { last } else { 4092 }));
        let all: Vec<String> = (0..8).map(variables).collect();
        parse(&GOOD.replacen(
            "environment: {LOG_LEVEL: info}",
            &format!("environment: {{{}}}", all.join(", ")),
            1,
        ))
    };
    assert!(environment(4092).is_ok());
    assert!(environment(4093).unwrap_err().contains("bytes of all variables together"));
}

#[test]
fn a_word_of_a_command_is_short_and_holds_no_nul() {
    let command = |word: &str| parse(&GOOD.replacen("serve, --port", &format!("\"{word}\", --port"), 1));
    assert!(command(&"x".repeat(4096)).is_ok());
    for bad in [&"x".repeat(4097), "a\\0b"] {
        assert!(command(bad).unwrap_err().contains("is longer than 4 KiB or holds NUL"));
    }
}

#[test]
fn a_relaxed_rule_opens_the_internet_only_if_it_is_the_rule_of_the_internet() {
    let mut app = parse(GOOD).unwrap().apps.remove(0);
    assert!(app.has_egress());
    app.egress.clear();
    assert!(!app.has_egress() && app.relax.len() == 1);
    app.relax[0].rule = crate::allowlist::RelaxedRule::Internet;
    assert!(app.has_egress());
}

#[test]
fn a_tag_is_not_taken_for_a_port() {
    let mut service = parse(GOOD).unwrap().apps[0].services.values().next().unwrap().clone();
    for (image, repository) in [
        ("a/b:1.0", "a/b"),
        ("host:5000/a/b:1.0", "host:5000/a/b"),
        ("host:5000/a/b", "host:5000/a/b"),
        ("a", "a"),
    ] {
        service.image = image.to_owned();
        assert_eq!(service.repository(), repository);
    }
}

#[test]
fn one_role_may_be_the_default_and_not_two() {
    let roles = |flags: [bool; 2]| {
        let [one, two] = flags.map(|flag| format!(", default: {flag}"));
        let list =
            format!("roles: [{{id: user, title: Can use{one}}}, {{id: admin, title: Can manage{two}}}]");
        let line = GOOD.lines().find(|line| line.trim_start().starts_with("roles: [")).unwrap();
        parse(&GOOD.replacen(line.trim_start(), &list, 1))
    };
    assert!(roles([true, false]).is_ok() && roles([false, false]).is_ok());
    assert!(roles([true, true]).unwrap_err().contains("more than one default"));
}

#[test]
fn every_rule_names_the_place_and_what_is_wrong_there() {
    let changes = [
        ("schemaVersion: 1", "schemaVersion: 2"),
        ("instances: 200", "instances: 5000"),
        ("pids: 8192", "pids: 0"),
        ("id: hello", "id: notes"),
        ("id: hello", "id: Hello"),
        ("title: Notes", "title: \"\""),
        ("category: office", "category: Office Work"),
        ("icon: icons/notes.svg", "icon: ../notes.svg"),
        ("source: https://", "source: http://"),
        ("image: registry.example.org:5000/team/notes:1.2.0", "image: registry.example.org:5000/team/notes"),
        ("image: atoll/hello:1.0.0", "image: atoll/hello@sha256:00"),
        ("image: atoll/hello:1.0.0", "image: atoll/Hello:1.0.0"),
        ("user: \"10001:10001\"", "user: \"0:10001\""),
        ("user: \"10001:10001\"", "user: root"),
        ("user: \"10001:10001\"", "user: \"01001:10001\""),
        ("LOG_LEVEL: info", "LD_PRELOAD: info"),
        ("LOG_LEVEL: info", "atoll_x: info"),
        ("LOG_LEVEL: info", "https_proxy: info"),
        ("LOG_LEVEL: info", "1X: info"),
        ("LOG_LEVEL: info", "LOG_LEVEL: \"a\\nb\""),
        ("env: DATABASE_PASSWORD", "env: LOG_LEVEL"),
        ("x-env: NOTES_LANGUAGE", "x-env: LOG_LEVEL"),
        ("x-env: NOTES_LANGUAGE", "x-env: LD_LIBRARY_PATH"),
        ("mountPath: /data", "mountPath: /proc/sys"),
        ("mountPath: /data", "mountPath: /run/docker.sock"),
        ("mountPath: /data", "mountPath: /a/../etc"),
        ("mountPath: /data", "mountPath: data"),
        ("mountPath: /data", "mountPath: /"),
        ("mountPath: /data", "mountPath: /tmp"),
        ("name: shared_assets", "name: files"),
        ("size: 64Mi", "size: 1Gi"),
        ("memory: 512Mi", "memory: 512MB"),
        ("memory: 512Mi", "memory: 1Mi"),
        ("memory: 512Mi", "memroy: 512Mi"),
        ("memory: 512Mi", "memory: 32Gi"),
        ("cpu: 500m", "cpu: 1m"),
        ("cpu: 500m", "cpu: \"8\""),
        ("adminMax: {memory: 2Gi}", "adminMax: {memory: 256Mi}"),
        ("pids: 128", "pids: 1"),
        (", pids: 128", ""),
        ("depends_on: [db]", "depends_on: [web]"),
        ("depends_on: [db]", "depends_on: [cache]"),
        ("volumes: [{name: rows", "depends_on: [web]\n      volumes: [{name: rows"),
        ("path: /healthz, port: 8000", "path: /healthz, port: 0"),
        ("stop_grace_period: 20s", "stop_grace_period: 1h"),
        ("service: web\n    port", "service: www\n    port"),
        ("role: admin}", "role: owner}"),
        ("path: /admin/", "path: /a//b"),
        ("{id: admin, title", "{id: user, title"),
        ("title: Can manage}", "title: Can manage, default: true}"),
        ("host: api.example.org", "host: \"*\""),
        ("host: api.example.org", "host: 169.254.169.254/x"),
        ("volumes: [files, rows]", "volumes: [file]"),
        ("service: db, rule", "service: www, rule"),
        ("rule: readOnlyRootFilesystem", "rule: privileged"),
        ("rule: readOnlyRootFilesystem", "rule: internet"),
        ("    type: object", "    type: string"),
        ("idle: {after: 30m, action: stop}", "idle: {after: 30m, action: stop, privileged: true}"),
    ];
    let report: Vec<String> = changes.iter().map(|(from, to)| broken(from, to)).collect();
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn a_key_that_nobody_knows_is_refused_at_every_level() {
    for place in [
        "schemaVersion: 1",
        "  subnets: 10.212.0.0/16",
        "  title: Notes",
        "      command: [",
        "    websocket: true",
    ] {
        let indent: String = place.chars().take_while(|c| *c == ' ').collect();
        let message = broken(place, &format!("{indent}privileged: true\n{place}"));
        assert!(message.contains("unknown key `privileged`"), "{message}");
    }
}

#[test]
fn an_app_that_speaks_http2_has_no_websockets() {
    let message = broken("    websocket: true", "    websocket: true\n    appProtocol: kubernetes.io/h2c");
    assert!(message.contains("cannot be had together with `appProtocol: kubernetes.io/h2c`"), "{message}");
    let message = broken("    websocket: true", "    appProtocol: h2c");
    assert!(message.contains("kubernetes.io/h2c"), "{message}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// One slip of the finger anywhere in the file never makes the reader panic, and an error about it names the file.
    #[test]
    fn a_slip_anywhere_is_read_or_told(at in 0..GOOD.len(), keep in 0..3usize, slip in "[ -~\n\t]{0,3}") {
        let end = GOOD.len().min(at + keep);
        let text = format!("{}{slip}{}", &GOOD[..at], &GOOD[end..]);
        if let Err(message) = parse(&text) {
            proptest::prop_assert!(message.starts_with("allowlist.yaml:"), "{}", message);
        }
    }
}
