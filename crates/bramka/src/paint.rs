//! Colours of what people read.

use std::io::IsTerminal as _;

/// Colours, on a terminal only.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// For what goes to standard output.
    pub(crate) fn of_stdout() -> Self {
        Self::when(std::io::stdout().is_terminal())
    }

    /// Colours if `is_terminal`.
    pub(crate) fn when(is_terminal: bool) -> Self {
        Self { on: is_terminal }
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("31;1", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("33;1", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("32;1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
