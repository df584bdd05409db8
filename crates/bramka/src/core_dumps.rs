//! No core dumps: a crash must not write keys and tokens to a disk or to a crash reporter.

/// Forbids core dumps of this process, and on Linux other processes of the same user to look into its memory. Where the
/// system refuses, everything works as before.
pub(crate) fn forbid() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    // The limit alone does not count where dumps are piped into a program (core(5)).
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
