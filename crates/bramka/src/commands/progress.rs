//! A bar over many files, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far the work is.
pub(in crate::commands) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows a bar when there are enough files to wait for; indicatif itself shows nothing where no terminal is.
    pub(in crate::commands) fn over(files: usize) -> Self {
        if files < FILES_MIN {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
        Self(Some(style.map_or(bar.clone(), |style| bar.with_style(style))))
    }

    /// Does what writes to the terminal without the bar in between.
    pub(in crate::commands) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) if !bar.is_hidden() => bar.suspend(write),
            _ => write(),
        }
    }

    pub(in crate::commands) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

const FILES_MIN: usize = 20;
