//! Holds the window's rights to what they are: these files may become stricter, but not looser, unnoticed.

#![expect(clippy::panic, reason = "a file that cannot be read is a failed test")]

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// The window's content security policy: for each directive, the most it may allow.
const POLICY: [(&str, &[&str]); 9] = [
    ("default-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("style-src", &["'self'"]),
    ("img-src", &["'self'", "data:"]),
    ("font-src", &["'self'"]),
    // How the page calls the program; there is no way out to the network.
    ("connect-src", &["ipc:", "http://ipc.localhost"]),
    // These three do not fall back on default-src.
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
    ("frame-ancestors", &["'none'"]),
];

/// The application's own commands, and nothing of Tauri or its plugins.
const PERMISSIONS: [&str; 7] = [
    "allow-listen",
    "allow-execute",
    "allow-copy-text",
    "allow-open-in-browser",
    "allow-choose-file",
    "allow-about",
    "allow-show-logs",
];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(name: &str) -> Value {
    serde_json::from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn words(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(list) => list.iter().flat_map(words).collect(),
        other => panic!("not a list of words: {other}"),
    }
}

#[test]
fn the_content_security_policy_allows_no_more() {
    let config = json("tauri.conf.json");
    let security = &config["app"]["security"];
    let policy = security["csp"].as_object().unwrap();
    for (directive, most) in POLICY {
        let found = words(policy.get(directive).unwrap_or_else(|| panic!("{directive} is missing")));
        let most = most.iter().map(|&source| source.to_owned()).collect();
        assert!(found.is_subset(&most), "{directive} allows {found:?}, at most {most:?} is wanted");
        assert!(!found.is_empty(), "{directive} is empty");
    }
    for (directive, sources) in policy {
        let known = POLICY.iter().any(|(name, _)| name == directive);
        assert!(
            known || words(sources) == words(&"'none'".into()),
            "{directive} is new and allows something"
        );
    }
    assert_eq!(security.get("devCsp"), None);
    assert_eq!(security["dangerousDisableAssetCspModification"], false);
}

#[test]
fn the_page_gets_no_ways_around_it() {
    let config = json("tauri.conf.json");
    let app = &config["app"];
    assert_eq!(app["withGlobalTauri"], false);
    assert_eq!(app["security"]["freezePrototype"], true);
    assert_eq!(app["security"]["assetProtocol"]["enable"], false);
    assert_eq!(config["build"].get("devUrl"), None, "the pages are the built-in ones");
    assert_eq!(config.get("plugins"), None);
    for window in app["windows"].as_array().unwrap() {
        assert_eq!(window.get("devtools"), None);
        assert_eq!(window.get("url"), None, "the built-in page");
    }
    let workspace = read("../Cargo.toml");
    let tauri = workspace.lines().find(|line| line.starts_with("tauri = ")).unwrap();
    assert!(!tauri.contains("devtools"), "release builds have no developer tools");
    assert!(tauri.contains("custom-protocol"), "the pages are the built-in ones");
}

#[test]
fn the_window_may_call_the_own_commands_only() {
    let files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["main-window.json"]);
    let capability = json("capabilities/main-window.json");
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability["local"], true);
    assert_eq!(capability.get("remote"), None);
    assert_eq!(capability.get("webviews"), None);
    let allowed: BTreeSet<_> =
        capability["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(allowed, PERMISSIONS.into_iter().collect());
    assert_eq!(
        json("tauri.conf.json")["app"]["security"]["capabilities"],
        serde_json::json!(["main-window"])
    );
    // Without this list, every command of the application is allowed to every page.
    assert!(read("build.rs").contains("AppManifest::new().commands(COMMANDS)"));
}
