//! `bramka validate`, `explain`, `schema` and `bench` as programs and people meet them.

mod support;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use support::invoice;

fn bramka() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.env("BRAMKA_LANG", "en");
    command
}

fn standard_output(command: &mut Command, exit_code: i32) -> String {
    let output = command.assert().code(exit_code).get_output().stdout.clone();
    String::from_utf8(output).expect("UTF-8")
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

fn bad_invoice() -> String {
    invoice("1").replace("<P_8B>50</P_8B>", "<P_8B>pięćdziesiąt</P_8B>")
}

/// A folder with two good invoices and a bad one, and what is to be left alone.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, content).expect("written");
    };
    write("b.xml", &invoice("1"));
    write("a.XML", &invoice("2"));
    write("deep/er/c.xml", &bad_invoice());
    write("note.txt", "no invoice");
    folder
}

#[test]
fn folders_are_searched_and_the_worst_file_counts() {
    let folder = folder();
    let path = folder.path().to_str().expect("UTF-8");
    let lines = json_lines(&standard_output(bramka().args(["validate", "--format", "json", path]), 1));
    let files: Vec<&str> = lines
        .iter()
        .map(|line| {
            Path::new(line["file"].as_str().expect("a path")).file_name().and_then(|name| name.to_str())
        })
        .map(|name| name.expect("UTF-8"))
        .collect();
    assert_eq!(files, ["a.XML", "b.xml", "c.xml"]);
    let valid: Vec<bool> = lines.iter().filter_map(|line| line["valid"].as_bool()).collect();
    assert_eq!(valid, [true, true, false]);
    let good = format!("{path}/b.xml");
    bramka().args(["validate", &good]).assert().code(0);
    bramka().args(["validate", &good, "/none.xml", &format!("{path}/deep")]).assert().code(2);
    let empty = tempfile::tempdir().expect("a folder");
    let nothing = bramka().arg("validate").arg(empty.path()).assert().code(2);
    assert!(String::from_utf8_lossy(&nothing.get_output().stderr).contains("no *.xml files"));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_in_a_folder_is_said() {
    let folder = folder();
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone.xml")).expect("linked");
    let output = bramka().args(["validate", "--format", "json"]).arg(folder.path()).assert().code(2);
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("gone.xml cannot be read"));
    assert_eq!(json_lines(&String::from_utf8_lossy(&output.get_output().stdout)).len(), 3);
}

#[test]
fn a_json_line_has_the_documented_shape() {
    let output = standard_output(
        bramka().args(["validate", "--format", "json", "-"]).write_stdin(bad_invoice().replace('\n', "\r\n")),
        1,
    );
    let lines = json_lines(&output);
    let [line] = &lines[..] else { panic!("{output}") };
    assert_eq!(line["file"], "-");
    assert_eq!(line["form"], "FA(3)");
    assert_eq!(line["valid"], false);
    let findings = line["findings"].as_array().expect("a list");
    let error = findings.iter().find(|finding| finding["severity"] == "error").expect("an error");
    assert!(error["code"].as_str().is_some_and(|code| code.starts_with("XSD")), "{error}");
    assert_eq!(error["path"], "Faktura/Fa/FaWiersz[1]/P_8B");
    assert!(error["line"].as_u64().is_some_and(|line| line > 1), "{error}");
    assert!(error["column"].as_u64().is_some_and(|column| column > 1), "{error}");
    assert!(error["message"]["pl"].is_string() && error["message"]["en"].is_string(), "{error}");
    for (bytes, form) in [(&b"<a"[..], serde_json::Value::Null), (b"\xFF\xFE<", serde_json::Value::Null)] {
        let output =
            standard_output(bramka().args(["validate", "--format", "json", "-"]).write_stdin(bytes), 1);
        let line = &json_lines(&output)[0];
        assert_eq!(line["form"], form);
        assert!(line["findings"][0]["line"].as_u64().is_some_and(|line| line >= 1), "{line}");
    }
}

#[test]
fn people_see_the_line_and_a_caret_and_no_colours_in_a_file() {
    let output = standard_output(bramka().args(["validate", "-"]).write_stdin(bad_invoice()), 1);
    for words in
        ["error[XSD", "--> -:", "Faktura/Fa/FaWiersz[1]/P_8B", "pięćdziesiąt", "^^^^^^^^^^^^", "invalid"]
    {
        assert!(output.contains(words), "{words}: {output}");
    }
    assert!(!output.contains('\u{1b}'), "{output}");
    let output =
        standard_output(bramka().args(["validate", "--lang", "pl", "-"]).write_stdin(bad_invoice()), 1);
    assert!(output.contains("błąd[XSD") && output.contains("niepoprawna"), "{output}");
    // A control character of the document must not reach the terminal.
    let escape = invoice("1").replace("<P_8B>50", "<P_8B>\u{9b}2J");
    let output = standard_output(bramka().args(["validate", "-"]).write_stdin(escape), 1);
    assert!(!output.contains('\u{9b}'), "{output}");
}

#[test]
fn annotations_for_github() {
    let folder = folder();
    let file = folder.path().join("deep/er/c.xml");
    let output = standard_output(bramka().args(["validate", "--format", "github"]).arg(&file), 1);
    let error = output.lines().find(|line| line.starts_with("::error file=")).expect("an error");
    assert!(error.contains("c.xml,line=") && error.contains(",title=XSD") && error.contains("::"), "{error}");
}

#[test]
fn forms_that_are_not_taken_everywhere_carry_a_note() {
    let pef = "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"/>";
    let output = standard_output(bramka().args(["validate", "-"]).write_stdin(pef), 1);
    assert!(output.contains("note: KSeF takes PEF only"), "{output}");
}

#[test]
fn one_huge_line_with_many_findings_is_shown_in_no_time() {
    let line = "<FaWiersz><x/></FaWiersz>";
    let many =
        invoice("1").replace('\n', "").replace("<Platnosc>", &format!("{}<Platnosc>", line.repeat(40_000)));
    let begin = std::time::Instant::now();
    let output = standard_output(bramka().args(["validate", "-"]).write_stdin(many), 1);
    assert!(output.contains("FILE099"), "the findings are cut");
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn codes_are_explained() {
    let output = standard_output(bramka().args(["explain", "XSD030"]), 0);
    for words in ["XSD030", "Source", "Wrong", "Right"] {
        assert!(output.contains(words), "{words}: {output}");
    }
    let ksef = standard_output(bramka().args(["explain", "ksef.login.450.tokenRevoked", "--lang", "en"]), 0);
    assert!(ksef.contains("revoked") && ksef.contains("Who acts: who manages"), "{ksef}");
    let several = standard_output(bramka().args(["explain", "415", "--lang", "pl"]), 0);
    assert!(several.contains("ksef.login.415") && several.contains("ksef.invoice.415"), "{several}");
    let unknown = bramka().args(["explain", "XSD999"]).assert().code(2);
    assert!(String::from_utf8_lossy(&unknown.get_output().stderr).contains("no code XSD999"));
}

#[test]
fn schemas_are_listed_with_their_sources() {
    let output = standard_output(bramka().args(["schema", "list"]), 0);
    for form in ["FA(2)", "FA(3)", "FA_RR(1)", "PEF(3)", "PEF_KOR(3)", "UPO(4-3)"] {
        assert!(output.lines().any(|line| line.starts_with(form)), "{form}: {output}");
    }
    assert!(output.contains("schemat_FA(3)_v1-0E.xsd"), "{output}");
    assert!(output.split_whitespace().filter(|word| word.len() == 64).count() > 6, "{output}");
    assert!(output.contains("2026-02-01"), "{output}");
}

#[test]
fn the_benchmark_prints_documents_a_second() {
    let folder = folder();
    let file = folder.path().join("b.xml");
    for layer in ["schema", "all"] {
        let output = standard_output(
            bramka().args(["bench", "validate"]).arg(&file).args(["--seconds", "0.05", "--layer", layer]),
            0,
        );
        let rate =
            output.split_whitespace().find_map(|word| word.strip_prefix("inv/s_cpu=")).expect("a rate");
        assert!(rate.parse::<f64>().is_ok_and(|rate| rate > 1.0), "{output}");
    }
    bramka().args(["bench", "validate"]).arg(folder.path().join("none.xml")).assert().code(2);
    bramka().args(["bench", "validate"]).arg(&file).args(["--seconds", "0"]).assert().code(2);
}
