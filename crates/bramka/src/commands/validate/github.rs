//! Findings as annotations of GitHub Actions: `::error file=…,line=…,col=…,title=…::…`.
//!
//! Source: GitHub's "Workflow commands for GitHub Actions"; `%`, line ends and, in properties, `:` and `,` are escaped.

use std::io::{self, Write};
use std::path::Path;

use ksef_invoice::{Report, Severity};

use crate::cli;

pub(super) fn print(out: &mut impl Write, file: &Path, report: &Report, lang: cli::Lang) -> io::Result<()> {
    let file = property(&file.display().to_string());
    for finding in &report.findings {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = lang.pick(&finding.message.pl, &finding.message.en);
        let place = if finding.path.is_empty() { String::new() } else { format!(" ({})", finding.path) };
        writeln!(
            out,
            "::{level} file={file},line={},col={},title={}::{}",
            finding.line,
            finding.column,
            property(finding.code),
            data(&format!("{message}{place}"))
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_format_are_escaped() {
        assert_eq!(data("100 %\r\na: b, c"), "100 %25%0D%0Aa: b, c");
        assert_eq!(property("C:\\a,b%.xml"), "C%3A\\a%2Cb%25.xml");
    }
}
