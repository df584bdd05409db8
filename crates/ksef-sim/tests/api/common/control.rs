//! The control port, driven over HTTP; every answer is checked against its own OpenAPI document.

use super::{Answer, Answered, Api, Req};
use ksef_sim::{Limits, Simulator, SimulatorConfig};
use reqwest::Method;
use serde_json::{Value, json};

/// A simulator with a control port, and its caller.
pub(crate) struct Controlled {
    pub(crate) simulator: Simulator,
    pub(crate) api: Api,
    pub(crate) url: String,
    document: Value,
}

impl Controlled {
    pub(crate) async fn start() -> Answered<Self> {
        Self::start_with(SimulatorConfig { seed: 7, limits: Limits::Off, ..SimulatorConfig::default() }).await
    }

    pub(crate) async fn start_with(config: SimulatorConfig) -> Answered<Self> {
        let config = SimulatorConfig { control: Some(([127, 0, 0, 1], 0).into()), ..config };
        let simulator = super::simulator_with(config).await?;
        let api = Api::of(&simulator);
        let url = simulator.control_url().ok_or("a control port was asked for")?;
        let answer = api.raw(Method::GET, &format!("{url}/control/openapi.json"), Req::default()).await?;
        let document = answer.expect(200).json();
        Ok(Self { simulator, api, url, document })
    }

    /// Calls a path of the document with the parameters of the path filled in.
    pub(crate) async fn call(
        &self,
        method: Method,
        template: &str,
        parameters: &[&str],
        body: Option<Value>,
    ) -> Answered<Answer> {
        let mut path = template.to_owned();
        for parameter in parameters {
            let (start, end) = (path.find('{').ok_or("a parameter")?, path.find('}').ok_or("a parameter")?);
            path.replace_range(start..=end, parameter);
        }
        let request = match &body {
            Some(body) => Req::default().json(body),
            None => Req::default(),
        };
        let answer = self.api.raw(method.clone(), &format!("{}{path}", self.url), request).await?;
        self.check(&method, template.split('?').next().unwrap_or_default(), &answer);
        Ok(answer)
    }

    pub(crate) async fn get(&self, path: &str) -> Answered<Value> {
        Ok(self.call(Method::GET, path, &[], None).await?.expect(200).json())
    }

    /// Adds a fault rule.
    pub(crate) async fn fault(&self, rule: Value) -> Answered<Value> {
        Ok(self.call(Method::POST, "/control/faults", &[], Some(rule)).await?.expect(201).json())
    }

    pub(crate) async fn clock(&self, change: Value) -> Answered<Value> {
        Ok(self.call(Method::PUT, "/control/clock", &[], Some(change)).await?.expect(200).json())
    }

    #[track_caller]
    fn check(&self, method: &Method, template: &str, answer: &Answer) {
        let operation = &self.document["paths"][template][method.as_str().to_lowercase()];
        assert!(operation.is_object(), "{method} {template} is not in the document");
        let responses = &operation["responses"];
        let described = match &responses[answer.status.to_string()] {
            Value::Null => {
                assert!(answer.status >= 400, "{method} {template}: {} is not described", answer.status);
                &responses["default"]
            }
            described => described,
        };
        let Some(schema) = described.pointer("/content/application~1json/schema") else {
            let is_document = described.pointer("/content/application~1xml").is_some();
            assert!(is_document || answer.bytes.is_empty(), "{method} {template}: there must be no body");
            return;
        };
        let mut root = schema.clone();
        root["components"] = self.document["components"].clone();
        let validator = jsonschema::options().should_validate_formats(true).build(&root).expect("a schema");
        let body = answer.json();
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{method} {template}: {errors:#?}\n{body}");
    }
}

/// A rule for one operation.
pub(crate) fn rule(fault: Value, target: &str, count: u32) -> Value {
    json!({ "fault": fault, "target": target, "count": count })
}
