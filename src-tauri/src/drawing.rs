//! Who draws the page on Linux.
//!
//! WebKit lets the graphics card draw. Where there is none, a driver stands in for it, and the page is drawn by the
//! processor after all, with some 40 MB more. There WebKit is told to draw by the processor directly, as it did everywhere
//! before its version 2.46.
//!
//! Its other switches, `WEBKIT_DISABLE_COMPOSITING_MODE` and `WEBKIT_DISABLE_DMABUF_RENDERER`, would save more. They are left
//! alone: where the page then needs a layer after all, some versions of WebKit end the whole program, with all
//! tunnels in it (<https://github.com/block/buzz/issues/3654>). People who need them can still set them.

use std::{env, fs, os::unix::process::CommandExt as _, path::Path, process::Command};

/// Has WebKit draw by the processor. A value that the person has set is left as it is; `0` means the graphics card.
const VARIABLE: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";

/// Where Linux has its graphics cards.
const CARDS: &str = "/dev/dri";

/// How the devices that draw are called there; others only show.
const RENDERERS: &str = "renderD";

/// Has the page drawn by the processor where there is no graphics card.
///
/// WebKit reads this from the environment, which a program can safely set only for one that it starts: it starts itself
/// anew, in the same process. Where that fails it goes on as it is.
pub(crate) fn choose() {
    if env::var_os(VARIABLE).is_some() || has_renderer(Path::new(CARDS)) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let Some(name) = arguments.next().filter(|name| is_name_of(Path::new(name), &program)) else { return };
    // Comes back only with an error, which leaves a program that draws more slowly.
    let _ = Command::new(program).arg0(name).args(arguments).env(VARIABLE, "1").exec();
}

/// Some packages have the system's loader run the program, and then it is the loader that would be started.
fn is_name_of(name: &Path, program: &Path) -> bool {
    name.file_name() == program.file_name()
}

fn has_renderer(cards: &Path) -> bool {
    let Ok(devices) = fs::read_dir(cards) else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with(RENDERERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_itself_is_started_anew() {
        let is = |name: &str, program: &str| is_name_of(Path::new(name), Path::new(program));
        assert!(is("culvert-desktop", "/usr/bin/culvert-desktop"));
        assert!(is("./culvert-desktop", "/opt/culvert-desktop"));
        assert!(!is("/usr/bin/culvert-desktop", "/lib64/ld-linux-x86-64.so.2"));
    }

    #[test]
    fn a_card_that_only_shows_does_not_draw() {
        let cards = tempfile::tempdir().unwrap();
        assert!(!has_renderer(&cards.path().join("none")));
        fs::write(cards.path().join("card0"), "").unwrap();
        assert!(!has_renderer(cards.path()));
        fs::write(cards.path().join("renderD128"), "").unwrap();
        assert!(has_renderer(cards.path()));
    }
}
