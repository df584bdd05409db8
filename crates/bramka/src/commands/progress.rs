//! A bar over long work, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far the work is.
pub(in crate::commands) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows a bar when there are enough files to wait for; indicatif itself shows nothing where no terminal is.
    pub(in crate::commands) fn over(files: usize) -> Self {
        if files < FILES_MIN {
            return Self(None);
        }
        Self(Some(bar(Some(files as u64))))
    }

    /// A bar whose length is told while it grows; `what` stands before it.
    pub(in crate::commands) fn of(what: &'static str) -> Self {
        let bar = bar(None).with_message(what);
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    /// How far it is, of how much; 0 where that is not known.
    pub(in crate::commands) fn at(&self, done: u64, total: u64) {
        if let Some(bar) = &self.0 {
            if total > 0 && bar.length() != Some(total) {
                bar.set_length(total);
            }
            bar.set_position(done);
        }
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

fn bar(length: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

const FILES_MIN: usize = 20;
const TICK: Duration = Duration::from_millis(250);
