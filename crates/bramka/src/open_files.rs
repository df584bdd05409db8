//! As many open files as the system lets this process have: each connection is one, and the usual soft limit is 1,024.

/// Raises the soft limit to the hard one. Where the system refuses, fewer callers are served at once.
pub(crate) fn allow_many() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Nofile).maximum;
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}
