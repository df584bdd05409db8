//! `bramka convert` as people use it: JSON and tables to XML, XML back, and what it refuses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn convert(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
    command.arg("convert").args(arguments).args(["--lang", "en"]).current_dir(folder);
    command.output().expect("bramka runs")
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples").join(name)
}

#[track_caller]
fn check(output: &Output, code: i32, words: &[&str]) {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "{word} is missing in: {text}");
    }
}

#[test]
fn json_to_xml_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let example = example("vat.json");
    let input = example.to_str().expect("a path");
    check(
        &convert(at, &[input, "-o", "out.xml"]),
        0,
        &["FV/2026/11/0001: out.xml", "written: 1, refused: 0"],
    );
    let xml = std::fs::read_to_string(at.join("out.xml")).expect("a document");
    assert!(xml.contains("<P_15>1272.53</P_15>"));
    // Never over a file that is there, unless asked.
    check(&convert(at, &[input, "-o", "out.xml"]), 2, &["already there", "--force"]);
    check(&convert(at, &[input, "-o", "out.xml", "--force"]), 0, &["written: 1"]);
    // Into a folder, by number.
    check(&convert(at, &[input, "-o", "dir/"]), 0, &["FV_2026_11_0001.xml"]);
    check(&convert(at, &["out.xml", "-o", "back.json"]), 0, &["back.json"]);
    check(&convert(at, &["back.json", "-o", "again.xml"]), 0, &["again.xml"]);
    let again = std::fs::read_to_string(at.join("again.xml")).expect("a document");
    let without_time =
        |xml: &str| xml.lines().filter(|line| !line.contains("DataWytworzeniaFa")).collect::<String>();
    assert_eq!(without_time(&again), without_time(&xml));
    let odd = xml.replace("<P_2>", "<Obce>x</Obce><P_2>");
    std::fs::write(at.join("odd.xml"), odd).expect("a file");
    check(&convert(at, &["odd.xml", "-o", "odd.json"]), 0, &["not carried over: Faktura/Fa/Obce (x)"]);
}

#[test]
fn faults_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let text = std::fs::read_to_string(example("vat.json")).expect("an example");
    std::fs::write(at.join("bad.json"), text.replace("\"quantity\": 4", "\"quantty\": 4")).expect("a file");
    check(
        &convert(at, &["bad.json", "-o", "out/"]),
        1,
        &["error[NI002]", "quantity", "/lines/0/quantty", "refused: 1"],
    );
    std::fs::write(at.join("sum.json"), text.replace("\"quantity\": 4", "\"quantity\": 4, \"net\": 1"))
        .expect("a file");
    check(&convert(at, &["sum.json", "-o", "out/"]), 1, &["error[NI011]", "/lines/0/net", "1000.00"]);
    let output = convert(at, &["sum.json", "-o", "out/", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    assert_eq!((json["valid"].as_bool(), json["number"].as_str()), (Some(false), Some("FV/2026/11/0001")));
    assert_eq!(json["findings"][0]["path"], "/lines/0/net");
    assert!(json["findings"][0]["line"].as_u64().is_some_and(|line| line > 10));
    check(&convert(at, &["nowhere.json", "-o", "out/"]), 2, &["nowhere.json"]);
    std::fs::write(at.join("two.json"), format!("[{text}, {text}]")).expect("a file");
    check(&convert(at, &["two.json", "-o", "one.xml"]), 2, &["several invoices"]);
    check(
        &convert(at, &["two.json", "-o", "two/"]),
        0,
        &["FV_2026_11_0001.xml", "FV_2026_11_0001-2.xml", "written: 2"],
    );
    let listed = format!("[{text},\n{}]", text.replace("\"quantity\": 4", "\"quantty\": 4"));
    std::fs::write(at.join("list.json"), &listed).expect("a file");
    let line = listed.lines().position(|line| line.contains("quantty")).expect("a fault") + 1;
    let place = format!("list.json: {line}:");
    check(
        &convert(at, &["list.json", "-o", "list/"]),
        1,
        &[&place, "/1/lines/0/quantty", "written: 1, refused: 1"],
    );
    assert_eq!(std::fs::read_dir(at.join("out")).expect("a folder").count(), 0);
}

#[test]
fn tables_to_xml() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let table = "Nr faktury;Data wystawienia;NIP nabywcy;Nabywca;Adres;Towar;Jm;Ilość;Cena netto;VAT\n\
                 FV/1;20.11.2026;1111111111;Sklep;ul. A 1;Regał;szt.;4;250,00;23%\n\
                 FV/1;;;;;Książka;szt.;1;45;5\n\
                 FV/2;20.11.2026;1111111111;Sklep;ul. A 1;Regał;szt.;4;250,00;99\n";
    std::fs::write(at.join("orders.csv"), table).expect("a table");
    let seller = "{\"nip\":\"5265877635\",\"name\":\"Hurtownia\",\"address\":{\"line1\":\"ul. B 2\"}}";
    std::fs::write(at.join("seller.json"), seller).expect("a seller");
    std::fs::write(at.join("map.toml"), "[columns]\n\"lines.vatRate\" = \"VAT\"\n").expect("a map");
    let arguments = ["orders.csv", "-o", "out", "--seller", "seller.json", "--map", "map.toml"];
    let output = convert(at, &arguments);
    check(
        &output,
        1,
        &["error[NI025]", "orders.csv: J4 (VAT)", "FV/1: ", "FV/2: refused", "written: 1, refused: 1"],
    );
    let xml = std::fs::read_to_string(at.join("out/FV_1.xml")).expect("a document");
    assert!(xml.contains("<P_15>1277.25</P_15>"), "{xml}");
    check(&convert(at, &["orders.csv", "-o", "out2", "--map", "seller.json"]), 2, &["column map"]);
    // Without a seller each invoice is told what it lacks, at its row.
    check(
        &convert(at, &["orders.csv", "-o", "out3", "--map", "map.toml"]),
        1,
        &["error[NI004]", "orders.csv: 2", "seller"],
    );
}
