//! Every setting of `bramka serve`: its names in file, environment and flags, what it is without being set, and what it does.
//!
//! `docs/configuration.md` is made of this table (`BRAMKA_UPDATE=1 cargo test --workspace --bin bramka settings_table`). Tests hold
//! the table against the flags, against what the reader of the file knows, and against the document. The page of settings is made
//! of it, too.

/// A setting.
pub(crate) struct Setting {
    /// In `bramka.toml`; those of a table behind a point.
    pub(crate) file: Option<&'static str>,
    /// In the environment.
    pub(crate) environment: Option<&'static str>,
    /// On the command line.
    pub(crate) flag: Option<&'static str>,
    /// What holds when nothing is said.
    pub(crate) default: &'static str,
    pub(crate) pl: &'static str,
    pub(crate) en: &'static str,
}

/// One that may be said everywhere.
const fn everywhere(
    names: [&'static str; 3],
    default: &'static str,
    pl: &'static str,
    en: &'static str,
) -> Setting {
    let [file, environment, flag] = names;
    Setting { file: Some(file), environment: Some(environment), flag: Some(flag), default, pl, en }
}

/// One that stands in the file alone, since it is about one company of many.
const fn in_file(file: &'static str, default: &'static str, pl: &'static str, en: &'static str) -> Setting {
    Setting { file: Some(file), environment: None, flag: None, default, pl, en }
}

pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        file: None,
        environment: Some("BRAMKA_CONFIG"),
        flag: Some("--config"),
        default: "`bramka.toml` in the data folder, if it is there",
        pl: "plik z ustawieniami",
        en: "the file with the settings",
    },
    everywhere(
        ["data", "BRAMKA_DATA", "--data"],
        "`$XDG_DATA_HOME/bramka`, else `~/.local/share/bramka`",
        "folder danych: baza, sejf, kolejki; należy do jednego procesu",
        "the data folder: database, vault, queues; it belongs to one process",
    ),
    everywhere(
        ["listen", "BRAMKA_LISTEN", "--listen"],
        "`127.0.0.1:8080`",
        "adres i port, pod którym bramka słucha; poza tą maszyną dopiero z użytkownikami albo kluczem",
        "address and port to listen on; beyond this machine only with users or a key",
    ),
    everywhere(
        ["database", "BRAMKA_DATABASE", "--database"],
        "`gateway.db` in the data folder",
        "baza: `postgres://użytkownik:hasło@host/nazwa` albo plik SQLite",
        "the database: `postgres://user:password@host/name`, or a file of SQLite",
    ),
    Setting {
        file: None,
        environment: Some("BRAMKA_MIGRATE"),
        flag: Some("--migrate"),
        default: "no",
        pl: "pozwala zmienić tabele bazy PostgreSQL utworzonej przez starszą wersję (plik SQLite jest najpierw kopiowany)",
        en: "may change the tables of a PostgreSQL database that an earlier version made (a file of SQLite is copied first)",
    },
    everywhere(
        ["objects", "BRAMKA_OBJECTS", "--objects"],
        "documents rest in the database",
        "magazyn dokumentów: `s3://bucket/prefix?endpoint=https://…&region=…`; klucz z `AWS_ACCESS_KEY_ID` i `AWS_SECRET_ACCESS_KEY` albo `credentials_file=`",
        "object storage for documents: `s3://bucket/prefix?endpoint=https://…&region=…`; its key from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `credentials_file=`",
    ),
    everywhere(
        ["public_url", "BRAMKA_PUBLIC_URL", "--public-url"],
        "none",
        "adres, pod którym inni widzą bramkę (`https://bramka.example`): obok kluczy API, w wiadomościach",
        "the address that others reach the gateway under (`https://bramka.example`): beside API keys, in messages",
    ),
    everywhere(
        ["api_key_file", "BRAMKA_API_KEY_FILE", "--api-key-file"],
        "none",
        "plik z kluczem operatora, który wolno wszystko",
        "file with the operator's key, which may do everything",
    ),
    Setting {
        file: None,
        environment: Some("BRAMKA_API_KEY"),
        flag: None,
        default: "none",
        pl: "sam klucz operatora, gdy nie ma pliku",
        en: "the operator's key itself, where there is no file",
    },
    everywhere(
        ["tls.certificate", "BRAMKA_TLS_CERTIFICATE", "--tls-certificate"],
        "no TLS: a proxy in front speaks it",
        "certyfikat TLS z łańcuchem, PEM; nowy plik działa po dwóch sekundach bez restartu",
        "certificate for TLS with its chain, PEM; a new file serves after two seconds without a restart",
    ),
    everywhere(
        ["tls.key", "BRAMKA_TLS_KEY", "--tls-key"],
        "none",
        "jego klucz, PEM, niezaszyfrowany",
        "its key, PEM, not encrypted",
    ),
    everywhere(
        ["webhooks.allow", "BRAMKA_WEBHOOK_ALLOW", "--webhook-allow"],
        "none: public addresses only",
        "sieci prywatne, do których wolno wysyłać zdarzenia, po przecinku: `10.0.0.0/8`",
        "private networks that events may be sent into, separated by commas: `10.0.0.0/8`",
    ),
    everywhere(
        ["certificates.renew_days", "BRAMKA_RENEW_DAYS", "--renew-days"],
        "30 days",
        "na ile dni przed końcem odnawiać certyfikaty z sejfu, 0–365; 0 wyłącza",
        "how many days before their end certificates of the vault are renewed, 0 to 365; 0 for never",
    ),
    in_file(
        "mail.host",
        "none: nobody is written to",
        "serwer poczty, przez który bramka wysyła listy",
        "the mail server that letters go through",
    ),
    in_file("mail.port", "587, for `tls` 465", "port serwera poczty", "the mail server's port"),
    in_file(
        "mail.security",
        "`starttls`",
        "szyfrowanie: `starttls`, `tls`, `none` (tylko na tej maszynie)",
        "encryption: `starttls`, `tls`, `none` (on this machine only)",
    ),
    in_file("mail.user", "none", "użytkownik na serwerze poczty", "user at the mail server"),
    in_file(
        "mail.password_file",
        "`BRAMKA_SMTP_PASSWORD`",
        "plik z hasłem do serwera poczty",
        "file with the password for the mail server",
    ),
    Setting {
        file: None,
        environment: Some("BRAMKA_SMTP_PASSWORD"),
        flag: None,
        default: "none",
        pl: "samo hasło do serwera poczty, gdy nie ma pliku",
        en: "the password for the mail server itself, where there is no file",
    },
    in_file(
        "mail.from",
        "–",
        "kto pisze: `bramka <bramka@example.pl>`",
        "who writes: `bramka <bramka@example.pl>`",
    ),
    in_file("mail.reply_to", "that of `from`", "dokąd idą odpowiedzi", "where answers go"),
    in_file(
        "support",
        "`mail.support`",
        "kogo pytać o pomoc: adres, telefon; na stronach i na końcu listów",
        "whom to ask for help: an address, a telephone number; on pages and at the end of letters",
    ),
    in_file("mail.support", "none", "to samo, obok serwera poczty", "the same, beside the mail server"),
    Setting {
        file: None,
        environment: Some("BRAMKA_LANG"),
        flag: Some("--lang"),
        default: "the locale, else English",
        pl: "język komunikatów: `pl`, `en`",
        en: "language of messages: `pl`, `en`",
    },
    Setting {
        file: None,
        environment: Some("BRAMKA_LOG"),
        flag: None,
        default: "`warn`",
        pl: "co trafia do dziennika: `warn`, `info`, `debug`, `gateway=debug` …",
        en: "what goes to the log: `warn`, `info`, `debug`, `gateway=debug` …",
    },
    Setting {
        file: None,
        environment: Some("BRAMKA_MASTER_KEY_FILE"),
        flag: None,
        default: "`master.key` in the data folder, made when it is first needed",
        pl: "klucz główny sejfu: plik z 32 bajtami",
        en: "the vault's master key: a file with 32 bytes",
    },
    Setting {
        file: None,
        environment: Some("BRAMKA_MASTER_KEY"),
        flag: None,
        default: "none",
        pl: "to samo jako tekst (Base64 albo szesnastkowo)",
        en: "the same as text (Base64 or hexadecimal)",
    },
    Setting {
        file: None,
        environment: Some("BRAMKA_MASTER_PASSPHRASE"),
        flag: None,
        default: "none",
        pl: "hasło, z którego powstaje klucz główny; systemd może podać klucz jako poświadczenie `bramka-master-key`",
        en: "a passphrase that the master key is made of; systemd may hand the key over as the credential `bramka-master-key`",
    },
    in_file(
        "print.logo",
        "none",
        "znak na wydrukach wszystkich firm, PNG albo JPEG",
        "mark on the prints of all companies, PNG or JPEG",
    ),
    in_file("print.accent", "none", "kolor wydruków, `RRGGBB`", "colour of the prints, `RRGGBB`"),
    in_file(
        "company.context",
        "–",
        "czyj to wpis: NIP, `InternalId:…`, `NipVatUe:…`, `PeppolId:…`",
        "whose entry it is: NIP, `InternalId:…`, `NipVatUe:…`, `PeppolId:…`",
    ),
    in_file(
        "company.environment",
        "–",
        "`test`, `demo`, `prd` albo `simulator`",
        "`test`, `demo`, `prd` or `simulator`",
    ),
    in_file(
        "company.ksef_url",
        "–",
        "adres API symulatora; tylko dla niego",
        "address of the simulator's API; for one only",
    ),
    in_file(
        "company.control_url",
        "none",
        "port sterujący symulatora: firma żyje według jego zegara",
        "the simulator's control port: the company lives by its clock",
    ),
    in_file(
        "company.certificate",
        "–",
        "certyfikat do logowania: PEM, DER albo `.p12` z kluczem",
        "certificate to log in with: PEM, DER, or a `.p12` with its key",
    ),
    in_file("company.key", "–", "jego klucz", "its key"),
    in_file("company.key_password_file", "none", "plik z hasłem klucza", "file with the key's password"),
    in_file(
        "company.token_file",
        "–",
        "plik z tokenem KSeF, zamiast certyfikatu i klucza",
        "file with a token of KSeF, instead of certificate and key",
    ),
    in_file(
        "company.upo_certificates",
        "KSeF's known ones",
        "lista certyfikatów, które mogą podpisywać UPO",
        "list of certificates that may sign UPOs",
    ),
    in_file(
        "company.offline_certificate",
        "none",
        "certyfikat typu Offline do drugiego kodu",
        "certificate of type Offline, for the second code",
    ),
    in_file("company.offline_key", "none", "jego klucz", "its key"),
    in_file(
        "company.offline_key_password_file",
        "none",
        "plik z hasłem tego klucza",
        "file with that key's password",
    ),
    in_file(
        "company.folder",
        "none",
        "obserwowany folder: co trafi do `in`, zostanie wysłane",
        "the watched folder: what is put into `in` is sent",
    ),
    in_file(
        "company.columns",
        "known headings",
        "co znaczą kolumny tabel, i sprzedawca",
        "what the columns of tables mean, and their seller",
    ),
    in_file(
        "company.logo",
        "that of `print`",
        "znak na wydrukach tej firmy",
        "mark on this company's prints",
    ),
    in_file(
        "company.name",
        "none",
        "nazwa tej firmy na stronach, dopóki ktoś nie zmieni jej tam",
        "what this company is called on the pages, until somebody changes it there",
    ),
    in_file(
        "company.accent",
        "that of `print`",
        "kolor wydruków tej firmy",
        "colour of this company's prints",
    ),
    in_file(
        "folder.context",
        "–",
        "firma z sejfu, której folder jest obserwowany",
        "company of the vault whose folder is watched",
    ),
    in_file("folder.path", "–", "ten folder", "that folder"),
    in_file(
        "folder.columns",
        "known headings",
        "co znaczą kolumny jego tabel",
        "what the columns of its tables mean",
    ),
];

#[cfg(test)]
fn document() -> String {
    use std::fmt::Write as _;

    let mut text = String::from(
        "# Configuration\n\n\
         `bramka serve` alone needs none. What is set otherwise is said by a flag, by a variable of the environment, or in\n\
         `bramka.toml`; the flag wins over the variable, the variable over the file. Paths in the file are relative to it, and\n\
         secrets stand in files of their own. A name in the file that is no setting's is refused with its line and the nearest name.\n\n\
         This page is made of the table in `crates/bramka/src/settings_table.rs`; a test compares both.\n\n",
    );
    for (title, heads, words) in [
        (
            "English",
            ["In `bramka.toml`", "Variable", "Flag", "Unless set", "What it is"],
            (|one| one.en) as fn(&Setting) -> &'static str,
        ),
        ("Po polsku", ["W `bramka.toml`", "Zmienna", "Flaga", "Domyślnie", "Co to jest"], |one| one.pl),
    ] {
        let _ = writeln!(text, "## {title}\n\n| {} |\n| --- | --- | --- | --- | --- |", heads.join(" | "));
        for one in SETTINGS {
            let code = |name: Option<&str>| name.map_or_else(|| "–".to_owned(), |name| format!("`{name}`"));
            let default = match title {
                "English" => one.default.to_owned(),
                _ => in_polish(one.default).to_owned(),
            };
            let (file, variable, flag) = (code(one.file), code(one.environment), code(one.flag));
            let _ = writeln!(text, "| {file} | {variable} | {flag} | {default} | {} |", words(one));
        }
        text.push('\n');
    }
    text.push_str(
        "## An example\n\n\
         ```toml\n\
         listen = \"0.0.0.0:8443\"\n\
         public_url = \"https://bramka.example:8443\"\n\
         database = \"postgres://bramka@db.example/bramka\"\n\n\
         [tls]\n\
         certificate = \"bramka.crt\"\n\
         key = \"bramka.key\"\n\n\
         [certificates]\n\
         renew_days = 14\n\
         ```\n",
    );
    text
}

/// What holds unless something is said, in Polish.
pub(crate) fn in_polish(default: &str) -> &str {
    match default {
        "none" => "brak",
        "none: public addresses only" => "brak: tylko adresy publiczne",
        "no" => "nie",
        "30 days" => "30 dni",
        "`bramka.toml` in the data folder, if it is there" => {
            "`bramka.toml` w folderze danych, jeśli tam jest"
        }
        "`$XDG_DATA_HOME/bramka`, else `~/.local/share/bramka`" => {
            "`$XDG_DATA_HOME/bramka`, a bez niej `~/.local/share/bramka`"
        }
        "`gateway.db` in the data folder" => "`gateway.db` w folderze danych",
        "documents rest in the database" => "dokumenty są w bazie",
        "no TLS: a proxy in front speaks it" => "bez TLS: zapewnia je serwer pośredniczący",
        "the locale, else English" => "ustawienia systemu, a bez nich angielski",
        "`master.key` in the data folder, made when it is first needed" => {
            "`master.key` w folderze danych, tworzony, gdy jest potrzebny"
        }
        "KSeF's known ones" => "znane certyfikaty KSeF",
        "known headings" => "znane nagłówki",
        "that of `print`" => "jak w `print`",
        "that of `from`" => "jak w `from`",
        "none: nobody is written to" => "brak: nikt nie dostaje listów",
        "587, for `tls` 465" => "587, dla `tls` 465",
        other => other,
    }
}

#[test]
fn the_document_is_made_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let wanted = document();
    if std::env::var_os("BRAMKA_UPDATE").is_some() {
        std::fs::write(path, &wanted).expect("written");
    }
    assert!(
        std::fs::read_to_string(path).expect("docs/configuration.md") == wanted,
        "make it anew: BRAMKA_UPDATE=1 cargo test --workspace --bin bramka settings_table"
    );
    // Each default has its words in both languages, unless it is a value.
    for one in SETTINGS {
        let is_value = one.default.starts_with('`') && !one.default.contains(' ') || one.default == "–";
        assert!(is_value || in_polish(one.default) != one.default, "{} in Polish", one.default);
    }
}

#[test]
fn the_table_has_every_setting_of_the_file() {
    let mut known = gateway::Settings::names();
    let mut told: Vec<String> = SETTINGS.iter().filter_map(|one| one.file).map(str::to_owned).collect();
    known.sort();
    told.sort();
    assert_eq!(told, known);
}

#[test]
fn the_table_has_every_flag_and_its_variable() {
    use clap::CommandFactory as _;
    let command = crate::cli::Cli::command();
    let serve = command.find_subcommand("serve").expect("there").clone();
    let mut known: Vec<(String, Option<String>)> = serve
        .get_arguments()
        .filter_map(|argument| {
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            Some((format!("--{}", argument.get_long()?), variable))
        })
        .collect();
    // Read by hand, since it holds for every command.
    known
        .iter_mut()
        .filter(|(flag, _)| flag == "--lang")
        .for_each(|one| one.1 = Some("BRAMKA_LANG".to_owned()));
    let mut told: Vec<(String, Option<String>)> = SETTINGS
        .iter()
        .filter_map(|one| Some((one.flag?.to_owned(), one.environment.map(str::to_owned))))
        .collect();
    known.sort();
    told.sort();
    assert_eq!(told, known);
}
