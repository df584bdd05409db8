//! What the program was started with, for whoever may look: each setting by its name, with its value and where it was said. The
//! gateway itself decides nothing by it.

use gateway_api::Words;

/// Where a setting was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// Nowhere: it is what it is by itself.
    Default,
    /// A flag of this name.
    Flag(String),
    /// A variable of the environment of this name.
    Environment(String),
    /// The configuration file at this path.
    File(String),
}

/// A setting as it was told to the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldSetting {
    /// Its name: in the file, else its variable, else its flag.
    pub name: String,
    /// What it is.
    pub about: Words,
    /// What it is set to; of a secret only that it is set.
    pub value: Words,
    /// Where that was said.
    pub source: SettingSource,
}
