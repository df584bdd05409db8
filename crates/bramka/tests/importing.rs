//! Tables of invoices are brought over the pages: their columns are told, what comes of them is looked at, and then they are issued.

mod support;

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;
use support::COMPANY;
use support::browser::Browser;
use support::issue_form::{document, sales, stored};
use support::office::{office, page};

/// Brings a file, and waits for its columns.
async fn bring(browser: &Browser, path: &Path) {
    browser.open(&page("/import")).await;
    browser.fill("#file", &path.to_string_lossy()).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Co jest w kolumnach").await;
}

/// Tells what is in columns, in the language that the page has.
async fn tell(browser: &Browser, columns: &[(&str, &str)]) {
    for (heading, field) in columns {
        browser.choose(&format!("select[aria-label$=': {heading}']"), field).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_strange_headings_is_mapped_looked_at_and_taken_in() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    stored(&gateway, "7").await;
    let table = "Dokument;Kiedy;NIP;Komu;Ulica;Miasto;Co;Ile;Po ile;Stawka;Notatka\n\
                 T/1;2026-12-01;1111111111;Nabywca A;Inna 2;30-001 Kraków;Śruba;10;2,50;23%;x\n\
                 T/1;2026-12-01;1111111111;Nabywca A;Inna 2;30-001 Kraków;Nit;4;1,00;8%;\n\
                 T/2;2026-12-01;1111111112;Nabywca B;Inna 3;30-001 Kraków;Śruba;1;2,50;23%;\n";
    let path = world.folder.path().join("zamówienia.csv");
    std::fs::write(&path, table).expect("written");
    browser
        .is_well_made("import", &page("/import"), ["Wczytaj tabelę faktur", "Take in a table of invoices"])
        .await;
    bring(&browser, &path).await;
    // The number is nowhere yet; what the usual headings mean is known.
    browser.wait_for_text("Brakuje kolumny z numerem faktury").await;
    tell(&browser, &[("Dokument", "number"), ("Kiedy", "issueDate"), ("Komu", "buyer.name")]).await;
    browser.click("[name=remember]").await;
    // What was chosen stays when the language is switched, with and without scripts.
    for (has_scripts, lang, words) in
        [(true, "en", "What the columns are"), (false, "pl", "Co jest w kolumnach")]
    {
        browser.set_scripts(has_scripts).await;
        browser.click(".tools .menu.end:first-child summary").await;
        browser.click(&format!(".tools button[formaction$='lang={lang}']")).await;
        browser.wait_for_text(words).await;
        let chosen =
            browser.run("return document.querySelector(\"select[aria-label$=': Komu']\").value").await;
        assert_eq!(chosen, "buyer.name", "{lang}");
        let is_ticked = browser.run("return document.querySelector('[name=remember]').checked").await;
        assert_eq!(is_ticked, true, "{lang}");
    }
    browser.set_scripts(true).await;
    let at = browser.at().await;
    browser.is_well_made("import-columns", &at, ["Co jest w kolumnach", "What the columns are"]).await;
    let others =
        [("Co", "lines.name"), ("Ile", "lines.quantity"), ("Po ile", "lines.netUnitPrice"), ("Notatka", "")];
    tell(&browser, &others).await;
    browser.click("button[value=map]").await;
    browser.wait_for_text("w porządku").await;
    let text = browser.text().await;
    // 25.00 and 4.00 net; the second invoice has a NIP that is none, told by its cell.
    assert!(text.contains("35,07 zł") && text.contains("C4"), "{text}");
    assert!(text.contains("Do wczytania: 1 faktura") && text.contains("pominięte: 1 faktura"), "{text}");
    browser.is_clean("a preview").await;
    browser.fits("import-preview").await;
    // Looked at is not taken in.
    assert_eq!(sales(&gateway).await.len(), 1);
    browser.click("button[value=take]").await;
    browser.wait_for_text("Co stało się z dokumentami").await;
    browser.is_clean("what became of the table").await;
    let all = sales(&gateway).await;
    assert_eq!(
        (all.len(), &all[1]["invoiceNumber"], &all[1]["grossAmount"]),
        (2, &json!("T/1"), &json!("35.07"))
    );
    let xml = document(&gateway, &all[1]).await;
    assert!(xml.contains("Przykładowa Hurtownia"), "the seller as on the newest invoice: {xml}");
    // The next table of the same headings is known, and the same invoice, too.
    bring(&browser, &path).await;
    browser.wait_for_text("w porządku").await;
    browser.click("button[value=take]").await;
    browser.wait_for_text("znana już wcześniej").await;
    assert_eq!(sales(&gateway).await.len(), 2);
    // A column that is told anew just before is looked at first.
    bring(&browser, &path).await;
    tell(&browser, &[("Notatka", "lines.unit")]).await;
    browser.click("button[value=take]").await;
    browser.wait_for_text("Zmieniono kolumny").await;
    // Giving it up asks, in a dialog or on a page.
    browser.click("button[value=forget]").await;
    browser.find("dialog[open]").await;
    browser.click("dialog button[value=no]").await;
    browser.set_scripts(false).await;
    browser.client.refresh().await.expect("again");
    browser.click("button[value=forget]").await;
    browser.wait_for_text("Zrezygnować z tabeli?").await;
    browser.fits("import-question").await;
    browser.click("a.button").await;
    browser.wait_for_text("w porządku").await;
    browser.set_scripts(true).await;
    browser.client.refresh().await.expect("again");
    browser.click("button[value=forget]").await;
    browser.confirm("giving a table up").await;
    browser.wait_for_text("Tabeli nie wczytano.").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_with_numbers_and_dates_is_mapped_looked_at_and_issued() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    stored(&gateway, "7").await;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let headings = ["Dokument", "Dzień", "NIP", "Komu", "Ulica", "Miasto", "Co", "Ile", "Po ile", "Stawka"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(0, column, heading).expect("written");
    }
    let day = ExcelDateTime::from_ymd(2026, 12, 1).expect("a day");
    let as_day = Format::new().set_num_format("dd.mm.yyyy");
    for (row, number, nip, quantity, price) in
        [(1, "X/1", 1_111_111_111_u32, 3, 2.5), (2, "X/2", 1_111_111_112, 1, 2.5)]
    {
        sheet.write(row, 0, number).expect("written");
        sheet.write_with_format(row, 1, &day, &as_day).expect("written");
        sheet.write(row, 2, nip).expect("written");
        for (column, text) in (3..).zip(["Nabywca A", "Inna 2", "30-001 Kraków", "Śruba"]) {
            sheet.write(row, column, text).expect("written");
        }
        sheet.write(row, 7, quantity).expect("written");
        sheet.write(row, 8, price).expect("written");
        sheet.write(row, 9, "23%").expect("written");
    }
    let path = world.folder.path().join("zamówienia.xlsx");
    workbook.save(&path).expect("written");
    bring(&browser, &path).await;
    browser.is_clean("the columns of a workbook").await;
    let columns = [
        ("Dokument", "number"),
        ("Dzień", "issueDate"),
        ("NIP", "buyer.nip"),
        ("Komu", "buyer.name"),
        ("Ulica", "buyer.address.line1"),
        ("Miasto", "buyer.address.line2"),
        ("Co", "lines.name"),
        ("Ile", "lines.quantity"),
        ("Po ile", "lines.netUnitPrice"),
        ("Stawka", "lines.vatRate"),
    ];
    tell(&browser, &columns).await;
    browser.click("button[value=map]").await;
    browser.wait_for_text("w porządku").await;
    let text = browser.text().await;
    // 7.50 net; the second has a NIP that is none.
    assert!(text.contains("9,23 zł") && text.contains("01.12.2026") && text.contains("C3"), "{text}");
    assert!(text.contains("Do wczytania: 1 faktura") && text.contains("pominięte: 1 faktura"), "{text}");
    browser.fits("import-workbook").await;
    browser.click("button[value=take]").await;
    browser.wait_for_text("Co stało się z dokumentami").await;
    let all = sales(&gateway).await;
    assert_eq!(
        (all.len(), &all[1]["invoiceNumber"], &all[1]["grossAmount"]),
        (2, &json!("X/1"), &json!("9.23"))
    );
    let issued = gateway.wait_final(COMPANY, all[1]["id"].as_str().expect("an id")).await;
    assert!(issued["ksefNumber"].is_string(), "{issued:#}");
    browser.close().await;
}
