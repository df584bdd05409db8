//! `bramka explain`: what stands behind a code.

use std::process::ExitCode;

use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Explain, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let ours =
        ksef_crypto::diagnosis::explain(&arguments.code).or_else(|| connection::explain(&arguments.code));
    if let Some(explanation) = ours {
        println!("{}  {}", explanation.code, lang.pick(&explanation.message.pl, &explanation.message.en));
        println!("\n{}", lang.pick(&explanation.remedy.pl, &explanation.remedy.en));
        println!("\n{}: {}", lang.pick("Źródło", "Source"), explanation.source);
        return Ok(ExitCode::SUCCESS);
    }
    let meanings = ksef_client::meaning::explain(&arguments.code);
    if !meanings.is_empty() {
        for (index, meaning) in meanings.iter().enumerate() {
            if index > 0 {
                println!();
            }
            print_meaning(meaning, lang);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(explanation) = ksef_invoice::explain(&arguments.code) else {
        let code = &arguments.code;
        return Err(Failure::new(
            format!(
                "nie ma kodu {code}; kody podają bramka validate, bramka credential inspect, bramka doctor i KSeF"
            ),
            format!(
                "there is no code {code}; bramka validate, bramka credential inspect, bramka doctor and KSeF show the codes"
            ),
        ));
    };
    println!("{}  {}", explanation.code, lang.pick(&explanation.title.pl, &explanation.title.en));
    println!("\n{}", lang.pick(&explanation.why.pl, &explanation.why.en));
    println!("\n{}: {}", lang.pick("Źródło", "Source"), explanation.source);
    let refused: Vec<&str> = explanation.refused_by.names().collect();
    if !refused.is_empty() {
        println!("{}: {}", lang.pick("KSeF odrzuca w", "KSeF refuses in"), refused.join(", "));
    }
    println!("\n{}:\n  {}", lang.pick("Źle", "Wrong"), explanation.wrong.replace('\n', "\n  "));
    println!("{}:\n  {}", lang.pick("Dobrze", "Right"), explanation.right.replace('\n', "\n  "));
    Ok(ExitCode::SUCCESS)
}

/// A code of KSeF: a bare number may have several meanings, one below the other.
fn print_meaning(meaning: &ksef_client::meaning::Meaning, lang: cli::Lang) {
    let word = |words: ksef_client::meaning::Words| lang.pick(words.pl, words.en);
    println!("{}  {}  ({})", meaning.code(), word(meaning.message), word(meaning.layer.title()));
    println!("\n{}", word(meaning.remedy));
    println!("\n{}: {}", lang.pick("Kto działa", "Who acts"), word(meaning.actor.title()));
    let waiting = if meaning.waiting_helps { ["tak", "yes"] } else { ["nie", "no"] };
    println!("{}: {}", lang.pick("Czekanie pomaga", "Waiting helps"), lang.pick(waiting[0], waiting[1]));
    println!("{}: {}", lang.pick("Źródło", "Source"), meaning.source);
}
