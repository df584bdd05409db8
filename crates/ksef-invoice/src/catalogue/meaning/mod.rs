//! The rules of meaning, as data: what is checked, how it weighs, where it is written, an example. How each is found is
//! in `rules`. Where only a secondary source of the act was at hand, or general knowledge, the rule warns and says so.

mod advance;
mod correction;
mod dates;
mod flat_rate;
mod identity;
mod payment;
mod peppol;
mod sums;
mod tax;

pub(crate) use advance::*;
pub(crate) use correction::*;
pub(crate) use dates::*;
pub(crate) use flat_rate::*;
pub(crate) use identity::*;
pub(crate) use payment::*;
pub(crate) use peppol::*;
pub(crate) use sums::*;
pub(crate) use tax::*;

use super::{Rule, Weight};
use crate::Layer;

/// A rule of this layer: code, weight, title, why (each Polish, English), source, wrong and right.
const fn meaning(
    code: &'static str,
    weight: Weight,
    title: [&'static str; 2],
    why: [&'static str; 2],
    source: &'static str,
    [wrong, right]: [&'static str; 2],
) -> Rule {
    Rule { code, layer: Layer::Meaning, weight, title, why, source, wrong, right }
}

/// All of them, by code.
pub(super) static ALL: &[&Rule] = &[
    &FORM_ONLY_ON_TEST,
    &ISSUED_IN_THE_FUTURE,
    &ISSUED_BEFORE_SENDING,
    &MADE_AFTER_SENDING,
    &NIP_CHECK_DIGIT,
    &INTERNAL_ID_CHECK_DIGIT,
    &COMPANY_WITHOUT_IDENTIFIER,
    &PESEL_CHECK_DIGIT,
    &EU_NUMBER_SHAPE,
    &UNIT_NOT_NAMED,
    &GROUP_MEMBER_NOT_NAMED,
    &ROLE_WITHOUT_FLAG,
    &BUYER_NIP_MISPLACED,
    &BUYER_EU_NUMBER_OF_POLAND,
    &GROUP_MEMBER_IS_BUYER,
    &SELLER_IS_BUYER,
    &CORRECTION_OF_NOTHING,
    &CORRECTED_WITHOUT_CORRECTION,
    &KSEF_NUMBER_CHECK_SUM,
    &KSEF_NUMBER_OF_ANOTHER_SELLER,
    &CORRECTED_AFTER_CORRECTION,
    &KSEF_NUMBER_BEFORE_ISSUE,
    &CORRECTION_CHANGES_NIP,
    &BUYER_KEY_UNKNOWN,
    &STATE_BEFORE_WITHOUT_CORRECTION,
    &AMOUNT_BEFORE_MISSING,
    &GROSS_SUM,
    &NET_SUM,
    &TAX_SUM,
    &RATE_WITHOUT_TOTAL,
    &TOTAL_WITHOUT_LINE,
    &LINE_NET,
    &LINE_GROSS,
    &LINE_GROSS_PARTS,
    &LINE_WITHOUT_NAME,
    &LINE_WITHOUT_RATE,
    &EXEMPTION_WITHOUT_BASIS,
    &EXEMPTION_WITHOUT_SUPPLY,
    &REVERSE_CHARGE_NOT_SAID,
    &REVERSE_CHARGE_WITHOUT_SUPPLY,
    &MARGIN_WITHOUT_TOTAL,
    &MARGIN_NOT_SAID,
    &MARGIN_LINE_TAX,
    &SPLIT_PAYMENT_NOT_SAID,
    &TAX_NOT_IN_ZLOTY,
    &ZLOTY_CONVERTED,
    &TAX_CONVERTED_WRONG,
    &RATE_MISSING,
    &RATE_ON_ZLOTY,
    &AGREED_CURRENCY_SAME,
    &ACCOUNT_CHECK_SUM,
    &TRANSFER_WITHOUT_ACCOUNT,
    &AMOUNT_TO_PAY,
    &LINE_NUMBER_TWICE,
    &SHARES,
    &SHARE_OF_NO_BUYER,
    &ISSUER_IN_SELF_BILLING,
    &SETTLEMENT_OF_NOTHING,
    &CORRECTED_SETTLEMENT_OF_NOTHING,
    &ADVANCE_OF_OTHER_KIND,
    &ADVANCE_WITHOUT_ORDER,
    &ORDER_WITHOUT_ADVANCE,
    &ORDER_VALUE,
    &ADVANCE_OVER_ORDER,
    &PART_ADVANCES,
    &ADVANCE_TWICE,
    &SUM_OF_CHARGES,
    &SUM_OF_DEDUCTIONS,
    &PART_PAYMENTS,
    &FACTOR_NOT_NAMED,
    &DESCRIPTION_OF_NO_LINE,
    &SPLIT_PAYMENT_WITHOUT_ACCOUNT,
    &ISSUED_TOO_LATE,
    &ISSUED_TOO_EARLY,
    &PERIOD_REVERSED,
    &DUE_BEFORE_ISSUE,
    &PAID_AFTER_ISSUE,
    &NO_LINES,
    &NEGATIVE_TOTAL,
    &CORRECTS_ITSELF,
    &CORRECTED_TWICE,
    &DIFFERENCE_SUM,
    &WDT_WITHOUT_EU_NUMBER,
    &WDT_WITHOUT_PREFIX,
    &ZERO_RATE_FOR_POLISH_BUYER,
    &SERVICES_WITHOUT_EU_NUMBER,
    &TRIANGULAR_WITHOUT_NUMBERS,
    &NEW_TRANSPORT_WITHOUT_WDT,
    &NEW_TRANSPORT_OF_NO_LINE,
    &IMPORT_PROCEDURE_RATE,
    &TRIANGULAR_PROCEDURE,
    &DISTANCE_SALE_RATE,
    &GTU_OF_SERVICES,
    &SIMPLIFIED_TOO_HIGH,
    &SIMPLIFIED_WITHOUT_NIP,
    &ATTACHMENT_ONLY_IN_BATCH,
    &ROW_TOO_LONG,
    &CELL_OF_OTHER_TYPE,
    &PEF_CONTEXT,
    &PEF_NIP_CHECK_DIGIT,
    &PEF_LINES_SUM,
    &PEF_EXCLUSIVE,
    &PEF_INCLUSIVE,
    &PEF_PAYABLE,
    &PEF_TAX_SUM,
    &PEF_TAX,
    &PEF_CURRENCY,
    &PEF_CORRECTION_OF_NOTHING,
    &PEF_NO_REFERENCE,
    &PEF_LINE_NUMBER_TWICE,
    &RR_LINE_VALUE,
    &RR_LINE_REFUND,
    &RR_LINE_TOTAL,
    &RR_VALUE_SUM,
    &RR_REFUND_SUM,
    &RR_GROSS,
    &RR_WORDS,
    &RR_NOT_IN_ZLOTY,
];
