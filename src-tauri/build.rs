//! Checks that the window's pages are built, and makes each command of the application need a permission.

use std::{env, path::Path};

use tauri_build::{AppManifest, Attributes};

/// Every command the window may be allowed to call; `capabilities/` says which it is.
const COMMANDS: &[&str] =
    &["listen", "execute", "copy_text", "open_in_browser", "choose_file", "about", "show_logs"];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let pages = Path::new(&root).join("../ui/dist/index.html");
    println!("cargo::rerun-if-changed=../ui/dist");
    println!("cargo::rerun-if-changed=../icons");
    if !pages.exists() {
        println!("cargo::error=The window's pages are not built: run `npm run build:ui` first.");
        return;
    }
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=The desktop application cannot be set up: {error:#}");
    }
}
