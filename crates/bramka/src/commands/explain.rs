//! `bramka explain`: what stands behind a code.

use std::process::ExitCode;

use crate::cli;
use crate::failure::Failure;

pub(crate) fn run(arguments: &cli::Explain, lang: cli::Lang) -> Result<ExitCode, Failure> {
    if let Some(explanation) = ksef_crypto::diagnosis::explain(&arguments.code) {
        println!("{}  {}", explanation.code, lang.pick(&explanation.message.pl, &explanation.message.en));
        println!("\n{}", lang.pick(&explanation.remedy.pl, &explanation.remedy.en));
        println!("\n{}: {}", lang.pick("Źródło", "Source"), explanation.source);
        return Ok(ExitCode::SUCCESS);
    }
    let Some(explanation) = ksef_invoice::explain(&arguments.code) else {
        let code = &arguments.code;
        return Err(Failure::new(
            format!("nie ma kodu {code}; kody podają bramka validate i bramka credential inspect"),
            format!("there is no code {code}; bramka validate and bramka credential inspect show the codes"),
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
