//! `bramka series`: the number series of a company, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{SeriesRequest, SeriesResource, SeriesResumeRequest};

use crate::cli::{self, ListFormat, ResetName, SeriesCommand};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

pub(crate) async fn run(arguments: cli::Series, lang: cli::Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        SeriesCommand::List(list) => {
            let client = client(&list.gateway)?;
            let all = client.series(&list.context).await?;
            match list.format {
                ListFormat::Json => println!("{}", serde_json::json!(all)),
                ListFormat::Text => all.iter().for_each(|one| println!("{}", line_of(one, lang))),
            }
            let has_gaps = all.iter().any(|one| !one.gaps.is_empty());
            Ok(if has_gaps { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        SeriesCommand::Set(set) => {
            let request = SeriesRequest {
                template: set.template,
                reset: match set.reset {
                    ResetName::Yearly => "yearly",
                    ResetName::Monthly => "monthly",
                    ResetName::Never => "never",
                }
                .to_owned(),
                unit: set.unit,
                kind: set.kind,
            };
            let kept = client(&set.gateway)?.set_series(&set.context, &set.name, &request).await?;
            println!("{}", line_of(&kept, lang));
            Ok(ExitCode::SUCCESS)
        }
        SeriesCommand::Resume(resume) => {
            let asked = SeriesResumeRequest { last: resume.last };
            let kept = client(&resume.gateway)?.resume_series(&resume.context, &resume.name, &asked).await?;
            println!("{}", line_of(&kept, lang));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn client(gateway: &cli::GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

fn line_of(one: &SeriesResource, lang: cli::Lang) -> String {
    let SeriesResource { name, template, last, period, gaps, .. } = one;
    let mut line = match lang {
        cli::Lang::Pl => format!("{name}  {template}  ostatni numer {last} {period}"),
        cli::Lang::En => format!("{name}  {template}  last number {last} {period}"),
    };
    line.truncate(line.trim_end().len());
    if let Some(highest) = one.highest_used {
        line += &match lang {
            cli::Lang::Pl => format!(
                "\n  wstrzymana po odtworzeniu kopii (bramka series resume); najwyższy znany numer: {highest}"
            ),
            cli::Lang::En => {
                format!(
                    "\n  held since a restore (bramka series resume); the highest known number: {highest}"
                )
            }
        };
    }
    if !gaps.is_empty() {
        let gaps = gaps.join(", ");
        line += &match lang {
            cli::Lang::Pl => format!("\n  bez faktury: {gaps}"),
            cli::Lang::En => format!("\n  no invoice has: {gaps}"),
        };
    }
    line
}
