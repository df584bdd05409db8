//! `bramka bench`: how quick it is on this machine, in figures that can be compared.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use ksef_invoice::{Form, Layers, ValidationOptions};

use super::progress::Progress;
use crate::cli::{self, LayerName};
use crate::failure::Failure;

/// Validates a document over and over. The clock is the thread's own time on a processor where the system tells it
/// (`inv/s_cpu`), so that other work on the machine does not count.
pub(crate) fn validate(arguments: &cli::BenchValidate, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let content =
        std::fs::read(&arguments.file).map_err(|error| Failure::unreadable(&arguments.file, &error))?;
    let layers = match arguments.layer {
        LayerName::Schema => Layers::Schema,
        LayerName::All => Layers::All,
    };
    let options =
        ValidationOptions { layers, today: Some(super::validate::today()), ..ValidationOptions::default() };
    // Warm: the schema's tables are read once for a process.
    let report = ksef_invoice::validate(&content, &options);
    let length = Duration::from_secs_f64(arguments.seconds);
    let (begin, clock) = (Instant::now(), processor_time());
    let mut count = 0_u64;
    let progress = Progress::of(lang.pick("pomiar", "measuring"));
    let of_length = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    while begin.elapsed() < length {
        for _ in 0..ROUND {
            std::hint::black_box(ksef_invoice::validate(std::hint::black_box(&content), &options));
        }
        count += ROUND;
        progress.at(of_length(begin.elapsed()), of_length(length));
    }
    let wall = begin.elapsed();
    drop(progress);
    let spent = clock.zip(processor_time()).map_or(wall, |(begin, end)| end.saturating_sub(begin));
    let rate = count as f64 / spent.as_secs_f64().max(f64::EPSILON);
    println!(
        "file={} form={} valid={} layer={} bytes={} rounds={count} wall_s={:.3} cpu_s={:.3} MB/s={:.1} inv/s_cpu={rate:.1}",
        arguments.file.display(),
        report.form.map_or("-", Form::name),
        report.is_valid(),
        match arguments.layer {
            LayerName::Schema => "schema",
            LayerName::All => "all",
        },
        content.len(),
        wall.as_secs_f64(),
        spent.as_secs_f64(),
        rate * content.len() as f64 / 1e6,
    );
    if report.is_valid() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "bramka: {}",
        lang.pick(
            "dokument jest niepoprawny; bramka validate powie dlaczego",
            "the document is invalid; bramka validate says why"
        )
    );
    Ok(ExitCode::from(1))
}

/// What this thread has spent on a processor; `None` where the system does not tell.
fn processor_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
    }
    #[cfg(not(unix))]
    None
}

/// Documents between two looks at the clock.
const ROUND: u64 = 4;
