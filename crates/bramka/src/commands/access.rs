//! `bramka user`, `bramka api-key`, `bramka audit`: who may do what, and what was done.
//!
//! They work on the database and not over REST: they must work before there is anybody who could log in and when nobody can
//! any more, and whoever may write to the database runs the gateway anyway. A running gateway asks the database at every
//! request, so all of it counts at once.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use gateway::{AccessDesk, AccessError, Database, KeyGiven};
use gateway_access::{AuditBreak, AuditChain, Reach, Role, Scope};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::cli::{self, ApiKeyCommand, AuditCommand, Lang, ListFormat, ScopeName, Switch, UserCommand};
use crate::failure::Failure;
use crate::{folders, secret_input, vault_access};

pub(crate) async fn user(arguments: cli::User, lang: Lang) -> Result<ExitCode, Failure> {
    let desk = desk_of(&arguments.database).await?;
    let outcome = change_user(&desk, arguments.command, lang).await;
    desk.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn change_user(desk: &AccessDesk, command: UserCommand, lang: Lang) -> Result<(), Failure> {
    match command {
        UserCommand::Add(add) => {
            let roles = add.roles.iter().map(|text| role_of(text)).collect::<Result<_, _>>()?;
            let password = new_password(add.password_file.as_deref(), lang)?;
            desk.add_user_here(&add.login, &add.name, &password, &roles).await?;
            println!("{}", lang.pick("dodano", "added"));
        }
        UserCommand::List(list) => {
            let users = desk.users().await?;
            let shown: Vec<Value> = users
                .iter()
                .map(|user| {
                    let roles: BTreeMap<&str, &str> =
                        user.roles.iter().map(|(reach, role)| (reach.as_str(), role.as_str())).collect();
                    json!({
                        "login": user.login, "name": user.name, "isActive": user.is_active,
                        "hasSecondFactor": user.has_second_factor, "roles": roles,
                        "createdAt": user.created_at, "lastLoginAt": user.last_login_at,
                    })
                })
                .collect();
            if list.format == ListFormat::Json {
                println!("{}", json!(shown));
                return Ok(());
            }
            for user in &users {
                let roles: Vec<String> =
                    user.roles.iter().map(|(reach, role)| format!("{reach}={role}")).collect();
                let locked = if user.is_active { "" } else { lang.pick("  [zablokowany]", "  [locked]") };
                let factor =
                    if user.has_second_factor { lang.pick("  [2 składniki]", "  [2 factors]") } else { "" };
                println!("{}  {}  {}{locked}{factor}", user.login, roles.join(" "), user.name);
            }
        }
        UserCommand::Set(set) => {
            let changes = set.changes;
            let mut roles: BTreeMap<Reach, Option<Role>> = BTreeMap::new();
            for text in &changes.roles {
                let (reach, role) = role_of(text)?;
                roles.insert(reach, Some(role));
            }
            for text in &changes.no_roles {
                roles.insert(reach_of(text)?, None);
            }
            if changes.new_password {
                let password = new_password(set.password_file.as_deref(), lang)?;
                desk.reset_password_here(&set.login, &password).await?;
            }
            if !roles.is_empty() {
                desk.set_roles_here(&set.login, &roles).await?;
            }
            if let Some(locked) = changes.locked {
                desk.set_active_here(&set.login, locked == Switch::Off).await?;
            }
            println!("{}", lang.pick("zmieniono", "changed"));
        }
        UserCommand::Remove(remove) => {
            desk.remove_user_here(&remove.login).await?;
            println!("{}", lang.pick("usunięto", "removed"));
        }
    }
    Ok(())
}

pub(crate) async fn api_key(arguments: cli::ApiKey, lang: Lang) -> Result<ExitCode, Failure> {
    let desk = desk_of(&arguments.database).await?;
    let outcome = change_key(&desk, arguments.command, lang).await;
    desk.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn change_key(desk: &AccessDesk, command: ApiKeyCommand, lang: Lang) -> Result<(), Failure> {
    match command {
        ApiKeyCommand::Create(create) => {
            let scopes: Vec<Scope> = create.scopes.iter().map(|scope| scope_of(*scope)).collect();
            let given = match (&create.unit, create.company) {
                (Some(_), _) if scopes != [Scope::Receive] => {
                    return Err(Failure::new(
                        "klucz jednostki ma tylko zakres receive: widzi jej zakupy i nic więcej",
                        "a unit's key has the scope receive alone: it sees the unit's purchases and nothing else",
                    ));
                }
                (Some(unit), Some(company)) => {
                    desk.create_unit_key_here(&create.name, &company, unit).await?
                }
                (_, company) => {
                    let reach = company.map_or(Reach::All, Reach::Company);
                    desk.create_key_here(&create.name, &reach, &scopes).await?
                }
            };
            print_key(&given, create.format, lang);
        }
        ApiKeyCommand::List(list) => {
            let keys = desk.keys().await?;
            if list.format == ListFormat::Json {
                println!("{}", json!(keys.iter().map(key_as_json).collect::<Vec<_>>()));
                return Ok(());
            }
            for key in &keys {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
                let used = match (&key.revoked_at, &key.used_at, lang) {
                    (Some(at), _, Lang::Pl) => format!("unieważniony {at}"),
                    (Some(at), _, Lang::En) => format!("revoked {at}"),
                    (None, Some(at), Lang::Pl) => format!("użyty {at}"),
                    (None, Some(at), Lang::En) => format!("used {at}"),
                    (None, None, Lang::Pl) => "nieużywany".to_owned(),
                    (None, None, Lang::En) => "never used".to_owned(),
                };
                println!(
                    "{}  {}  {}  {}…  {}  {used}",
                    key.id,
                    key.reach,
                    scopes.join(","),
                    key.hint,
                    key.name
                );
            }
        }
        ApiKeyCommand::Rotate(one) => print_key(&desk.rotate_key_here(&one.id).await?, one.format, lang),
        ApiKeyCommand::Revoke(one) => {
            desk.revoke_key_here(&one.id).await?;
            println!("{}", lang.pick("unieważniono", "revoked"));
        }
    }
    Ok(())
}

pub(crate) async fn audit(arguments: cli::Audit, lang: Lang) -> Result<ExitCode, Failure> {
    let desk = desk_of(&arguments.database).await?;
    let outcome = match arguments.command {
        AuditCommand::Export(export) => write_log(&desk, export.company.as_ref()).await,
        AuditCommand::Verify(verify) => verify_log(&desk, verify.expect.as_deref(), lang).await,
    };
    desk.close().await;
    outcome
}

async fn write_log(
    desk: &AccessDesk,
    company: Option<&ksef_id::ContextIdentifier>,
) -> Result<ExitCode, Failure> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = 0;
    loop {
        let page = desk.audit_page(company, after, AUDIT_PAGE).await?;
        for (line, hash) in &page {
            let entry = json!({
                "number": line.number, "at": line.at, "who": line.who, "origin": line.origin,
                "action": line.action, "company": line.company, "subject": line.subject,
                "result": line.result, "hash": hex(hash),
            });
            writeln!(output, "{entry}").map_err(|error| Failure::unwritable(Path::new("-"), &error))?;
            after = line.number;
        }
        if page.len() < AUDIT_PAGE as usize {
            output.flush().map_err(|error| Failure::unwritable(Path::new("-"), &error))?;
            return Ok(ExitCode::SUCCESS);
        }
    }
}

async fn verify_log(desk: &AccessDesk, expect: Option<&str>, lang: Lang) -> Result<ExitCode, Failure> {
    let chain = match desk.verify_audit().await? {
        Ok(chain) => chain,
        Err(broken) => {
            println!("{}", broken_words(broken, lang));
            return Ok(ExitCode::from(1));
        }
    };
    if let Some(expect) = expect
        && !is_as_expected(desk, &chain, expect).await?
    {
        println!(
            "{}",
            match lang {
                Lang::Pl =>
                    format!("wpis {expect} nie jest już taki sam: dziennik ucięto albo utworzono na nowo"),
                Lang::En =>
                    format!("the entry {expect} is not what it was: the log was cut off or made anew"),
            }
        );
        return Ok(ExitCode::from(1));
    }
    let (number, hash) = (chain.number(), hex(chain.hash()));
    println!(
        "{}",
        match lang {
            Lang::Pl => format!("dziennik jest nienaruszony: {number} wpisów; zachowaj {number}:{hash}"),
            Lang::En => format!("the log is whole: {number} entries; keep {number}:{hash}"),
        }
    );
    Ok(ExitCode::SUCCESS)
}

async fn is_as_expected(desk: &AccessDesk, chain: &AuditChain, expect: &str) -> Result<bool, Failure> {
    let shape = || {
        Failure::new("--expect: numer i skrót, jak 17:9f86…", "--expect: a number and a hash, as in 17:9f86…")
    };
    let (number, hash) = expect.split_once(':').ok_or_else(shape)?;
    let number: i64 = number.parse().ok().filter(|number| *number >= 0).ok_or_else(shape)?;
    if number == 0 {
        return Ok(hash.eq_ignore_ascii_case(&hex(&AuditChain::START)));
    }
    if number > chain.number() {
        return Ok(false);
    }
    let page = desk.audit_page(None, number - 1, 1).await?;
    Ok(page.first().is_some_and(|(_, found)| hex(found).eq_ignore_ascii_case(hash)))
}

pub(super) fn broken_words(broken: AuditBreak, lang: Lang) -> String {
    match (broken, lang) {
        (AuditBreak::Gap { expected, found }, Lang::Pl) => {
            format!("na miejscu wpisu {expected} stoi {found}: wpisy usunięto albo wstawiono")
        }
        (AuditBreak::Altered { number }, Lang::Pl) => {
            format!("wpis {number} nie zgadza się ze swoim skrótem: ktoś go zmienił")
        }
        (broken, Lang::En) => broken.to_string(),
    }
}

fn print_key(given: &KeyGiven, format: ListFormat, lang: Lang) {
    let key = given.key.expose_secret();
    if format == ListFormat::Json {
        println!("{}", json!({ "key": key, "apiKey": key_as_json(&given.record) }));
        return;
    }
    println!("{key}");
    let id = &given.record.id;
    eprintln!(
        "{}",
        match lang {
            Lang::Pl => format!("Klucz {id} widać tylko teraz: przekaż go programowi w nagłówku X-API-Key."),
            Lang::En =>
                format!("The key {id} is shown only now: give it to the program, for the header X-API-Key."),
        }
    );
}

fn key_as_json(key: &gateway::ApiKeyRecord) -> Value {
    json!({
        "id": key.id, "name": key.name, "company": key.reach.as_str(),
        "scopes": key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "unit": key.unit_identifier, "hint": key.hint, "createdAt": key.created_at, "createdBy": key.created_by,
        "rotatedAt": key.rotated_at, "revokedAt": key.revoked_at,
        "lastUsedAt": key.used_at, "lastUsedFrom": key.used_from,
    })
}

async fn desk_of(place: &cli::DatabasePlace) -> Result<AccessDesk, Failure> {
    let data = vault_access::data_folder(place.data.as_deref())?;
    let database = folders::database_of(&data, place.database.as_deref())?;
    if let Database::Sqlite(_) = &database {
        gateway::make_data_folder(&data).map_err(|error| Failure::unwritable(&data, &error))?;
    }
    AccessDesk::open(&database).await.map_err(|error| AccessError::from(error).into())
}

fn new_password(file: Option<&Path>, lang: Lang) -> Result<SecretString, Failure> {
    if let Some(file) = file {
        return secret_input::from_file(file);
    }
    if let Some(password) = secret_input::from_environment("BRAMKA_PASSWORD") {
        return Ok(password);
    }
    let missing = || {
        Failure::new(
            "podaj hasło: --password-file albo BRAMKA_PASSWORD",
            "give a password: --password-file or BRAMKA_PASSWORD",
        )
    };
    let first = secret_input::ask(lang.pick("Hasło: ", "Password: "))?.ok_or_else(missing)?;
    let second = secret_input::ask(lang.pick("Jeszcze raz: ", "Once more: "))?.ok_or_else(missing)?;
    if first.expose_secret() == second.expose_secret() {
        Ok(first)
    } else {
        Err(Failure::new("hasła się różnią", "the passwords differ"))
    }
}

fn role_of(text: &str) -> Result<(Reach, Role), Failure> {
    let wrong = || {
        Failure::new(
            format!("--role {text}: podaj FIRMA=ROLA, na przykład 5265877635=issuer albo '*=administrator'"),
            format!("--role {text}: give COMPANY=ROLE, for example 5265877635=issuer or '*=administrator'"),
        )
    };
    let (reach, role) = text.split_once('=').ok_or_else(wrong)?;
    Ok((reach_of(reach)?, role.parse().map_err(|()| wrong())?))
}

fn reach_of(text: &str) -> Result<Reach, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            format!("{text} to nie firma: podaj NIP, InternalId:…, NipVatUe:…, PeppolId:… albo *"),
            format!("{text} is no company: give a NIP, InternalId:…, NipVatUe:…, PeppolId:… or *"),
        )
    })
}

const fn scope_of(scope: ScopeName) -> Scope {
    match scope {
        ScopeName::Read => Scope::Read,
        ScopeName::Send => Scope::Send,
        ScopeName::Receive => Scope::Receive,
        ScopeName::Admin => Scope::Admin,
    }
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

const AUDIT_PAGE: u32 = 1000;
