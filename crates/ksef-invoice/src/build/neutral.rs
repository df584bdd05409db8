//! From a document back to the neutral form.

use std::collections::HashSet;

use super::codec::Codec;
use super::codes::Rounding;
use super::problems::Problems;
use super::{FarmerInvoice, NeutralInvoice, VatInvoice, complete, farmer_amounts};
use crate::{Element, Form, ReadError, detect_form, tree};

/// An element or attribute that the neutral form does not carry over.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NotCovered {
    /// Where it stands, as in [`Finding::path`](crate::Finding::path); an attribute as `…/@name`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Reads FA(3) or FA_RR(1) into the neutral form, with a list of what has no place in it.
///
/// Values are kept, spelling is not: `7.0` becomes `7`, white space around texts goes, and comments too.
/// `DataWytworzeniaFa` is no part of an invoice: building takes it as an argument. Rounding is the method by which
/// the amounts of the document come out again, or `asGiven` when none does.
///
/// # Errors
/// [`ReadError`] when the bytes are not XML or of another form.
pub fn neutral_of(xml: &[u8]) -> Result<(NeutralInvoice, Vec<NotCovered>), ReadError> {
    let root = tree(xml)?;
    let form = detect_form(xml).ok_or_else(|| ReadError::UnknownForm { root: root.name.clone() })?;
    let mut codec = Codec::reader(&root);
    let invoice = match form {
        Form::Fa3 => {
            let mut invoice = VatInvoice::default();
            VatInvoice::codec(&mut codec, &mut invoice, "");
            tidy(&mut invoice);
            invoice.rounding = Some(rounding(&invoice));
            NeutralInvoice::Vat(Box::new(invoice))
        }
        Form::FaRr1 => {
            let mut invoice = FarmerInvoice::default();
            FarmerInvoice::codec(&mut codec, &mut invoice, "");
            invoice.rounding = Some(farmer_rounding(&invoice));
            NeutralInvoice::Farmer(Box::new(invoice))
        }
        other => return Err(ReadError::Unsupported(other)),
    };
    let taken = codec.into_taken();
    let mut missing = Vec::new();
    for child in &root.children {
        not_covered(child, &taken, &mut missing);
    }
    Ok((invoice, missing))
}

/// Flags that say no are left out where no is what is meant anyway.
fn tidy(invoice: &mut VatInvoice) {
    invoice.advance = invoice.advance.take().filter(|advance| *advance != super::Advance::default());
}

/// The method that gives this very document.
fn rounding(invoice: &VatInvoice) -> Rounding {
    let candidates = [Rounding::PerRate, Rounding::PerLine];
    let fits = |rounding: &Rounding| {
        let written = |rounding| {
            let mut invoice = VatInvoice { rounding: Some(rounding), ..invoice.clone() };
            let mut problems = Problems::default();
            complete::complete(&mut invoice, &mut problems);
            let mut codec = Codec::writer();
            VatInvoice::codec(&mut codec, &mut invoice, "");
            problems.is_empty().then(|| codec.into_written().xml)
        };
        let computed = written(*rounding);
        computed.is_some() && computed == written(Rounding::AsGiven)
    };
    candidates.into_iter().find(fits).unwrap_or(Rounding::AsGiven)
}

fn farmer_rounding(invoice: &FarmerInvoice) -> Rounding {
    let written = |rounding| {
        let mut invoice = FarmerInvoice { rounding: Some(rounding), ..invoice.clone() };
        let mut problems = Problems::default();
        farmer_amounts::complete(&mut invoice, &mut problems);
        let mut codec = Codec::writer();
        FarmerInvoice::codec(&mut codec, &mut invoice, "");
        problems.is_empty().then(|| codec.into_written().xml)
    };
    let computed = written(Rounding::PerLine);
    if computed.is_some() && computed == written(Rounding::AsGiven) {
        Rounding::PerLine
    } else {
        Rounding::AsGiven
    }
}

/// What was not taken, once at the highest element of each branch. Depth is bounded as the tree's is.
fn not_covered(element: &Element, taken: &HashSet<&str>, missing: &mut Vec<NotCovered>) {
    if !taken.contains(element.path.as_str()) {
        missing.push(NotCovered { path: element.path.clone(), text: element.text.clone() });
        return;
    }
    for (name, text) in &element.attributes {
        let is_known = matches!(
            (element.name.as_str(), name.as_str()),
            ("KodFormularza", "kodSystemowy" | "wersjaSchemy") | ("Kol", "Typ")
        );
        if !is_known {
            missing.push(NotCovered { path: format!("{}/@{name}", element.path), text: text.clone() });
        }
    }
    for child in &element.children {
        not_covered(child, taken, missing);
    }
}
