//! The structured attachment, the footer, and notes.

use super::codec::Codec;
use super::codes::ColumnType;
use super::record::records;

records! {
    /// A note as key and value (`DodatkowyOpis`).
    Note {
        /// The number of the line that it is about. `NrWiersza`.
        line: Option<u64>,
        /// What it is about. `Klucz`.
        key: Option<String>,
        /// What is to be said. `Wartosc`.
        value: Option<String>,
    }
    /// Where a company is registered (`Rejestry`).
    Registration {
        /// Full name. `PelnaNazwa`.
        name: Option<String>,
        /// Number in the court register, ten digits. `KRS`.
        krs: Option<String>,
        /// Statistical number, nine or fourteen digits. `REGON`.
        regon: Option<String>,
        /// Number in the waste register. `BDO`.
        bdo: Option<String>,
    }
    /// The foot of the invoice (`Stopka`).
    Footer {
        /// Up to three texts of up to 3500 characters. `StopkaFaktury`.
        texts: Vec<String>,
        /// Registers. `Rejestry`.
        registers: Vec<Registration>,
    }
    /// Data of a block or a table as key and value.
    KeyValue {
        /// Key.
        key: Option<String>,
        /// Value.
        value: Option<String>,
    }
    /// The head of a column (`Kol`).
    Column {
        /// What stands in the head. `NKom`.
        name: Option<String>,
        /// What the column holds. `Typ`.
        #[serde(rename = "type")]
        column_type: Option<ColumnType>,
    }
    /// A table (`Tabela`).
    Table {
        /// Data about the table. `TMetaDane`.
        metadata: Vec<KeyValue>,
        /// What the table is. `Opis`.
        description: Option<String>,
        /// 1 to 20 columns. `TNaglowek/Kol`.
        columns: Vec<Column>,
        /// 1 to 1000 rows, each with a cell for each column, empty ones too. `Wiersz/WKom`.
        rows: Vec<Vec<String>>,
        /// The row of sums, a cell for each column. `Suma/SKom`.
        sums: Option<Vec<String>>,
    }
    /// A block of an attachment (`BlokDanych`).
    Block {
        /// Heading. `ZNaglowek`.
        heading: Option<String>,
        /// At least one pair of key and value. `MetaDane`.
        metadata: Vec<KeyValue>,
        /// 1 to 10 paragraphs of up to 512 characters. `Tekst/Akapit`.
        paragraphs: Option<Vec<String>>,
        /// Tables. `Tabela`.
        tables: Vec<Table>,
    }
    /// The structured attachment (`Zalacznik`); such invoices go in batches only.
    Attachment {
        /// 1 to 1000 blocks. `BlokDanych`.
        blocks: Vec<Block>,
    }
}

impl Note {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.integer("NrWiersza", "line", &mut it.line);
        codec.text("Klucz", "key", &mut it.key);
        codec.text("Wartosc", "value", &mut it.value);
    }
}

impl Footer {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        // `Informacje` holds nothing but the one text; an empty one stays empty.
        let mut informations: Vec<Option<String>> = it.texts.iter().cloned().map(Some).collect();
        codec.list("Informacje", "texts", &mut informations, |codec, it| {
            codec.text("StopkaFaktury", "", it);
        });
        if !codec.is_writing() {
            it.texts = informations.into_iter().flatten().collect();
        }
        codec.list("Rejestry", "registers", &mut it.registers, |codec, it| {
            codec.text("PelnaNazwa", "name", &mut it.name);
            codec.text("KRS", "krs", &mut it.krs);
            codec.text("REGON", "regon", &mut it.regon);
            codec.text("BDO", "bdo", &mut it.bdo);
        });
    }
}

impl Attachment {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.list("BlokDanych", "blocks", &mut it.blocks, |codec, it| {
            codec.text("ZNaglowek", "heading", &mut it.heading);
            codec.list("MetaDane", "metadata", &mut it.metadata, |codec, it| {
                codec.text("ZKlucz", "key", &mut it.key);
                codec.text("ZWartosc", "value", &mut it.value);
            });
            codec.group("Tekst", "paragraphs", &mut it.paragraphs, |codec, it| {
                codec.texts("Akapit", "", it);
            });
            codec.list("Tabela", "tables", &mut it.tables, Table::codec);
        });
    }
}

impl Table {
    fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.list("TMetaDane", "metadata", &mut it.metadata, |codec, it| {
            codec.text("TKlucz", "key", &mut it.key);
            codec.text("TWartosc", "value", &mut it.value);
        });
        codec.text("Opis", "description", &mut it.description);
        codec.always("TNaglowek", "", |codec| {
            codec.attributed_list("Kol", "columns", &mut it.columns, |codec, it| {
                codec.attributed(("Kol", "Typ"), "type", &mut it.column_type, |codec| {
                    codec.text("NKom", "name", &mut it.name);
                });
            });
        });
        codec.list("Wiersz", "rows", &mut it.rows, |codec, it| {
            codec.texts("WKom", "", it);
        });
        codec.group("Suma", "sums", &mut it.sums, |codec, it| codec.texts("SKom", "", it));
    }
}
