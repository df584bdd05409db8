//! What an office has saved of KSeF 1.0: taken in from folders and ZIP files, each once, and kept like everything else.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use ksef_sim::Limits;
use serde_json::Value;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, call_bramka, files_below, program};

fn path(rest: &str) -> String {
    format!("/api/v1/companies/{COMPANY}/{rest}")
}

fn number(seller: &str, last: u8) -> String {
    format!("{seller}-20230721-80B510-9675F7-{last:02X}")
}

/// An invoice as KSeF 1.0 took it, in the form of 2021 or of 2023.
fn faktura(seller: &str, buyer: &str, invoice: &str, is_fa1: bool) -> String {
    let (code, namespace, name) = match is_fa1 {
        true => ("FA (1)", "http://crd.gov.pl/wzor/2021/11/29/11089/", "PelnaNazwa"),
        false => ("FA (2)", "http://crd.gov.pl/wzor/2023/06/29/12648/", "Nazwa"),
    };
    let party = |place: &str, nip: &str| {
        format!(
            "<{place}><DaneIdentyfikacyjne><NIP>{nip}</NIP><{name}>Firma {nip}</{name}></DaneIdentyfikacyjne></{place}>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Faktura xmlns=\"{namespace}\"><Naglowek>\
         <KodFormularza kodSystemowy=\"{code}\" wersjaSchemy=\"1-0E\">FA</KodFormularza></Naglowek>{}{}<Fa>\
         <KodWaluty>PLN</KodWaluty><P_1>2023-07-20</P_1><P_2>{invoice}</P_2><P_15>123.00</P_15>\
         <RodzajFaktury>VAT</RodzajFaktury></Fa></Faktura>\n",
        party("Podmiot1", seller),
        party("Podmiot2", buyer),
    )
}

fn upo(entries: &[(&str, &str)]) -> String {
    let entries: String = entries
        .iter()
        .map(|(number, xml)| {
            let hash = Sha256Hash::from_bytes(&sha256(xml.as_bytes()));
            format!(
                "<Dokument><NumerKSeFDokumentu>{number}</NumerKSeFDokumentu><SkrotDokumentu>{hash}</SkrotDokumentu></Dokument>"
            )
        })
        .collect();
    format!("<Potwierdzenie xmlns=\"http://upo.schematy.mf.gov.pl/KSeF/v3\">{entries}</Potwierdzenie>")
}

fn import(gateway: &ServedGateway, words: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = Command::new(program())
        .args(["import", "--company", COMPANY, "--format", "json", "--url", &gateway.url])
        .args(words)
        .env("BRAMKA_LANG", "en")
        .env_remove("BRAMKA_API_KEY")
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let told = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (output.status.code(), told)
}

/// The outcome of the file whose name ends so.
fn outcome<'a>(told: &'a [Value], end: &str) -> (&'a str, &'a str) {
    let found = told.iter().find(|one| one["file"].as_str().is_some_and(|name| name.ends_with(end)));
    let found = found.unwrap_or_else(|| panic!("nothing of {end}: {told:#?}"));
    (found["outcome"].as_str().expect("a word"), found["why"].as_str().unwrap_or_default())
}

fn bramka(world: &World, words: &[&str]) -> String {
    let data = world.data().to_string_lossy().into_owned();
    let (code, said) = call_bramka(&[words, &["--data", &data]].concat(), &[("BRAMKA_PASSPHRASE", "x")]);
    assert_eq!(code, Some(0), "{words:?}: {said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_documents_are_taken_in_once_and_kept() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let folder = world.folder.path().join("ksef1");
    let write = |name: &str, content: &str| {
        let to = folder.join(name);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        std::fs::write(to, content).expect("written");
    };
    let (bought, sold, by_hash) = (number(CONTRACTOR, 1), number(COMPANY, 2), number(CONTRACTOR, 3));
    let bought_xml = faktura(CONTRACTOR, COMPANY, "Z/1", true);
    let sold_xml = faktura(COMPANY, CONTRACTOR, "S/2", false);
    let by_hash_xml = faktura(CONTRACTOR, COMPANY, "Z/3", true);
    let confirmation = upo(&[(&bought, &bought_xml), (&by_hash, &by_hash_xml)]);
    write(&format!("2023/{bought}.xml"), &bought_xml);
    write("2023/sprzedaz.xml", &sold_xml);
    write("bez numeru.xml", &by_hash_xml);
    write("zz/upo.xml", &confirmation);
    // What cannot be taken.
    write("smieci.xml", "<html>nie ma</html>");
    write("urwane.xml", "<Faktura><Fa>");
    write("nikt nie wie.xml", &faktura(CONTRACTOR, COMPANY, "Z/4", true));
    write(&format!("{}.xml", number(CONTRACTOR, 5)), &faktura(CONTRACTOR, "1111111111", "Z/5", true));
    write(&format!("{}.xml", number("1111111111", 6)), &faktura(CONTRACTOR, COMPANY, "Z/6", true));
    let index = world.folder.path().join("numery.csv");
    std::fs::write(&index, format!("plik;numer\nsprzedaz.xml;{sold}\n")).expect("written");

    let words = [text(&folder), "--index", text(&index)];
    let (code, told) = import(&gateway, &words);
    assert_eq!((code, told.len()), (Some(1), 9), "{told:#?}");
    for (end, expected) in [
        (format!("{bought}.xml"), "taken"),
        ("sprzedaz.xml".to_owned(), "taken"),
        ("bez numeru.xml".to_owned(), "taken"),
        ("upo.xml".to_owned(), "taken"),
        ("smieci.xml".to_owned(), "refused"),
        ("urwane.xml".to_owned(), "refused"),
        ("nikt nie wie.xml".to_owned(), "refused"),
    ] {
        assert_eq!(outcome(&told, &end).0, expected, "{end}: {told:#?}");
    }
    assert!(outcome(&told, "nikt nie wie.xml").1.contains("number is not known"), "{told:#?}");
    for last in [number(CONTRACTOR, 5), number("1111111111", 6)] {
        let (state, why) = outcome(&told, &format!("{last}.xml"));
        assert!(state == "refused" && why.contains("not this company's"), "{told:#?}");
    }
    // Once more, and out of a ZIP file: nothing is there twice.
    let archive = world.folder.path().join("ksef1.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&archive).expect("made"));
    for (name, content) in [(format!("a/{bought}.xml"), &bought_xml), ("upo.xml".to_owned(), &confirmation)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.finish().expect("ended");
    let (code, told) = import(&gateway, &[text(&archive)]);
    assert_eq!(code, Some(0), "{told:#?}");
    assert!(told.len() == 2 && told.iter().all(|one| one["outcome"] == "known"), "{told:#?}");
    let (code, told) = import(&gateway, &words);
    assert_eq!((code, told.iter().filter(|one| one["outcome"] == "known").count()), (Some(1), 4));

    // They are found like others.
    let list = gateway.json(&path("purchases")).await;
    let mut numbers: Vec<_> =
        list["items"].as_array().expect("a list").iter().map(|one| one["ksefNumber"].clone()).collect();
    numbers.sort_by_key(ToString::to_string);
    assert_eq!(numbers, [bought.as_str(), by_hash.as_str()]);
    let found = gateway.json(&path(&format!("purchases?search={bought}"))).await;
    let one = &found["items"][0];
    assert_eq!(
        (&one["origin"], &one["form"], &one["state"]),
        (&"ksef1".into(), &"FA(1)".into(), &"booked".into())
    );
    assert_eq!((&one["invoiceNumber"], &one["grossAmount"]), (&"Z/1".into(), &"123.00".into()));
    assert_eq!(
        (&one["receivedOn"], &one["sellerName"]),
        (&"2023-07-21".into(), &format!("Firma {CONTRACTOR}").into())
    );
    let sales = gateway.json(&path("purchases?role=seller")).await;
    assert_eq!(
        (&sales["items"][0]["ksefNumber"], &sales["items"][0]["form"]),
        (&sold.as_str().into(), &"FA(2)".into())
    );
    assert_eq!(
        gateway.get(&path(&format!("purchases/{bought}/xml"))).await,
        (200, bought_xml.clone().into_bytes())
    );
    let confirmed = gateway.get(&path(&format!("purchases/{by_hash}/upo"))).await;
    assert_eq!(confirmed, (200, confirmation.clone().into_bytes()));
    assert_eq!(gateway.get(&path(&format!("purchases/{sold}/upo"))).await.0, 404);
    // Other bytes never take the place of what is here.
    let client = reqwest::Client::new();
    let put = async |number: &str, xml: String| {
        let request = client.put(format!("{}{}", gateway.url, path(&format!("ksef1/invoices/{number}"))));
        let response = request.body(xml).send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.expect("JSON")["code"].clone())
    };
    let other = faktura(CONTRACTOR, COMPANY, "Z/1a", true);
    assert_eq!(put(&bought, other).await, (409, "ksef1.otherContent".into()));
    assert_eq!(put(&bought, bought_xml.clone()).await.0, 200);
    let of_ksef_2 = "3333333333-20261101-0A1B2C3D4E5F-6A";
    assert_eq!(put(of_ksef_2, bought_xml.clone()).await, (422, "ksef1.number".into()));

    // Export, verification and backup have them.
    let exported = world.folder.path().join("export");
    bramka(&world, &["export", "--from", "2023-01-01", "--to", "2023-12-31", text(&exported)]);
    let files = files_below(&exported);
    for (kind, number, xml) in [
        ("purchases", &bought, &bought_xml),
        ("sales", &sold, &sold_xml),
        ("purchases", &by_hash, &by_hash_xml),
    ] {
        let file = exported.join(COMPANY).join(kind).join("2023-07").join(format!("{number}.xml"));
        assert_eq!(std::fs::read_to_string(&file).expect("there"), **xml);
    }
    let upos: Vec<_> = files.iter().filter(|file| text(file).contains("session-upo/ksef1-")).collect();
    assert_eq!(upos.len(), 1, "{files:#?}");
    assert_eq!(std::fs::read_to_string(upos[0]).expect("there"), confirmation);
    bramka(&world, &["archive", "verify"]);
    let key = world.folder.path().join("backup.secret");
    std::fs::write(&key, "correct horse battery staple").expect("written");
    let backup = world.folder.path().join("all.backup");
    bramka(&world, &["backup", text(&backup), "--passphrase-file", text(&key)]);
}
