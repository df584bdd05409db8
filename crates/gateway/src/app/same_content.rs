//! Whether two documents say the same: what a technical correction may change of the invoice that KSeF refused.
//!
//! Source: guide, `offline/korekta-techniczna.md`: the content must not change, only what kept KSeF from taking the document.
//! So the documents are compared element by element, and only this may differ:
//!
//! - how it is written: encoding, byte order mark, comments, processing instructions, prefixes, order of attributes, white
//!   space around values (none of it is in the trees that are compared);
//! - the header (`Naglowek`): form and variant, when and by which program the file was made;
//! - how an amount or a rate is written: `100` and `100.00` are the same amount;
//! - attributes, which in these forms name the schema and say nothing of the sale;
//! - after a refusal as a duplicate (440), and only then, the number (`P_2`; `P_4C` of FA_RR): the guide counts duplicates
//!   among technical errors, and with the same number KSeF would refuse the document again.

use ksef_invoice::Element;

/// What may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MayDiffer {
    /// The number of the invoice.
    pub(crate) number: bool,
}

/// The path of the first element in which `new` says something else than `old`; `None` when they say the same.
pub(crate) fn first_difference(old: &Element, new: &Element, may_differ: MayDiffer) -> Option<String> {
    if old.name != new.name {
        return Some(new.path.clone());
    }
    if may_differ.number && NUMBERS.contains(&old.name.as_str()) {
        return None;
    }
    if !says_the_same(&old.name, &old.text, &new.text) {
        return Some(new.path.clone());
    }
    let mut old_children = old.children.iter().filter(|child| child.name != HEADER);
    let mut new_children = new.children.iter().filter(|child| child.name != HEADER);
    loop {
        // Depth is bounded by the reader of documents.
        match (old_children.next(), new_children.next()) {
            (None, None) => return None,
            (Some(gone), None) => return Some(gone.path.clone()),
            (None, Some(added)) => return Some(added.path.clone()),
            (Some(old), Some(new)) => {
                if let Some(path) = first_difference(old, new, may_differ) {
                    return Some(path);
                }
            }
        }
    }
}

fn says_the_same(name: &str, old: &str, new: &str) -> bool {
    let (old, new) = (old.trim(), new.trim());
    old == new || (is_amount(name) && plain(old).is_some() && plain(old) == plain(new))
}

/// Amounts, quantities, prices and rates of exchange: not names of goods or numbers of documents that look like figures.
fn is_amount(name: &str) -> bool {
    AMOUNTS.contains(&name) || AMOUNTS_BEGIN.iter().any(|begin| name.starts_with(begin))
}

/// A decimal without what does not change its value.
fn plain(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_figure = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_figure(whole) || !is_figure(part) {
        return None;
    }
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let sign = if whole.is_empty() && part.is_empty() { "" } else { sign };
    Some(format!("{sign}{whole}.{part}"))
}

const HEADER: &str = "Naglowek";
const NUMBERS: [&str; 2] = ["P_2", "P_4C"];
const AMOUNTS: [&str; 9] =
    ["P_8B", "P_8BZ", "P_9A", "P_9B", "P_9AZ", "P_10", "KwotaAkcyzy", "KwotaAkcyzyZ", "DoZaplaty"];
const AMOUNTS_BEGIN: [&str; 5] = ["P_11", "P_13_", "P_14_", "P_15", "KursWaluty"];

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "<Faktura><Naglowek><SystemInfo>a</SystemInfo></Naglowek><Fa><P_2>FV/1.10</P_2>\
                       <P_13_1>100</P_13_1><FaWiersz><P_7>1.10</P_7><P_8B>2</P_8B></FaWiersz>\
                       <Platnosc><NrRB>001</NrRB></Platnosc></Fa></Faktura>";

    #[track_caller]
    fn check(changes: &[(&str, &str)], number: bool, expected: Option<&str>) {
        let new = changes.iter().fold(OLD.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let tree = |text: &str| ksef_invoice::tree(text.as_bytes()).expect("XML");
        let found = first_difference(&tree(OLD), &tree(&new), MayDiffer { number });
        assert_eq!(found.as_deref(), expected, "{changes:?}");
    }

    #[test]
    fn the_way_of_writing_may_differ_and_nothing_else() {
        check(&[], false, None);
        check(&[("<SystemInfo>a", "<SystemInfo>b")], false, None);
        check(&[("<Fa>", "<Fa>\n  <!-- mended -->\n  ")], false, None);
        check(&[("<Faktura>", "<n:Faktura xmlns:n=\"urn:x\">"), ("</Faktura>", "</n:Faktura>")], false, None);
        check(&[("<P_13_1>100<", "<P_13_1> 100.00 <")], false, None);
        check(&[("<P_8B>2<", "<P_8B>2.000<")], false, None);

        check(&[("<P_13_1>100<", "<P_13_1>100.01<")], false, Some("Faktura/Fa/P_13_1"));
        check(&[("<P_13_1>100<", "<P_13_1>-100<")], false, Some("Faktura/Fa/P_13_1"));
        // What looks like a figure and is none.
        check(&[("<P_7>1.10<", "<P_7>1.1<")], false, Some("Faktura/Fa/FaWiersz[1]/P_7"));
        check(&[("<NrRB>001<", "<NrRB>1<")], false, Some("Faktura/Fa/Platnosc/NrRB"));
        check(&[("<P_8B>2</P_8B>", "")], false, Some("Faktura/Fa/FaWiersz[1]/P_8B"));
        check(&[("</FaWiersz>", "<P_12>23</P_12></FaWiersz>")], false, Some("Faktura/Fa/FaWiersz[1]/P_12"));
    }

    #[test]
    fn the_number_may_differ_after_a_duplicate_only() {
        let other = [("FV/1.10", "FV/1.11")];
        check(&other, false, Some("Faktura/Fa/P_2"));
        check(&other, true, None);
        check(&[other[0], ("<P_13_1>100<", "<P_13_1>1<")], true, Some("Faktura/Fa/P_13_1"));
    }
}
