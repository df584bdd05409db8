//! Findings of a table.

use ksef_invoice::Finding;

/// A finding with its place in the table.
///
/// Serialises as the finding with `sheet`, `row`, `columnLetter` and `heading` beside it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableFinding {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row, from 1.
    pub row: u32,
    /// The column's letter; `None` when the finding is about the row or the invoice.
    #[serde(rename = "columnLetter")]
    pub column: Option<String>,
    /// The column's heading.
    pub heading: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub finding: Finding,
}

impl TableFinding {
    /// The place as people write it: `Arkusz1!D7`, or `D7`.
    #[must_use]
    pub fn cell(&self) -> String {
        let column = self.column.as_deref().unwrap_or_default();
        match &self.sheet {
            Some(sheet) => format!("{sheet}!{column}{}", self.row),
            None => format!("{column}{}", self.row),
        }
    }
}
