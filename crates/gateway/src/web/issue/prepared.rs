//! What stands above a form that was prepared: what it is for, what is left to do, and from which state it begins.

use gateway_api::Words;
use gateway_pages::Language;

use super::form::IssueForm;

/// What was prepared, and what is left to do.
pub(super) fn prepared(form: &IssueForm, lang: Language) -> String {
    let from = form.text("preparedFrom");
    let words = match form.text("prepared") {
        "zero" if form.is_farmers() => Words {
            pl: format!("1 z 2: korekta faktury {from} do zera, na dotychczasowego rolnika. Druga będzie nowa faktura na właściwego."),
            en: format!("1 of 2: a correction of {from} to zero, to the farmer as it is. The second is a new invoice to the right one."),
        },
        "zero" => Words {
            pl: format!("1 z 2: korekta faktury {from} do zera, na dotychczasowego nabywcę. Druga będzie nowa faktura na właściwego."),
            en: format!("1 of 2: a correction of {from} to zero, to the buyer as it is. The second is a new invoice to the right one."),
        },
        "mended" => Words {
            pl: format!("{from} została odrzucona przez KSeF: popraw, co jest nie tak, i wystaw ją pod tym samym numerem."),
            en: format!("KSeF refused {from}: mend what is wrong, and issue it under the same number."),
        },
        "replacement" => Words {
            pl: format!("2 z 2: nowa faktura w miejsce {from}. Podaj właściwego nabywcę; reszta jest przepisana."),
            en: format!("2 of 2: a new invoice in the place of {from}. Give the right buyer; the rest is copied."),
        },
        "lines" if form.is_advance() => Words {
            pl: format!("Korekta zaliczki {from}: wpisz kwotę zaliczki po korekcie, a gdy zmieniło się zamówienie, popraw wiersze „jest”."),
            en: format!("A correction of the advance {from}: give the advance as it is after the correction and, if the order changed, mend the rows “now”."),
        },
        "lines" => Words {
            pl: format!("Korekta faktury {from}: zmień ilość, cenę albo rabat w wierszach „jest”. Pozycje bez zmian nie trafią na korektę."),
            en: format!("A correction of {from}: change quantity, price or discount in the rows “now”. Lines without a change do not go on the correction."),
        },
        "texts" => Words {
            pl: format!("Korekta danych faktury {from}: zmień nazwę, adres albo treść pozycji. Dane sprzed zmiany bramka dołoży sama."),
            en: format!("A correction of the data of {from}: change name, address or texts of lines. The gateway adds the data before by itself."),
        },
        "typed" => Words {
            pl: "Korekta faktury spoza bramki: wpisz jej dane i pozycje, przed zmianą i po niej.".to_owned(),
            en: "A correction of an invoice from elsewhere: give its data and its lines, before and after the change.".to_owned(),
        },
        "settlement" => Words {
            pl: format!("Faktura rozliczająca zaliczkę {from}: zapłacona już kwota jest odliczona w podsumowaniu."),
            en: format!("The invoice that settles the advance {from}: what is paid already is deducted in the summary."),
        },
        "discount" => Words {
            pl: format!("Korekta zbiorcza do faktur z okresu (liczba faktur: {from}). Wpisz kwotę rabatu jako cenę ze znakiem minus."),
            en: format!("A collective correction of the invoices of the period (invoices: {from}). Give the discount as a price with a minus."),
        },
        _ => return String::new(),
    };
    lang.choose(&words.pl, &words.en).to_owned()
}

/// What corrections before this one mean for it.
pub(super) fn earlier_corrections(form: &IssueForm, lang: Language) -> Vec<String> {
    let mut all = Vec::new();
    let mut say = |pl: String, en: String| all.push(lang.choose(&pl, &en).to_owned());
    let (after, left_out) = (form.text("after"), form.text("leftOut"));
    if !after.is_empty() {
        say(
            format!("Stan „było” jest stanem po korektach: {after}. Fakturą korygowaną pozostaje pierwotna."),
            format!(
                "The rows “before” show the state after the corrections {after}. The corrected invoice is still the first one."
            ),
        );
    }
    if !left_out.is_empty() {
        say(
            format!(
                "Nie uwzględniono korekt, które czekają w bramce albo dotyczą wielu faktur naraz: {left_out}."
            ),
            format!(
                "Left out are corrections that wait in the gateway or are of several invoices at once: {left_out}."
            ),
        );
    }
    if !form.text("uncertain").is_empty() {
        say(
            "Wcześniejsze korekty mówią o pozycjach, których na fakturze nie ma; sprawdź stan „było” i popraw go, gdy trzeba.".to_owned(),
            "Earlier corrections speak of lines that the invoice does not have; look at the rows “before”, and mend them if needed.".to_owned(),
        );
    }
    all
}
