//! The gateway's REST API from the caller's side.

use std::path::Path;
use std::time::Duration;

use gateway_api::{
    API_KEY, BASE_PATH, IDEMPOTENCY_KEY, IntakeListResource, InvoiceResource, Problem, PurchaseListResource,
    SendingResource, SeriesListResource, SeriesRequest, SeriesResource, SeriesResumeRequest,
};
use ksef_id::ContextIdentifier;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretString};

use crate::failure::Failure;

/// A gateway somewhere.
pub(crate) struct GatewayClient {
    http: reqwest::Client,
    url: String,
    api_key: Option<SecretString>,
}

/// What the gateway says to an invoice.
pub(crate) enum Posted {
    Taken(Box<InvoiceResource>),
    Refused(Box<Problem>),
}

/// What the gateway says to a file with several invoices.
pub(crate) enum PostedFile {
    Read(Box<IntakeListResource>),
    Refused(Box<Problem>),
}

impl GatewayClient {
    pub(crate) fn new(url: &str, api_key: Option<SecretString>) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                Failure::new(format!("klient HTTP: {error}"), format!("HTTP client: {error}"))
            })?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), api_key })
    }

    /// Hands an invoice over. The key makes it safe to do so again.
    pub(crate) async fn post_invoice(
        &self,
        company: &ContextIdentifier,
        idempotency_key: &str,
        xml: Vec<u8>,
    ) -> Result<Posted, Failure> {
        self.post_document(company, idempotency_key, "application/xml", xml).await
    }

    /// Hands an invoice over in another form, `application/json` for one.
    pub(crate) async fn post_document(
        &self,
        company: &ContextIdentifier,
        idempotency_key: &str,
        media_type: &'static str,
        content: Vec<u8>,
    ) -> Result<Posted, Failure> {
        let request = self
            .request(reqwest::Method::POST, &format!("/companies/{company}/invoices"))
            .header(CONTENT_TYPE, media_type)
            .header(IDEMPOTENCY_KEY, idempotency_key)
            .body(content);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            let resource = response.json().await.map_err(|error| self.unreachable(&error))?;
            return Ok(Posted::Taken(Box::new(resource)));
        }
        Ok(Posted::Refused(self.refusal(response).await?))
    }

    /// Hands a table over. It needs no key: its invoices are known by their numbers and content.
    pub(crate) async fn post_table(
        &self,
        company: &ContextIdentifier,
        media_type: &'static str,
        content: Vec<u8>,
    ) -> Result<PostedFile, Failure> {
        let request = self
            .request(reqwest::Method::POST, &format!("/companies/{company}/invoices"))
            .header(CONTENT_TYPE, media_type)
            .body(content);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            let list = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
            return Ok(PostedFile::Read(Box::new(list)));
        }
        Ok(PostedFile::Refused(self.refusal(response).await?))
    }

    /// Why a document was refused; what concerns every document fails the command.
    async fn refusal(&self, response: reqwest::Response) -> Result<Box<Problem>, Failure> {
        let problem: Problem = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
        if matches!(problem.status, 401 | 403 | 503) {
            return Err(problem_failure(&problem));
        }
        Ok(Box::new(problem))
    }

    /// How a company sends.
    pub(crate) async fn sending(&self, company: &ContextIdentifier) -> Result<SendingResource, Failure> {
        let response = self.get(&format!("/companies/{company}/sending")).await?;
        response.json().await.map_err(|error| self.not_a_gateway(&error))
    }

    /// Has a company send so from now on.
    pub(crate) async fn set_sending(
        &self,
        company: &ContextIdentifier,
        sending: &SendingResource,
    ) -> Result<SendingResource, Failure> {
        let request = self.request(reqwest::Method::PUT, &format!("/companies/{company}/sending"));
        let response = request.json(sending).send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return response.json().await.map_err(|error| self.not_a_gateway(&error));
        }
        let problem: Problem = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
        Err(problem_failure(&problem))
    }

    /// A company's number series.
    pub(crate) async fn series(&self, company: &ContextIdentifier) -> Result<Vec<SeriesResource>, Failure> {
        let response = self.get(&format!("/companies/{company}/series")).await?;
        let list: SeriesListResource = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
        Ok(list.items)
    }

    /// Makes a number series, or changes it.
    pub(crate) async fn set_series(
        &self,
        company: &ContextIdentifier,
        name: &str,
        series: &SeriesRequest,
    ) -> Result<SeriesResource, Failure> {
        let request = self.request(reqwest::Method::PUT, &series_path(company, name)).json(series);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return response.json().await.map_err(|error| self.not_a_gateway(&error));
        }
        let problem: Problem = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
        Err(problem_failure(&problem))
    }

    /// Lets a number series go on that is held since a restore.
    pub(crate) async fn resume_series(
        &self,
        company: &ContextIdentifier,
        name: &str,
        asked: &SeriesResumeRequest,
    ) -> Result<SeriesResource, Failure> {
        let path = format!("{}/resume", series_path(company, name));
        self.say(reqwest::Method::POST, &path, asked).await
    }

    /// An invoice as it stands.
    pub(crate) async fn invoice(
        &self,
        company: &ContextIdentifier,
        id: &str,
    ) -> Result<InvoiceResource, Failure> {
        self.get(&format!("/companies/{company}/invoices/{id}"))
            .await?
            .json()
            .await
            .map_err(|error| self.not_a_gateway(&error))
    }

    /// A document of an invoice: `xml`, `upo`, `pdf` or `html`.
    pub(crate) async fn document(
        &self,
        company: &ContextIdentifier,
        of: &str,
        document: &str,
    ) -> Result<Vec<u8>, Failure> {
        let response = self.get(&format!("/companies/{company}/{of}/{document}")).await?;
        response.bytes().await.map(|bytes| bytes.to_vec()).map_err(|error| self.unreachable(&error))
    }

    /// The first page of a company's purchases after a cursor.
    pub(crate) async fn purchases(
        &self,
        company: &ContextIdentifier,
        after: Option<&str>,
    ) -> Result<PurchaseListResource, Failure> {
        let query = after.map(|after| format!("?after={after}")).unwrap_or_default();
        let response = self.get(&format!("/companies/{company}/purchases{query}")).await?;
        response.json().await.map_err(|error| self.not_a_gateway(&error))
    }

    /// Anything that is shown as JSON.
    pub(crate) async fn show<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.get(path).await?.json().await.map_err(|error| self.not_a_gateway(&error))
    }

    /// Asks by this method; gives what is answered.
    pub(crate) async fn say<T: serde::de::DeserializeOwned>(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<T, Failure> {
        let request = self.request(method, path).json(body);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return response.json().await.map_err(|error| self.not_a_gateway(&error));
        }
        Err(problem_failure(&*self.refusal(response).await?))
    }

    /// Asks for something that is done later.
    pub(crate) async fn tell(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<(), Failure> {
        let request = self.request(method, path).json(body);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(problem_failure(&*self.refusal(response).await?))
    }

    /// Brings a document; gives whether it is new and what is answered, or why it was refused.
    pub(crate) async fn bring<T: serde::de::DeserializeOwned>(
        &self,
        method: reqwest::Method,
        path: &str,
        xml: Vec<u8>,
    ) -> Result<Result<(bool, T), Box<Problem>>, Failure> {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/xml").body(xml);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            let is_new = response.status() == reqwest::StatusCode::CREATED;
            let answer = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
            return Ok(Ok((is_new, answer)));
        }
        Ok(Err(self.refusal(response).await?))
    }

    /// Has something removed.
    pub(crate) async fn remove(&self, path: &str) -> Result<(), Failure> {
        let request = self.request(reqwest::Method::DELETE, path);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(problem_failure(&*self.refusal(response).await?))
    }

    /// Asks for something to be done; gives what is answered.
    pub(crate) async fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Failure> {
        let request = self.request(reqwest::Method::POST, path).json(body);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return response.json().await.map_err(|error| self.not_a_gateway(&error));
        }
        let problem = self.refusal(response).await?;
        Err(problem_failure(&problem))
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response, Failure> {
        let response = self
            .request(reqwest::Method::GET, path)
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let problem: Problem = response.json().await.map_err(|error| self.not_a_gateway(&error))?;
        Err(problem_failure(&problem))
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{BASE_PATH}{path}", self.url));
        match &self.api_key {
            Some(key) => request.header(API_KEY, key.expose_secret()),
            None => request,
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        tracing::debug!(%error, "the gateway did not answer");
        let url = &self.url;
        Failure::new(
            format!(
                "bramka pod adresem {url} nie odpowiada: uruchom ją (bramka serve) albo podaj adres przez --url"
            ),
            format!(
                "the gateway at {url} does not answer: start it (bramka serve), or give its address with --url"
            ),
        )
    }

    fn not_a_gateway(&self, error: &reqwest::Error) -> Failure {
        tracing::debug!(%error, "the answer is not a gateway's");
        let url = &self.url;
        Failure::new(
            format!("pod adresem {url} odpowiada coś innego niż bramka: sprawdź --url"),
            format!("what answers at {url} is not a bramka gateway: check --url"),
        )
    }
}

/// Where a series is. A name may have any character; only as a segment of a path it is one again.
fn series_path(company: &ContextIdentifier, name: &str) -> String {
    let mut place = reqwest::Url::parse("http://localhost/").expect("an address");
    place.path_segments_mut().expect("it has a path").clear().push(name);
    format!("/companies/{company}/series{}", place.path())
}

fn problem_failure(problem: &Problem) -> Failure {
    Failure::new(problem.message.pl.clone(), problem.message.en.clone())
}

/// The API key of a file, else of `BRAMKA_API_KEY`. A key on the command line would be seen by everybody.
pub(crate) fn api_key(file: Option<&Path>) -> Result<Option<SecretString>, Failure> {
    let text = match file {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?),
        None => std::env::var("BRAMKA_API_KEY").ok(),
    };
    let key = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(key.map(SecretString::from))
}

const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
