//! Tokens and keys are in memory: a crash must not write it to a disk.

/// Has a crash of this process, and of what it starts from now on, leave no core dump; call it first thing in `main`. On
/// Linux systemd-coredump and apport keep to it too. Other systems write none unless they are told to.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!("core dumps could not be switched off: {error}");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    use super::*;

    #[test]
    fn there_is_no_room_for_a_dump_afterwards() {
        forbid_core_dumps();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }
}
