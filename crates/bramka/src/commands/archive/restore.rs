//! `bramka restore`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gateway::{DataFolder, Database, StartError, database_file};
use gateway_archive::{Contents, RestoreTarget, VerifyReport};
use gateway_vault::FileKey;
use serde_json::json;

use super::super::progress::Progress;
use crate::cli::{self, Lang, ListFormat};
use crate::failure::Failure;

/// Reads the backup to its end first, fills a folder beside, examines what is there then, and only in the end puts it in place.
pub(crate) async fn run(arguments: cli::Restore, lang: Lang) -> Result<ExitCode, Failure> {
    let file = arguments.file.as_path();
    let key = super::key_of(&arguments.key, false, lang)?;
    let contents = {
        let progress = Progress::of(lang.pick("sprawdzanie kopii", "reading the backup"));
        gateway_archive::examine(open(file)?, &key, 0, &mut |done, of| progress.at(done, of))?
    };
    if arguments.check {
        match arguments.format {
            ListFormat::Json => println!("{}", super::contents_as_json(&contents)),
            ListFormat::Text => {
                println!("{}", lang.pick("kopia jest cała", "the backup is whole"));
                super::print_contents(&contents, lang);
            }
        }
        return Ok(ExitCode::from(u8::from(contents.broken_count > 0)));
    }
    let (data, database) = super::place_of(&arguments.place)?;
    let objects = super::objects_of(arguments.objects.as_deref())?;
    let place = Place::hold(&data, database)?;
    let report = fill(file, &key, &place, objects.as_ref(), contents.row_count(), lang).await?;
    place.put_in_place()?;
    tell(&arguments, &contents, &report, lang);
    Ok(ExitCode::from(u8::from(!report.is_whole())))
}

async fn fill(
    file: &Path,
    key: &FileKey,
    place: &Place,
    objects: Option<&gateway_archive::Objects>,
    rows: u64,
    lang: Lang,
) -> Result<VerifyReport, Failure> {
    let database = place.database_meanwhile();
    let target = RestoreTarget { database: &database, folder: &place.meanwhile, objects };
    {
        let progress = Progress::of(lang.pick("odtwarzanie", "restoring"));
        let on_progress = &mut |done, of| progress.at(done, of);
        gateway_archive::restore(open(file)?, key, target, rows, on_progress).await?;
    }
    let progress = Progress::of(lang.pick("sprawdzanie", "verifying"));
    Ok(gateway_archive::verify(&database, objects, super::today(), &mut |done, of| progress.at(done, of))
        .await?)
}

fn open(file: &Path) -> Result<BufReader<File>, Failure> {
    File::open(file).map(BufReader::new).map_err(|error| Failure::unreadable(file, &error))
}

/// The data folder, held against a gateway, with nothing in it; and a folder in it that is filled meanwhile.
struct Place {
    data: PathBuf,
    database: Database,
    meanwhile: PathBuf,
    _held: DataFolder,
}

impl Place {
    fn hold(data: &Path, database: Database) -> Result<Self, Failure> {
        let held = DataFolder::hold(data).map_err(StartError::from)?;
        let mut wanted = vec![data.join(VAULT)];
        if let Database::Sqlite(path) = &database {
            wanted.push(path.clone());
        }
        for path in wanted {
            if path.exists() {
                let path = path.display();
                return Err(Failure::new(
                    format!(
                        "{path} już istnieje: kopię odtwarza się w pustym miejscu (inny --data), a nie na istniejących danych"
                    ),
                    format!(
                        "{path} is there already: a backup is restored into an empty place (another --data), not over data"
                    ),
                ));
            }
        }
        let meanwhile = data.join("restoring");
        // What an earlier try left there never counted.
        match std::fs::remove_dir_all(&meanwhile) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::unwritable(&meanwhile, &error));
            }
            _ => {}
        }
        gateway::make_data_folder(&meanwhile).map_err(|error| Failure::unwritable(&meanwhile, &error))?;
        Ok(Self { data: data.to_owned(), database, meanwhile, _held: held })
    }

    /// PostgreSQL is filled in one transaction; a file under another name.
    fn database_meanwhile(&self) -> Database {
        match &self.database {
            Database::Sqlite(_) => Database::Sqlite(database_file(&self.meanwhile)),
            postgres @ Database::Postgres(_) => postgres.clone(),
        }
    }

    /// Files first, the database last: as long as it is not there, nothing was restored.
    fn put_in_place(&self) -> Result<(), Failure> {
        let made = |name: &str| (self.meanwhile.join(name), self.data.join(name));
        let mut moves: Vec<(PathBuf, PathBuf)> = [VAULT, "bramka.toml", "master.key"].map(made).into();
        // A configuration or key that somebody has put there already is the one that is wanted.
        moves.retain(|(from, to)| from.exists() && !to.exists());
        if let Database::Sqlite(path) = &self.database {
            let from = database_file(&self.meanwhile);
            // Closed in order, nothing is left in the log beside it.
            moves.push((from, path.clone()));
        }
        for (from, to) in &moves {
            std::fs::rename(from, to).map_err(|error| Failure::unwritable(to, &error))?;
        }
        File::open(&self.data)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Failure::unwritable(&self.data, &error))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Restored or not: what is left in there is of no use.
        let _ = std::fs::remove_dir_all(&self.meanwhile);
    }
}

fn tell(arguments: &cli::Restore, contents: &Contents, report: &VerifyReport, lang: Lang) {
    if arguments.format == ListFormat::Json {
        let told = json!({
            "backup": super::contents_as_json(contents),
            "restored": super::verify::report_as_json(report),
        });
        println!("{told}");
        return;
    }
    println!(
        "{}",
        match lang {
            Lang::Pl => format!("odtworzono stan z {}", contents.made_at),
            Lang::En => format!("restored as of {}", contents.made_at),
        }
    );
    super::verify::print_report(report, lang);
    println!(
        "{}",
        lang.pick(
            "Co było w drodze do KSeF, rozstrzygnie się po starcie bramki: zapyta ona KSeF, zanim cokolwiek wyśle ponownie.\n\
             Sprawdź: klucze API i użytkownicy odebrani po tej chwili znów są ważni; serie numerów są wstrzymane, dopóki ktoś nie wskaże, odkąd idą dalej (bramka series list, bramka series resume); ludzie logują się na nowo.",
            "What was on its way to KSeF is settled when the gateway starts: it asks KSeF before it sends anything again.\n\
             Look at: API keys and users that were revoked after that moment are valid again; number series are held until somebody says where they go on (bramka series list, bramka series resume); people log in anew."
        )
    );
    if contents.has_vault() && !contents.has_master_key() {
        println!(
            "{}",
            lang.pick(
                "Sejf wymaga swojego klucza głównego: połóż go tam, gdzie był (master.key w folderze danych, BRAMKA_MASTER_KEY_FILE …).",
                "The vault needs its master key: put it where it was (master.key in the data folder, BRAMKA_MASTER_KEY_FILE …)."
            )
        );
    }
}

const VAULT: &str = "vault";
