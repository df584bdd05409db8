//! The closed lists of the neutral form: a readable name in JSON, the schema's code in the XML.

use super::codec::Code;

/// Defines an enum with its JSON name and its XML code, each written once.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident { $($variant:ident = $json:literal, $xml:literal;)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $(
                #[doc = concat!("`", $xml, "` in the XML.")]
                #[serde(rename = $json)]
                $variant,
            )+
        }

        impl Code for $name {
            const ALL: &'static [(Self, &'static str, &'static str)] = &[$((Self::$variant, $json, $xml),)+];
        }

        impl $name {
            /// Every member, in the schema's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }
    )+};
}

codes! {
    /// Which kind of invoice it is (`RodzajFaktury`).
    Kind {
        Vat = "VAT", "VAT";
        Kor = "KOR", "KOR";
        Zal = "ZAL", "ZAL";
        Roz = "ROZ", "ROZ";
        Upr = "UPR", "UPR";
        KorZal = "KOR_ZAL", "KOR_ZAL";
        KorRoz = "KOR_ROZ", "KOR_ROZ";
    }
    /// The tax rate of a line (`P_12`); the margin procedure has none in the XML.
    VatRate {
        R23 = "23", "23";
        R22 = "22", "22";
        R8 = "8", "8";
        R7 = "7", "7";
        R5 = "5", "5";
        R4 = "4", "4";
        R3 = "3", "3";
        ZeroDomestic = "0-domestic", "0 KR";
        ZeroWdt = "0-WDT", "0 WDT";
        ZeroExport = "0-export", "0 EX";
        Exempt = "zw", "zw";
        ReverseCharge = "oo", "oo";
        NotTaxable = "np-I", "np I";
        NotTaxableServices = "np-II", "np II";
        Margin = "margin", "";
    }
    /// What sort of goods or service a line is for the VAT register (`GTU`).
    Gtu {
        G01 = "GTU_01", "GTU_01";
        G02 = "GTU_02", "GTU_02";
        G03 = "GTU_03", "GTU_03";
        G04 = "GTU_04", "GTU_04";
        G05 = "GTU_05", "GTU_05";
        G06 = "GTU_06", "GTU_06";
        G07 = "GTU_07", "GTU_07";
        G08 = "GTU_08", "GTU_08";
        G09 = "GTU_09", "GTU_09";
        G10 = "GTU_10", "GTU_10";
        G11 = "GTU_11", "GTU_11";
        G12 = "GTU_12", "GTU_12";
        G13 = "GTU_13", "GTU_13";
    }
    /// The special procedure that a line falls under (`Procedura`).
    Procedure {
        WstoEe = "WSTO_EE", "WSTO_EE";
        Ied = "IED", "IED";
        TtD = "TT_D", "TT_D";
        I42 = "I_42", "I_42";
        I63 = "I_63", "I_63";
        BSpv = "B_SPV", "B_SPV";
        BSpvDostawa = "B_SPV_DOSTAWA", "B_SPV_DOSTAWA";
        BMpvProwizja = "B_MPV_PROWIZJA", "B_MPV_PROWIZJA";
    }
    /// How it is paid (`FormaPlatnosci`).
    PaymentMethod {
        Cash = "cash", "1";
        Card = "card", "2";
        Voucher = "voucher", "3";
        Cheque = "cheque", "4";
        Credit = "credit", "5";
        Transfer = "transfer", "6";
        Mobile = "mobile", "7";
    }
    /// What a further party has to do with the invoice (`Podmiot3/Rola`).
    Role {
        Factor = "factor", "1";
        Recipient = "recipient", "2";
        OriginalEntity = "originalEntity", "3";
        AdditionalBuyer = "additionalBuyer", "4";
        Issuer = "issuer", "5";
        Payer = "payer", "6";
        JstIssuer = "jstIssuer", "7";
        JstRecipient = "jstRecipient", "8";
        VatGroupIssuer = "vatGroupIssuer", "9";
        VatGroupRecipient = "vatGroupRecipient", "10";
        Employee = "employee", "11";
    }
    /// Who issues the invoice in the seller's place by law (`RolaPU`).
    AuthorizedRole {
        EnforcementAuthority = "enforcementAuthority", "1";
        Bailiff = "bailiff", "2";
        TaxRepresentative = "taxRepresentative", "3";
    }
    /// The state of the taxpayer (`StatusInfoPodatnika`).
    TaxpayerStatus {
        Liquidation = "liquidation", "1";
        Restructuring = "restructuring", "2";
        Bankruptcy = "bankruptcy", "3";
        InheritedEnterprise = "inheritedEnterprise", "4";
    }
    /// When a correction takes effect in the VAT register (`TypKorekty`).
    CorrectionEffect {
        OriginalDate = "originalDate", "1";
        CorrectionDate = "correctionDate", "2";
        OtherDate = "otherDate", "3";
        RefundDate = "refundDate", "4";
    }
    /// Which margin procedure applies (`PMarzy`); the XML has an element for each.
    MarginProcedure {
        TravelAgents = "travelAgents", "P_PMarzy_2";
        UsedGoods = "usedGoods", "P_PMarzy_3_1";
        WorksOfArt = "worksOfArt", "P_PMarzy_3_2";
        Antiques = "antiques", "P_PMarzy_3_3";
    }
    /// Whose the bank's own account is (`RachunekWlasnyBanku`).
    OwnBankAccount {
        Receivables = "receivables", "1";
        Collection = "collection", "2";
        OwnEconomy = "ownEconomy", "3";
    }
    /// By what means goods travel (`RodzajTransportu`).
    TransportKind {
        Sea = "sea", "1";
        Rail = "rail", "2";
        Road = "road", "3";
        Air = "air", "4";
        Post = "post", "5";
        FixedInstallation = "fixedInstallation", "7";
        InlandWaterway = "inlandWaterway", "8";
    }
    /// What the goods travel in (`OpisLadunku`).
    Cargo {
        Flask = "flask", "1";
        Barrel = "barrel", "2";
        Cylinder = "cylinder", "3";
        Carton = "carton", "4";
        Canister = "canister", "5";
        Cage = "cage", "6";
        Container = "container", "7";
        Basket = "basket", "8";
        FruitBasket = "fruitBasket", "9";
        CollectivePackaging = "collectivePackaging", "10";
        Parcel = "parcel", "11";
        Package = "package", "12";
        Pallet = "pallet", "13";
        Bin = "bin", "14";
        BulkSolid = "bulkSolid", "15";
        BulkLiquid = "bulkLiquid", "16";
        Box = "box", "17";
        Tin = "tin", "18";
        Crate = "crate", "19";
        Sack = "sack", "20";
    }
    /// What a column of an attachment's table holds (`Kol/@Typ`).
    ColumnType {
        Date = "date", "date";
        DateTime = "datetime", "datetime";
        Decimal = "decimal", "dec";
        Integer = "integer", "int";
        Time = "time", "time";
        Text = "text", "txt";
    }
    /// Which invoice of a flat-rate farmer it is (`RodzajFaktury` of FA_RR).
    FarmerKind {
        Rr = "RR", "VAT_RR";
        KorRr = "KOR_RR", "KOR_VAT_RR";
    }
    /// The rate of the flat-rate refund (`P_9` of FA_RR).
    RefundRate {
        R7 = "7", "7";
        R65 = "6.5", "6.5";
    }
    /// The only named form of payment that FA_RR has.
    FarmerPaymentMethod {
        Transfer = "transfer", "1";
    }
    /// Which sum a rate belongs to: its name among the totals and the element of its net value.
    Group {
        Basic = "basic", "P_13_1";
        Reduced1 = "reduced1", "P_13_2";
        Reduced2 = "reduced2", "P_13_3";
        Taxi = "taxi", "P_13_4";
        Oss = "oss", "P_13_5";
        ZeroDomestic = "zeroDomestic", "P_13_6_1";
        ZeroWdt = "zeroWdt", "P_13_6_2";
        ZeroExport = "zeroExport", "P_13_6_3";
        Exempt = "exempt", "P_13_7";
        NotTaxable = "notTaxable", "P_13_8";
        NotTaxableServices = "notTaxableServices", "P_13_9";
        ReverseCharge = "reverseCharge", "P_13_10";
        Margin = "margin", "P_13_11";
    }
    /// How tax is rounded to the grosz.
    Rounding {
        PerRate = "perRate", "";
        PerLine = "perLine", "";
        AsGiven = "asGiven", "";
    }
}

impl Group {
    /// The element of its tax, where there is one.
    pub(super) const fn tax_element(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("P_14_1"),
            Self::Reduced1 => Some("P_14_2"),
            Self::Reduced2 => Some("P_14_3"),
            Self::Taxi => Some("P_14_4"),
            Self::Oss => Some("P_14_5"),
            _ => None,
        }
    }

    /// The element of its tax in złoty, where there is one.
    pub(super) const fn tax_pln_element(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("P_14_1W"),
            Self::Reduced1 => Some("P_14_2W"),
            Self::Reduced2 => Some("P_14_3W"),
            Self::Taxi => Some("P_14_4W"),
            _ => None,
        }
    }
}
