//! Corrections as the pages prepare them: to zero, of lines and texts, of what other programs issued, and settlements of advances.

mod support;

use serde_json::{Value, json};
use support::COMPANY;
use support::browser::Browser;
use support::issue_form::{
    clear_and_fill, document, field, fill, office, page, press, sales, stored, value, wait_for_value, write,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_buyer_is_corrected_to_zero_and_the_right_one_gets_a_new_invoice() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("a[href*='/correct?id=']").await;
    browser.is_clean("what is to be put right").await;
    browser.picture("correct-what").await;
    browser.click("a[href$='how=zero']").await;
    browser.wait_for_text("1 z 2").await;
    browser.is_clean("a correction to zero").await;
    browser.picture("correct-zero").await;
    fill(&browser, "number", "KOR/1/2026").await;
    browser.wait_for_text("−2 035,50 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("2 z 2").await;
    assert_eq!(
        (value(&browser, "buyer.taxId").await.as_str(), value(&browser, "lines.2.price").await.as_str()),
        ("", "40,00")
    );
    fill(&browser, "number", "FV/8/2026").await;
    fill(&browser, "buyer.taxId", "1111111111").await;
    fill(&browser, "buyer.name", "Właściwy nabywca").await;
    fill(&browser, "buyer.address.line1", "ul. Inna 2").await;
    fill(&browser, "buyer.address.line2", "30-001 Kraków").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono FV/8/2026").await;
    let all = sales(&gateway).await;
    let numbers: Vec<(&Value, &Value)> =
        all.iter().map(|one| (&one["invoiceNumber"], &one["grossAmount"])).collect();
    let texts = ["FV/7", "2035.50", "KOR/1/2026", "-2035.50", "FV/8/2026", "2035.50"].map(|text| json!(text));
    assert_eq!(numbers, [(&texts[0], &texts[1]), (&texts[2], &texts[3]), (&texts[4], &texts[5])]);
    let xml = document(&gateway, &all[1]).await;
    let number = all[0]["ksefNumber"].as_str().expect("a KSeF number");
    for part in [
        "<RodzajFaktury>KOR</RodzajFaktury>",
        &format!("<NrKSeFFaKorygowanej>{number}</NrKSeFFaKorygowanej>"),
        "<NIP>4444444444</NIP>",
        "<StanPrzed>1</StanPrzed>",
        "<P_8B>0</P_8B>",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    for one in &all {
        gateway.wait_final(COMPANY, one["id"].as_str().expect("an id")).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_texts_other_programs_invoices_and_whole_periods_are_corrected() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    stored(&gateway, "8").await;
    // Ten of fifty are brought back.
    browser.open(&page(&format!("/issue?correct={id}&how=lines"))).await;
    fill(&browser, "number", "KOR/1").await;
    clear_and_fill(&browser, "lines.0.quantity", "40").await;
    browser.wait_for_text("−233,70 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/1").await;
    // The buyer's name was wrong.
    browser.open(&page(&format!("/issue?correct={id}&how=texts"))).await;
    fill(&browser, "number", "KOR/2").await;
    clear_and_fill(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/2").await;
    // An invoice from before KSeF: before and after are typed.
    browser.open(&page("/correct")).await;
    browser.is_clean("where a correction begins").await;
    browser.picture("correct").await;
    browser.click("a[href$='how=typed']").await;
    for (name, text) in [
        ("number", "KOR/3"),
        ("correction.corrected.0.number", "FA/17/2025"),
        ("buyer.taxId", "4444444444"),
        ("lines.0.was.name", "Krzesło"),
        ("lines.0.was.quantity", "5"),
        ("lines.0.was.price", "100"),
        ("lines.0.name", "Krzesło"),
        ("lines.0.quantity", "4"),
        ("lines.0.price", "100"),
    ] {
        fill(&browser, name, text).await;
    }
    browser.run("document.querySelector(\"[name='correction.corrected.0.issueDate']\").value = '2025-10-02'; return 0").await;
    wait_for_value(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    press(&browser, "check").await;
    browser.wait_for_text("−123,00 zł").await;
    browser.is_clean("an invoice from elsewhere").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/3").await;
    // A discount on all of December.
    browser.open(&page("/issue?buyer=444-444-44-44&from=2026-12-01&to=2026-12-31")).await;
    browser.wait_for_text("liczba faktur: 2").await;
    fill(&browser, "number", "KOR/4").await;
    fill(&browser, "lines.0.price", "-100").await;
    browser.wait_for_text("−123,00 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/4").await;
    let all = sales(&gateway).await;
    let of = |number: &str| all.iter().find(|one| one["invoiceNumber"] == number).expect(number);
    let lines = document(&gateway, of("KOR/1")).await;
    assert_eq!(
        (lines.matches("<FaWiersz>").count(), lines.matches("<StanPrzed>1</StanPrzed>").count()),
        (2, 1),
        "{lines}"
    );
    let texts = document(&gateway, of("KOR/2")).await;
    assert!(texts.contains("<Podmiot2K>") && texts.contains("Sklep Pod Lipą s.c."), "{texts}");
    assert!(!texts.contains("<FaWiersz>") && !texts.contains("<Podmiot1K>"), "{texts}");
    let typed = document(&gateway, of("KOR/3")).await;
    assert!(typed.contains("<NrKSeFN>1</NrKSeFN>"), "{typed}");
    let discount = document(&gateway, of("KOR/4")).await;
    assert_eq!(discount.matches("<DaneFaKorygowanej>").count(), 2, "{discount}");
    assert!(discount.contains("<OkresFaKorygowanej>"), "{discount}");
    for one in &all {
        gateway.wait_final(COMPANY, one["id"].as_str().expect("an id")).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advance_is_issued_and_settled() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    browser.choose(&field("kind"), "ZAL").await;
    write(&browser, "ZAL/1").await;
    fill(&browser, "advance.amount", "1230").await;
    browser.wait_for_text("1 230,00 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono ZAL/1").await;
    browser.find("[data-state=stored]").await;
    browser.click("a[href*='/correct?id=']").await;
    browser.click("a[href*='settle=']").await;
    fill(&browser, "number", "ROZ/1").await;
    // 2461.23 less what is paid.
    browser.wait_for_text("1 231,23 zł").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono ROZ/1").await;
    let all = sales(&gateway).await;
    let last = document(&gateway, &all[1]).await;
    assert!(
        last.contains("<RodzajFaktury>ROZ</RodzajFaktury>") && last.contains("<FakturaZaliczkowa>"),
        "{last}"
    );
    gateway.wait_final(COMPANY, all[1]["id"].as_str().expect("an id")).await;
    browser.close().await;
}
