//! What the program was started with, as rows of a page. The program says it ([`ToldSetting`]); what is secret never comes here.

use gateway_pages::{Language, SettingRow};

use crate::router::Shared;
use crate::told::{SettingSource, ToldSetting};

/// The rows, in the order in which the program says them.
pub(super) fn of_gateway(shared: &Shared, lang: Language) -> Vec<SettingRow> {
    shared.app.told.iter().map(|one| row(one, lang)).collect()
}

fn row(one: &ToldSetting, lang: Language) -> SettingRow {
    let plain = |text: &str| text.replace('`', "");
    let source = match &one.source {
        SettingSource::Default => lang.choose("wartość domyślna", "default").to_owned(),
        SettingSource::Flag(name) => format!("{} {name}", lang.choose("flaga", "flag")),
        SettingSource::Environment(name) => format!("{} {name}", lang.choose("zmienna", "variable")),
        SettingSource::File(path) => path.clone(),
    };
    SettingRow {
        name: one.name.clone(),
        about: plain(lang.choose(&one.about.pl, &one.about.en)),
        value: plain(lang.choose(&one.value.pl, &one.value.en)),
        source,
    }
}
