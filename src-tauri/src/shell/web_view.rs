//! What the web view of Linux is told beyond what Tauri tells it.

use tauri::WebviewWindow;
use webkit2gtk::{
    CacheModel, HardwareAccelerationPolicy, SettingsExt as _, WebContextExt as _, WebViewExt as _,
};

/// Has the page drawn by the processor, and leaves out what the page never uses.
///
/// Drawing by the graphics card is what leaves windows blank with some drivers, and it costs 100 MB where there is none and
/// the driver stands in for it. A window of text and thin lines gains nothing from it: it scrolls at 60 frames a second.
pub(super) fn keep_it_small(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|web_view| {
        let web_view = web_view.inner();
        if let Some(settings) = web_view.settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            settings.set_enable_webgl(false);
            settings.set_enable_webaudio(false);
            settings.set_enable_media(false);
            settings.set_enable_page_cache(false);
        }
        if let Some(context) = web_view.context() {
            // One page, from the program itself.
            context.set_cache_model(CacheModel::DocumentViewer);
        }
    })
}
