//! Corrections as the pages prepare them, each issued until KSeF gave it a number: to zero, of lines and texts, of what other programs
//! issued, of corrections, advances, settlements, and of what a flat-rate farmer sold.

mod support;

use ksef_wire::{
    AuthorizedEntityType, EntityAuthorizationPermissionType, EntityAuthorizationPermissionsGrantRequest,
    EntityDetails, TypedIdentifier,
};
use serde_json::{Value, json};
use support::browser::Browser;
use support::issue_form::{
    choose_kind, clear_and_fill, document, fill, press, sales, stored, value, wait_for_value, write,
};
use support::office::{DAY, office, page};
use support::{COMPANY, CONTRACTOR, ServedGateway, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_buyer_is_corrected_to_zero_and_the_right_one_gets_a_new_invoice() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    browser.open(&page(&format!("/invoices/{id}"))).await;
    browser.click("a[href*='/correct?id=']").await;
    let at = browser.at().await;
    browser.is_well_made("correct-what", &at, ["Co jest do poprawienia?", "What is to be put right?"]).await;
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
    let number = all[0]["ksefNumber"].as_str().expect("a KSeF number");
    let parts = [
        "<RodzajFaktury>KOR</RodzajFaktury>",
        &format!("<NrKSeFFaKorygowanej>{number}</NrKSeFFaKorygowanej>"),
        "<NIP>4444444444</NIP>",
        "<StanPrzed>1</StanPrzed>",
        "<P_8B>0</P_8B>",
    ];
    has(&gateway, &all[1], &parts).await;
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
    let lines = issue(&browser, &gateway, "KOR/1").await;
    // The buyer's name was wrong.
    browser.open(&page(&format!("/issue?correct={id}&how=texts"))).await;
    fill(&browser, "number", "KOR/2").await;
    clear_and_fill(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    let texts = issue(&browser, &gateway, "KOR/2").await;
    // An invoice from before KSeF: before and after are typed.
    browser.open(&page("/correct")).await;
    browser.is_clean("where a correction begins").await;
    browser.click("a[href$='how=typed']").await;
    write_typed(&browser, "KOR/3").await;
    wait_for_value(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    press(&browser, "check").await;
    browser.wait_for_text("−123,00 zł").await;
    browser.is_clean("an invoice from elsewhere").await;
    let typed = issue(&browser, &gateway, "KOR/3").await;
    // A discount on a time in which nothing was sold, then on all of December.
    browser.open(&page("/issue?buyer=444-444-44-44&from=2025-12-01&to=2025-12-31")).await;
    browser.wait_for_text("W tym okresie nie ma faktur").await;
    assert_eq!(browser.at().await, page("/correct"));
    browser.fill("input[name=buyer]", "444-444-44-44").await;
    browser
        .run(
            "for (const [name, day] of [['from', '2026-12-01'], ['to', '2026-12-31']]) \
             document.querySelector(`input[name=${name}]`).value = day",
        )
        .await;
    browser.click("form.fields button").await;
    browser.wait_for_text("liczba faktur: 2").await;
    fill(&browser, "number", "KOR/4").await;
    fill(&browser, "lines.0.price", "-100").await;
    browser.wait_for_text("−123,00 zł").await;
    let discount = issue(&browser, &gateway, "KOR/4").await;
    let lines = document(&gateway, &lines).await;
    assert_eq!(
        (lines.matches("<FaWiersz>").count(), lines.matches("<StanPrzed>1</StanPrzed>").count()),
        (2, 1),
        "{lines}"
    );
    has(&gateway, &texts, &["<Podmiot2K>", "Sklep Pod Lipą s.c."]).await;
    let texts = document(&gateway, &texts).await;
    assert!(!texts.contains("<FaWiersz>") && !texts.contains("<Podmiot1K>"), "{texts}");
    has(&gateway, &typed, &["<NrKSeFN>1</NrKSeFN>"]).await;
    has(&gateway, &discount, &["<OkresFaKorygowanej>"]).await;
    let discount = document(&gateway, &discount).await;
    assert_eq!(discount.matches("<DaneFaKorygowanej>").count(), 2, "{discount}");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_issued_is_corrected_from_its_document() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let xml = invoice("inny program").replace("2026-11-01", DAY);
    assert_eq!(world.send_directly(COMPANY, xml.as_bytes()).await, 200);
    let api = format!("/api/v1/companies/{COMPANY}/purchases");
    assert_eq!(gateway.say("POST", &format!("{api}/synchronize"), &json!({})).await.0, 202);
    let list = page("/purchases?role=seller&madeElsewhere=true");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    browser.open(&list).await;
    while browser.count("tbody a").await == 0 {
        assert!(std::time::Instant::now() < deadline, "the sale does not come");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        browser.open(&list).await;
    }
    browser.click("tbody a").await;
    browser.wait_for_text("Tę fakturę wystawił inny program.").await;
    browser.is_clean("a sale made elsewhere").await;
    let number = browser.find("[data-part=head] .code").await.text().await.expect("a number");
    browser.click("a[href$='how=lines']").await;
    fill(&browser, "number", "KOR/9").await;
    clear_and_fill(&browser, "lines.0.quantity", "40").await;
    browser.wait_for_text("−233,70 zł").await;
    let correction = issue(&browser, &gateway, "KOR/9").await;
    let parts = [format!("<NrKSeFFaKorygowanej>{number}</NrKSeFFaKorygowanej>"), "<StanPrzed>1".to_owned()];
    has(&gateway, &correction, &[parts[0].as_str(), parts[1].as_str()]).await;
    // A wrong buyer's NIP: all of it taken back.
    browser.open(&list).await;
    browser.click("tbody a").await;
    browser.click("a[href$='how=zero']").await;
    wait_for_value(&browser, "correction.reason", "Błędny NIP nabywcy").await;
    assert_eq!(value(&browser, "lines.0.quantity").await, "0");
    browser.is_clean("a correction to zero").await;
    browser.close().await;
}

/// Issues what the form has, and waits until KSeF gave it a number; gives the sale.
async fn issue(browser: &Browser, gateway: &ServedGateway, number: &str) -> Value {
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(browser, "issue").await;
    browser.wait_for_text(&format!("Wystawiono {number}")).await;
    let all = sales(gateway).await;
    let sale = all.iter().find(|one| one["invoiceNumber"] == number).expect(number);
    let done = gateway.wait_final(COMPANY, sale["id"].as_str().expect("an id")).await;
    assert!(done["ksefNumber"].is_string(), "{done:#}");
    done
}

async fn has(gateway: &ServedGateway, sale: &Value, parts: &[&str]) {
    let xml = document(gateway, sale).await;
    for part in parts {
        assert!(xml.contains(part), "{part}: {xml}");
    }
}

/// A correction of an invoice that is nowhere here: one of five chairs came back. Before and after are typed.
async fn write_typed(browser: &Browser, number: &str) {
    for (name, text) in [
        ("number", number),
        ("correction.corrected.0.number", "FA/17/2025"),
        ("buyer.taxId", "4444444444"),
        ("lines.0.was.name", "Krzesło"),
        ("lines.0.was.quantity", "5"),
        ("lines.0.was.price", "100"),
        ("lines.0.name", "Krzesło"),
        ("lines.0.quantity", "4"),
        ("lines.0.price", "100"),
    ] {
        fill(browser, name, text).await;
    }
    browser.run("document.querySelector(\"[name='correction.corrected.0.issueDate']\").value = '2025-10-02'; return 0").await;
}

/// The way from a sale's page to the correction of its lines.
async fn correct_lines(browser: &Browser, sale: &Value) {
    browser.open(&page(&format!("/invoices/{}", sale["id"].as_str().expect("an id")))).await;
    browser.click("a[href*='/correct?id=']").await;
    browser.click("a[href$='how=lines']").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_begins_from_the_state_that_the_last_one_left() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    let id = stored(&gateway, "7").await;
    let original = gateway.json(&format!("/api/v1/companies/{COMPANY}/invoices/{id}")).await;
    let original_number = original["ksefNumber"].as_str().expect("a KSeF number").to_owned();
    let names_original = format!("<NrKSeFFaKorygowanej>{original_number}</NrKSeFFaKorygowanej>");
    correct_lines(&browser, &original).await;
    fill(&browser, "number", "KOR/1").await;
    clear_and_fill(&browser, "lines.0.quantity", "40").await;
    let first = issue(&browser, &gateway, "KOR/1").await;
    // From the correction's own page: of the same original, from the state after it.
    browser.open(&page(&format!("/correct?id={}", first["id"].as_str().expect("an id")))).await;
    browser.wait_for_text("To korekta faktury FV/7").await;
    browser.is_clean("the correction of a correction").await;
    browser.picture("correct-correction").await;
    browser.click("a[href$='how=lines']").await;
    browser.wait_for_text("po korektach: KOR/1").await;
    assert_eq!(value(&browser, "lines.0.was.quantity").await, "40");
    fill(&browser, "number", "KOR/2").await;
    clear_and_fill(&browser, "lines.0.quantity", "35").await;
    clear_and_fill(&browser, "buyer.name", "Sklep Pod Lipą sp. z o.o.").await;
    // Five at 19.
    browser.wait_for_text("−116,85 zł").await;
    browser.is_clean("a second correction").await;
    browser.picture("correct-again").await;
    let second = issue(&browser, &gateway, "KOR/2").await;
    let parts = [
        names_original.as_str(),
        "<NrFaKorygowanej>FV/7</NrFaKorygowanej>",
        "<P_8B>40</P_8B>",
        "<P_8B>35</P_8B>",
        "<P_15>-116.85</P_15>",
    ];
    has(&gateway, &second, &parts).await;
    // What waits for approval has not happened yet.
    gateway.set_sending(COMPANY, "afterApproval", "automatic").await;
    correct_lines(&browser, &original).await;
    fill(&browser, "number", "KOR/W").await;
    clear_and_fill(&browser, "lines.0.quantity", "1").await;
    browser.wait_for_text("Gotowa do wystawienia").await;
    press(&browser, "issue").await;
    browser.wait_for_text("Wystawiono KOR/W; czeka na zatwierdzenie.").await;
    gateway.set_sending(COMPANY, "immediate", "automatic").await;
    // To zero, from the first invoice: nothing is left of it.
    browser.open(&page(&format!("/issue?correct={id}&how=zero"))).await;
    browser.wait_for_text("po korektach: KOR/1, KOR/2").await;
    browser.wait_for_text("Nie uwzględniono korekt, które czekają").await;
    assert_eq!(value(&browser, "lines.0.was.quantity").await, "35");
    assert_eq!(value(&browser, "buyer.name").await, "Sklep Pod Lipą sp. z o.o.", "as it is by now");
    fill(&browser, "number", "KOR/3").await;
    let third = issue(&browser, &gateway, "KOR/3").await;
    has(&gateway, &third, &[names_original.as_str(), "<P_8B>0</P_8B>"]).await;
    let grosz = |sale: &Value| {
        let text = sale["grossAmount"].as_str().expect("an amount").replace('.', "");
        text.parse::<i64>().expect("digits")
    };
    assert_eq!([&original, &first, &second, &third].map(grosz).iter().sum::<i64>(), 0);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_of_an_invoice_from_elsewhere_is_corrected_as_far_as_it_is_known() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    stored(&gateway, "7").await;
    browser.open(&page("/issue?how=typed")).await;
    write_typed(&browser, "KOR/1").await;
    press(&browser, "check").await;
    let first = issue(&browser, &gateway, "KOR/1").await;
    correct_lines(&browser, &first).await;
    assert_eq!(
        (value(&browser, "lines.0.was.quantity").await, value(&browser, "lines.0.was.price").await),
        ("4".to_owned(), "100".to_owned())
    );
    fill(&browser, "number", "KOR/2").await;
    clear_and_fill(&browser, "lines.0.quantity", "2").await;
    browser.wait_for_text("−246,00 zł").await;
    let second = issue(&browser, &gateway, "KOR/2").await;
    has(&gateway, &second, &["<NrFaKorygowanej>FA/17/2025</NrFaKorygowanej>", "<NrKSeFN>1</NrKSeFN>"]).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advance_is_issued_corrected_settled_and_its_settlement_corrected() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    choose_kind(&browser, "ZAL").await;
    write(&browser, "ZAL/1").await;
    fill(&browser, "advance.amount", "1230").await;
    browser.wait_for_text("1 230,00 zł").await;
    let advance = issue(&browser, &gateway, "ZAL/1").await;
    // Some of it is paid back.
    browser.open(&page(&format!("/correct?id={}", advance["id"].as_str().expect("an id")))).await;
    browser.is_clean("an advance that is corrected").await;
    correct_lines(&browser, &advance).await;
    assert_eq!(value(&browser, "advance.amount").await, "1230,00");
    fill(&browser, "number", "KZ/1").await;
    clear_and_fill(&browser, "advance.amount", "1000").await;
    browser.wait_for_text("−230,00 zł").await;
    browser.is_clean("the correction of an advance").await;
    browser.picture("correct-advance").await;
    let correction = issue(&browser, &gateway, "KZ/1").await;
    let parts = [
        "<RodzajFaktury>KOR_ZAL</RodzajFaktury>",
        "<P_15ZK>1230",
        "<P_15>-230",
        "<StanPrzedZ>1</StanPrzedZ>",
        "<NrFaKorygowanej>ZAL/1</NrFaKorygowanej>",
    ];
    has(&gateway, &correction, &parts).await;
    // Once more, from the correction: 1000 are left.
    correct_lines(&browser, &correction).await;
    assert_eq!(value(&browser, "advance.amount").await, "1000,00");
    // What is left of it is settled.
    browser.open(&page(&format!("/correct?id={}", advance["id"].as_str().expect("an id")))).await;
    browser.click("a[href*='settle=']").await;
    fill(&browser, "number", "ROZ/1").await;
    // 2461.23 less what is paid.
    browser.wait_for_text("1 461,23 zł").await;
    let settlement = issue(&browser, &gateway, "ROZ/1").await;
    has(&gateway, &settlement, &["<RodzajFaktury>ROZ</RodzajFaktury>", "<FakturaZaliczkowa>"]).await;
    browser.open(&page(&format!("/correct?id={}", settlement["id"].as_str().expect("an id")))).await;
    browser.wait_for_text("nie koryguje się tu do zera").await;
    browser.is_clean("a settlement that is corrected").await;
    let zero = browser.run("return document.querySelectorAll(\"a[href$='how=zero']\").length").await;
    assert_eq!(zero, 0);
    correct_lines(&browser, &settlement).await;
    fill(&browser, "number", "KR/1").await;
    clear_and_fill(&browser, "lines.0.quantity", "1").await;
    let corrected = issue(&browser, &gateway, "KR/1").await;
    let parts = [
        "<RodzajFaktury>KOR_ROZ</RodzajFaktury>",
        "<P_15ZK>1461.23</P_15ZK>",
        "<FakturaZaliczkowa>",
        "<StanPrzed>1</StanPrzed>",
    ];
    has(&gateway, &corrected, &parts).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advance_of_the_wrong_buyer_goes_to_zero_and_to_the_right_one() {
    let (_world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    browser.open(&page("/issue")).await;
    choose_kind(&browser, "ZAL").await;
    write(&browser, "ZAL/1").await;
    fill(&browser, "advance.amount", "1230").await;
    let advance = issue(&browser, &gateway, "ZAL/1").await;
    let id = advance["id"].as_str().expect("an id");
    browser.open(&page(&format!("/issue?correct={id}&how=zero"))).await;
    fill(&browser, "number", "KZ/1").await;
    browser.wait_for_text("−1 230,00 zł").await;
    issue(&browser, &gateway, "KZ/1").await;
    browser.wait_for_text("2 z 2").await;
    assert_eq!(value(&browser, "advance.amount").await, "1230,00");
    fill(&browser, "number", "ZAL/2").await;
    fill(&browser, "buyer.taxId", "4444444444").await;
    fill(&browser, "buyer.name", "Właściwy nabywca").await;
    fill(&browser, "buyer.address.line1", "ul. Inna 2").await;
    issue(&browser, &gateway, "ZAL/2").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_flat_rate_farmer_sold_is_invoiced_and_corrected() {
    let (world, gateway) = office().await;
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // The farmer allows the buyer to issue.
    let grant = EntityAuthorizationPermissionsGrantRequest {
        subject_identifier: TypedIdentifier { kind: AuthorizedEntityType::Nip, value: COMPANY.to_owned() },
        permission: EntityAuthorizationPermissionType::RRInvoicing,
        description: "faktury VAT RR".to_owned(),
        subject_details: EntityDetails { full_name: "Firma z testu".to_owned() },
    };
    world.access_of(CONTRACTOR).grant_authorization(&grant).await.expect("granted");
    browser.open(&page("/issue")).await;
    choose_kind(&browser, "RR").await;
    write(&browser, "RR/1").await;
    clear_and_fill(&browser, "buyer.taxId", CONTRACTOR).await;
    clear_and_fill(&browser, "lines.0.name", "ziemniaki jadalne").await;
    clear_and_fill(&browser, "lines.0.quantity", "300").await;
    clear_and_fill(&browser, "lines.0.price", "2,50").await;
    browser.click(".lines details summary").await;
    fill(&browser, "lines.0.quality", "klasa I").await;
    fill(&browser, "payment.accounts.0.number", "49 1020 5555 0000 9876 5432 1012").await;
    browser.run("document.querySelector(\"[name='saleDate']\").value = '2026-11-30'; return 0").await;
    press(&browser, "check").await;
    // 750 and 7 % of it.
    browser.wait_for_text("802,50 zł").await;
    // Kept, so that it can be looked at in both languages and themes.
    press(&browser, "keep").await;
    browser.wait_for_text("Zapisano szkic.").await;
    let draft = browser.at().await;
    browser.is_well_made("issue-farmer", &draft, ["Rolnik ryczałtowy", "Flat-rate farmer"]).await;
    let sold = issue(&browser, &gateway, "RR/1").await;
    let parts = ["<RodzajFaktury>VAT_RR</RodzajFaktury>", "<P_6C>klasa I</P_6C>", "<P_4A>2026-11-30</P_4A>"];
    has(&gateway, &sold, &parts).await;
    // Twenty kilos less.
    correct_lines(&browser, &sold).await;
    assert_eq!(value(&browser, "lines.0.was.quantity").await, "300");
    fill(&browser, "number", "KRR/1").await;
    clear_and_fill(&browser, "lines.0.quantity", "280").await;
    browser.wait_for_text("−53,50 zł").await;
    browser.is_clean("the correction of a farmer's invoice").await;
    let corrected = issue(&browser, &gateway, "KRR/1").await;
    has(&gateway, &corrected, &["<RodzajFaktury>KOR_VAT_RR</RodzajFaktury>", "<StanPrzed>1</StanPrzed>"])
        .await;
    browser.close().await;
}
